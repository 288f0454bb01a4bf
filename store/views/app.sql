-- app: an installed app (list of the app manager, undocumented on Cloud: GET /rest/plugins/1.0/, /wiki/rest/plugins/1.0/; Data Center also installed-marketplace).
SELECT
  o.key,                                           -- text: product, app key
  o.body ->> '$.product' AS product,               -- text: jira or confluence
  o.body ->> '$.key' AS plugin_key,                -- text: key of the app
  o.body ->> '$.name' AS name,                     -- text: name of the app
  o.body ->> '$.version' AS version,               -- text: installed version
  o.body ->> '$.enabled' AS enabled,               -- integer: 1 if it runs
  o.body ->> '$.userInstalled' AS user_installed,  -- integer: 1 if somebody installed it, 0 if it came with the product
  o.body ->> '$.vendor.name' AS vendor,            -- text: who sells it
  o.body ->> '$.framework' AS framework,           -- text: what it is built on: connect, forge, p2; NULL: no known answer carries it
  o.body -> '$.scopes' AS scopes,                   -- json: array of what it may do; NULL: no known answer carries it
  coalesce(o.body ->> '$.updateAvailable', iif(o.body ->> '$.update.version' <> '', 1, NULL)) AS update_available, -- integer: 1 a newer version waits, 0 none; NULL on Cloud, where the app manager is not asked, and where it could not reach the Marketplace
  o.body ->> '$.update.version' AS update_version  -- text: the version that waits; NULL where none does, or none is told
FROM object AS o
