-- account: every account of the site once, with what either product says of it.
-- reads: jira_user, confluence_user
-- index: account_id
-- A product that knows the type beats one that says unknown or nothing. Jira's word on active stands first: it lists every account.
-- On Data Center an account is known by its key, and has one in each product: it is there once for each.
SELECT
  i.account_id AS account_id,                         -- text: the account id
  coalesce(nullif(j.display_name, ''), nullif(c.display_name, ''), j.display_name, c.display_name) AS display_name, -- text: name, NULL where no product tells it
  coalesce(nullif(nullif(j.account_type, 'unknown'), ''), nullif(nullif(c.account_type, 'unknown'), ''), nullif(j.account_type, ''), nullif(c.account_type, ''), j.account_type, c.account_type) AS account_type, -- text: atlassian, app, customer; unknown only if no product names another; empty if told empty
  j.app_type AS app_type,                             -- text: of an app account: service, agent, unknown
  iif(j.deleted = 1, 0, coalesce(j.active, CASE c.account_status WHEN 'active' THEN 1 WHEN 'inactive' THEN 0 WHEN 'closed' THEN 0 END)) AS active, -- integer: 1 active, 0 deactivated, closed or gone from its directory, NULL where no product tells
  coalesce(max(j.guest, c.is_guest), j.guest, c.is_guest) AS is_guest, -- integer: 1 if either product calls it a guest, 0 if one says it is none
  c.is_external_collaborator AS is_external_collaborator, -- integer: 1 an external collaborator, 0 not
  coalesce(nullif(j.email, ''), nullif(c.email, ''), j.email, c.email) AS email, -- text: e-mail address where a product shows it, empty where told empty
  coalesce(nullif(j.email_domain, ''), nullif(c.email_domain, '')) AS email_domain, -- text: its domain, lower case
  j.account_id IS NOT NULL AS in_jira,                -- integer: 1 Jira lists it
  c.account_id IS NOT NULL AND c.resolved = 1 AS in_confluence, -- integer: 1 Confluence knows it
  j.account_id IS NOT NULL OR c.resolved = 1 AS resolved, -- integer: 0 only met in a grant or as an author: no product knows such an account
  c.key AS confluence_key,                            -- text: key of the confluence_user, NULL where only Jira tells of it
  c.account_status AS confluence_status,              -- text: its account_status
  c.user_type AS confluence_type                      -- text: its user_type
FROM (SELECT account_id FROM jira_user WHERE account_id IS NOT NULL UNION SELECT account_id FROM confluence_user WHERE account_id IS NOT NULL) AS i
LEFT JOIN jira_user AS j ON j.account_id = i.account_id
LEFT JOIN confluence_user AS c ON c.account_id = i.account_id
