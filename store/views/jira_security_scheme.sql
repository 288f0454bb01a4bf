-- jira_security_scheme: an issue security scheme (GET /rest/api/3/issuesecurityschemes; Data Center: /rest/api/2).
SELECT
  o.key,                                                        -- text: the scheme id
  CAST(o.body ->> '$.id' AS text) AS scheme_id,                 -- text: the scheme id
  o.body ->> '$.name' AS name,                                  -- text: name of the scheme
  CAST(o.body ->> '$.defaultSecurityLevelId' AS text) AS default_level_id,  -- text: level new issues get; NULL none or not told: see default_told, and is_default of jira_security_level
  CASE WHEN json_type(o.body, '$.defaultSecurityLevelId') IS NOT NULL THEN 1 END AS default_told,  -- integer: 1 if the member is there, if only to say null; NULL if it is not
  iif(o.body ->> '$.product' IS NULL, NULL, json_type(o.body, '$.defaultSecurityLevelId') IS NULL) AS default_left_out  -- integer: 1 the member is not there on Data Center, which leaves out what is null; NULL on Cloud
FROM object AS o
