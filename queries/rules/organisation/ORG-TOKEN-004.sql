-- rev: 1
-- title: Token belongs to a deactivated or suspended account
-- severity: high
-- category: credentials
-- products: org
-- object: org_api_token
-- needs: org_api_token, org_directory, org_user
-- unknown: SELECT printf('%d token(s) do not tell whether they are allowed or whose they are, or their owner is not in the directory of the same organisation or does not tell whether the account is active', count(DISTINCT t.key)) AS words, json_group_array(DISTINCT t.key) AS key
--   FROM org_api_token AS t
--   LEFT JOIN org_account AS a ON a.account_id = t.account_id AND a.org_id = t.org_id
--   WHERE coalesce(julianday(t.expires_at), julianday(:now) + 1) > julianday(:now)
--     AND (t.status = 'ALLOWED' AND (a.account_status <> 'active' OR a.membership_status = 'suspended')) IS NULL
--   HAVING count(*) > 0
-- maps: iso27001:A.5.18, iso27001:A.5.17, soc2:CC6.2, csf2:PR.AA-01, cis8:6.2
-- source: How to Harden, Atlassian; Atlassian API Access REST API, API tokens of an organisation; Atlassian organisations REST API v2, accounts
-- why: Somebody was shown the door and kept a key. It shows that leaving does not take credentials away, and the token works
--   again the day the account does.
-- fix: Revoke the token (admin.atlassian.com > Security > API tokens)
--   Make revoking tokens a step of the leaver process
-- false-positives: The token may do nothing while the account is closed; it is live again if the account returns.
SELECT
  t.key,
  '' AS aspect,
  coalesce(nullif(t.label, ''), t.token_id) AS subject,
  'is an API token of ' || coalesce(nullif(a.display_name, ''), a.account_id) || ', whose account is ' || iif(a.account_status <> 'active', a.account_status, 'suspended')
    || coalesce(', last used on ' || date(t.last_active_at), '') AS detail,
  json_array(
    json_object('resource', 'org_api_token', 'key', t.key),
    json_object('resource', 'org_user', 'key', min(a.key))) AS evidence
FROM org_api_token AS t
JOIN org_account AS a ON a.account_id = t.account_id AND a.org_id = t.org_id
WHERE t.status = 'ALLOWED'
  AND coalesce(julianday(t.expires_at), julianday(:now) + 1) > julianday(:now)
  AND (a.account_status <> 'active'
    OR a.membership_status = 'suspended')
GROUP BY t.key
