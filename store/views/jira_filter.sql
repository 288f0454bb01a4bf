-- jira_filter: a saved search of issues (GET /rest/api/3/filter/search; Data Center: GET /rest/api/2/filter/favourite, the account's own).
SELECT
  o.key,                                              -- text: the filter id
  CAST(o.body ->> '$.id' AS text) AS filter_id,       -- text: the filter id
  o.body ->> '$.name' AS name,                        -- text: name of the filter
  coalesce(o.body ->> '$.owner.accountId', o.body ->> '$.owner.key') AS owner_account_id,  -- text: its owner: account id, on Data Center user key
  o.body ->> '$.owner.name' AS owner_name             -- text: the owner's log-in name; Data Center only
FROM object AS o
