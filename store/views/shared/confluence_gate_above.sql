-- confluence_gate_above: for each content with a read restriction of its own, every such content at or above it: a reader must be named by all of them.
-- reads: confluence_read_gate, confluence_content
-- index: gate_id
WITH RECURSIVE above (gate_id, above_id) AS (
  SELECT gate_id, gate_id FROM confluence_read_gate WHERE own = 1
  UNION
  SELECT a.gate_id, g.gate_id FROM above AS a
  JOIN confluence_content AS c ON c.content_id = a.above_id
  JOIN confluence_read_gate AS g ON g.content_id = c.parent_id
)
SELECT
  a.gate_id AS gate_id,                               -- text: the content, as confluence_read_gate names it
  a.above_id AS above_id                              -- text: itself, or content above it that is restricted too
FROM above AS a
