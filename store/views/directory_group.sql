-- directory_group: a group (Cloud: known to Jira and Confluence alike, GET /rest/api/3/group/bulk, /wiki/rest/api/group; Data Center: of one product, GET /rest/api/2/groups/picker, /rest/api/group).
-- On Data Center a group is known by product and name. Whatever names one (a grant, a role, a share, a member) gives the same group_id.
-- index: group_id
SELECT
  o.key,                                                -- text: the group id; on Data Center product, name
  coalesce(o.body ->> '$.groupId', iif(o.body ->> '$.product' IS NULL, NULL, o.key)) AS group_id,  -- text: the same
  o.body ->> '$.product' AS product,                    -- text: whose group it is, jira or confluence; Data Center only
  o.body ->> '$.name' AS name,                          -- text: name of the group
  o.body -> '$.jiraAccess' AS jira_access,              -- json: array of user, admin, site-admin: what it opens in Jira; NULL not told, as on Data Center
  o.body -> '$.confluenceAccess' AS confluence_access,  -- json: the same for Confluence
  o.body ->> '$.managedBy' AS managed_by,               -- text: ADMINS, EXTERNAL, TEAM_MEMBERS or OPEN, as Confluence says
  o.body ->> '$.usageType' AS usage_type                -- text: USERBASE_GROUP, TEAM_COLLABORATION or ADMIN_OVERSIGHT, as Confluence says
FROM object AS o
