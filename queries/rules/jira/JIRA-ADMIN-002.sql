-- rev: 1
-- title: External account can administer Jira
-- severity: high
-- category: privileged access
-- products: jira-cloud
-- object: jira_user
-- needs: jira_global_permission, jira_user
-- optional: confluence_user, directory_group, directory_group_member, org_user
-- unknown: SELECT 'own_email_domains is not set, so nobody was judged by e-mail address' AS words, NULL AS key
--   WHERE NOT EXISTS (SELECT 1 FROM json_each(:own_email_domains))
--   UNION ALL
--   SELECT printf('%d account(s) that can administer Jira do not tell enough to say whether they are external: type, guest flag or e-mail address', count(*)), json_group_array(p.account_id)
--   FROM jira_global_permission AS p
--   LEFT JOIN account AS a ON a.account_id = p.account_id
--   WHERE p.permission = 'ADMINISTER'
--     AND (a.account_type NOT IN ('app', 'customer')
--       AND (coalesce(max(a.is_guest, a.is_external_collaborator), a.is_guest, a.is_external_collaborator, iif(a.email_domain IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains)), 0, NULL)) = 1
--         OR a.account_type = 'atlassian'
--           AND (p.account_id IN (SELECT account_id FROM org_user WHERE claim_status = 'unmanaged')
--             OR EXISTS (SELECT 1 FROM json_each(:own_email_domains))
--               AND a.email_domain NOT IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains))))) IS NULL
--   HAVING count(*) > 0
-- maps: iso27001:A.8.2, iso27001:A.5.19, soc2:CC6.3, soc2:CC9.2, csf2:PR.AA-05, cis8:5.4, cis8:15.1
-- source: How to Harden, Jira Cloud; Jira Cloud REST API v3, permissions/check and users; Atlassian organisations REST API, claim status
-- why: An administrator who signs in by somebody else's rules can change every control of the site, and neither your second
--   factor nor your leaver process reaches that account.
-- fix: Give the person a managed account at a domain that your organisation has verified, or give the task to somebody who has one
--   Take the account out of the groups that administer (admin.atlassian.com > Directory > Groups; which groups those are stands under Jira settings > System > Global permissions)
--   Until then ask for a second factor from accounts that are not managed (admin.atlassian.com > Security > External users)
--   Where the address is at an alias domain of your own company, add the domain to own_email_domains
-- false-positives: A partner who runs the site under a contract: accept it with an owner and the end of the contract.

-- External is whom the site flags as a guest (older name: external collaborator), or whose account the organisation does not
-- manage, which is certain; or a person whose e-mail address lies outside own_email_domains, which is probable. The sentence
-- says which. Apps are JIRA-ADMIN-003.
WITH
  outsider AS MATERIALIZED (
    SELECT u.key, a.account_id, coalesce(nullif(a.display_name, ''), a.account_id) AS name, a.active, p.key AS permission_key, o.key AS org_key,
      CASE WHEN a.is_guest = 1 THEN 'guest' WHEN a.is_external_collaborator = 1 THEN 'external collaborator' WHEN o.key IS NOT NULL THEN 'not managed by the organisation' ELSE 'e-mail at ' || a.email_domain END AS basis
    FROM jira_global_permission AS p
    JOIN jira_user AS u ON u.account_id = p.account_id
    JOIN account AS a ON a.account_id = p.account_id
    LEFT JOIN (SELECT account_id, min(key) AS key FROM org_user WHERE claim_status = 'unmanaged' GROUP BY account_id) AS o ON o.account_id = p.account_id
    WHERE p.permission = 'ADMINISTER'
      AND a.account_type NOT IN ('app', 'customer')
      AND (coalesce(max(a.is_guest, a.is_external_collaborator), a.is_guest, a.is_external_collaborator) = 1
        OR a.account_type = 'atlassian'
          AND (o.key IS NOT NULL
            OR EXISTS (SELECT 1 FROM json_each(:own_email_domains))
              AND a.email_domain NOT IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains))))
  ),
  through AS (   -- groups of its own that are known to administer
    SELECT x.account_id, iif(count(*) = 1, ', by the group ', ', by the groups ') || group_concat(coalesce(nullif(d.name, ''), d.group_id), ', ' ORDER BY d.name, d.group_id) AS words,
      group_concat(json_object('resource', 'directory_group_member', 'key', m.key)) AS objects
    FROM outsider AS x
    CROSS JOIN directory_group_member AS m ON m.account_id = x.account_id
    CROSS JOIN directory_group AS d ON d.group_id = m.group_id
    WHERE EXISTS (SELECT 1 FROM json_each(d.jira_access) WHERE value IN ('admin', 'site-admin'))
    GROUP BY x.account_id
  )
SELECT
  x.key,
  '' AS aspect,
  x.name AS subject,
  'is external (' || x.basis || ') and can administer Jira' || coalesce(t.words, '') || iif(x.active = 0, ' (deactivated at present)', '') AS detail,
  '[' || json_object('resource', 'jira_user', 'key', x.key) || ',' || json_object('resource', 'jira_global_permission', 'key', x.permission_key)
    || iif(x.org_key IS NULL, '', ',' || json_object('resource', 'org_user', 'key', x.org_key)) || coalesce(',' || t.objects, '') || ']' AS evidence
FROM outsider AS x
LEFT JOIN through AS t ON t.account_id = x.account_id
