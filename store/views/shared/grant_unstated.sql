-- grant_unstated: sign-ins that the snapshot was taken with whose scopes are not known, and why; on Data Center there are no scopes.
-- reads: grant, grant_scope
-- materialised: no
SELECT
  g.key,                                 -- text: key of the grant
  g.credential AS credential,            -- text: name of the credential
  g.kind AS kind,                        -- text: token, scoped-token, 3lo or org-key; NULL if not told
  coalesce(g.credential, g.key) || CASE g.kind
    WHEN 'token' THEN ' has no scopes: it may do whatever its owner may (GRANT-CRED-001)'
    WHEN 'org-key' THEN ' does not say whether it was made with scopes, and which'
    ELSE ' holds scopes that are stated nowhere'
  END AS words                           -- text: the reason, as a sentence
FROM "grant" AS g
WHERE g.kind IS NOT 'dc-token'
  AND g.key NOT IN (SELECT s.parent_key FROM grant_scope AS s WHERE s.parent_key IS NOT NULL)
