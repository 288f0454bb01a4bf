-- jira_license: the licensing of the Jira applications (GET /rest/api/3/instance/license).
SELECT
  o.key,                                      -- text: always jira
  o.body -> '$.applications' AS applications  -- json: array of {id, plan}, by id; plan is UNLICENSED, FREE or PAID
FROM object AS o
