-- rev: 1
-- title: No IP allowlist is enforced
-- severity: low
-- category: network
-- products: org
-- object: org
-- needs-all: org_policy
-- optional: org
-- unknown: SELECT printf('%d polic%s not tell the organisation, the type or whether it is enabled', count(*), iif(count(*) = 1, 'y does', 'ies do')) AS words, json_group_array(key) AS key
--   FROM org_policy
--   WHERE (type = 'ip-allowlist' AND status = 'enabled' AND org_id <> '') IS NULL
--   HAVING count(*) > 0
-- maps: iso27001:A.8.20, iso27001:A.8.21, soc2:CC6.1, soc2:CC6.6, csf2:PR.IR-01, cis8:12.7, cis8:13.4
-- source: How to Harden, Atlassian; Atlassian organisations REST API v1, policies
-- why: A stolen token or session works from anywhere in the world. An allowlist keeps it to networks that you know; it does not
--   cover admin.atlassian.com.
-- fix: Add an IP allowlist for each product (admin.atlassian.com > Security > IP allowlists; Premium and Enterprise plans)
--   Or write down what does its work instead, such as conditions of the identity provider, and accept this with a date
-- false-positives: Not every plan has it. Companies that work remotely may rely on the conditions of their identity provider.
SELECT
  o.key,
  '' AS aspect,
  coalesce(nullif(o.name, ''), o.org_id) AS subject,
  'has no IP allowlist that is enabled' || iif(count(p.key) = 0, '', ', only ' || count(p.key) || ' that ' || iif(count(p.key) = 1, 'is', 'are') || ' not: ' || group_concat(coalesce(nullif(p.name, ''), p.policy_id), ', ' ORDER BY p.name)) AS detail,
  '[' || json_object('resource', 'org', 'key', o.key) || coalesce(',' || group_concat(iif(p.key IS NULL, NULL, json_object('resource', 'org_policy', 'key', p.key))), '') || ']' AS evidence
FROM org AS o
LEFT JOIN org_policy AS p ON p.org_id = o.org_id AND p.type = 'ip-allowlist'
WHERE NOT EXISTS (
  SELECT 1 FROM org_policy
  WHERE coalesce(type, 'ip-allowlist') = 'ip-allowlist'
    AND coalesce(status, 'enabled') = 'enabled'
    AND coalesce(org_id, o.org_id) = o.org_id)
GROUP BY o.key
