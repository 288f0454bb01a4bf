-- rev: 1
-- title: Administrator owns a user API token
-- severity: high
-- category: credentials
-- products: org
-- object: org_api_token
-- needs: org_api_token, org_directory, org_user, org_user_role
-- optional: org_group_role, directory_group_member, jira_global_permission
-- unknown: WITH live AS MATERIALIZED (
--     SELECT key, status, account_id FROM org_api_token
--     WHERE coalesce(status, 'ALLOWED') = 'ALLOWED'
--       AND coalesce(julianday(expires_at), julianday(:now) + 1) > julianday(:now)
--   )
--   SELECT printf('%d token(s) do not tell whose they are, or whether they are allowed', count(*)) AS words, json_group_array(t.key) AS key
--   FROM live AS t
--   WHERE t.account_id IS NULL
--     OR t.status IS NULL AND t.account_id IN (SELECT account_id FROM org_administrator UNION ALL SELECT account_id FROM jira_global_permission WHERE permission = 'ADMINISTER')
--   HAVING count(*) > 0
--   UNION ALL
--   SELECT count(*) || ' ' || words, NULL FROM org_unclear_administrator WHERE EXISTS (SELECT 1 FROM live) GROUP BY words
--   UNION ALL
--   SELECT 'the roles of groups were not read whole, so who administers through a group may not be told', NULL
--   WHERE EXISTS (SELECT 1 FROM live)
--     AND NOT EXISTS (SELECT 1 FROM coverage WHERE resource = 'org_group_role' AND outcome = 'complete')
-- maps: iso27001:A.8.2, iso27001:A.5.17, soc2:CC6.1, soc2:CC6.3, csf2:PR.AA-01, csf2:PR.AA-05, cis8:5.4, attack:T1550.001
-- source: How to Harden, Atlassian; Atlassian API Access REST API, API tokens of an organisation; Atlassian organisations REST API v2, roles
-- why: The token carries the rights of the administrator past single sign-on and past the second factor, to wherever it is kept.
-- fix: Find out what uses the token, by its name and the day it was last used
--   Give that a service account with a token of the scopes it takes (admin.atlassian.com > Directory > Service accounts)
--   Revoke the token (admin.atlassian.com > Security > API tokens)
-- false-positives: A token with few scopes for one automation: where the list tells scopes, the finding names how many.
WITH
  administrator (account_id, words, resource, key) AS (
    SELECT account_id, iif(role = 'atlassian/org-admin', 'an organisation administrator', 'a site administrator'), source_resource, source_key
    FROM org_administrator
    UNION ALL -- whoever leaves the group that gives the role is the cause of what is resolved
    SELECT account_id, iif(role = 'atlassian/org-admin', 'an organisation administrator', 'a site administrator'), member_resource, member_key
    FROM org_administrator
    WHERE via_group IS NOT NULL
    UNION ALL
    SELECT account_id, 'an administrator of Jira', 'jira_global_permission', key
    FROM jira_global_permission
    WHERE permission = 'ADMINISTER'
  )
SELECT
  t.key,
  '' AS aspect,
  coalesce(nullif(t.label, ''), t.token_id) AS subject,
  'is an API token of ' || coalesce((SELECT nullif(max(u.display_name), '') FROM org_user AS u WHERE u.account_id = t.account_id), t.account_id) || ', '
    || replace(group_concat(DISTINCT x.words ORDER BY x.words DESC), ',', ' and ')
    || iif(json_array_length(t.scopes) = 0, '; it may do everything its owner may', coalesce('; it has ' || json_array_length(t.scopes) || iif(json_array_length(t.scopes) = 1, ' scope', ' scopes'), '')) AS detail,
  '[' || json_object('resource', 'org_api_token', 'key', t.key) || ',' || group_concat(DISTINCT json_object('resource', x.resource, 'key', x.key)) || ']' AS evidence
FROM org_api_token AS t
JOIN administrator AS x ON x.account_id = t.account_id
WHERE t.status = 'ALLOWED'
  AND coalesce(julianday(t.expires_at), julianday(:now) + 1) > julianday(:now)
GROUP BY t.key
