-- confluence_space_holder: to whom each space grants how much: the operations of one subject, or of one role that it is given, as one row.
-- reads: confluence_space_grant, access_level
-- index: space_id
-- index: subject_kind, subject_id
-- The classes of people are met as what access_subject calls them: who may use Confluence, anybody with a sign-in, anybody at all.
SELECT
  g.space_id AS space_id,                             -- text: the space
  CASE WHEN g.subject_kind = 'access_class' AND g.subject_id = 'all-licensed-users' THEN 'application' WHEN g.subject_kind = 'access_class' AND g.subject_id = 'authenticated-users' THEN 'signed_in' ELSE coalesce(g.subject_kind, 'unknown') END AS subject_kind, -- text: user, group, application, signed_in, access_class, anonymous, role, unknown
  CASE WHEN g.subject_kind = 'anonymous' THEN '' WHEN g.subject_kind = 'access_class' AND g.subject_id = 'all-licensed-users' THEN 'confluence' WHEN g.subject_kind = 'access_class' AND g.subject_id = 'authenticated-users' THEN '' ELSE g.subject_id END AS subject_id, -- text: account id, group id, confluence, class; empty for anybody
  g.via AS via,                                       -- text: permission or role
  g.role_id AS role_id,                               -- text: the role, NULL for permissions
  g.operation || '/' || g.target_type AS permission,  -- text: the strongest of the operations, and on what
  count(DISTINCT g.operation || '/' || g.target_type) AS permissions, -- integer: how many there are
  l.level AS level,                                   -- text: view, edit, administer: that of the strongest
  max(l.rank) AS rank,                                -- integer: as in access_level
  sum(l.opens) > 0 AS opens,                          -- integer: 1 one of them lets see the space
  g.source_resource AS source_resource,               -- text: confluence_space_permission or confluence_space_role_assignment
  g.source_key AS source_key                          -- text: key of the object that grants the strongest
FROM confluence_space_grant AS g
JOIN access_level AS l ON l.product = 'confluence' AND l.permission = g.operation AND (l.target_type = '' OR l.target_type = g.target_type)
WHERE g.target_type IS NOT NULL
GROUP BY 1, 2, 3, 4, 5
HAVING subject_id IS NOT NULL
