-- org_user_auth_policy: the authentication policy of a managed account (POST /admin/control/v1/orgs/{org}/users/auth-policies/bulk-fetch).
SELECT
  o.key,                                                        -- text: account id, policy id
  o.body ->> '$.accountId' AS account_id,                       -- text: the account
  o.body ->> '$.authPolicyInfo.policyId' AS policy_id,          -- text: its authentication policy
  CASE WHEN o.body ->> '$.authPolicyInfo.dateAdded' GLOB '????-??-??T??:??:??.???Z' THEN o.body ->> '$.authPolicyInfo.dateAdded' WHEN o.body ->> '$.authPolicyInfo.dateAdded' GLOB '????-??-??T??:??:??.???+0000' THEN substr(o.body ->> '$.authPolicyInfo.dateAdded', 1, 23) || 'Z' ELSE coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', o.body ->> '$.authPolicyInfo.dateAdded'), strftime('%Y-%m-%dT%H:%M:%fZ', substr(o.body ->> '$.authPolicyInfo.dateAdded', 1, length(o.body ->> '$.authPolicyInfo.dateAdded') - 2) || ':' || substr(o.body ->> '$.authPolicyInfo.dateAdded', -2)), o.body ->> '$.authPolicyInfo.dateAdded') END AS date_added  -- text: since when, RFC 3339 in UTC
FROM object AS o
