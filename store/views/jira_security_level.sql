-- jira_security_level: a level of an issue security scheme (GET /rest/api/3/issuesecurityschemes/level).
-- index: scheme_id
SELECT
  o.key,                                                        -- text: the level id
  CAST(o.body ->> '$.id' AS text) AS level_id,                  -- text: the level id
  CAST(o.body ->> '$.issueSecuritySchemeId' AS text) AS scheme_id,  -- text: its scheme
  o.body ->> '$.name' AS name,                                  -- text: name of the level
  o.body ->> '$.isDefault' AS is_default                        -- integer: 1 if new issues get it
FROM object AS o
