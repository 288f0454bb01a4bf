-- jira_filter_share: whom a filter is shared with (inside GET /rest/api/3/filter/search; Data Center: GET /rest/api/2/filter/favourite).
-- index: filter_id
SELECT
  o.key,                                                        -- text: filter id, view or edit, share kind, target, role id or empty
  CAST(o.body ->> '$.filterId' AS text) AS filter_id,           -- text: the filter
  o.body ->> '$.access' AS access,                              -- text: view or edit
  o.body ->> '$.type' AS share_kind,                            -- text: user, group, project, projectRole, global, loggedin, authenticated, project-unknown
  CAST(coalesce(o.body ->> '$.user.accountId', o.body ->> '$.user.key', o.body ->> '$.group.groupId', o.body ->> '$.product' || char(31) || replace(replace(replace(o.body ->> '$.group.name', '\', '\\'), char(31), '\' || char(31)), char(30), '\' || char(30)), o.body ->> '$.group.name', o.body ->> '$.project.id', '') AS text) AS target,  -- text: account id (Data Center: user key), group id (else name) or project id; empty where the kind says it all
  CAST(o.body ->> '$.role.id' AS text) AS role_id,              -- text: the role, of a share with a project's role
  coalesce(o.body ->> '$.group.name', o.body ->> '$.project.key') AS target_name  -- text: group name or project key
FROM object AS o
