-- org: an organisation that the key administers (GET /admin/v1/orgs).
SELECT
  o.key,                                  -- text: the organisation id
  o.body ->> '$.id' AS org_id,            -- text: the organisation id
  o.body ->> '$.attributes.name' AS name  -- text: name of the organisation
FROM object AS o
