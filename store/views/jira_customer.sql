-- jira_customer: a customer of a service desk (GET /rest/servicedeskapi/servicedesk/{id}/customer).
-- index: account_id
SELECT
  o.key,                                                        -- text: desk id, account id; on Data Center user key
  'jira_service_desk' AS parent_resource,                       -- text: the resource whose objects this one was asked for
  CAST(o.body ->> '$.serviceDeskId' AS text) AS parent_key,     -- text: key of that object
  CAST(o.body ->> '$.serviceDeskId' AS text) AS desk_id,        -- text: the service desk
  coalesce(o.body ->> '$.accountId', o.body ->> '$.key') AS account_id,  -- text: the customer's account: account id, on Data Center user key
  o.body ->> '$.name' AS username,                              -- text: log-in name; Data Center only
  o.body ->> '$.active' AS active,                              -- integer: 1 active, 0 deactivated
  o.body ->> '$.displayName' AS display_name,                   -- text: name as its owner lets it be seen
  o.body ->> '$.emailAddress' AS email,                         -- text: e-mail address where visible; @domain alone at the personal data level domain
  CASE WHEN o.body ->> '$.emailAddress' GLOB '*@*@*' THEN lower(substr(o.body ->> '$.emailAddress', length(rtrim(o.body ->> '$.emailAddress', replace(o.body ->> '$.emailAddress', '@', ''))) + 1)) ELSE nullif(lower(substr(o.body ->> '$.emailAddress', instr(o.body ->> '$.emailAddress' || '@', '@') + 1)), '') END AS email_domain  -- text: what follows the last @, in lower case
FROM object AS o
