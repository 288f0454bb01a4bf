-- access_path: every way by which an account reaches a site, project, space, filter or dashboard.
-- reads: access_subject, access_grant, access_administrator, access_object
-- materialised: no
-- Left as a view: ask for few accounts or few objects, as of confluence_space_access. An account that is deactivated holds its ways and cannot sign in.
SELECT
  s.account_id AS account_id,                         -- text: the account
  g.object_kind AS object_kind,                       -- text: as in access_grant, and so on
  g.object_id AS object_id,                           -- text: the object
  s.subject_kind AS subject_kind,                     -- text: as what the account is met
  s.subject_id AS subject_id,                         -- text: account id, group id, application, class
  s.via_group AS via_group,                           -- text: the group that makes it a user of an application, or one of a class
  g.through_kind AS through_kind,                     -- text: as in access_grant
  g.through_id AS through_id,                         -- text: as in access_grant
  g.permission AS permission,                         -- text: the strongest permission of this way
  g.permissions AS permissions,                       -- integer: how many it gives
  g.level AS level,                                   -- text: view, edit, administer: that of the strongest
  g.rank AS rank,                                     -- integer: as in access_level
  g.opens AS opens,                                   -- integer: 1 it lets see the object
  s.member_key AS member_key,                         -- text: key of the directory_group_member on the way
  s.via_resource AS via_resource,                     -- text: resource of the object that says what the group opens
  s.via_key AS via_key,                               -- text: key of that object
  g.actor_key AS actor_key,                           -- text: key of the jira_role_actor on the way
  g.source_resource AS source_resource,               -- text: resource of the object that grants
  g.source_key AS source_key,                         -- text: key of that object
  g.scheme_key AS scheme_key,                         -- text: key of the jira_project_scheme on the way
  g.project_grant_key AS project_grant_key            -- text: of a share with a project: key of the jira_permission_grant that lets see it
FROM access_subject AS s
JOIN access_grant AS g ON g.subject_kind = s.subject_kind AND g.subject_id = s.subject_id
UNION ALL
SELECT s.account_id, o.object_kind, o.object_id, s.subject_kind, s.subject_id, s.via_group, 'global_permission', '', t.permission, 1, 'administer', 399, 1, s.member_key, s.via_resource, s.via_key, NULL, t.source_resource, t.source_key, NULL, NULL
FROM access_subject AS s
JOIN access_administrator AS t ON t.subject_kind = s.subject_kind AND t.subject_id = s.subject_id
JOIN access_object AS o ON o.product = t.product AND o.object_kind <> 'site'
