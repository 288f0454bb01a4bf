-- backup_job: a backup of Confluence Data Center that somebody asked for (GET /rest/api/backup-restore/jobs).
SELECT
  o.key,                                                        -- text: product, job id
  o.body ->> '$.product' AS product,                            -- text: jira or confluence
  CAST(o.body ->> '$.id' AS text) AS job_id,                    -- text: the job id
  o.body ->> '$.jobOperation' AS operation,                     -- text: BACKUP or RESTORE
  o.body ->> '$.jobScope' AS scope,                             -- text: SITE or SPACE
  o.body ->> '$.jobState' AS state,                             -- text: FINISHED, FAILED ...
  instant(o.body ->> '$.createTime') AS created_at,            -- text: when it was asked for, RFC 3339 in UTC
  instant(o.body ->> '$.finishProcessingTime') AS finished_at, -- text: when it ended, RFC 3339 in UTC; NULL while it has not
  o.body ->> '$.fileExists' AS file_exists,                     -- integer: 1 its file is still there, 0 it was deleted
  o.body ->> '$.spaceKeys' AS space_keys                        -- text: the spaces of a backup of spaces, parted by commas
FROM object AS o
