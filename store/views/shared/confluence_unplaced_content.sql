-- confluence_unplaced_content: content below something that is not listed (a folder, a whiteboard, a page not seen): a read restriction above it may be unknown.
-- reads: confluence_content
-- index: content_id
WITH RECURSIVE unplaced (content_id, space_id) AS (
  SELECT c.content_id, c.space_id FROM confluence_content AS c
  WHERE c.parent_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM confluence_content AS p WHERE p.content_id = c.parent_id)
  UNION ALL
  SELECT c.content_id, c.space_id FROM unplaced AS u JOIN confluence_content AS c ON c.parent_id = u.content_id
)
SELECT
  u.content_id AS content_id,                         -- text: the content
  u.space_id AS space_id                              -- text: its space
FROM unplaced AS u
