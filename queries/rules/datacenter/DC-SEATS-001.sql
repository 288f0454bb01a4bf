-- rev: 1
-- title: Licence seats are used up
-- severity: low
-- category: configuration
-- products: jira-dc, jira-cloud
-- object: jira_application_role
-- needs: jira_application_role
-- unknown: SELECT 'of ' || count(*) || iif(count(*) = 1, ' application', ' applications') || ' it is not told how many seats there are or are taken', json_group_array(r.key) AS key
--   FROM jira_application_role AS r
--   WHERE (r.has_unlimited_seats = 0 AND r.number_of_seats > 0 AND (r.remaining_seats <= 0 OR r.user_count >= :seat_ratio * r.number_of_seats)) IS NULL
--   HAVING count(*) > 0
-- param: seat_ratio number = 0.95
--   the part of the seats from which on too few are left
-- maps: iso27001:A.5.18, iso27001:A.8.6, soc2:CC6.2, soc2:A1.1, csf2:PR.AA-05, cis8:5.3
-- source: Jira REST API, application roles; Atlassian's GDPR guide for Data Center
-- why: Where seats are short people share accounts, and nobody can be told apart any more; meanwhile accounts that nobody uses hold seats.
-- fix: Take people who no longer use it out of the groups that give access (Administration > Applications > Application access; Cloud: Administration > Users)
--   Buy more seats only for what is left
-- false-positives: A renewal that is under way.

SELECT
  r.key AS key,
  '' AS aspect,
  coalesce(nullif(r.name, ''), r.role_key) AS subject,
  'has ' || r.user_count || ' of ' || r.number_of_seats || iif(r.number_of_seats = 1, ' seat', ' seats') || ' taken' AS detail
FROM jira_application_role AS r
WHERE r.has_unlimited_seats = 0
  AND r.number_of_seats > 0   -- an application without a licence has none
  AND (r.remaining_seats <= 0 OR r.user_count >= :seat_ratio * r.number_of_seats)
