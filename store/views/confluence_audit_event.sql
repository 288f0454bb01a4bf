-- confluence_audit_event: one record of Confluence's audit log (GET /wiki/rest/api/audit; Data Center /rest/auditing/1.0/events), of the window only.
-- index: object_type, object_name
SELECT
  o.key,                                              -- text: {time, author, summary, object}
  instant(coalesce(o.body ->> '$.creationDate', o.body ->> '$.timestamp')) AS created_at, -- text: when, UTC
  coalesce(o.body ->> '$.author.accountId', iif(o.body ->> '$.author.type' = 'user', o.body ->> '$.author.id', NULL)) AS author_account_id, -- text: who did it, NULL where the record names no account
  coalesce(o.body ->> '$.author.accountType', o.body ->> '$.author.type') AS author_account_type, -- text: atlassian, app, or empty; on Data Center user, system ...
  coalesce(o.body ->> '$.author.displayName', o.body ->> '$.author.name') AS author_name, -- text: who did it, in words
  coalesce(o.body ->> '$.summary', o.body ->> '$.type.action') AS summary, -- text: what was done
  coalesce(o.body ->> '$.category', o.body ->> '$.type.category') AS category, -- text: the log's own category
  o.body ->> '$.sysAdmin' AS sys_admin,               -- integer: 1 done with system administrator's rights, 0 not
  o.body ->> '$.superAdmin' AS super_admin,           -- integer: 1 done with super administrator's rights, 0 not
  coalesce(o.body ->> '$.affectedObject.objectType', o.body ->> '$.affectedObjects[0].type') AS object_type, -- text: kind of thing it was done to: Space, User, Group ...
  coalesce(o.body ->> '$.affectedObject.name', o.body ->> '$.affectedObjects[0].name') AS object_name, -- text: the thing it was done to
  o.body ->> '$.affectedObjects[0].id' AS object_id,  -- text: its id; NULL on Cloud, which does not tell it
  coalesce(o.body -> '$.associatedObjects', (SELECT json_group_array(json_object('name', e.value ->> '$.name', 'objectType', e.value ->> '$.type', 'id', e.value ->> '$.id')) FROM json_each(o.body, '$.affectedObjects') AS e WHERE e.key > 0 HAVING count(*) > 0)) AS associated_objects, -- json: other things named, [{name, objectType}]
  iif(o.body -> '$.type' IS NULL, o.body -> '$.changedValues', (SELECT json_group_array(json_object('name', e.value ->> '$.key', 'oldValue', e.value ->> '$.from', 'newValue', e.value ->> '$.to')) FROM json_each(o.body, '$.changedValues') AS e)) AS changed_values -- json: what changed, [{name, oldValue, newValue}]
FROM object AS o
