-- org_user_role: an administration role that an account holds in the organisation.
-- index: account_id
SELECT
  o.key,                                          -- text: account id, role, resource
  o.body ->> '$.accountId' AS account_id,         -- text: the account
  o.body ->> '$.role' AS role,                    -- text: atlassian/org-admin, atlassian/site-admin, atlassian/user-access-admin, atlassian/ai-access ...
  o.body ->> '$.resourceId' AS resource_id,       -- text: on what (ARI); NULL where only the role is told
  o.body -> '$.roleAssignmentMethods' AS methods  -- json: array of inferred, direct, group_direct; NULL not told
FROM object AS o
