-- org_domain: a domain of an organisation (GET /admin/v1/orgs/{org}/domains).
SELECT
  o.key,                                                  -- text: the domain id
  o.body ->> '$.id' AS domain_id,                         -- text: the domain id
  o.body ->> '$.orgId' AS org_id,                         -- text: its organisation
  lower(o.body ->> '$.attributes.name') AS name,          -- text: the domain, in lower case
  o.body ->> '$.attributes.claim.type' AS claim_type,     -- text: http or dns
  o.body ->> '$.attributes.claim.status' AS claim_status  -- text: verified, unverified, deleted, superseded, missing_token
FROM object AS o
