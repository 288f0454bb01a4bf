-- directory_group_member: an account in a group (GET /rest/api/3/group/member, else /wiki/rest/api/group/{id}/membersByGroupId).
-- index: account_id
-- index: group_id
SELECT
  o.key,                                               -- text: group id, account id
  'directory_group' AS parent_resource,                -- text: the resource whose objects this one was asked for
  CAST(o.body ->> '$.groupId' AS text) AS parent_key,  -- text: key of that object
  o.body ->> '$.groupId' AS group_id,                  -- text: the group
  o.body ->> '$.accountId' AS account_id,              -- text: the account
  o.body ->> '$.accountType' AS account_type,          -- text: as in jira_user
  o.body ->> '$.active' AS active,                     -- integer: 1 active, 0 deactivated, NULL not told (Confluence does not say)
  o.body ->> '$.displayName' AS display_name           -- text: name as its owner lets it be seen
FROM object AS o
