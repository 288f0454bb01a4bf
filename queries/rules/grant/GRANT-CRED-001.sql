-- rev: 1
-- title: Snapshot was taken with a credential that cannot be limited
-- severity: medium
-- category: grant
-- products: grant
-- object: grant
-- needs: grant
-- unknown: SELECT CASE g.kind WHEN 'org-key' THEN 'whether ' || coalesce(g.credential, g.key) || ' was made with scopes is stated nowhere' ELSE 'of what kind a sign-in is, is not told' END, g.key
--   FROM "grant" AS g WHERE g.kind IS NULL OR g.kind = 'org-key'
-- maps: iso27001:A.5.17, iso27001:A.5.15, soc2:CC6.1, soc2:CC6.3, csf2:PR.AA-01, csf2:PR.AA-05, cis8:6.8
-- source: Atlassian, manage API tokens for your Atlassian account; personal access tokens of Data Center, which have no scopes
-- why: An API token without scopes and a personal access token of Data Center carry every right of their owner, to change things too.
--   Whoever finds it is its owner. Plumbline only reads, but the token does not know that.
-- fix: Cloud: make an API token with scopes (id.atlassian.com > Security > API tokens > Create API token with scopes), or sign in with OAuth 2.0; plumbline connect scopes lists which
--   Data Center: use an account of its own that may see what is audited and change nothing, and let the token end with the audit
--   Revoke the token that was used: plumbline connect remove forgets it here, but only its owner can revoke it
-- false-positives: On Data Center there is no token with scopes, and on Cloud the list of installed apps opens to nothing else:
--   take an account with few rights and accept the risk until the end of the audit.

SELECT
  g.key,
  '' AS aspect,
  coalesce(g.credential, g.key) AS subject,
  iif(g.kind = 'dc-token', 'is a personal access token of Data Center, which cannot be limited: it carries all rights of its owner',
    'is an API token without scopes: it carries all rights of its owner') AS detail
FROM "grant" AS g
WHERE g.kind IN ('token', 'dc-token')
