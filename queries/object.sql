-- name: SetSpanLast :exec
UPDATE span SET last = ? WHERE site = ? AND resource = ? AND key = ? AND first = ?;

-- name: DeleteSpan :exec
DELETE FROM span WHERE site = ? AND resource = ? AND key = ? AND first = ?;

-- name: ForgetSeen :exec
DELETE FROM span WHERE site = @site AND resource = @resource AND first = @now AND key >= @low AND key < @high;

-- name: ShrinkSeen :exec
UPDATE span SET last = @previous WHERE site = @site AND resource = @resource AND last = @now AND first < @now AND key >= @low AND key < @high;

-- name: SeenLater :one
SELECT EXISTS (SELECT 1 FROM span WHERE site = @site AND last > @latest);

-- name: ForgetSnapshot :exec
DELETE FROM span WHERE site = @site AND first = @snapshot AND last = @snapshot;

-- name: MoveSpanFirst :exec
UPDATE span SET first = @next WHERE site = @site AND first = @snapshot;

-- name: MoveSpanLast :exec
UPDATE span SET last = @previous WHERE site = @site AND last = @snapshot;

-- name: DropOrphans :execrows
DELETE FROM body WHERE id NOT IN (SELECT s.body FROM span AS s);

-- name: ObjectAt :one
SELECT b.json FROM span AS s JOIN body AS b ON b.id = s.body
WHERE s.site = @site AND s.resource = @resource AND s.key = @key AND s.first <= CAST(@at AS INTEGER) AND s.last >= CAST(@at AS INTEGER);

-- name: ObjectsAfter :many
SELECT s.key, b.json FROM span AS s JOIN body AS b ON b.id = s.body
WHERE s.site = @site AND s.resource = @resource AND s.key > @after AND s.first <= CAST(@at AS INTEGER) AND s.last >= CAST(@at AS INTEGER)
ORDER BY s.key LIMIT @n;

-- name: CountObjects :many
SELECT s.resource, count(*) AS objects FROM span AS s
WHERE s.site = @site AND s.first <= CAST(@at AS INTEGER) AND s.last >= CAST(@at AS INTEGER) GROUP BY s.resource;

-- name: DigestRows :many
SELECT s.key, b.digest FROM span AS s JOIN body AS b ON b.id = s.body
WHERE s.site = @site AND s.resource = @resource AND s.key > @after AND s.first <= CAST(@at AS INTEGER) AND s.last >= CAST(@at AS INTEGER)
ORDER BY s.key LIMIT @n;

