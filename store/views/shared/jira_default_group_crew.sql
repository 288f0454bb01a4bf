-- jira_default_group_crew: the default access groups of each application, and how many of their members administer Jira.
-- reads: jira_application_role_group, directory_group, directory_group_member, jira_user, jira_global_permission
-- index: role_key
-- Members that are known to be deactivated hold nothing and are not counted. Whether the members were read whole, and everybody's permissions, coverage says.
SELECT
  r.role_key AS role_key,                             -- text: the application
  coalesce(r.group_id, d.group_id) AS group_id,       -- text: the group, NULL where it is only named and not listed
  coalesce(d.name, r.group_name) AS name,             -- text: name of the group, NULL where nobody tells it
  EXISTS (SELECT 1 FROM json_each(d.jira_access) WHERE value IN ('admin', 'site-admin')) AS administers, -- integer: 1 the site says that the group administers Jira
  d.jira_access IS NOT NULL AS access_told,           -- integer: 1 the site says what the group opens in Jira
  count(p.key) AS holders,                            -- integer: members that hold ADMINISTER
  count(m.key) FILTER (WHERE p.key IS NULL AND coalesce(u.active, m.active) = 1) AS others, -- integer: active members without it
  count(m.key) FILTER (WHERE p.key IS NULL AND coalesce(u.active, m.active) = 1 AND EXISTS (SELECT 1 FROM jira_global_permission AS o WHERE o.account_id = m.account_id)) AS others_asked, -- integer: those of them that were asked about, as they hold something else
  count(m.key) FILTER (WHERE p.key IS NULL AND coalesce(u.active, m.active) IS NULL) AS unsure, -- integer: members without it that do not tell whether they are active
  json_group_array(p.key) FILTER (WHERE p.key IS NOT NULL) AS holder_keys, -- json: keys of the jira_global_permission objects of the holders
  r.key AS source_key,                                -- text: key of the jira_application_role_group
  d.key AS group_source_key                           -- text: key of the directory_group, NULL where it is not listed
FROM jira_application_role_group AS r
LEFT JOIN directory_group AS d ON d.group_id = r.group_id OR r.group_id IS NULL AND d.name = r.group_name
LEFT JOIN directory_group_member AS m ON m.group_id = coalesce(r.group_id, d.group_id)
LEFT JOIN jira_user AS u ON u.account_id = m.account_id
LEFT JOIN jira_global_permission AS p ON p.account_id = m.account_id AND p.permission = 'ADMINISTER' AND coalesce(u.active, m.active, 1) = 1
WHERE r.is_default = 1
GROUP BY r.key
