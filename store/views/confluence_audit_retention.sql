-- confluence_audit_retention: how long audit records are kept (GET /wiki/rest/api/audit/retention).
-- Days follow java.time.temporal.ChronoUnit, whose names the units are: a year is 365.2425 days, FOREVER is its longest duration.
SELECT
  o.key,                                              -- text: always confluence
  o.body ->> '$.number' AS number,                    -- integer: how many units
  o.body ->> '$.units' AS units,                      -- text: DAYS, MONTHS, YEARS ... FOREVER
  (o.body ->> '$.number') * CASE upper(o.body ->> '$.units') WHEN 'NANOS' THEN 1e-9 / 86400 WHEN 'MICROS' THEN 1e-6 / 86400 WHEN 'MILLIS' THEN 1e-3 / 86400 WHEN 'SECONDS' THEN 1.0 / 86400 WHEN 'MINUTES' THEN 1.0 / 1440 WHEN 'HOURS' THEN 1.0 / 24 WHEN 'HALF_DAYS' THEN 0.5 WHEN 'DAYS' THEN 1.0 WHEN 'WEEKS' THEN 7.0 WHEN 'MONTHS' THEN 30.436875 WHEN 'YEARS' THEN 365.2425 WHEN 'DECADES' THEN 3652.425 WHEN 'CENTURIES' THEN 36524.25 WHEN 'MILLENNIA' THEN 365242.5 WHEN 'ERAS' THEN 365242500000.0 WHEN 'FOREVER' THEN 106751991167300.64 END AS days -- real: the same in days, NULL for a unit the API does not list
FROM object AS o
