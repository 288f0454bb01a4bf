-- grant_scope: a scope that a credential holds.
SELECT
  o.key,                                                  -- text: credential, scope
  'grant' AS parent_resource,                             -- text: the resource whose objects this one was asked for
  CAST(o.body ->> '$.credential' AS text) AS parent_key,  -- text: key of that object
  o.body ->> '$.credential' AS credential,                -- text: name of the credential
  o.body ->> '$.scope' AS scope                           -- text: the scope, classic or granular
FROM object AS o
