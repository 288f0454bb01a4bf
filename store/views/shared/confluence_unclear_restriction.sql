-- confluence_unclear_restriction: page restrictions that do not tell their page, whether they are for reading or editing, or whom they name.
-- reads: confluence_restriction, account
SELECT
  r.content_id AS content_id,                         -- text: the content, NULL if not told
  r.key AS source_key                                 -- text: key of the restriction
FROM confluence_restriction AS r
WHERE r.content_id IS NULL OR r.operation IS NULL OR coalesce(r.account_id, r.group_id) IS NULL
  OR r.account_id NOT IN (SELECT account_id FROM account)
