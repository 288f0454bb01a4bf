-- confluence_space_role_mode: which permission model the spaces follow (GET /wiki/api/v2/space-role-mode).
SELECT
  o.key,                                              -- text: always confluence
  o.body ->> '$.mode' AS mode                         -- text: PRE_ROLES permissions count, ROLES role assignments count, ROLES_TRANSITION both
FROM object AS o
