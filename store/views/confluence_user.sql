-- confluence_user: an account as Confluence knows it (search/user, users-bulk, user/bulk; Data Center user/list and admin/users/list/active), one for every account met anywhere.
-- index: account_id
SELECT
  o.key,                                              -- text: the account id
  coalesce(o.body ->> '$.accountId', o.body ->> '$.userKey') AS account_id, -- text: the account id, on Data Center the user key
  o.body ->> '$.username' AS username,                -- text: what the account signs in with on Data Center; NULL on Cloud
  coalesce(o.body ->> '$.accountType', iif(o.body ->> '$.userKey' IS NULL, NULL, CASE o.body ->> '$.type' WHEN 'known' THEN 'atlassian' WHEN 'user' THEN 'atlassian' WHEN 'unknown' THEN 'unknown' END)) AS account_type, -- text: atlassian, app, customer, unknown, or empty where the site does not tell; on Data Center, which has one kind, atlassian, or unknown where the account is not in any directory
  coalesce(o.body ->> '$.accountStatus', CASE lower(o.body ->> '$.status') WHEN 'current' THEN 'active' WHEN 'deactivated' THEN 'inactive' ELSE lower(o.body ->> '$.status') END) AS account_status, -- text: active, inactive, closed, unknown; NULL where only the older API answered
  o.body ->> '$.isGuest' AS is_guest,                 -- integer: 1 a guest, 0 not
  o.body ->> '$.isExternalCollaborator' AS is_external_collaborator, -- integer: 1 an external collaborator (older name of a guest), 0 not
  o.body ->> '$.email' AS email,                      -- text: as the profile's visibility lets it be seen, empty where hidden
  CASE WHEN o.body ->> '$.email' GLOB '*@*@*' THEN lower(substr(o.body ->> '$.email', 1 + length(rtrim(o.body ->> '$.email', replace(o.body ->> '$.email', '@', ''))))) ELSE nullif(lower(substr(o.body ->> '$.email', instr(o.body ->> '$.email' || '@', '@') + 1)), '') END AS email_domain, -- text: what follows the last @, lower case; NULL where hidden
  o.body ->> '$.displayName' AS display_name,         -- text: name, or public name where the profile hides it
  o.body ->> '$.type' AS user_type,                   -- text: known, unknown, anonymous, user
  coalesce(o.body ->> '$.resolved', 1) AS resolved    -- integer: 0 met in a grant or as an author, but the site knows no such account
FROM object AS o
