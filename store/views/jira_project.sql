-- jira_project: a Jira project, live or archived (GET /rest/api/3/project/search; Data Center: GET /rest/api/2/project).
-- index: project_key
SELECT
  o.key,                                             -- text: the project id
  CAST(o.body ->> '$.id' AS text) AS project_id,     -- text: the project id
  o.body ->> '$.key' AS project_key,                 -- text: the key issues begin with
  o.body ->> '$.name' AS name,                       -- text: name of the project
  o.body ->> '$.projectTypeKey' AS project_type,     -- text: software, service_desk, business ...
  o.body ->> '$.style' AS style,                     -- text: classic (company-managed) or next-gen (team-managed)
  o.body ->> '$.simplified' AS simplified,           -- integer: 1 if team-managed
  o.body ->> '$.isPrivate' AS is_private,            -- integer: 1 if private from the collecting account's view
  o.body ->> '$.archived' AS archived,               -- integer: 1 if archived, 0 if live
  coalesce(o.body ->> '$.lead.accountId', o.body ->> '$.lead.key') AS lead_account_id,  -- text: the project lead: account id, on Data Center user key
  o.body ->> '$.lead.name' AS lead_name,             -- text: the lead's log-in name; Data Center only
  o.body ->> '$.projectCategory.name' AS category    -- text: name of the project's category
FROM object AS o
