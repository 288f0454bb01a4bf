-- rev: 1
-- title: Base URL is not HTTPS
-- severity: high
-- category: transport
-- products: jira-dc, confluence-dc
-- object: jira_instance, confluence_instance
-- needs: jira_instance, confluence_instance
-- unknown: SELECT v.name || ' does not tell its own address', v.key AS key
--   FROM dc_version AS v
--   WHERE v.base_url IS NULL
-- maps: iso27001:A.8.24, iso27001:A.8.20, soc2:CC6.1, soc2:CC6.7, csf2:PR.DS-02, cis8:3.10, attack:T1040
-- source: Jira and Confluence Data Center REST API, serverInfo and server-information
-- why: Links in mails, application links and cookies follow the base address. Without encryption passwords and sessions cross the network for everybody on the way to read.
-- fix: Put a certificate on the proxy before it, or on its own connector (server.xml: scheme="https", secure="true", proxyPort="443")
--   Administration > System > General configuration: set the base URL to https
--   See that the connections to database and LDAP are encrypted too: no REST API shows them
-- false-positives: A proxy encrypts and the base URL was never corrected: still a fault, as every link is made from it.

SELECT
  v.resource AS resource,
  v.key AS key,
  '' AS aspect,
  v.name AS subject,
  'gives its own address as ' || v.base_url || ', without encryption' AS detail
FROM dc_version AS v
WHERE lower(v.base_url) LIKE 'http://%'
