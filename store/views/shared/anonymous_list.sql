-- anonymous_list: a list that the site was asked for without a sign-in, and how much of it was shown.
-- reads: anonymous_probe
-- materialised: no
SELECT
  p.key,                                      -- text: of the probe
  CASE p.product WHEN 'jira' THEN iif(p.path GLOB '/rest/api/[23]/*', substr(p.path, 13), NULL) WHEN 'confluence' THEN iif(p.path GLOB '/wiki/*', substr(p.path, 7), ltrim(p.path, '/')) END AS list,  -- text: the path without product and version: project/search (Data Center: project), user/picker, rest/api/space, api/v2/spaces ...
  p.product = 'jira' AND p.path GLOB '/rest/api/2/*' AS data_center,  -- integer: 1 it is a list of Jira Data Center's
  CASE WHEN p.status = 200 THEN p.item_count WHEN p.status BETWEEN 201 AND 499 AND p.status <> 429 THEN 0 END AS shown,  -- integer: items of the first answer, 0 if it was refused, NULL where the answer does not tell
  p.status,                                   -- integer: HTTP status of the answer
  p.keys                                      -- json: array of the keys seen
FROM anonymous_probe AS p
