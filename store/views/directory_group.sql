-- directory_group: a group of the site, known to Jira and Confluence alike (GET /rest/api/3/group/bulk, /wiki/rest/api/group).
SELECT
  o.key,                                                -- text: the group id
  o.body ->> '$.groupId' AS group_id,                   -- text: the group id
  o.body ->> '$.name' AS name,                          -- text: name of the group
  o.body -> '$.jiraAccess' AS jira_access,              -- json: array of user, admin, site-admin: what it opens in Jira; NULL not told
  o.body -> '$.confluenceAccess' AS confluence_access,  -- json: the same for Confluence
  o.body ->> '$.managedBy' AS managed_by,               -- text: ADMINS, EXTERNAL, TEAM_MEMBERS or OPEN, as Confluence says
  o.body ->> '$.usageType' AS usage_type                -- text: USERBASE_GROUP, TEAM_COLLABORATION or ADMIN_OVERSIGHT, as Confluence says
FROM object AS o
