-- application_link: a link to another application.
SELECT
  o.key,                                     -- text: product, link id
  o.body ->> '$.product' AS product,         -- text: jira or confluence
  o.body ->> '$.id' AS link_id,              -- text: the link id
  o.body ->> '$.name' AS name,               -- text: name of the link
  o.body ->> '$.type' AS type,               -- text: kind of application
  o.body ->> '$.displayUrl' AS display_url,  -- text: address shown to people
  o.body ->> '$.rpcUrl' AS rpc_url           -- text: address the servers use
FROM object AS o
