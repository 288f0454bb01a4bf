-- confluence_read_gate: the nearest read restriction that stands before content: its own, or that of the nearest content above it.
-- reads: confluence_content, confluence_restriction
-- index: content_id
-- index: gate_id
-- index: space_id
-- Read restrictions are inherited by everything below, edit restrictions are not (confluence.atlassian.com/confcloud/add-or-remove-page-restrictions-724764891.html).
-- Content without a row here is as open for reading as its space. A reader must be named by the gate, and by every one above it: confluence_gate_above.
WITH RECURSIVE gate (content_id) AS MATERIALIZED (
  SELECT DISTINCT content_id FROM confluence_restriction WHERE operation = 'read'
), below (content_id, space_id, gate_id) AS (
  SELECT c.content_id, c.space_id, c.content_id FROM confluence_content AS c
  WHERE c.content_id IN (SELECT content_id FROM gate)
  UNION ALL
  SELECT c.content_id, c.space_id, b.gate_id FROM below AS b JOIN confluence_content AS c ON c.parent_id = b.content_id
  WHERE c.content_id NOT IN (SELECT content_id FROM gate WHERE content_id IS NOT NULL) -- it has its own; this also ends a circle
)
SELECT
  b.content_id AS content_id,                         -- text: the content
  b.space_id AS space_id,                             -- text: its space
  b.gate_id AS gate_id,                               -- text: content whose read restriction a reader meets first: itself or one above it
  b.content_id = b.gate_id AS own                     -- integer: 1 its own restriction, 0 an inherited one
FROM below AS b
