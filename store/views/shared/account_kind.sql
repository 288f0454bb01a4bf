-- account_kind: each account as rules speak of it: the account of an app that acts, a person, somebody from outside.
-- reads: account
-- 1 it is one, 0 it is none, NULL where what is told of it does not say. A parameter has the last word, in the rule: first_party_apps takes apps out, own_email_domains makes people external by their address.
SELECT
  a.account_id AS account_id,                         -- text: the account id
  coalesce(nullif(a.display_name, ''), a.account_id) AS name, -- text: its name, else its id
  a.resolved AS resolved,                             -- integer: 0 no product knows such an account
  a.active = 1 AND nullif(a.account_type, '') = 'app' AND coalesce(a.app_type, 'unknown') NOT IN ('service', 'agent') AS app, -- integer: 1 the active account of an app, none of the house's own service accounts and agents
  coalesce(max(a.is_guest, a.is_external_collaborator), a.is_guest, a.is_external_collaborator) AS flag, -- integer: 1 the site flags it as a guest (older name: external collaborator), whatever it is; NULL where no flag is told
  a.active = 1 AND nullif(a.account_type, '') NOT IN ('app', 'customer') AND coalesce(max(a.is_guest, a.is_external_collaborator), a.is_guest, a.is_external_collaborator) = 1 AS guest, -- integer: 1 an active person whom the site flags as a guest
  a.active = 1 AND nullif(a.account_type, '') = 'atlassian' AS by_address, -- integer: 1 an active person who is external if the e-mail address is
  a.email_domain AS email_domain,                     -- text: domain of that address, lower case, NULL where hidden
  CASE WHEN a.is_guest = 1 THEN 'guest' WHEN a.is_external_collaborator = 1 THEN 'external collaborator' ELSE 'e-mail at ' || a.email_domain END AS basis -- text: what makes it external, in words
FROM account AS a
