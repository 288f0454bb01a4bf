-- confluence_space_content: how much of a space's content only the space itself protects.
-- reads: confluence_content, confluence_restriction, confluence_read_gate, confluence_unplaced_content
-- index: space_id, content_type
-- Counts the content seen. Open to editing means: no update restriction of its own and no read gate; one who may not read a page may not edit it.
SELECT
  c.space_id AS space_id,                             -- text: the space
  c.content_type AS content_type,                     -- text: page or blogpost
  count(*) AS contents,                               -- integer: how many there are
  sum(g.content_id IS NULL AND n.content_id IS NULL) AS open_to_readers, -- integer: how many have no read restriction, own or inherited
  sum(g.content_id IS NULL AND n.content_id IS NULL AND u.content_id IS NULL) AS open_to_editors, -- integer: how many have no update restriction either
  sum(g.content_id IS NULL AND n.content_id IS NOT NULL) AS untold -- integer: how many have none that is known, but stand below something not listed
FROM confluence_content AS c
LEFT JOIN confluence_read_gate AS g ON g.content_id = c.content_id
LEFT JOIN confluence_unplaced_content AS n ON n.content_id = c.content_id
LEFT JOIN (SELECT DISTINCT content_id FROM confluence_restriction WHERE operation = 'update') AS u ON u.content_id = c.content_id
GROUP BY c.space_id, c.content_type
