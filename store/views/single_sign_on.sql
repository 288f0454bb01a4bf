-- single_sign_on: an identity provider, or the sign-on settings as a whole.
SELECT
  o.key,                                                        -- text: product, provider id or config
  o.body ->> '$.product' AS product,                            -- text: jira or confluence
  o.body ->> '$.id' AS idp_id,                                  -- text: the provider's id; NULL in the row of the settings
  o.body ->> '$.name' AS name,                                  -- text: name of the provider
  o.body ->> '$."sso-type"' AS type,                            -- text: SAML, OIDC ...
  o.body ->> '$."enable-authentication-fallback"' AS authentication_fallback  -- integer: 1 if the product's own log-in page can still be reached
FROM object AS o
