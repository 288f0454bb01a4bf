-- org_user_product: a product that an account has, and when it last used it.
-- index: account_id
SELECT
  o.key,                                                      -- text: account id, product, product instance
  o.body ->> '$.accountId' AS account_id,                     -- text: the account
  o.body ->> '$.key' AS product,                              -- text: the product: jira-software, confluence ...
  o.body ->> '$.id' AS instance_id,                           -- text: the instance of the product, of which an organisation may have several
  instant(o.body ->> '$.lastActiveTimestamp') AS last_active  -- text: last use, RFC 3339 in UTC; NULL never or not told
FROM object AS o
