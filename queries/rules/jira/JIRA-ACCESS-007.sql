-- rev: 1
-- title: New users receive the application by default
-- severity: low
-- category: access security
-- products: jira-cloud, jira-dc
-- object: jira_application_role
-- needs: jira_application_role
-- optional: jira_application_role_group
-- unknown: SELECT printf('%d application(s) do not tell whether new users receive them by default', count(*)), json_group_array(key) AS key
--   FROM jira_application_role
--   WHERE selected_by_default IS NULL
--   HAVING count(*) > 0
-- maps: iso27001:A.5.15, iso27001:A.5.18, soc2:CC6.2, csf2:PR.AA-05, cis8:6.1
-- source: Atlassian, "JIRA: Security of processing"; Jira Cloud REST API v3, application roles
-- why: Where an application is selected beforehand for everybody who is added, people get access by habit and not because
--   somebody asked for it and somebody agreed.
-- fix: Open admin.atlassian.com > Products (or Settings > Product access; on Data Center Administration > Applications > Application access) and turn off "New users have access to this product" for the application named
--   Give access through a group that is asked for, or that the identity provider fills
--   Look through those who joined since it was on, and take the application from whom does not need it
-- false-positives: A small company where every employee is meant to have the application: accept it.

SELECT
  r.key,
  '' AS aspect,
  coalesce(nullif(r.name, ''), r.key) AS subject,
  'is given to every new user by default' || coalesce((
    SELECT iif(count(*) = 1, ', by the group ', ', by the groups ') || group_concat(coalesce(nullif(g.group_name, ''), g.group_id), ', ' ORDER BY g.group_name, g.key)
    FROM jira_application_role_group AS g
    WHERE g.role_key = r.key AND g.is_default = 1), '')
    || coalesce(iif(r.has_unlimited_seats = 1 OR r.number_of_seats <= 0, '', '; ' || r.user_count || ' of ' || r.number_of_seats || ' seats are taken'), '') AS detail,
  '[' || json_object('resource', 'jira_application_role', 'key', r.key) || coalesce((
    SELECT ',' || group_concat(json_object('resource', 'jira_application_role_group', 'key', g.key) ORDER BY g.key)
    FROM jira_application_role_group AS g
    WHERE g.role_key = r.key AND g.is_default = 1), '') || ']' AS evidence
FROM jira_application_role AS r
WHERE r.selected_by_default = 1
