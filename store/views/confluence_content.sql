-- confluence_content: a page or blog post the collecting account may see, without its text (GET /wiki/api/v2/pages and /blogposts; Data Center content/scan).
-- index: content_id
-- index: parent_id
-- index: space_id, content_type
SELECT
  o.key,                                              -- text: the content id
  o.body ->> '$.id' AS content_id,                    -- text: the content id
  o.body ->> '$.type' AS content_type,                -- text: page or blogpost
  o.body ->> '$.status' AS status,                    -- text: current or archived
  o.body ->> '$.title' AS title,                      -- text: its title
  o.body ->> '$.spaceId' AS space_id,                 -- text: the space it is in
  o.body ->> '$.parentId' AS parent_id,               -- text: content above it, NULL at the top of a space
  o.body ->> '$.parentType' AS parent_type,           -- text: page, folder, whiteboard, database, embed
  coalesce(o.body ->> '$.authorId', o.body ->> '$.history.createdBy.userKey', o.body ->> '$.history.createdBy.username') AS author_id,               -- text: account that created it
  o.body ->> '$.ownerId' AS owner_id,                 -- text: account that owns it; NULL on Data Center, where nobody does
  instant(coalesce(o.body ->> '$.createdAt', o.body ->> '$.history.createdDate')) AS created_at, -- text: when created, UTC
  o.body ->> '$.version.number' AS version_number,    -- integer: number of its newest version
  instant(coalesce(o.body ->> '$.version.createdAt', o.body ->> '$.version.when')) AS version_at, -- text: when that version was written, UTC
  coalesce(o.body ->> '$.version.authorId', o.body ->> '$.version.by.userKey', o.body ->> '$.version.by.username') AS version_author_id -- text: account that wrote it
FROM object AS o
