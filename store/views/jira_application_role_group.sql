-- jira_application_role_group: a group that gives access to a Jira application (inside GET /rest/api/3/applicationrole).
-- index: group_id
SELECT
  o.key,                                   -- text: role key, group id; on Data Center group name
  o.body ->> '$.roleKey' AS role_key,      -- text: the application role
  coalesce(o.body ->> '$.groupId', o.body ->> '$.product' || char(31) || replace(replace(replace(o.body ->> '$.name', '\', '\\'), char(31), '\' || char(31)), char(30), '\' || char(30))) AS group_id,  -- text: the group; NULL where an old answer of Cloud names it only
  o.body ->> '$.name' AS group_name,       -- text: name of the group
  o.body ->> '$.isDefault' AS is_default,  -- integer: 1 if new accounts are put into it by default
  o.body ->> '$.isAccess' AS is_access     -- integer: 1 if it is among the groups that hold access
FROM object AS o
