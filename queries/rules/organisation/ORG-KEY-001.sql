-- rev: 1
-- title: Organisation API key without scopes
-- severity: high
-- category: credentials
-- products: org
-- object: org_api_key
-- needs: org_api_key
-- optional: org_user
-- unknown: SELECT printf('%d key(s) do not tell their scopes or when they end', count(*)) AS words, json_group_array(key) AS key
--   FROM org_api_key
--   WHERE (json_array_length(scopes) = 0
--     AND CASE WHEN expires_at IS NULL THEN (SELECT 1 FROM org_api_key WHERE expires_at IS NOT NULL LIMIT 1) ELSE julianday(expires_at) > julianday(:now) END) IS NULL
--   HAVING count(*) > 0
-- maps: iso27001:A.8.2, iso27001:A.5.17, soc2:CC6.1, soc2:CC6.3, csf2:PR.AA-01, csf2:PR.AA-05, cis8:5.4
-- source: Atlassian, manage an organization with the admin APIs; Atlassian API Access REST API, API keys of an organisation
-- why: A key without scopes may do whatever an organisation administrator may do by the administration APIs. Who finds it in a
--   script or a log holds the organisation, without any sign-in.
-- fix: Make a key with the scopes that its task takes (admin.atlassian.com > Settings > API keys > Create API key with scopes)
--   Put it where this one is used, then revoke this one
--   Where an API takes no key with scopes, let the key end within weeks and keep it in a vault
-- false-positives: Some administration APIs refuse keys with scopes (user management), which forces one without: keep it
--   short-lived. The key that this snapshot was taken with is listed too.

-- A key without an end, where others have one, does not end.
SELECT
  k.key,
  '' AS aspect,
  coalesce(nullif(k.label, ''), k.key_id) AS subject,
  'is an API key of the organisation without scopes'
    || coalesce(', made by ' || (SELECT coalesce(nullif(max(u.display_name), ''), k.created_by) FROM org_user AS u WHERE u.account_id = k.created_by), '')
    || coalesce(', and ends on ' || date(k.expires_at), ', and does not end') AS detail,
  json_array(json_object('resource', 'org_api_key', 'key', k.key)) AS evidence
FROM org_api_key AS k
WHERE json_array_length(k.scopes) = 0
  AND CASE WHEN k.expires_at IS NULL THEN (SELECT 1 FROM org_api_key WHERE expires_at IS NOT NULL LIMIT 1) ELSE julianday(k.expires_at) > julianday(:now) END
