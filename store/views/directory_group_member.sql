-- directory_group_member: an account in a group (Cloud: GET /rest/api/3/group/member, else /wiki/rest/api/group/{id}/membersByGroupId; Data Center: GET /rest/api/2/group/member, /rest/api/group/{name}/member).
-- On Data Center Jira counts the members of a group's subgroups as its own: a membership there may come through another group.
-- index: account_id
-- index: group_id
SELECT
  o.key,                                               -- text: group id, account id; on Data Center product, group name, user key
  'directory_group' AS parent_resource,                -- text: the resource whose objects this one was asked for
  CAST(coalesce(o.body ->> '$.groupId', o.body ->> '$.product' || char(31) || replace(replace(replace(o.body ->> '$.groupName', '\', '\\'), char(31), '\' || char(31)), char(30), '\' || char(30))) AS text) AS parent_key,  -- text: key of that object
  coalesce(o.body ->> '$.groupId', o.body ->> '$.product' || char(31) || replace(replace(replace(o.body ->> '$.groupName', '\', '\\'), char(31), '\' || char(31)), char(30), '\' || char(30))) AS group_id,  -- text: the group
  coalesce(o.body ->> '$.accountId', o.body ->> '$.key', o.body ->> '$.userKey') AS account_id,  -- text: the account: account id, on Data Center user key
  o.body ->> '$.accountType' AS account_type,          -- text: as in jira_user
  o.body ->> '$.active' AS active,                     -- integer: 1 active, 0 deactivated, NULL not told (Confluence does not say)
  o.body ->> '$.displayName' AS display_name           -- text: name as its owner lets it be seen
FROM object AS o
