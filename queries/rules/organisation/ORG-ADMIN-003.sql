-- rev: 2
-- title: Organisation or site administrator is not a managed account
-- severity: critical
-- category: privileged access
-- products: org
-- object: org_user
-- needs: org_directory, org_user, org_user_role
-- optional: org_domain, org_group, org_group_role, directory_group_member
-- unknown: SELECT printf('%d administrator(s) do not tell whether they are managed, or whether their e-mail address is at a verified domain', count(DISTINCT x.account_id)) AS words, json_group_array(DISTINCT coalesce(a.key, x.source_key)) AS key
--   FROM org_administrator AS x
--   LEFT JOIN org_account AS a ON a.account_id = x.account_id AND a.org_id IS x.org_id
--   WHERE a.claim_status IS NOT 'unmanaged'
--     AND CASE WHEN a.email_domain IS NULL OR NOT EXISTS (SELECT 1 FROM coverage WHERE resource = 'org_domain' AND outcome = 'complete') THEN 1
--       ELSE iif(a.email_domain IN (SELECT name FROM org_domain WHERE coalesce(claim_status, 'verified') = 'verified' AND coalesce(org_id = a.org_id, 1)),
--         a.claim_status IS NULL, EXISTS (SELECT 1 FROM org_domain WHERE name IS NULL)) END
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT count(*) || ' ' || words, json_group_array(key) FROM org_unclear_administrator GROUP BY words
--   UNION ALL
--   SELECT 'the roles of groups were not read whole, so who administers through a group may not be told', NULL
--   WHERE NOT EXISTS (SELECT 1 FROM coverage WHERE resource = 'org_group_role' AND outcome = 'complete')
-- maps: iso27001:A.8.2, iso27001:A.5.16, soc2:CC6.1, soc2:CC6.3, csf2:PR.AA-01, csf2:PR.AA-03, cis8:5.4, cis8:6.3
-- source: How to Harden, Atlassian; Atlassian organisations REST API v2, claim status and roles of accounts; v1, domains
-- why: Sign-in policies reach managed accounts alone. An administrator whose account is not managed signs in past single sign-on
--   and past the second factor that everybody else has to use.
-- fix: Give the task to somebody with a managed account
--   Take the role from this one (admin.atlassian.com > Directory > Users > the user), or take it out of the group named
--   Where it is one of your own people, verify the domain of the e-mail address and claim the account (Settings > Domains)
-- false-positives: A partner who administers under a contract: it stays a finding; accept it with the end of the contract.

-- Not managed is who the site says so of, and whose e-mail address is at no domain that the organisation has verified: whatever
-- the site says of the account, nothing holds it there. That is looked at where all domains of the organisation are known.
WITH
  way AS MATERIALIZED (
    SELECT x.*, a.key AS user_key, a.display_name, a.account_status, a.claim_status, a.email_domain,
      CASE x.role WHEN 'atlassian/org-admin' THEN 1 ELSE 2 END AS place
    FROM org_administrator AS x
    JOIN org_account AS a ON a.account_id = x.account_id AND a.org_id IS x.org_id
    WHERE a.claim_status = 'unmanaged'
      OR a.email_domain IS NOT NULL
        AND a.email_domain NOT IN (SELECT name FROM org_domain WHERE coalesce(claim_status, 'verified') = 'verified' AND coalesce(org_id = a.org_id, 1))
        AND EXISTS (SELECT 1 FROM coverage WHERE resource = 'org_domain' AND outcome = 'complete')
  )
SELECT
  w.user_key AS key,
  '' AS aspect,
  coalesce(nullif(w.display_name, ''), w.account_id) AS subject,
  'is ' || iif(min(w.place) = 1, 'an organisation administrator', 'a site administrator')
    || iif(count(w.via_group) < count(*), '', ' through the group ' || group_concat(DISTINCT coalesce(nullif(g.name, ''), w.via_group) ORDER BY coalesce(nullif(g.name, ''), w.via_group)))
    || iif(w.claim_status IS NOT 'unmanaged', ' with an e-mail address at ' || w.email_domain || ', no domain that the organisation has verified', ', and the account is not managed' || coalesce(' (e-mail at ' || w.email_domain || ')', ''))
    || iif(w.account_status IN ('inactive', 'closed'), ' (deactivated at present)', '') AS detail,
  '[' || json_object('resource', 'org_user', 'key', w.user_key) || ',' || group_concat(DISTINCT json_object('resource', w.source_resource, 'key', w.source_key))
    || coalesce(',' || group_concat(DISTINCT iif(w.member_resource = 'directory_group_member', json_object('resource', w.member_resource, 'key', w.member_key), NULL)), '')
    || coalesce(',' || group_concat(DISTINCT iif(w.claim_status IS NOT 'unmanaged', (SELECT json_object('resource', 'org_domain', 'key', d.key) FROM org_domain AS d WHERE d.name = w.email_domain AND coalesce(d.org_id = w.org_id, 1) ORDER BY d.key LIMIT 1), NULL)), '') || ']' AS evidence
FROM way AS w
LEFT JOIN org_group AS g ON g.group_id = w.via_group
GROUP BY w.user_key
