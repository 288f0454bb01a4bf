-- jira_audit_event: an entry of Jira's audit log within the window (GET /rest/api/3/auditing/record).
-- index: created
SELECT
  o.key,                                                        -- text: the record id
  CAST(o.body ->> '$.id' AS text) AS event_id,                  -- text: the record id
  CASE WHEN o.body ->> '$.created' GLOB '????-??-??T??:??:??.???Z' THEN o.body ->> '$.created' WHEN o.body ->> '$.created' GLOB '????-??-??T??:??:??.???+0000' THEN substr(o.body ->> '$.created', 1, 23) || 'Z' ELSE coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', o.body ->> '$.created'), strftime('%Y-%m-%dT%H:%M:%fZ', substr(o.body ->> '$.created', 1, length(o.body ->> '$.created') - 2) || ':' || substr(o.body ->> '$.created', -2)), o.body ->> '$.created') END AS created,  -- text: when it happened, RFC 3339 in UTC
  o.body ->> '$.summary' AS summary,                            -- text: what happened: User added to group ...
  o.body ->> '$.category' AS category,                          -- text: user management, permissions ...
  o.body ->> '$.authorAccountId' AS author_account_id,          -- text: who did it; NULL where only an old key is told
  o.body ->> '$.authorKey' AS author_key,                       -- text: who did it, by the key Jira uses inside
  o.body ->> '$.objectItem.typeName' AS object_type,            -- text: kind of thing it was done to: USER, GROUP, PROJECT ...
  CAST(o.body ->> '$.objectItem.id' AS text) AS object_id,      -- text: that thing's id, often absent
  o.body ->> '$.objectItem.name' AS object_name,                -- text: that thing's name
  CAST(o.body ->> '$.objectItem.parentId' AS text) AS object_parent_id,  -- text: what it belongs to
  o.body ->> '$.objectItem.parentName' AS object_parent_name,   -- text: name of what it belongs to
  o.body -> '$.associatedItems' AS associated,                  -- json: array of {id, name, typeName, parentId, parentName}: the other things concerned
  o.body -> '$.changedValues' AS changes                        -- json: array of {fieldName, changedFrom, changedTo}
FROM object AS o
