-- rev: 1
-- title: Credential outlives the engagement
-- severity: low
-- category: grant
-- products: grant
-- object: grant
-- needs: grant, grant_scope
-- param: engagement_end text = 
--   the last day of the audit, 2026-12-31; while empty nothing is said of when credentials end
-- param: single_run bool = true
--   whether this snapshot is the only one to be taken with its sign-in: then it need not stay signed in
-- param: credential_ends list = []
--   when each credential ends, as whoever made it says, for no API tells: its kind (token, scoped-token, 3lo, org-key, dc-token), a colon, and the day or the word never
-- unknown: SELECT CASE
--     WHEN e.value IS NULL THEN 'when ' || coalesce(g.credential, g.key) || ' ends is stated nowhere: say it with the parameter credential_ends'
--     WHEN date(substr(e.value, instr(e.value, ':') + 1)) IS NULL THEN 'credential_ends: ' || e.value || ' names no day'
--     ELSE 'the parameter engagement_end names no day'
--   END, g.key
--   FROM "grant" AS g LEFT JOIN json_each(:credential_ends) AS e ON e.value LIKE g.kind || ':%'
--   WHERE (substr(e.value, instr(e.value, ':') + 1) = 'never' OR date(substr(e.value, instr(e.value, ':') + 1)) > date(:engagement_end)) IS NULL
-- maps: iso27001:A.5.18, iso27001:A.5.20, soc2:CC6.2, csf2:PR.AA-01, cis8:6.2
-- source: Atlassian, manage API tokens for your Atlassian account; OAuth 2.0 (3LO) apps: a refresh token lives on for up to a year
-- why: A consultant whose access works on after the report is a risk to both sides: nobody looks at it any more, and the next breach
--   is theirs to explain.
-- fix: Revoke the sign-in when the snapshot is taken: id.atlassian.com > Security > API tokens, or Connected apps for OAuth 2.0; on Data Center profile > Personal access tokens
--   Make the next one so that it ends with the audit
--   For a single snapshot, ask for no offline_access
-- false-positives: Audits that come again: set engagement_end accordingly, and single_run to false.

SELECT
  s.parent_key AS key,
  'offline_access' AS aspect,
  coalesce(s.credential, s.parent_key) AS subject,
  'may stay signed in after this run, by the scope offline_access, and is meant for a single one' AS detail,
  json_array(json_object('resource', 'grant_scope', 'key', s.key)) AS evidence
FROM grant_scope AS s
WHERE s.scope = 'offline_access'
  AND :single_run
UNION ALL
SELECT
  g.key,
  'end',
  coalesce(g.credential, g.key),
  iif(min(substr(e.value, instr(e.value, ':') + 1)) = 'never', 'never ends', 'ends on ' || max(substr(e.value, instr(e.value, ':') + 1)))
    || iif(:engagement_end = '', '', '; the audit ends on ' || :engagement_end),
  NULL
FROM "grant" AS g
JOIN json_each(:credential_ends) AS e ON e.value LIKE g.kind || ':%'
WHERE (substr(e.value, instr(e.value, ':') + 1) = 'never' OR date(substr(e.value, instr(e.value, ':') + 1)) > date(:engagement_end))
GROUP BY g.key
