-- jira_everyone_grant: permission grants to everybody of a kind, and those that do not tell whether they are.
-- reads: jira_permission_grant, jira_default_group
-- index: scheme_id
-- index: permission
-- A group is known by its id (holder.value), or by its name where that is all an answer tells (holder.parameter).
SELECT
  g.scheme_id AS scheme_id,                           -- text: the permission scheme
  g.permission AS permission,                         -- text: BROWSE_PROJECTS, ADMINISTER_PROJECTS ...; NULL not told
  CASE
    WHEN g.holder_type = 'anyone' THEN 'anyone'
    WHEN g.holder_type = 'applicationRole' THEN 'application'
    WHEN d.source_key IS NOT NULL THEN 'group'
  END AS reach,                                       -- text: anyone (also without an account), application (who may use it), group (a default access group); NULL cannot be told
  CASE
    WHEN g.holder_type = 'anyone' THEN 'anyone on the internet'
    WHEN g.holder_type = 'applicationRole' THEN coalesce('every user of ' || nullif(g.holder_value, ''), 'every logged-in user')
    WHEN d.source_key IS NOT NULL THEN 'the default access group ' || coalesce(d.name, d.group_id)
  END AS holder,                                      -- text: the same in words
  d.source_key AS group_source_key,                   -- text: key of the jira_application_role_group, for a group
  g.key AS source_key                                 -- text: key of the jira_permission_grant
FROM jira_permission_grant AS g
LEFT JOIN jira_default_group AS d ON g.holder_type = 'group' AND (
  coalesce(g.holder_value, g.holder_parameter) = d.group_id
  OR coalesce(g.holder_parameter, g.holder_value) = d.name AND (g.holder_value IS NULL OR d.group_id IS NULL OR g.holder_value = g.holder_parameter))
WHERE g.holder_type IS NULL
  OR g.holder_type IN ('anyone', 'applicationRole')
  OR d.source_key IS NOT NULL
  OR g.holder_type = 'group' AND coalesce(g.holder_value, g.holder_parameter) IS NULL
  OR g.holder_type = 'group' AND g.holder_value IS NULL AND EXISTS (SELECT 1 FROM jira_default_group WHERE name IS NULL)
