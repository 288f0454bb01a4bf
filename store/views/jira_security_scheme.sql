-- jira_security_scheme: an issue security scheme (GET /rest/api/3/issuesecurityschemes).
SELECT
  o.key,                                                        -- text: the scheme id
  CAST(o.body ->> '$.id' AS text) AS scheme_id,                 -- text: the scheme id
  o.body ->> '$.name' AS name,                                  -- text: name of the scheme
  CAST(o.body ->> '$.defaultSecurityLevelId' AS text) AS default_level_id,  -- text: level new issues get; NULL none or not told: see default_told, and is_default of jira_security_level
  CASE WHEN json_type(o.body, '$.defaultSecurityLevelId') IS NOT NULL THEN 1 END AS default_told  -- integer: 1 if the member is there, if only to say null; NULL if it is not
FROM object AS o
