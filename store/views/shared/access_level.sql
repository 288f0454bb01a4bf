-- access_level: which permissions make which level of access: view, edit or administer.
-- reads: jira_permission_grant, confluence_space_permission
-- index: product, permission
-- Of the built-in permissions of developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-permission-schemes, and of the operations of GET
-- /wiki/api/v2/spaces/{id}/permissions; those of Data Center have the same names in the relations read here.
-- edit is anything that changes something, a comment too. What neither opens nor changes anything (VIEW_DEV_TOOLS, export), and what apps add, makes no level.
-- Without a permission that opens, those of edit have no effect; those of administer have (support.atlassian.com/jira-cloud-administration/docs/permissions-for-company-managed-projects).
SELECT
  l.column1 AS product,                               -- text: jira or confluence
  l.column2 AS permission,                            -- text: BROWSE_PROJECTS ...; of Confluence the operation
  l.column3 AS target_type,                           -- text: of Confluence what the operation is on, empty for anything; global for Jira's global permissions
  l.column4 AS level,                                 -- text: view, edit, administer
  l.column5 AS rank,                                  -- integer: the more the stronger: 300 and more administers, 200 and more edits
  l.column6 AS opens                                  -- integer: 1 it lets see the object at all, 0 not
FROM (VALUES
  ('jira', 'ADMINISTER_PROJECTS', '', 'administer', 390, 0),
  ('jira', 'EDIT_ISSUES', '', 'edit', 290, 0),
  ('jira', 'DELETE_ISSUES', '', 'edit', 289, 0),
  ('jira', 'MOVE_ISSUES', '', 'edit', 288, 0),
  ('jira', 'CREATE_ISSUES', '', 'edit', 287, 0),
  ('jira', 'TRANSITION_ISSUES', '', 'edit', 286, 0),
  ('jira', 'RESOLVE_ISSUES', '', 'edit', 285, 0),
  ('jira', 'CLOSE_ISSUES', '', 'edit', 284, 0),
  ('jira', 'ASSIGN_ISSUES', '', 'edit', 283, 0),
  ('jira', 'SCHEDULE_ISSUES', '', 'edit', 282, 0),
  ('jira', 'MODIFY_REPORTER', '', 'edit', 281, 0),
  ('jira', 'SET_ISSUE_SECURITY', '', 'edit', 280, 0),
  ('jira', 'LINK_ISSUES', '', 'edit', 279, 0),
  ('jira', 'MANAGE_SPRINTS_PERMISSION', '', 'edit', 278, 0),
  ('jira', 'SERVICEDESK_AGENT', '', 'edit', 277, 0),
  ('jira', 'MANAGE_WATCHERS', '', 'edit', 276, 0),
  ('jira', 'EDIT_ALL_COMMENTS', '', 'edit', 275, 0),
  ('jira', 'DELETE_ALL_COMMENTS', '', 'edit', 274, 0),
  ('jira', 'ADD_COMMENTS', '', 'edit', 273, 0),
  ('jira', 'EDIT_OWN_COMMENTS', '', 'edit', 272, 0),
  ('jira', 'DELETE_OWN_COMMENTS', '', 'edit', 271, 0),
  ('jira', 'DELETE_ALL_ATTACHMENTS', '', 'edit', 270, 0),
  ('jira', 'CREATE_ATTACHMENTS', '', 'edit', 269, 0),
  ('jira', 'DELETE_OWN_ATTACHMENTS', '', 'edit', 268, 0),
  ('jira', 'EDIT_ALL_WORKLOGS', '', 'edit', 267, 0),
  ('jira', 'DELETE_ALL_WORKLOGS', '', 'edit', 266, 0),
  ('jira', 'WORK_ON_ISSUES', '', 'edit', 265, 0),
  ('jira', 'EDIT_OWN_WORKLOGS', '', 'edit', 264, 0),
  ('jira', 'DELETE_OWN_WORKLOGS', '', 'edit', 263, 0),
  ('jira', 'BROWSE_PROJECTS', '', 'view', 190, 1),
  ('jira', 'ADMINISTER', 'global', 'administer', 399, 1),
  ('jira', 'SYSTEM_ADMIN', 'global', 'administer', 398, 1),
  ('confluence', 'administer', 'space', 'administer', 390, 0),
  ('confluence', 'update', '', 'edit', 290, 0),
  ('confluence', 'create', '', 'edit', 289, 0),
  ('confluence', 'delete', '', 'edit', 288, 0),
  ('confluence', 'move', '', 'edit', 287, 0),
  ('confluence', 'archive', '', 'edit', 286, 0),
  ('confluence', 'restrict_content', '', 'edit', 285, 0),
  ('confluence', 'restore', '', 'edit', 284, 0),
  ('confluence', 'purge', '', 'edit', 283, 0),
  ('confluence', 'purge_version', '', 'edit', 282, 0),
  ('confluence', 'read', 'space', 'view', 190, 1)
) AS l
