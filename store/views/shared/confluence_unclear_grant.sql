-- confluence_unclear_grant: grants in spaces that do not tell in which space, what they allow, or to whom: nobody can say what they open.
-- reads: confluence_space_grant, confluence_space, account
SELECT
  g.space_id AS space_id,                             -- text: the space, NULL if not told
  g.source_key AS source_key                          -- text: key of the object that grants
FROM confluence_space_grant AS g
WHERE NOT EXISTS (SELECT 1 FROM confluence_space AS s WHERE s.space_id = g.space_id)
  OR g.operation IS NULL OR g.target_type IS NULL
  OR g.subject_id IS NULL OR coalesce(g.subject_kind, 'unknown') = 'unknown'
  OR g.subject_kind = 'user' AND g.subject_id NOT IN (SELECT account_id FROM account)
