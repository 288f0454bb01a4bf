-- advisory: a published vulnerability of a Data Center product or app; reference data, the same for every snapshot.
-- index: cve, product
-- index: product
SELECT
  o.key,                                       -- text: product, CVE
  o.body ->> '$.cve' AS cve,                   -- text: its number, CVE-2026-21589
  o.body ->> '$.product' AS product,           -- text: jira, jira-service-management, confluence, or app: and the app's key
  o.body ->> '$.severity' AS severity,         -- text: critical, high, medium, low
  o.body ->> '$.cvss' AS cvss,                 -- real: score of 0 to 10; NULL where none was published
  o.body ->> '$.exploited' AS exploited,       -- integer: 1 if it is known to be used in attacks
  o.body ->> '$.published' AS published,       -- text: the day, 2026-10-05; NULL if not known
  o.body ->> '$.about' AS about,               -- text: what it is, in a few words
  o.body ->> '$.note' AS note,                 -- text: what its sources leave open; NULL if nothing
  o.body -> '$.ranges' AS ranges,              -- json: array of {from, lt}: affected when from <= version < lt; advisory_range has them as rows
  o.body -> '$.unstated' AS unstated,          -- json: array of {from, lt}: versions of which the sources do not say whether they are affected; NULL where they say it of all
  o.body -> '$.fixed' AS fixed,                -- json: array of the first versions with the fix, one for each line of releases
  o.body -> '$.sources' AS sources,            -- json: array of where it was read
  o.body ->> '$.as_of' AS as_of                -- text: the day to which the data are known to be right, to be said with every finding built on it
FROM object AS o
