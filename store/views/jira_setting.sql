-- jira_setting: a setting of Jira (GET /rest/api/3/application-properties and .../advanced-settings).
SELECT
  o.key,                                         -- text: the property key
  o.body ->> '$.value' AS value,                 -- text: what is set
  o.body ->> '$.defaultValue' AS default_value,  -- text: what would hold without it
  o.body ->> '$.name' AS name,                   -- text: name on the settings page
  o.body ->> '$.type' AS type                    -- text: data type, as Jira names it
FROM object AS o
