-- advisory_range: the versions that an advisory affects, one row for each range: those with from_key <= version_key(version) < before_key.
-- reads: advisory
-- index: product
SELECT
  a.key || char(31) || r.key AS key,                     -- text: product, CVE, number of the range
  a.key AS advisory,                                     -- text: key of the advisory
  a.cve AS cve,                                          -- text: its number
  a.product AS product,                                  -- text: as in advisory
  r.value ->> '$.from' AS from_version,                  -- text: the first version affected
  r.value ->> '$.lt' AS before_version,                  -- text: the first version not affected any more
  version_key(r.value ->> '$.from') AS from_key,         -- text: from_version in the form that compares
  version_key(r.value ->> '$.lt') AS before_key          -- text: before_version in the form that compares
FROM advisory AS a, json_each(a.ranges) AS r
