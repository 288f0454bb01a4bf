-- org_workspace: a product instance of an organisation (POST /admin/v2/orgs/{org}/workspaces).
SELECT
  o.key,                                                      -- text: the workspace id
  o.body ->> '$.id' AS workspace_id,                          -- text: the workspace id, an ARI that ends with the cloud id of a site
  o.body ->> '$.orgId' AS org_id,                             -- text: its organisation
  o.body ->> '$.attributes.name' AS name,                     -- text: name of the workspace
  o.body ->> '$.attributes.typeKey' AS type_key,              -- text: product: jira-software, confluence ...
  o.body ->> '$.attributes.hostUrl' AS host_url,              -- text: address of the site
  o.body ->> '$.attributes.status' AS status,                 -- text: online, offline or deprecated
  o.body ->> '$.attributes.realm' AS realm,                   -- text: where its data lies
  o.body ->> '$.attributes.sandbox.type' AS sandbox_type,     -- text: CHILD for a sandbox, else NONE
  instant(o.body ->> '$.attributes.createdAt') AS created_at  -- text: when it was made, RFC 3339 in UTC
FROM object AS o
