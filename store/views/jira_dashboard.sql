-- jira_dashboard: a dashboard (GET /rest/api/3/dashboard/search; Data Center: GET /rest/api/2/dashboard, which tells the name alone).
SELECT
  o.key,                                               -- text: the dashboard id
  CAST(o.body ->> '$.id' AS text) AS dashboard_id,     -- text: the dashboard id
  o.body ->> '$.name' AS name,                         -- text: name of the dashboard
  o.body ->> '$.owner.accountId' AS owner_account_id,  -- text: its owner; the system dashboard has none
  o.body ->> '$.systemDashboard' AS system_dashboard   -- integer: 1 if it is the one every site has
FROM object AS o
