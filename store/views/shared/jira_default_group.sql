-- jira_default_group: the default access groups: every new account of an application is put into them.
-- reads: jira_application_role_group, directory_group
-- index: group_id
SELECT
  coalesce(a.group_id, d.group_id) AS group_id,       -- text: the group, NULL where it is only named and not listed
  coalesce(nullif(a.group_name, ''), d.name) AS name, -- text: name of the group, NULL where nobody tells it
  min(a.key) AS source_key                            -- text: key of a jira_application_role_group that makes it one
FROM jira_application_role_group AS a
LEFT JOIN directory_group AS d ON d.group_id = a.group_id OR a.group_id IS NULL AND d.name = a.group_name
WHERE a.is_default = 1 AND coalesce(a.group_id, a.group_name) IS NOT NULL
GROUP BY coalesce(a.group_id, d.group_id, a.group_name)
