-- jira_audit_event: an entry of Jira's audit log within the window (Cloud: GET /rest/api/3/auditing/record; Data Center: GET /rest/auditing/1.0/events).
-- index: created
SELECT
  o.key,                                                        -- text: the record id; on Data Center, which gives none, time, author, action, object
  CAST(o.body ->> '$.id' AS text) AS event_id,                  -- text: the record id; NULL on Data Center
  instant(coalesce(o.body ->> '$.created', o.body ->> '$.timestamp')) AS created,  -- text: when it happened, RFC 3339 in UTC
  coalesce(o.body ->> '$.summary', o.body ->> '$.type.action') AS summary,                            -- text: what happened: User added to group ...
  coalesce(o.body ->> '$.category', o.body ->> '$.type.category') AS category,                          -- text: user management, permissions ...
  o.body ->> '$.authorAccountId' AS author_account_id,          -- text: who did it; NULL where only a key is told
  CAST(coalesce(o.body ->> '$.authorKey', o.body ->> '$.author.id') AS text) AS author_key,                       -- text: who did it, by the key Jira uses inside
  o.body ->> '$.author.name' AS author_name,                    -- text: who did it, by name; Data Center only
  coalesce(o.body ->> '$.objectItem.typeName', o.body ->> '$.affectedObjects[0].type') AS object_type,            -- text: kind of thing it was done to: USER, GROUP, PROJECT ...
  CAST(coalesce(o.body ->> '$.objectItem.id', o.body ->> '$.affectedObjects[0].id') AS text) AS object_id,      -- text: that thing's id, often absent
  coalesce(o.body ->> '$.objectItem.name', o.body ->> '$.affectedObjects[0].name') AS object_name,                -- text: that thing's name
  CAST(o.body ->> '$.objectItem.parentId' AS text) AS object_parent_id,  -- text: what it belongs to
  o.body ->> '$.objectItem.parentName' AS object_parent_name,   -- text: name of what it belongs to
  coalesce(o.body -> '$.associatedItems', json_remove(o.body -> '$.affectedObjects', '$[0]')) AS associated,  -- json: array of {id, name, typeName, parentId, parentName}, on Data Center {id, name, type}: the other things concerned
  o.body -> '$.changedValues' AS changes                        -- json: array of {fieldName, changedFrom, changedTo}, on Data Center {key, from, to}
FROM object AS o
