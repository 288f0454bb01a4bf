-- jira_global_permission: a global permission that an account holds, directly or through groups (POST /rest/api/3/permissions/check; Data Center: GET /rest/api/2/mypermissions, the account's own alone).
-- index: account_id
SELECT
  o.key,                                                 -- text: account id, permission
  'jira_user' AS parent_resource,                        -- text: the resource whose objects this one was asked for
  CAST(coalesce(o.body ->> '$.accountId', o.body ->> '$.key') AS text) AS parent_key,  -- text: key of that object
  coalesce(o.body ->> '$.accountId', o.body ->> '$.key') AS account_id,  -- text: the account: account id, on Data Center user key
  o.body ->> '$.permission' AS permission                -- text: ADMINISTER, SYSTEM_ADMIN, USER_PICKER or BULK_CHANGE
FROM object AS o
