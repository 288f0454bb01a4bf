-- app: an installed app (undocumented list of the app manager: GET /rest/plugins/1.0/, /wiki/rest/plugins/1.0/).
SELECT
  o.key,                                           -- text: product, app key
  o.body ->> '$.product' AS product,               -- text: jira or confluence
  o.body ->> '$.key' AS plugin_key,                -- text: key of the app
  o.body ->> '$.name' AS name,                     -- text: name of the app
  o.body ->> '$.version' AS version,               -- text: installed version
  o.body ->> '$.enabled' AS enabled,               -- integer: 1 if it runs
  o.body ->> '$.userInstalled' AS user_installed,  -- integer: 1 if somebody installed it, 0 if it came with the product
  o.body ->> '$.vendor.name' AS vendor             -- text: who sells it
FROM object AS o
