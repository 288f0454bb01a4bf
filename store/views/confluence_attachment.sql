-- confluence_attachment: a file attached to a page or blog post, never its content (GET /wiki/api/v2/attachments; Data Center content/scan with children.attachment).
-- index: key
-- index: page_id
-- index: blogpost_id
SELECT
  o.key,                                              -- text: the attachment id
  o.body ->> '$.id' AS attachment_id,                 -- text: the attachment id
  o.body ->> '$.title' AS title,                      -- text: file name
  coalesce(o.body ->> '$.fileSize', o.body ->> '$.extensions.fileSize') AS file_size,               -- integer: bytes
  coalesce(o.body ->> '$.mediaType', o.body ->> '$.extensions.mediaType', o.body ->> '$.metadata.mediaType') AS media_type,             -- text: media type as the site states it
  o.body ->> '$.pageId' AS page_id,                   -- text: page it hangs on, NULL if on something else
  o.body ->> '$.blogPostId' AS blogpost_id,           -- text: blog post it hangs on, NULL if on something else
  o.body ->> '$.customContentId' AS custom_content_id, -- text: an app's content it hangs on, NULL if on something else
  instant(coalesce(o.body ->> '$.createdAt', o.body ->> '$.history.createdDate')) AS created_at, -- text: when attached, UTC
  coalesce(o.body ->> '$.version.authorId', o.body ->> '$.version.by.userKey', o.body ->> '$.version.by.username') AS author_id,       -- text: account that uploaded the newest version
  o.body ->> '$.status' AS status                     -- text: current or archived
FROM object AS o
