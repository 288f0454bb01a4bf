-- confluence_audit_event: one record of Confluence's audit log (GET /wiki/rest/api/audit), of the window only.
-- index: object_type, object_name
SELECT
  o.key,                                              -- text: {time, author, summary, object}
  strftime('%Y-%m-%dT%H:%M:%fZ', (o.body ->> '$.creationDate') / 1000.0, 'unixepoch') AS created_at, -- text: when, UTC
  o.body ->> '$.author.accountId' AS author_account_id, -- text: who did it, NULL where the record names no account
  o.body ->> '$.author.accountType' AS author_account_type, -- text: atlassian, app, or empty
  o.body ->> '$.author.displayName' AS author_name,   -- text: who did it, in words
  o.body ->> '$.summary' AS summary,                  -- text: what was done
  o.body ->> '$.category' AS category,                -- text: the log's own category
  o.body ->> '$.sysAdmin' AS sys_admin,               -- integer: 1 done with system administrator's rights, 0 not
  o.body ->> '$.superAdmin' AS super_admin,           -- integer: 1 done with super administrator's rights, 0 not
  o.body ->> '$.affectedObject.objectType' AS object_type, -- text: kind of thing it was done to: Space, User, Group ...
  o.body ->> '$.affectedObject.name' AS object_name,  -- text: the thing it was done to
  o.body -> '$.associatedObjects' AS associated_objects, -- json: other things named, [{name, objectType}]
  o.body -> '$.changedValues' AS changed_values       -- json: what changed, [{name, oldValue, newValue}]
FROM object AS o
