-- confluence_account: each account as far as it can act in Confluence, whose own word on whether it is active stands first.
-- reads: account, confluence_user
-- materialised: no
SELECT
  a.account_id AS account_id,                         -- text: the account id
  u.key AS key,                                       -- text: key of the confluence_user, NULL where only Jira tells of it
  coalesce(nullif(a.display_name, ''), a.account_id) AS name, -- text: its name, else its id
  a.account_type AS account_type,                     -- text: as in account
  u.account_status AS account_status,                 -- text: active, inactive, closed, unknown; NULL not told
  coalesce(CASE u.account_status WHEN 'active' THEN 1 WHEN 'inactive' THEN 0 WHEN 'closed' THEN 0 END, a.active) AS active, -- integer: 1 active, 0 deactivated or closed, NULL not told
  a.resolved AS resolved                              -- integer: 0 no product knows such an account
FROM account AS a
LEFT JOIN confluence_user AS u ON u.account_id = a.account_id
