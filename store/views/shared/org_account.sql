-- org_account: every account of an organisation once, whichever of its directories list it.
-- reads: org_user, org_directory
-- index: account_id
-- What the directories tell differently of one account comes out NULL: unknown. Who is active in one of them can sign in there,
-- whatever the others say; who is suspended in one may be active in another that does not tell.
SELECT
  d.org_id AS org_id,                                 -- text: the organisation, NULL where the directory does not tell it
  u.account_id AS account_id,                         -- text: the account id
  min(u.key) AS key,                                  -- text: key of the org_user, the first where several directories list it
  max(u.display_name) AS display_name,                -- text: name, NULL where no directory tells it
  iif(min(u.account_status) = max(u.account_status), min(u.account_status), NULL) AS account_status, -- text: active, inactive or closed
  CASE WHEN max(u.membership_status = 'active') THEN 'active' WHEN count(u.membership_status) = count(*) AND min(u.membership_status) = max(u.membership_status) THEN min(u.membership_status) END AS membership_status, -- text: active in one directory at least, suspended or no_membership in all
  iif(min(u.claim_status) = max(u.claim_status), min(u.claim_status), NULL) AS claim_status, -- text: managed or unmanaged
  iif(min(u.email_domain) = max(u.email_domain), min(u.email_domain), NULL) AS email_domain, -- text: domain of the e-mail address, in lower case
  min(u.added_to_org) AS added_to_org                 -- text: since when, RFC 3339 in UTC
FROM org_user AS u
LEFT JOIN org_directory AS d ON d.directory_id = u.directory_id
WHERE u.account_id IS NOT NULL
GROUP BY u.account_id, d.org_id
