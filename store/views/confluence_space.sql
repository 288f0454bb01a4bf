-- confluence_space: a space the collecting account may see (GET /wiki/api/v2/spaces), current, archived and personal ones.
-- index: space_id
SELECT
  o.key,                                              -- text: the space id
  o.body ->> '$.id' AS space_id,                      -- text: the space id
  o.body ->> '$.key' AS space_key,                    -- text: the key people type; ~account for a personal space
  o.body ->> '$.name' AS name,                        -- text: name of the space
  o.body ->> '$.type' AS space_type,                  -- text: global, collaboration, knowledge_base, personal, system, onboarding, xflow_sample_space
  o.body ->> '$.status' AS status,                    -- text: current or archived
  o.body ->> '$.authorId' AS author_id,               -- text: account that created it
  o.body ->> '$.spaceOwnerId' AS owner_id,            -- text: account that owns it
  strftime('%Y-%m-%dT%H:%M:%fZ', o.body ->> '$.createdAt') AS created_at, -- text: when created, UTC
  o.body ->> '$.homepageId' AS homepage_id            -- text: content id of its home page
FROM object AS o
