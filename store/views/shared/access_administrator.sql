-- access_administrator: who administers Jira or Confluence as a whole, and with it everything in it.
-- reads: directory_group, directory_group_member, jira_global_permission, confluence_global_permission, org_user_role, org_group_role, org_workspace, jira_instance, confluence_instance
-- index: product
-- index: subject_kind, subject_id
-- Where the site tells of an account that it administers Jira, and none of its groups explains that, the account stands for itself.
-- Who administers the organisation administers all its products (community.atlassian.com/learning, Explore Atlassian admin roles); who
-- administers a site gives others access and has none by that. Where the organisation lists its products and the site tells its
-- address, the site must be among them.
WITH address (base_url) AS (
  SELECT base_url FROM jira_instance WHERE base_url IS NOT NULL UNION SELECT base_url FROM confluence_instance WHERE base_url IS NOT NULL
),
own (org) AS (
  SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM org_workspace WHERE host_url IS NOT NULL) OR NOT EXISTS (SELECT 1 FROM address)
    OR EXISTS (SELECT 1 FROM org_workspace AS w JOIN address AS i ON i.base_url || '/' LIKE rtrim(w.host_url, '/') || '/%')
),
organisation (subject_kind, subject_id, source_resource, source_key) AS (
  SELECT 'group', r.group_id, 'org_group_role', r.key FROM own JOIN org_group_role AS r
  WHERE r.role = 'atlassian/org-admin'
  UNION ALL
  SELECT 'user', r.account_id, 'org_user_role', r.key FROM own JOIN org_user_role AS r
  WHERE r.role = 'atlassian/org-admin' AND (
    r.methods IS NULL OR EXISTS (SELECT 1 FROM json_each(r.methods) WHERE value = 'direct') OR NOT EXISTS (
      SELECT 1 FROM directory_group_member AS m JOIN org_group_role AS g ON g.group_id = m.group_id
      WHERE m.account_id = r.account_id AND g.role = 'atlassian/org-admin'))
),
told (product, subject_kind, subject_id, permission, source_resource, source_key) AS (
  SELECT 'jira', 'group', g.group_id, 'ADMINISTER', 'directory_group', g.key FROM directory_group AS g
  WHERE EXISTS (SELECT 1 FROM json_each(g.jira_access) WHERE value IN ('admin', 'site-admin'))
  UNION ALL
  SELECT 'confluence', 'group', g.group_id, 'administer', 'directory_group', g.key FROM directory_group AS g
  WHERE EXISTS (SELECT 1 FROM json_each(g.confluence_access) WHERE value IN ('admin', 'site-admin'))
  UNION ALL
  SELECT 'confluence', p.subject_kind, p.principal_id, 'administer', 'confluence_global_permission', p.key FROM confluence_global_permission AS p
  WHERE p.operation = 'administer' AND p.subject_kind IN ('user', 'group')
  UNION ALL
  SELECT 'jira', 'user', p.account_id, 'ADMINISTER', 'jira_global_permission', p.key FROM jira_global_permission AS p
  WHERE p.permission IN ('ADMINISTER', 'SYSTEM_ADMIN') AND NOT EXISTS (
    SELECT 1 FROM directory_group_member AS m JOIN directory_group AS g ON g.group_id = m.group_id
    WHERE m.account_id = p.account_id AND (EXISTS (SELECT 1 FROM json_each(g.jira_access) WHERE value IN ('admin', 'site-admin'))
      OR g.group_id IN (SELECT subject_id FROM organisation WHERE subject_kind = 'group')))
  UNION ALL
  SELECT p.column1, o.subject_kind, o.subject_id, 'atlassian/org-admin', o.source_resource, o.source_key
  FROM organisation AS o JOIN (VALUES ('jira'), ('confluence')) AS p
)
SELECT
  t.product AS product,                               -- text: jira or confluence
  t.subject_kind AS subject_kind,                     -- text: user or group
  t.subject_id AS subject_id,                         -- text: account id or group id
  t.permission AS permission,                         -- text: ADMINISTER, administer, atlassian/org-admin
  t.source_resource AS source_resource,               -- text: resource of the object that says so
  min(t.source_key) AS source_key                     -- text: key of that object
FROM told AS t
WHERE t.subject_id IS NOT NULL
GROUP BY t.product, t.subject_kind, t.subject_id
