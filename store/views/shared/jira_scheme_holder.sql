-- jira_scheme_holder: to whom each permission scheme grants how much: its grants to one holder as one row.
-- reads: jira_permission_grant, access_level, directory_group, jira_user
-- index: scheme_id, holder_kind, holder_id
-- index: holder_kind, holder_id
-- A group that is only named is looked up by its name; Data Center may name a person by the log-in name.
-- Grants that make no level are left out, and those that hang on the single issue (reporter, assignee, fields of people), which are in jira_issue_grant.
SELECT
  g.scheme_id AS scheme_id,                           -- text: the permission scheme
  CASE g.holder_type WHEN 'projectRole' THEN 'role' WHEN 'projectLead' THEN 'lead' WHEN 'anyone' THEN 'anonymous' WHEN 'applicationRole' THEN 'application' ELSE g.holder_type END AS holder_kind, -- text: user, group, role, lead, application, anonymous (anybody, without an account too)
  CASE g.holder_type
    WHEN 'user' THEN coalesce(k.account_id, u.account_id, g.holder_value)
    WHEN 'group' THEN coalesce(g.holder_value, d.group_id, g.holder_parameter)
    WHEN 'projectRole' THEN g.holder_value
    WHEN 'applicationRole' THEN coalesce(g.holder_value, '')
    ELSE '' END AS holder_id,                         -- text: account id, group id, role id, application (empty: any); empty for the lead and for anybody
  g.permission AS permission,                         -- text: the strongest of the permissions
  count(DISTINCT g.permission) AS permissions,        -- integer: how many there are
  l.level AS level,                                   -- text: view, edit, administer: that of the strongest
  max(l.rank) AS rank,                                -- integer: as in access_level
  sum(l.opens) > 0 AS opens,                          -- integer: 1 one of them lets see the project
  g.key AS source_key                                 -- text: key of the jira_permission_grant of the strongest
FROM jira_permission_grant AS g
JOIN access_level AS l ON l.product = 'jira' AND l.permission = g.permission AND l.target_type = ''
LEFT JOIN directory_group AS d ON g.holder_type = 'group' AND g.holder_value IS NULL AND d.name = g.holder_parameter
LEFT JOIN jira_user AS k ON g.holder_type = 'user' AND k.account_id = g.holder_value
LEFT JOIN jira_user AS u ON g.holder_type = 'user' AND k.account_id IS NULL AND u.username = g.holder_value
WHERE g.holder_type IN ('user', 'group', 'projectRole', 'projectLead', 'anyone', 'applicationRole')
GROUP BY 1, 2, 3
HAVING holder_id IS NOT NULL
