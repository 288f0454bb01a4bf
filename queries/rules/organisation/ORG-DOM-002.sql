-- rev: 1
-- title: Accounts on a verified domain are still unclaimed
-- severity: high
-- category: identity
-- products: org
-- object: org_user
-- needs: org_directory, org_user, org_domain
-- unknown: SELECT printf('%d account(s) do not tell their e-mail address, whether they are managed or whether they are active', count(*)) AS words, json_group_array(a.key) AS key
--   FROM org_account AS a
--   WHERE (a.claim_status = 'unmanaged' AND a.account_status = 'active' AND a.email_domain <> '') IS NULL
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d domain(s) do not tell their name, their organisation or whether they are verified', count(*)), NULL
--   FROM org_domain
--   WHERE (claim_status = 'verified' AND name <> '' AND org_id <> '') IS NULL
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d account(s) are in a directory that does not tell its organisation', count(*)), json_group_array(a.key)
--   FROM org_account AS a
--   WHERE a.org_id IS NULL
--   HAVING count(*) > 0
-- maps: iso27001:A.5.16, iso27001:A.8.5, soc2:CC6.1, csf2:PR.AA-01, csf2:PR.AA-03, cis8:5.1, cis8:5.6
-- source: How to Harden, Atlassian; Atlassian organisations REST API v2, claim status of accounts; v1, domains
-- why: These are your own people, at a domain that is proven to be yours, and they sign in outside your policy: no single
--   sign-on, no second factor, and nobody can close their accounts when they leave.
-- fix: Claim the accounts (admin.atlassian.com > Settings > Domains > the domain > Claim accounts)
--   Let new accounts of the domain be claimed by themselves there
--   Put them under an authentication policy (Security > Authentication policies)
-- false-positives: A claim that is under way takes up to a day.
SELECT
  a.key,
  '' AS aspect,
  coalesce(nullif(a.display_name, ''), a.account_id) AS subject,
  'has an e-mail address at ' || d.name || ', which the organisation has verified, but the account is not claimed' AS detail,
  json_array(
    json_object('resource', 'org_user', 'key', a.key),
    json_object('resource', 'org_domain', 'key', min(d.key))) AS evidence
FROM org_account AS a
CROSS JOIN org_domain AS d ON d.name = a.email_domain AND d.org_id = a.org_id
WHERE d.claim_status = 'verified'
  AND a.claim_status = 'unmanaged'
  AND a.account_status = 'active'
GROUP BY a.key
