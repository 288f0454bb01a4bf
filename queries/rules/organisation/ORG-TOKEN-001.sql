-- rev: 2
-- title: User API token without expiry or with a long life
-- severity: medium
-- category: credentials
-- products: org
-- object: org_api_token
-- needs: org_api_token
-- optional: org_user
-- unknown: SELECT printf('%d token(s) do not tell whether they are allowed, when they were made or when they end', count(*)) AS words, json_group_array(key) AS key
--   FROM org_api_token
--   WHERE (status = 'ALLOWED'
--     AND CASE WHEN expires_at IS NULL THEN (SELECT 1 FROM org_api_token WHERE expires_at IS NOT NULL LIMIT 1)
--       ELSE julianday(expires_at) > julianday(:now) AND unixepoch(expires_at) - unixepoch(created_at) > :token_max_days * 86400 END) IS NULL
--   HAVING count(*) > 0
-- param: token_max_days int = 90
--   the longest life of a token, in days, that was agreed
-- maps: iso27001:A.5.17, soc2:CC6.1, csf2:PR.AA-01, cis8:5.2, cis8:6.2, attack:T1528, attack:T1550.001
-- source: How to Harden, Atlassian; Atlassian, manage API tokens; Atlassian API Access REST API, API tokens of an organisation
-- why: A token works as its owner does, without a second factor. The longer it lives, the longer does whoever finds a copy.
-- fix: Set a shorter longest life for new tokens (admin.atlassian.com > Security > Authentication policies)
--   Have the owner make a new token with an end within what was agreed, put it in place, and revoke this one
--   Revoke it at once where nobody knows what uses it (admin.atlassian.com > Security > API tokens)
-- false-positives: New tokens live a year unless somebody says otherwise, so expect many: take them owner by owner.

-- A token without an end, where others have one, does not end. To the second; a token that has ended is none any more.
SELECT
  t.key,
  '' AS aspect,
  coalesce(nullif(t.label, ''), t.token_id) AS subject,
  'is an API token' || coalesce(' of ' || coalesce((SELECT nullif(max(u.display_name), '') FROM org_user AS u WHERE u.account_id = t.account_id), t.account_id), '')
    || iif(t.expires_at IS NULL, ' that does not end', printf(' that lives %s%d days, until %s', iif((unixepoch(t.expires_at) - unixepoch(t.created_at)) % 86400 = 0, '', 'more than '), (unixepoch(t.expires_at) - unixepoch(t.created_at)) / 86400, date(t.expires_at))) AS detail,
  json_array(json_object('resource', 'org_api_token', 'key', t.key)) AS evidence
FROM org_api_token AS t
WHERE t.status = 'ALLOWED'
  AND CASE WHEN t.expires_at IS NULL THEN (SELECT 1 FROM org_api_token WHERE expires_at IS NOT NULL LIMIT 1)
    ELSE julianday(t.expires_at) > julianday(:now) AND unixepoch(t.expires_at) - unixepoch(t.created_at) > :token_max_days * 86400 END
