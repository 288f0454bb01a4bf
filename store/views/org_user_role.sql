-- org_user_role: a role that an account holds on a resource of the organisation.
-- index: account_id
SELECT
  o.key,                                          -- text: account id, role, resource
  o.body ->> '$.accountId' AS account_id,         -- text: the account
  o.body ->> '$.role' AS role,                    -- text: atlassian/org-admin, atlassian/site-admin, atlassian/user ...
  o.body ->> '$.resourceId' AS resource_id,       -- text: on what (ARI); empty for the organisation itself
  o.body -> '$.roleAssignmentMethods' AS methods  -- json: array of inferred, direct, group_direct
FROM object AS o
