-- org_policy: a policy of an organisation (GET /admin/v1/orgs/{org}/policies).
SELECT
  o.key,                                           -- text: the policy id
  o.body ->> '$.id' AS policy_id,                  -- text: the policy id
  o.body ->> '$.attributes.type' AS type,          -- text: ip-allowlist, data-residency, data-security ...
  o.body ->> '$.attributes.name' AS name,          -- text: name of the policy
  o.body ->> '$.attributes.status' AS status,      -- text: enabled or disabled
  o.body -> '$.attributes.rule' AS rule,           -- json: what it says, as the site says it; addresses of an allowlist in its member in
  o.body -> '$.attributes.resources' AS resources  -- json: array of what it applies to
FROM object AS o
