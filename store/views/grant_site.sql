-- grant_site: a site that a credential reaches (GET /oauth/token/accessible-resources).
SELECT
  o.key,                                                  -- text: credential, site id
  'grant' AS parent_resource,                             -- text: the resource whose objects this one was asked for
  CAST(o.body ->> '$.credential' AS text) AS parent_key,  -- text: key of that object
  o.body ->> '$.credential' AS credential,                -- text: name of the credential
  o.body ->> '$.id' AS site_id,                           -- text: the site's cloud id
  o.body ->> '$.name' AS name,                            -- text: name of the site
  o.body ->> '$.url' AS url,                              -- text: address of the site
  o.body -> '$.scopes' AS scopes                          -- json: array of the scopes held there
FROM object AS o
