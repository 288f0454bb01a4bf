-- rev: 1
-- title: No verified domain, or an own domain is not verified
-- severity: high
-- category: identity
-- products: org
-- object: org, org_domain
-- needs: org
-- needs-all: org_domain
-- unknown: SELECT printf('%d domain(s) do not tell their name, their organisation or whether they are verified', count(*)) AS words, json_group_array(key) AS key
--   FROM org_domain
--   WHERE name IS NULL
--     OR org_id IS NULL
--     OR claim_status IS NULL
--   HAVING count(*) > 0
-- maps: iso27001:A.5.16, iso27001:A.8.5, soc2:CC6.1, csf2:PR.AA-01, csf2:PR.AA-03, cis8:5.6, cis8:6.7
-- source: How to Harden, Atlassian; Atlassian, how to keep my organization secure; Atlassian organisations REST API v1, domains
-- why: Only accounts at a domain that the organisation has verified can be managed. Without one no sign-in policy holds for
--   anybody, and for every own domain that is missing it holds for nobody there.
-- fix: List every domain that your people have mail at
--   Verify each (admin.atlassian.com > Settings > Domains > Add domain, by a DNS record or a file on the web server)
--   Claim the accounts there, and put them under an authentication policy
-- false-positives: A domain that carries no Atlassian account: take it out of own_email_domains.

-- An own domain is verified if any organisation of the snapshot has verified it.
SELECT
  'org' AS resource,
  o.key AS key,
  '' AS aspect,
  coalesce(nullif(o.name, ''), o.org_id) AS subject,
  'has no verified domain' || iif(count(d.key) = 0, '', ': ' || group_concat(d.name || ' is ' || replace(d.claim_status, '_', ' '), ', ' ORDER BY d.name)) AS detail,
  '[' || json_object('resource', 'org', 'key', o.key) || coalesce(',' || group_concat(iif(d.key IS NULL, NULL, json_object('resource', 'org_domain', 'key', d.key))), '') || ']' AS evidence
FROM org AS o
LEFT JOIN org_domain AS d ON d.org_id = o.org_id
WHERE NOT EXISTS (SELECT 1 FROM org_domain WHERE coalesce(claim_status, 'verified') = 'verified' AND coalesce(org_id, o.org_id) = o.org_id)
GROUP BY o.key
UNION ALL
SELECT
  iif(d.key IS NULL, 'org', 'org_domain'),
  coalesce(min(d.key), o.key),
  iif(d.key IS NULL, w.name, ''),
  w.name,
  iif(d.key IS NULL, 'is an own domain, but not among the domains of the organisation', 'is an own domain, but not verified (' || replace(min(d.claim_status), '_', ' ') || ')'),
  json_array(json_object('resource', iif(d.key IS NULL, 'org', 'org_domain'), 'key', coalesce(min(d.key), o.key)))
FROM (SELECT DISTINCT lower(ltrim(value, '@')) AS name FROM json_each(:own_email_domains)) AS w
JOIN (SELECT min(key) AS key FROM org) AS o ON o.key IS NOT NULL
LEFT JOIN org_domain AS d ON d.name = w.name
WHERE w.name NOT IN (SELECT name FROM org_domain WHERE coalesce(claim_status, 'verified') = 'verified')
GROUP BY w.name
