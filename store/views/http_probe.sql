-- http_probe: what the address of a Data Center product answers to HEAD over plain http and over https, without credentials.
SELECT
  o.key,                                                        -- text: product, scheme
  o.body ->> '$.product' AS product,                            -- text: jira or confluence
  o.body ->> '$.scheme' AS scheme,                              -- text: http or https
  o.body ->> '$.status' AS status,                              -- integer: HTTP status of the answer, NULL if there was none
  o.body ->> '$.location' AS location,                          -- text: where it sends on to, without parameters
  o.body ->> '$.strictTransportSecurity' AS strict_transport_security,  -- text: the header, as sent
  o.body ->> '$.tlsVersion' AS tls_version,                      -- text: version of TLS that was agreed: TLS 1.2, TLS 1.3
  o.body ->> '$.closed' AS closed,                              -- integer: 1 nothing took the connection, 0 something did; NULL where that is not known: no such host, a proxy in between
  o.body ->> '$.reason' AS reason                               -- text: why there was no answer, NULL if there was one
FROM object AS o
