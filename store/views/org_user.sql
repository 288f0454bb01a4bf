-- org_user: an account of an organisation's directory (POST /admin/v2/orgs/{org}/directories/{directory}/users/search).
-- index: account_id
SELECT
  o.key,                                                      -- text: directory id, account id
  'org_directory' AS parent_resource,                         -- text: the resource whose objects this one was asked for
  CAST(o.body ->> '$.directoryId' AS text) AS parent_key,     -- text: key of that object
  o.body ->> '$.directoryId' AS directory_id,                 -- text: the directory
  o.body ->> '$.accountId' AS account_id,                     -- text: the account
  o.body ->> '$.accountType' AS account_type,                 -- text: atlassian, as far as documented
  o.body ->> '$.accountStatus' AS account_status,             -- text: active, inactive or closed
  o.body ->> '$.membershipStatus' AS membership_status,       -- text: active, suspended (in all directories) or no_membership (in none)
  o.body ->> '$.claimStatus' AS claim_status,                 -- text: managed or unmanaged
  o.body ->> '$.managementSource' AS management_source,       -- text: invited or synced; NULL the site cannot tell
  o.body ->> '$.name' AS display_name,                        -- text: name of the person
  o.body ->> '$.email' AS email,                              -- text: e-mail address; @domain alone at the personal data level domain
  CASE WHEN o.body ->> '$.email' GLOB '*@*@*' THEN lower(substr(o.body ->> '$.email', length(rtrim(o.body ->> '$.email', replace(o.body ->> '$.email', '@', ''))) + 1)) ELSE nullif(lower(substr(o.body ->> '$.email', instr(o.body ->> '$.email' || '@', '@') + 1)), '') END AS email_domain,  -- text: what follows the last @, in lower case
  o.body ->> '$.emailVerified' AS email_verified,             -- integer: 1 if the address is proven
  o.body ->> '$.mfaEnabled' AS mfa_enabled,                   -- integer: 1 if a second factor is set up; told of managed accounts
  instant(o.body ->> '$.addedToOrg') AS added_to_org,  -- text: since when, RFC 3339 in UTC
  o.body -> '$.platformRoles' AS platform_roles,              -- json: array of its administration roles in the organisation, as in org_user_role; NULL not told
  o.body -> '$.products' AS products,                         -- json: array of the products of this directory that it has, as in org_user_product; NULL not told
  o.body -> '$.groups' AS groups                              -- json: array of the ids of its groups in this directory; NULL not told
FROM object AS o
