-- jira_user: an account as Jira lists it (Cloud: GET /rest/api/3/users/search; Data Center: GET /rest/api/2/user/list).
-- index: account_id
-- index: username
SELECT
  o.key,                                                        -- text: the account id; on Data Center the user key
  coalesce(o.body ->> '$.accountId', o.body ->> '$.key') AS account_id,  -- text: the same
  o.body ->> '$.name' AS username,                              -- text: log-in name, Data Center only: roles name people by it
  coalesce(o.body ->> '$.accountType', iif(o.body ->> '$.key' IS NULL, NULL, 'atlassian')) AS account_type,  -- text: atlassian, app, customer, unknown, or whatever the site says; on Data Center, which has one kind, atlassian
  o.body ->> '$.appType' AS app_type,                           -- text: of an app account: service, agent or unknown
  o.body ->> '$.active' AS active,                              -- integer: 1 active, 0 deactivated, NULL not told
  o.body ->> '$.deleted' AS deleted,                            -- integer: 1 gone from its directory, 0 still there; Data Center only
  o.body ->> '$.guest' AS guest,                                -- integer: 1 if the account is a guest
  o.body ->> '$.displayName' AS display_name,                   -- text: name as its owner lets it be seen
  o.body ->> '$.emailAddress' AS email,                         -- text: e-mail address where visible; @domain alone at the personal data level domain
  CASE WHEN o.body ->> '$.emailAddress' GLOB '*@*@*' THEN lower(substr(o.body ->> '$.emailAddress', length(rtrim(o.body ->> '$.emailAddress', replace(o.body ->> '$.emailAddress', '@', ''))) + 1)) ELSE nullif(lower(substr(o.body ->> '$.emailAddress', instr(o.body ->> '$.emailAddress' || '@', '@') + 1)), '') END AS email_domain  -- text: what follows the last @, in lower case
FROM object AS o
