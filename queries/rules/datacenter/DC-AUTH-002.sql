-- rev: 2
-- title: No single sign-on, or sign-on can be bypassed
-- severity: medium
-- category: authentication
-- products: jira-dc, confluence-dc
-- object: jira_instance, confluence_instance
-- needs: single_sign_on, jira_instance, confluence_instance
-- unknown: SELECT v.name || ' does not tell how people sign in', v.key AS key
--   FROM dc_version AS v
--   WHERE NOT EXISTS (SELECT 1 FROM single_sign_on AS c WHERE c.product = v.product AND c.idp_id IS NULL AND c.authentication_fallback IS NOT NULL)
-- maps: iso27001:A.8.5, iso27001:A.5.16, soc2:CC6.1, csf2:PR.AA-03, cis8:6.3, cis8:5.6
-- source: Atlassian's security checklist for Data Center; the sign-on settings (rest/authconfig/1.0/sso and idps)
-- why: Without the identity provider there is no second factor, and who leaves the company keeps a password here. The fallback keeps that door open beside it.
-- fix: Administration > System > Authentication methods: add a SAML or OpenID Connect provider, test it with a few people, make it the way in for all
--   Switch off the authentication fallback (Show a login form and allow bypass of the providers) once it works; keep a sealed account for emergencies
--   Deactivate accounts of people who left in the directory itself
-- false-positives: A reverse proxy or Crowd that signs people in: it is not visible here. A fallback that is kept for an emergency: accept it, with an owner.

SELECT
  v.resource AS resource,
  v.key AS key,
  '' AS aspect,
  v.name AS subject,
  iif(count(i.key) = 0, 'has no single sign-on: people sign in with a password of its own or of a directory',
    'has single sign-on, but the password page can still be reached past it (authentication fallback is on)') AS detail,
  '[' || json_object('resource', v.resource, 'key', v.key) || ',' || json_object('resource', 'single_sign_on', 'key', c.key)
    || coalesce(',' || group_concat(iif(i.key IS NULL, NULL, json_object('resource', 'single_sign_on', 'key', i.key))), '') || ']' AS evidence
FROM dc_version AS v
JOIN single_sign_on AS c ON c.product = v.product AND c.idp_id IS NULL
LEFT JOIN single_sign_on AS i ON i.product = v.product AND i.idp_id IS NOT NULL AND i.enabled IS NOT 0
GROUP BY v.resource
HAVING (c.authentication_fallback = 1
  OR count(i.key) = 0 AND EXISTS (SELECT 1 FROM coverage AS w WHERE w.resource = 'single_sign_on' AND iif(v.product = 'jira', w.jira_outcome, w.confluence_outcome) = 'complete'))
