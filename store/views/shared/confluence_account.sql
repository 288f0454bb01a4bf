-- confluence_account: each account as Confluence meets it: whether it is active, by Confluence's own word first, and whether anybody can tell who it is.
-- reads: account
-- materialised: no
SELECT
  a.account_id AS account_id,                         -- text: the account id
  a.confluence_key AS key,                            -- text: key of the confluence_user, NULL where only Jira tells of it
  coalesce(iif(lower(a.display_name) IN ('', 'unknown'), NULL, a.display_name), a.account_id) AS name, -- text: its name, else its id
  a.account_type AS account_type,                     -- text: as in account
  a.confluence_status AS account_status,              -- text: active, inactive, closed, unknown; NULL not told
  coalesce(CASE a.confluence_status WHEN 'active' THEN 1 WHEN 'inactive' THEN 0 WHEN 'closed' THEN 0 END, a.active) AS active, -- integer: 1 active, 0 deactivated or closed, NULL not told
  a.resolved AS resolved,                             -- integer: 0 no product knows such an account
  lower(a.account_type) = 'unknown' OR a.resolved = 0 OR lower(a.confluence_type) IN ('unknown', 'anonymous') AS unidentified -- integer: 1 the site cannot tell who or what it is, NULL where it says too little
FROM account AS a
