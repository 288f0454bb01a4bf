-- name: MeetSpans :one
-- Which of what was gathered is as the predecessor saw it: one walk over a range of the tree, with the bodies of those that held
-- (feed.go) knows alone; met keeps in the rows what it is shown. That costs half of looking for them one after the other.
SELECT count(*) FROM span AS s CROSS JOIN body AS b ON b.id = s.body
WHERE s.site = @site AND s.resource = @resource AND s.key >= @low AND s.key <= @high AND s.last >= @previous
  AND held(CAST(@feed AS INTEGER), s.key) AND met(CAST(@feed AS INTEGER), s.last = @previous, b.digest);

-- name: GatheredSpans :many
-- What was gathered and is not as the predecessor saw it: without a span, with its bodies' digests otherwise.
SELECT g.n, s.first, s.last, b.digest
FROM gathered AS g
LEFT JOIN span AS s ON s.site = @site AND s.resource = g.resource AND s.key = g.key AND s.last >= @since
LEFT JOIN body AS b ON b.id = s.body
WHERE s.last IS NOT @previous OR b.digest IS NOT g.digest;

-- name: StretchSpans :execrows
-- The predecessor's spans of what was gathered. One walk over a range of the tree, which changes each in its place, costs a third
-- of looking for them one after the other. held (feed.go) says which of them are meant.
UPDATE OR FAIL span SET last = @now
WHERE site = @site AND resource = @resource AND key >= @low AND key <= @high AND first < @now AND last = @previous AND held(CAST(@feed AS INTEGER), key);

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
-- Replacing: the snapshot may have begun a span of the key before and taken it back.
INSERT OR REPLACE INTO span (site, resource, key, first, last, body) SELECT @site, g.resource, g.key, g.first, @now, g.body FROM gathered AS g;

-- name: AddMergedSpans :exec
INSERT INTO span (site, resource, key, first, last, body) SELECT @site, g.resource, g.key, g.first, g.last, g.body FROM gathered AS g;
