-- confluence_space: a space the collecting account may see (GET /wiki/api/v2/spaces; Data Center /rest/api/space), current, archived and personal ones.
-- index: space_id
SELECT
  o.key,                                              -- text: the space id
  CAST(o.body ->> '$.id' AS text) AS space_id,                      -- text: the space id
  o.body ->> '$.key' AS space_key,                    -- text: the key people type; ~account for a personal space
  o.body ->> '$.name' AS name,                        -- text: name of the space
  o.body ->> '$.type' AS space_type,                  -- text: global, collaboration, knowledge_base, personal, system, onboarding, xflow_sample_space
  lower(o.body ->> '$.status') AS status,                    -- text: current or archived
  coalesce(o.body ->> '$.authorId', o.body ->> '$.creator.userKey', o.body ->> '$.creator.username') AS author_id,               -- text: account that created it
  o.body ->> '$.spaceOwnerId' AS owner_id,            -- text: account that owns it; NULL on Data Center, where nobody does
  instant(coalesce(o.body ->> '$.createdAt', o.body ->> '$.creationDate')) AS created_at, -- text: when created, UTC
  coalesce(o.body ->> '$.homepageId', CAST(o.body ->> '$.homepage.id' AS text)) AS homepage_id            -- text: content id of its home page
FROM object AS o
