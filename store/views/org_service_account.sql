-- org_service_account: a service account of the organisation (GET /admin/api-access/v1/orgs/{org}/service-accounts).
SELECT
  o.key,                                       -- text: the account id
  o.body ->> '$.id' AS account_id,             -- text: the account id
  o.body ->> '$.orgId' AS org_id,              -- text: its organisation
  o.body ->> '$.displayName' AS display_name,  -- text: name of the account
  o.body ->> '$.status' AS status,             -- text: as the site says it
  o.body ->> '$.createdById' AS created_by     -- text: account id of who made it; NULL not told
FROM object AS o
