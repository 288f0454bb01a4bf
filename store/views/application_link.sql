-- application_link: a link to another application (GET /rest/applinks/3.0/applinks, older 1.0/listApplicationlinks).
SELECT
  o.key,                                     -- text: product, link id
  o.body ->> '$.product' AS product,         -- text: jira or confluence
  o.body ->> '$.id' AS link_id,              -- text: the link id
  o.body ->> '$.name' AS name,               -- text: name of the link
  o.body ->> '$.type' AS type,               -- text: kind of application
  o.body ->> '$.displayUrl' AS display_url,  -- text: address shown to people
  o.body ->> '$.rpcUrl' AS rpc_url,           -- text: address the servers use
  o.body ->> '$.system' AS is_system,        -- integer: 1 made by the product itself
  o.body ->> '$.primary' AS is_primary       -- integer: 1 the first choice among the links to that kind of application
FROM object AS o
