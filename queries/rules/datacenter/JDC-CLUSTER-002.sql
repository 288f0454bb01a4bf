-- rev: 1
-- title: Cluster node uses a public or shared address
-- severity: high
-- category: network
-- products: jira-dc, confluence-dc
-- object: cluster_node
-- needs: cluster_node
-- guard: SELECT value || ' in cluster_networks is no network such as 203.0.113.0/24'
--   FROM json_each(:cluster_networks)
--   WHERE in_network('10.0.0.1', value) IS NULL
-- unknown: SELECT 'the address of ' || count(*) || iif(count(*) = 1, ' node', ' nodes') || ' is not told, or is a name', json_group_array(n.key) AS key
--   FROM cluster_node AS n
--   WHERE in_network(n.ip, '0.0.0.0/0') IS NULL
--   HAVING count(*) > 0
-- param: cluster_networks list = []
--   networks in which nodes may be although they are not private: 203.0.113.0/24, 2001:db8:1::/48
-- maps: iso27001:A.8.20, iso27001:A.8.22, soc2:CC6.6, csf2:PR.IR-01, cis8:12.2
-- source: Jira Data Center REST API 10.3, cluster/nodes; RFC 1918, RFC 4193
-- why: Nodes talk to each other about caches and locks without asking much; a public address, or one shared by customers of a provider, suggests that others reach these ports too.
-- fix: Set ehcache.listener.hostName (Jira, cluster.properties) or confluence.cluster.interface (Confluence, confluence.cfg.xml) to the private address of the node, and restart node by node
--   Let only the nodes reach each other's ports: 40001 and 40011 of Jira, 5801 and 54327 of Confluence
-- false-positives: Public ranges that a company uses inside: put them into cluster_networks. Confluence tells no addresses of its nodes: they are never judged.

WITH
  network (range) AS (
    VALUES ('10.0.0.0/8'), ('172.16.0.0/12'), ('192.168.0.0/16'), ('169.254.0.0/16'), ('127.0.0.0/8'),   -- RFC 1918, link local, loopback
      ('fc00::/7'), ('fe80::/10'), ('::1/128')                                                           -- RFC 4193, link local, loopback
    UNION ALL
    SELECT value FROM json_each(:cluster_networks)
  )
SELECT
  n.key AS key,
  '' AS aspect,
  'Node ' || coalesce(nullif(n.node_id, ''), n.ip) || ' of ' || iif(n.product = 'confluence', 'Confluence', 'Jira') AS subject,
  'has the address ' || n.ip || ', which is in no private network' || coalesce('; it listens to the cluster on port ' || n.cache_listener_port, '')
    || iif(n.alive = 0, '; it did not answer when the snapshot was taken', '') AS detail
FROM cluster_node AS n
WHERE max(in_network(n.ip, '0.0.0.0/0'), in_network(n.ip, '::/0')) = 1
  AND NOT EXISTS (SELECT 1 FROM network AS w WHERE in_network(n.ip, w.range) = 1)
