-- jira_hook_target: where each webhook sends to: scheme and host of its URL.
-- reads: jira_webhook
-- materialised: no
-- Without user name, port and a dot at the end; an IPv6 address without brackets.
WITH
  place AS (
    SELECT key, lower(trim(url)) AS url, replace(replace(replace(substr(lower(trim(url)), instr(lower(trim(url)), '://') + 3), '?', '/'), '#', '/'), '\', '/') || '/' AS rest
    FROM jira_webhook
    WHERE url LIKE '%://%'
  ),
  authority AS (
    SELECT key, url, substr(rest, 1, instr(rest, '/') - 1) AS whole
    FROM place
  ),
  host AS (
    SELECT key, url, replace(whole, rtrim(whole, replace(whole, '@', '')), '') AS place
    FROM authority
  )
SELECT
  key,                                                -- text: key of the jira_webhook
  substr(url, 1, instr(url, '://') - 1) AS scheme,    -- text: http or https, in lower case
  rtrim(iif(place GLOB '[[]*', substr(place, 2, instr(place || ']', ']') - 2), substr(place, 1, instr(place || ':', ':') - 1)), '.') AS host -- text: name or address of the host, in lower case
FROM host
