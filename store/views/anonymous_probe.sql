-- anonymous_probe: what the site answers to somebody without any credential.
SELECT
  o.key,                                   -- text: product, path
  o.body ->> '$.product' AS product,       -- text: jira or confluence
  o.body ->> '$.path' AS path,             -- text: what was asked for, without parameters
  o.body ->> '$.status' AS status,         -- integer: HTTP status of the answer
  o.body ->> '$.itemCount' AS item_count,  -- integer: how many items the first answer held; the system dashboard is not counted; of Data Center's sign-up page 1 if the form stands on it, 0 if not; NULL where it was no list
  o.body -> '$.keys' AS keys               -- json: array of project and space keys, filter and dashboard ids, permissions seen; never people
FROM object AS o
