-- lifecycle: a line of releases of a Data Center product and until when it is supported; reference data, the same for every snapshot.
-- index: product
SELECT
  o.key,                                             -- text: product, line
  o.body ->> '$.product' AS product,                 -- text: jira or confluence; Jira Service Management before 10.0 has numbers of its own and is not listed
  o.body ->> '$.cycle' AS cycle,                     -- text: the line, 10.3
  o.body ->> '$.long_term' AS long_term,             -- integer: 1 for a long term support release
  o.body ->> '$.released' AS released,               -- text: day of the first release, 2024-12-05
  o.body ->> '$.end_of_support' AS end_of_support,   -- text: the last day, 2026-12-05; NULL where only that it is over is known
  o.body ->> '$.ended' AS ended,                     -- integer: 1 if it is over and nobody says since when, else 0
  o.body ->> '$.latest' AS latest,                   -- text: latest release of the line
  o.body ->> '$.latest_released' AS latest_released, -- text: its day; NULL if not known
  o.body ->> '$.as_of' AS as_of                      -- text: the day to which the data are known to be right, to be said with every finding built on it
FROM object AS o
