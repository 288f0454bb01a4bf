-- grant: a credential that this snapshot was taken with (never the credential itself).
SELECT
  o.key,                                    -- text: the credential's name
  o.body ->> '$.credential' AS credential,  -- text: name of the credential
  o.body ->> '$.kind' AS kind,              -- text: token, scoped-token, 3lo, org-key or dc-token
  o.body ->> '$.accountId' AS account_id    -- text: whose credential it is
FROM object AS o
