-- jira_global_permission: a global permission that an account holds, directly or through groups (POST /rest/api/3/permissions/check).
-- index: account_id
SELECT
  o.key,                                                 -- text: account id, permission
  'jira_user' AS parent_resource,                        -- text: the resource whose objects this one was asked for
  CAST(o.body ->> '$.accountId' AS text) AS parent_key,  -- text: key of that object
  o.body ->> '$.accountId' AS account_id,                -- text: the account
  o.body ->> '$.permission' AS permission                -- text: ADMINISTER, SYSTEM_ADMIN, USER_PICKER or BULK_CHANGE
FROM object AS o
