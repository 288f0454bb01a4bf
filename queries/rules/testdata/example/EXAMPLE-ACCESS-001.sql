-- rev: 1
-- title: Deactivated person who still holds a role
-- severity: low
-- category: access security
-- products: jira-cloud
-- object: jira_user
-- needs: jira_user, jira_role_actor
-- optional: jira_role
-- guard: SELECT printf('%d of %d accounts have an unknown type: the list is suspect', sum(account_type = 'unknown'), count(*))
--   FROM jira_user HAVING sum(account_type = 'unknown') > :suspect_ratio * count(*)
-- unknown: SELECT 'an account does not tell whether it is active', key FROM jira_user
--   WHERE account_type = 'atlassian' AND active IS NULL
-- param: suspect_ratio number = 0.5
--   share of accounts of unknown type above which the whole list is distrusted
-- param: spared list = []
--   account ids that are left out
-- maps: iso27001:A.5.18, cis8:5.3
-- source: an example for authors of rules
-- why: A deactivated person who is still named in a role gets that access back
--   the day someone enables the account.
-- fix: Open the project's settings > People
--   Take the account out of the role
-- false-positives: Accounts that are suspended for a short time.

SELECT
  u.key,
  a.key AS aspect,                        -- one finding for each role held
  u.display_name AS subject,
  'is deactivated and still in role ' || coalesce(r.name, a.role_id) AS detail,
  CASE WHEN r.name = 'Administrators' THEN 'medium' ELSE 'low' END AS severity,
  json_array(
    json_object('resource', 'jira_user', 'key', u.key),
    json_object('resource', 'jira_role_actor', 'key', a.key)) AS evidence
FROM jira_user AS u
JOIN jira_role_actor AS a ON a.account_id = u.account_id
LEFT JOIN jira_role AS r ON r.role_id = a.role_id
WHERE u.account_type = 'atlassian'
  AND u.active = 0
  AND u.account_id NOT IN (SELECT value FROM json_each(:spared))
