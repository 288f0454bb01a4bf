-- jira_application_role: access to a Jira application and its seats (GET /rest/api/3/applicationrole).
SELECT
  o.key,                                                    -- text: the role key
  o.body ->> '$.key' AS role_key,                           -- text: jira-software, jira-servicedesk, ...
  o.body ->> '$.name' AS name,                              -- text: name of the application
  o.body ->> '$.selectedByDefault' AS selected_by_default,  -- integer: 1 if new accounts get it without being asked
  o.body ->> '$.numberOfSeats' AS number_of_seats,          -- integer: seats of the licence
  o.body ->> '$.userCount' AS user_count,                   -- integer: seats in use
  o.body ->> '$.remainingSeats' AS remaining_seats,         -- integer: seats left; -1 where they are unlimited
  o.body ->> '$.hasUnlimitedSeats' AS has_unlimited_seats,  -- integer: 1 if seats are not counted
  o.body ->> '$.defined' AS defined,                        -- integer: 1 if the application is installed (deprecated by Atlassian)
  o.body ->> '$.platform' AS platform                       -- integer: 1 if it belongs to the Jira platform itself
FROM object AS o
