-- jira_issue_grant: grants of permission schemes of which nobody can say to whom without looking at issues, or at all.
-- reads: jira_permission_grant, access_level
-- index: scheme_id
SELECT
  g.scheme_id AS scheme_id,                           -- text: the permission scheme
  g.permission AS permission,                         -- text: the permission, NULL not told
  coalesce(g.holder_type, 'unknown') AS holder_type,  -- text: reporter, assignee, userCustomField, groupCustomField, sd.customer.portal.only ...; unknown where the grant does not tell
  g.key AS source_key                                 -- text: key of the jira_permission_grant
FROM jira_permission_grant AS g
WHERE (g.permission IS NULL OR g.permission IN (SELECT permission FROM access_level WHERE product = 'jira'))
  AND (g.holder_type IS NULL OR g.holder_type NOT IN ('user', 'group', 'projectRole', 'projectLead', 'anyone', 'applicationRole')
    OR g.holder_type IN ('user', 'group', 'projectRole') AND g.holder_value IS NULL AND (g.holder_parameter IS NULL OR g.holder_type <> 'group'))
