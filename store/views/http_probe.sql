-- http_probe: what the base address answers over plain http and https, without credentials.
SELECT
  o.key,                                                        -- text: the scheme
  o.body ->> '$.scheme' AS scheme,                              -- text: http or https
  o.body ->> '$.status' AS status,                              -- integer: HTTP status of the answer
  o.body ->> '$.location' AS location,                          -- text: where it sends on to
  o.body ->> '$.strictTransportSecurity' AS strict_transport_security,  -- text: the header, as sent
  o.body ->> '$.tlsVersion' AS tls_version                      -- text: version of TLS that was agreed
FROM object AS o
