-- backup_job: a backup or restore job.
SELECT
  o.key,                                                        -- text: product, job id
  o.body ->> '$.product' AS product,                            -- text: jira or confluence
  CAST(o.body ->> '$.id' AS text) AS job_id,                    -- text: the job id
  o.body ->> '$.jobOperation' AS operation,                     -- text: BACKUP or RESTORE
  o.body ->> '$.jobScope' AS scope,                             -- text: SITE or SPACE
  o.body ->> '$.jobState' AS state,                             -- text: FINISHED, FAILED ...
  CASE WHEN o.body ->> '$.finishTime' GLOB '????-??-??T??:??:??.???Z' THEN o.body ->> '$.finishTime' WHEN o.body ->> '$.finishTime' GLOB '????-??-??T??:??:??.???+0000' THEN substr(o.body ->> '$.finishTime', 1, 23) || 'Z' ELSE coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', o.body ->> '$.finishTime'), strftime('%Y-%m-%dT%H:%M:%fZ', substr(o.body ->> '$.finishTime', 1, length(o.body ->> '$.finishTime') - 2) || ':' || substr(o.body ->> '$.finishTime', -2)), o.body ->> '$.finishTime') END AS finished_at  -- text: when it ended, RFC 3339 in UTC
FROM object AS o
