-- access_grant: who is granted what on sites, projects, spaces, filters and dashboards: a row for each way by which somebody is.
-- reads: jira_scheme_holder, jira_scheme_project, jira_role_grant, jira_project, confluence_space_holder, jira_share, access_application_group, access_administrator
-- index: subject_kind, subject_id
-- index: object_kind, object_id
-- Edit without any way that opens has no effect. As what an account is met, access_subject tells.
-- Who administers a site administers everything in it: that is a row of the site alone, and access_path spreads it.
SELECT
  'project' AS object_kind,                           -- text: site, project, space, filter, dashboard
  l.project_id AS object_id,                          -- text: the object's id; of a site jira or confluence
  h.holder_kind AS subject_kind,                      -- text: user, group, application, access_class, signed_in, anonymous, role, unknown
  h.holder_id AS subject_id,                          -- text: account id, group id, application (empty: any of Jira), class; else empty
  'permission_scheme' AS through_kind,                -- text: permission_scheme, project_role, project_lead, space_permission, space_role, owner, share, global_permission, product_access
  h.scheme_id AS through_id,                          -- text: the scheme, the role, the project that a share names; else empty
  h.permission AS permission,                         -- text: the strongest permission that this way gives
  h.permissions AS permissions,                       -- integer: how many it gives
  h.level AS level,                                   -- text: view, edit, administer: that of the strongest
  h.rank AS rank,                                     -- integer: as in access_level
  h.opens AS opens,                                   -- integer: 1 it lets see the object, 0 not
  NULL AS actor_key,                                  -- text: key of the jira_role_actor on the way, NULL where there is none
  'jira_permission_grant' AS source_resource,         -- text: resource of the object that grants
  h.source_key AS source_key,                         -- text: key of that object
  l.source_key AS scheme_key,                         -- text: key of the jira_project_scheme on the way
  NULL AS project_grant_key                           -- text: of a share with a project: key of the jira_permission_grant that lets see it
FROM jira_scheme_holder AS h
JOIN jira_scheme_project AS l ON l.scheme_id = h.scheme_id
WHERE h.holder_kind IN ('user', 'group', 'application', 'anonymous')
UNION ALL
SELECT 'project', l.project_id, r.subject_kind, r.subject_id, 'project_role', r.role_id, h.permission, h.permissions, h.level, h.rank, h.opens, r.source_key, 'jira_permission_grant', h.source_key, l.source_key, NULL
FROM jira_role_grant AS r
JOIN jira_scheme_project AS l ON l.project_id = r.project_id
JOIN jira_scheme_holder AS h ON h.scheme_id = l.scheme_id AND h.holder_kind = 'role' AND h.holder_id = r.role_id
UNION ALL
SELECT 'project', l.project_id, 'user', p.lead_account_id, 'project_lead', '', h.permission, h.permissions, h.level, h.rank, h.opens, NULL, 'jira_permission_grant', h.source_key, l.source_key, NULL
FROM jira_project AS p
JOIN jira_scheme_project AS l ON l.project_id = p.project_id
JOIN jira_scheme_holder AS h ON h.scheme_id = l.scheme_id AND h.holder_kind = 'lead'
WHERE p.lead_account_id IS NOT NULL
UNION ALL
SELECT 'space', h.space_id, h.subject_kind, h.subject_id, iif(h.via = 'role', 'space_role', 'space_permission'), coalesce(h.role_id, ''), h.permission, h.permissions, h.level, h.rank, h.opens, NULL, h.source_resource, h.source_key, NULL, NULL
FROM confluence_space_holder AS h
UNION ALL
SELECT s.object_kind, s.object_id, iif(s.share_kind = 'owner', 'user', s.share_kind), s.target, iif(s.share_kind = 'owner', 'owner', 'share'), '', s.level, 1, s.level, CASE s.level WHEN 'administer' THEN 390 WHEN 'edit' THEN 290 ELSE 190 END, 1, NULL, s.source_resource, s.source_key, NULL, NULL
FROM jira_share AS s
WHERE s.share_kind IN ('user', 'group', 'signed_in', 'anonymous', 'owner')
UNION ALL
SELECT s.object_kind, s.object_id, r.subject_kind, r.subject_id, 'share', s.target, s.level, 1, s.level, iif(s.level = 'edit', 290, 190), 1, r.source_key, s.source_resource, s.source_key, NULL, NULL
FROM jira_role_grant AS r
JOIN jira_share AS s ON s.share_kind = 'role' AND s.target = r.project_id AND s.role_id = r.role_id
UNION ALL
SELECT s.object_kind, s.object_id, h.holder_kind, h.holder_id, 'share', s.target, s.level, 1, s.level, iif(s.level = 'edit', 290, 190), 1, NULL, s.source_resource, s.source_key, l.source_key, h.source_key
FROM jira_scheme_holder AS h
JOIN jira_scheme_project AS l ON l.scheme_id = h.scheme_id
JOIN jira_share AS s ON s.share_kind = 'project' AND s.target = l.project_id
WHERE h.opens = 1 AND h.holder_kind IN ('user', 'group', 'application', 'anonymous')
UNION ALL
SELECT s.object_kind, s.object_id, r.subject_kind, r.subject_id, 'share', s.target, s.level, 1, s.level, iif(s.level = 'edit', 290, 190), 1, r.source_key, s.source_resource, s.source_key, l.source_key, h.source_key
FROM jira_role_grant AS r
JOIN jira_share AS s ON s.share_kind = 'project' AND s.target = r.project_id
JOIN jira_scheme_project AS l ON l.project_id = r.project_id
JOIN jira_scheme_holder AS h ON h.scheme_id = l.scheme_id AND h.holder_kind = 'role' AND h.holder_id = r.role_id
WHERE h.opens = 1
UNION ALL
SELECT s.object_kind, s.object_id, 'user', p.lead_account_id, 'share', s.target, s.level, 1, s.level, iif(s.level = 'edit', 290, 190), 1, NULL, s.source_resource, s.source_key, l.source_key, h.source_key
FROM jira_project AS p
JOIN jira_share AS s ON s.share_kind = 'project' AND s.target = p.project_id
JOIN jira_scheme_project AS l ON l.project_id = p.project_id
JOIN jira_scheme_holder AS h ON h.scheme_id = l.scheme_id AND h.holder_kind = 'lead'
WHERE h.opens = 1 AND p.lead_account_id IS NOT NULL
UNION ALL
SELECT 'site', iif(g.application = 'confluence', 'confluence', 'jira'), 'group', g.group_id, 'product_access', g.application, 'use', 1, 'view', 190, 1, NULL, g.source_resource, g.source_key, NULL, NULL
FROM access_application_group AS g
WHERE g.application <> '' OR g.source_resource = 'directory_group' -- an application's own word counts for itself
UNION ALL
SELECT 'site', t.product, t.subject_kind, t.subject_id, 'global_permission', '', t.permission, 1, 'administer', 399, 1, NULL, t.source_resource, t.source_key, NULL, NULL
FROM access_administrator AS t
