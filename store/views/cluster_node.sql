-- cluster_node: a node of a Data Center cluster.
SELECT
  o.key,                                                    -- text: product, node id
  o.body ->> '$.product' AS product,                        -- text: jira or confluence
  o.body ->> '$.nodeId' AS node_id,                         -- text: the node id
  o.body ->> '$.state' AS state,                            -- text: ACTIVE, OFFLINE ...
  o.body ->> '$.alive' AS alive,                            -- integer: 1 if it answered
  o.body ->> '$.ip' AS ip,                                  -- text: its address
  o.body ->> '$.cacheListenerPort' AS cache_listener_port,  -- integer: port on which it takes cache messages
  o.body ->> '$.nodeVersion' AS version                     -- text: version it runs
FROM object AS o
