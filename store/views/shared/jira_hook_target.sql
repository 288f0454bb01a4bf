-- jira_hook_target: where each webhook sends to: scheme and host of its URL.
-- reads: jira_webhook
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
  site AS (
    SELECT key, url, replace(whole, rtrim(whole, replace(whole, '@', '')), '') AS place
    FROM authority
  ),
  host AS (
    SELECT key, substr(url, 1, instr(url, '://') - 1) AS scheme,
      rtrim(iif(place GLOB '[[]*', substr(place, 2, instr(place || ']', ']') - 2), substr(place, 1, instr(place || ':', ':') - 1)), '.') AS host
    FROM site
  )
SELECT
  h.key AS key,                                       -- text: key of the jira_webhook
  h.scheme AS scheme,                                 -- text: http or https, in lower case
  nullif(h.host, '') AS host,                         -- text: name or address of the host, in lower case; NULL where the URL names none
  CASE
    WHEN h.host = '' THEN NULL
    WHEN in_network(h.host, '::') IS NULL THEN h.host NOT GLOB '*.*' OR '.' || h.host GLOB '*.localhost'
    ELSE EXISTS (SELECT 1 FROM (VALUES ('127.0.0.0/8'), ('10.0.0.0/8'), ('172.16.0.0/12'), ('192.168.0.0/16'), ('169.254.0.0/16'), ('::1'), ('fc00::/7'), ('fe80::/10')) AS n WHERE in_network(h.host, n.column1) = 1)
  END AS inside                                       -- integer: 1 a name without a dot, or an address of a private network; 0 any other
FROM host AS h
