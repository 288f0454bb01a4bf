-- org_policy: a policy of an organisation (GET /admin/v1/orgs/{org}/policies).
SELECT
  o.key,                                           -- text: the policy id
  o.body ->> '$.id' AS policy_id,                  -- text: the policy id
  o.body ->> '$.orgId' AS org_id,                  -- text: its organisation
  o.body ->> '$.attributes.type' AS type,          -- text: ip-allowlist, data-residency, data-security, and others that no document lists
  o.body ->> '$.attributes.name' AS name,          -- text: name of the policy
  o.body ->> '$.attributes.status' AS status,      -- text: enabled or disabled
  o.body -> '$.attributes.rule' AS rule,           -- json: what it says, as the site says it; addresses of an allowlist in its member in
  o.body -> '$.attributes.resources' AS resources  -- json: array of {id, applicationStatus}: what it applies to, and whether it does yet
FROM object AS o
