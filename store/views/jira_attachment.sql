-- jira_attachment: a file attached to an issue: facts about it, never its content (GET /rest/api/3/search/jql; Data Center: GET /rest/api/2/search, fields=attachment).
-- index: key
-- index: size
SELECT
  o.key,                                                        -- text: the attachment id
  CAST(o.body ->> '$.id' AS text) AS attachment_id,             -- text: the attachment id
  o.body ->> '$.filename' AS filename,                          -- text: name of the file
  o.body ->> '$.size' AS size,                                  -- integer: bytes
  o.body ->> '$.mimeType' AS mime_type,                         -- text: media type as uploaded
  instant(o.body ->> '$.created') AS created,  -- text: when it was attached, RFC 3339 in UTC
  coalesce(o.body ->> '$.author.accountId', o.body ->> '$.author.key') AS author_account_id,  -- text: who attached it: account id, on Data Center user key
  o.body ->> '$.author.name' AS author_name,                    -- text: that account's log-in name; Data Center only
  CAST(o.body ->> '$.issue.id' AS text) AS issue_id,            -- text: the issue
  o.body ->> '$.issue.key' AS issue_key,                        -- text: the issue's key
  CAST(o.body ->> '$.project.id' AS text) AS project_id,        -- text: the issue's project; NULL on Data Center
  coalesce(o.body ->> '$.project.key', substr(o.body ->> '$.issue.key', 1, nullif(instr(o.body ->> '$.issue.key', '-'), 0) - 1)) AS project_key  -- text: that project's key, as it stands in the issue's where it is not told
FROM object AS o
