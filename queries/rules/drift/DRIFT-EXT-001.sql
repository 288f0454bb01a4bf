-- rev: 1
-- kind: drift
-- title: New external collaborator
-- severity: medium
-- category: drift
-- products: jira-cloud, confluence-cloud, org
-- object: jira_user, confluence_user
-- needs: jira_user, confluence_user
-- unknown: SELECT 'own_email_domains is not set, so nobody was judged by e-mail address, only by the guest flag' AS words, NULL AS key
--   WHERE NOT EXISTS (SELECT 1 FROM json_each(:own_email_domains))
--   UNION ALL
--   SELECT printf('%d account(s) do not tell enough to say whether they are external: type, state, guest flag or e-mail address', count(*)), json_group_array(a.account_id)
--   FROM after_account_kind AS a
--   WHERE (a.guest OR a.by_address AND EXISTS (SELECT 1 FROM json_each(:own_email_domains)) AND a.email_domain NOT IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains))) IS NULL
--     AND a.resolved = 1
--   HAVING count(*) > 0
-- maps: iso27001:A.5.19, iso27001:A.5.18, soc2:CC6.2, soc2:CC9.2, csf2:PR.AA-01, csf2:GV.SC-07, cis8:6.1, cis8:15.1
-- source: Jira and Confluence Cloud REST API, users; How to Harden, Atlassian
-- why: Lists of guests only grow, unless somebody looks at each one that comes.
-- fix: Find the sponsor in the house, and agree with that person on what the guest may see and until when
--   Remove accounts that nobody asked for: admin.atlassian.com > Directory > Users > Remove access
--   Where the address is at an alias domain of your own company, add the domain to own_email_domains
-- false-positives: A guest who was invited with an approval: accept it with its end. Addresses at an alias domain of your own company: add the domain to own_email_domains.

-- External is whom the site flags as a guest, or a person whose e-mail address lies outside own_email_domains; the same
-- domains count on both sides. Whoever did not tell enough before may have been external then, and is left out.
SELECT
  iif(a.account_id IN (SELECT key FROM after_jira_user), 'jira_user', 'confluence_user') AS resource,
  a.account_id AS key,
  '' AS aspect,
  a.name AS subject,
  'is external (' || a.basis || ') and ' || iif(b.account_id IS NULL, 'was not there before', 'was not before') AS detail
FROM after_account_kind AS a
LEFT JOIN before_account_kind AS b ON b.account_id = a.account_id
WHERE (a.guest
    OR a.by_address AND EXISTS (SELECT 1 FROM json_each(:own_email_domains)) AND a.email_domain NOT IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains)))
  AND (b.account_id IS NULL
    OR (b.guest OR b.by_address AND EXISTS (SELECT 1 FROM json_each(:own_email_domains)) AND b.email_domain NOT IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains))) = 0)
