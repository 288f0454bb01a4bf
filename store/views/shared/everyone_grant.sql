-- everyone_grant: what is granted to no one in particular: to anybody, to all who are signed in or licensed, to accounts nobody can identify.
-- reads: jira_everyone_grant, jira_permission_grant, confluence_space_grant, confluence_global_permission, confluence_restriction, confluence_edit_operation
-- index: resource, key
SELECT
  'jira_permission_scheme' AS resource,               -- text: resource of what it opens: a permission scheme, a space, Confluence, a page
  g.scheme_id AS key,                                 -- text: key of that
  CASE g.reach WHEN 'anyone' THEN 'anonymous' ELSE 'all' END AS class, -- text: anonymous (nobody signs in), all (whoever signs in or has a licence), unidentified
  g.holder AS holder,                                 -- text: to whom, in words
  g.permission AS permission,                         -- text: what it allows; NULL not told
  g.permission = 'BROWSE_PROJECTS' OR g.permission GLOB 'VIEW_*' AS reads, -- integer: 1 it only lets see, 0 it lets change something; NULL not told
  'jira_permission_grant' AS source_resource,         -- text: resource of the object that grants it
  g.source_key AS source_key                          -- text: key of that
FROM jira_everyone_grant AS g
WHERE g.reach IS NOT NULL
UNION ALL
SELECT 'confluence_space', g.space_id, iif(g.subject_kind = 'anonymous', 'anonymous', 'all'),
  CASE WHEN g.subject_kind = 'anonymous' THEN 'anonymous visitors' WHEN g.subject_id = 'all-licensed-users' THEN 'every user with a licence' ELSE 'everybody who is signed in' END,
  g.operation || coalesce(' ' || nullif(g.target_type, 'space'), ''), g.operation NOT IN (SELECT operation FROM confluence_edit_operation), g.source_resource, g.source_key
FROM confluence_space_grant AS g
WHERE g.space_id IS NOT NULL
  AND (g.subject_kind = 'anonymous' OR g.subject_kind = 'access_class' AND g.subject_id IN ('authenticated-users', 'all-licensed-users'))
UNION ALL
SELECT 'confluence_instance', 'confluence', iif(p.subject_kind = 'anonymous', 'anonymous', 'all'),
  iif(p.subject_kind = 'anonymous', 'anonymous visitors', 'everybody who is signed in, with a licence or not'),
  p.operation || coalesce(' ' || nullif(p.target_type, 'application'), ''), p.operation IN ('use', 'use_unlicensed', 'read'), 'confluence_global_permission', p.key
FROM confluence_global_permission AS p
WHERE p.subject_kind IN ('anonymous', 'unlicensed')
UNION ALL
SELECT 'confluence_content', r.content_id, 'unidentified', 'an account that nobody can identify', r.operation, r.operation = 'read', 'confluence_restriction', r.key
FROM confluence_restriction AS r
WHERE (lower(r.subject_type) IN ('unknown', 'anonymous') OR lower(r.account_type) = 'unknown') AND r.content_id IS NOT NULL
