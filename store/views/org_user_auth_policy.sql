-- org_user_auth_policy: the authentication policy of a managed account (POST /admin/control/v1/orgs/{org}/users/auth-policies/bulk-fetch).
SELECT
  o.key,                                                      -- text: account id, policy id
  o.body ->> '$.accountId' AS account_id,                     -- text: the account
  o.body ->> '$.authPolicyInfo.policyId' AS policy_id,        -- text: its authentication policy
  instant(o.body ->> '$.authPolicyInfo.dateAdded') AS date_added  -- text: since when, RFC 3339 in UTC
FROM object AS o
