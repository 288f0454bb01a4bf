-- rev: 1
-- title: IP allowlist lets in a very large range
-- severity: medium
-- category: network
-- products: org
-- object: org_policy
-- needs: org_policy
-- unknown: SELECT printf('%d polic%s not tell the type, whether it is enabled, or its addresses', count(*), iif(count(*) = 1, 'y does', 'ies do')) AS words, json_group_array(key) AS key
--   FROM org_policy
--   WHERE (type = 'ip-allowlist' AND status = 'enabled' AND json_type(rule, '$.in') = 'array') IS NULL
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT printf('%d entr%s of an allowlist %s no address and no network: %s', count(*), iif(count(*) = 1, 'y', 'ies'), iif(count(*) = 1, 'is', 'are'), min(entry)), json_group_array(key)
--   FROM org_allowlist_entry
--   WHERE version IS NULL
--   HAVING count(*) > 0
-- param: min_v4_prefix int = 16
--   the shortest prefix of an IPv4 network that is not too large: 16 lets in 65,536 addresses
-- param: min_v6_prefix int = 32
--   the shortest prefix of an IPv6 network that is not too large: 32 is what a provider is given
-- maps: iso27001:A.8.20, soc2:CC6.6, csf2:PR.IR-01, cis8:12.2, cis8:13.4
-- source: How to Harden, Atlassian; Atlassian organisations REST API v1, policies
-- why: A range as wide as a provider, or as the whole internet, lets in nearly everybody. The list then looks like a control and
--   is none.
-- fix: Ask the network team from which addresses the company reaches the internet
--   Put those in place of the range (admin.atlassian.com > Security > IP allowlists)
-- false-positives: A large company that owns a whole /16 or more: raise the parameters to what it owns.

-- Of enabled policies. A network of which every address is let in (/0) is too large whatever the parameters say.
SELECT
  p.key,
  e.entry AS aspect,
  coalesce(nullif(p.name, ''), p.policy_id) AS subject,
  'lets in ' || trim(e.entry) || ', ' || CASE
    WHEN e.prefix = 0 THEN 'every IPv' || e.version || ' address there is'
    WHEN e.version = 4 THEN printf('%,d addresses', 1 << 32 - e.prefix)
    ELSE printf('an IPv6 network with a prefix shorter than %d', :min_v6_prefix) END AS detail
FROM org_allowlist_entry AS e
JOIN org_policy AS p ON p.key = e.key
WHERE e.prefix = 0
  OR e.version = 4 AND e.prefix < :min_v4_prefix
  OR e.version = 6 AND e.prefix < :min_v6_prefix
GROUP BY p.key, e.entry
