-- rev: 1
-- title: Application link over unencrypted HTTP
-- severity: high
-- category: integrations
-- products: jira-dc, confluence-dc
-- object: application_link
-- needs: application_link
-- unknown: SELECT 'of ' || count(*) || iif(count(*) = 1, ' application link', ' application links') || ' not every address is told', json_group_array(l.key) AS key
--   FROM application_link AS l
--   WHERE (lower(l.rpc_url) LIKE 'http://%' OR lower(l.display_url) LIKE 'http://%') IS NULL
--   HAVING count(*) > 0
-- maps: iso27001:A.8.24, iso27001:A.8.20, soc2:CC6.7, csf2:PR.DS-02, cis8:3.10
-- source: how-to-harden, Atlassian; application links (rest/applinks/3.0/applinks)
-- why: Systems that are linked trust each other and act for people. Over plain HTTP whoever is on the way reads tokens and data, and may change them.
-- fix: Give the other system HTTPS first
--   Administration > Applications > Application links: edit the link and set application URL and display URL to https, or delete it and create it anew
--   Delete links to systems that are gone
-- false-positives: An address on the same machine or in a private segment: accept it, with an owner.

SELECT
  l.key AS key,
  '' AS aspect,
  coalesce(nullif(l.name, ''), l.link_id) AS subject,
  'is linked to ' || iif(l.product = 'confluence', 'Confluence', 'Jira') || ' without encryption: ' || iif(lower(l.rpc_url) LIKE 'http://%', 'the servers talk over ' || l.rpc_url, 'people are sent to ' || l.display_url) AS detail
FROM application_link AS l
WHERE (lower(l.rpc_url) LIKE 'http://%' OR lower(l.display_url) LIKE 'http://%')
