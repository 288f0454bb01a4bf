-- confluence_space_grant: who may do what in a space, both permission models in one form.
-- reads: confluence_space_role_mode, confluence_space_permission, confluence_space_role_assignment, confluence_space_role
-- index: space_id, operation
-- index: subject_kind, subject_id, operation
-- The mode says which model is the truth: ROLES leaves out permissions, PRE_ROLES leaves out role assignments, ROLES_TRANSITION or an untold mode keeps both.
-- A role's permissions are spelled operation/target (GET /wiki/api/v2/space-permissions); one spelled otherwise, and a role that the site does not explain, give a row with operation NULL, one without permissions none.
SELECT
  p.space_id AS space_id,                             -- text: the space
  p.subject_kind AS subject_kind,                     -- text: user, group, anonymous, access_class, unknown
  p.principal_id AS subject_id,                       -- text: account id, group id, ANONYMOUS, access class
  p.operation AS operation,                           -- text: read, create, update, delete, administer, export ...; NULL where the role's permissions are not known
  p.target_type AS target_type,                       -- text: space, page, blogpost, comment, attachment ...
  'permission' AS via,                                -- text: permission or role
  NULL AS role_id,                                    -- text: the role, NULL for a permission
  'confluence_space_permission' AS source_resource,   -- text: resource of the object that grants it
  p.key AS source_key                                 -- text: key of the object that grants it
FROM confluence_space_permission AS p
WHERE NOT EXISTS (SELECT 1 FROM confluence_space_role_mode WHERE mode = 'ROLES')
UNION ALL
SELECT
  a.space_id,
  a.subject_kind,
  a.principal_id,
  iif(instr(e.value, '/') > 0, lower(substr(e.value, 1, instr(e.value, '/') - 1)), NULL),
  iif(instr(e.value, '/') > 0, lower(substr(e.value, instr(e.value, '/') + 1)), NULL),
  'role',
  a.role_id,
  'confluence_space_role_assignment',
  a.key
FROM confluence_space_role_assignment AS a
LEFT JOIN confluence_space_role AS r ON r.role_id = a.role_id
LEFT JOIN json_each(r.permissions) AS e
WHERE NOT EXISTS (SELECT 1 FROM confluence_space_role_mode WHERE mode = 'PRE_ROLES')
  AND (e.value IS NOT NULL OR r.permissions IS NULL)
