-- jira_filter: a saved search of issues (GET /rest/api/3/filter/search).
SELECT
  o.key,                                              -- text: the filter id
  CAST(o.body ->> '$.id' AS text) AS filter_id,       -- text: the filter id
  o.body ->> '$.name' AS name,                        -- text: name of the filter
  o.body ->> '$.owner.accountId' AS owner_account_id  -- text: its owner
FROM object AS o
