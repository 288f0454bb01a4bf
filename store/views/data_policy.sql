-- data_policy: whether a data security policy hides content from the collecting app (GET /rest/api/3/data-policy, /wiki/api/v2/data-policies/metadata).
SELECT
  o.key,                                                   -- text: the product
  o.body ->> '$.product' AS product,                       -- text: jira or confluence
  o.body ->> '$.anyContentBlocked' AS any_content_blocked  -- integer: 1 if something is hidden from it
FROM object AS o
