-- cluster_node: a node of a Data Center cluster (Jira GET /rest/api/2/cluster/nodes; Confluence GET /rest/api/cluster/nodes, which tells nothing but the id).
SELECT
  o.key,                                                    -- text: product, node id
  o.body ->> '$.product' AS product,                        -- text: jira or confluence
  CAST(o.body ->> '$.nodeId' AS text) AS node_id,                         -- text: the node id
  o.body ->> '$.state' AS state,                            -- text: ACTIVE, PASSIVE, ACTIVATING, PASSIVATING or OFFLINE
  o.body ->> '$.alive' AS alive,                            -- integer: 1 if it answered
  o.body ->> '$.ip' AS ip,                                  -- text: its address
  o.body ->> '$.cacheListenerPort' AS cache_listener_port,  -- integer: port on which it takes cache messages
  o.body ->> '$.nodeVersion' AS version                      -- text: version it runs
FROM object AS o
