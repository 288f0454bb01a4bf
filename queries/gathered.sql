-- name: GatheredSpans :many
-- The spans of what was gathered that cover this snapshot or its predecessor, with their bodies' digests.
SELECT g.n, s.first, s.last, s.body, b.digest
FROM gathered AS g
CROSS JOIN span AS s ON s.site = @site AND s.resource = g.resource AND s.key = g.key AND s.last >= @since
CROSS JOIN body AS b ON b.id = s.body;

-- name: LastBody :one
SELECT CAST(coalesce(max(id), 0) AS INTEGER) FROM body;

-- name: AddGatheredBodies :execrows
-- Ids follow the last one, in the rows' order. OR FAIL, and no id that might be none: to be able to undo one statement alone the
-- engine copies every page that it touches into memory, which are nearly all of the digests' at every transaction. What fails
-- undoes the transaction anyway.
INSERT OR FAIL INTO body (digest, json) SELECT g.digest, g.json FROM gathered AS g WHERE true
ON CONFLICT (digest) DO NOTHING;

-- name: GatheredBodies :many
SELECT g.n, b.id FROM gathered AS g CROSS JOIN body AS b ON b.digest = g.digest;

-- name: AddGatheredSpans :execrows
-- Only where no span of the key begins in this snapshot.
INSERT OR FAIL INTO span (site, resource, key, first, last, body) SELECT @site, g.resource, g.key, g.first, @now, g.body FROM gathered AS g WHERE true
ON CONFLICT (site, resource, key, first) DO NOTHING;

-- name: SetGatheredSpans :exec
-- Replacing in a table without another index is one descent of its tree, whether the span is new or stretched.
INSERT OR REPLACE INTO span (site, resource, key, first, last, body) SELECT @site, g.resource, g.key, g.first, @now, g.body FROM gathered AS g;

-- name: AddMergedSpans :exec
INSERT INTO span (site, resource, key, first, last, body) SELECT @site, g.resource, g.key, g.first, g.last, g.body FROM gathered AS g;
