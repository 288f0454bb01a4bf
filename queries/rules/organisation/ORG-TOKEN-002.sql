-- rev: 1
-- title: User API token unused but still valid
-- severity: medium
-- category: credentials
-- products: org
-- object: org_api_token
-- needs: org_api_token
-- optional: org_user
-- unknown: SELECT printf('%d token(s) do not tell whether they are allowed, when they were made or when they were last used', count(*)) AS words, json_group_array(key) AS key
--   FROM org_api_token
--   WHERE (status = 'ALLOWED'
--     AND coalesce(julianday(expires_at), julianday(:now) + 1) > julianday(:now)
--     AND CASE WHEN last_active_at IS NULL THEN (SELECT 1 FROM org_api_token WHERE last_active_at IS NOT NULL LIMIT 1) AND julianday(created_at) < julianday(:now) - :token_idle_days
--       ELSE julianday(last_active_at) < julianday(:now) - :token_idle_days END) IS NULL
--   HAVING count(*) > 0
-- param: token_idle_days int = 90
--   days without use after which a token counts as forgotten
-- maps: iso27001:A.5.17, iso27001:A.5.18, soc2:CC6.2, csf2:PR.AA-01, csf2:PR.AA-05, cis8:5.3, cis8:6.2
-- source: How to Harden, Atlassian; Atlassian API Access REST API, API tokens of an organisation
-- why: Forgotten tokens are found by others, in old scripts, repositories and backups, and they still work.
-- fix: Ask the owner what the token was for
--   Revoke it (admin.atlassian.com > Security > API tokens)
-- false-positives: A job that runs once a year.

-- A token without a last use, where others have one, was never used; then it counts when it was made.
SELECT
  t.key,
  '' AS aspect,
  coalesce(nullif(t.label, ''), t.token_id) AS subject,
  'is an API token' || coalesce(' of ' || coalesce((SELECT nullif(max(u.display_name), '') FROM org_user AS u WHERE u.account_id = t.account_id), t.account_id), '')
    || iif(t.last_active_at IS NULL, printf(' that was never used since it was made on %s, %d days before,', date(t.created_at), julianday(:now) - julianday(t.created_at)), printf(' that was last used on %s, %d days before,', date(t.last_active_at), julianday(:now) - julianday(t.last_active_at)))
    || ' and still works' || coalesce(' until ' || date(t.expires_at), '') AS detail,
  json_array(json_object('resource', 'org_api_token', 'key', t.key)) AS evidence
FROM org_api_token AS t
WHERE t.status = 'ALLOWED'
  AND coalesce(julianday(t.expires_at), julianday(:now) + 1) > julianday(:now)
  AND CASE WHEN t.last_active_at IS NULL THEN (SELECT 1 FROM org_api_token WHERE last_active_at IS NOT NULL LIMIT 1) AND julianday(t.created_at) < julianday(:now) - :token_idle_days
    ELSE julianday(t.last_active_at) < julianday(:now) - :token_idle_days END
