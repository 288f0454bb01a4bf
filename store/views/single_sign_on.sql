-- single_sign_on: an identity provider, or the sign-on settings as a whole (GET /rest/authconfig/1.0/idps and /sso).
SELECT
  o.key,                                                        -- text: product, provider id or config
  o.body ->> '$.product' AS product,                            -- text: jira or confluence
  CAST(o.body ->> '$.id' AS text) AS idp_id,                                  -- text: the provider's id; NULL in the row of the settings
  o.body ->> '$.name' AS name,                                  -- text: name of the provider
  o.body ->> '$."sso-type"' AS type,                            -- text: SAML, OIDC ...
  o.body ->> '$."enable-authentication-fallback"' AS authentication_fallback,  -- integer: 1 if an address leads past the providers to the product's own log-in page; NULL in the rows of providers
  o.body ->> '$."show-login-form"' AS login_form,               -- integer: 1 if the log-in page asks for a password beside the providers; NULL in the rows of providers
  o.body ->> '$.enabled' AS enabled                             -- integer: 1 the provider is in use, 0 switched off; NULL in the row of the settings
FROM object AS o
