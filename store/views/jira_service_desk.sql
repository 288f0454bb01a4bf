-- jira_service_desk: a service desk of Jira Service Management (GET /rest/servicedeskapi/servicedesk).
SELECT
  o.key,                                                 -- text: the service desk id
  CAST(o.body ->> '$.id' AS text) AS desk_id,            -- text: the service desk id
  CAST(o.body ->> '$.projectId' AS text) AS project_id,  -- text: the project behind it
  o.body ->> '$.projectKey' AS project_key,              -- text: that project's key
  o.body ->> '$.projectName' AS name                     -- text: name of the desk and its project
FROM object AS o
