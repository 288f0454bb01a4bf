-- name: Progress :many
SELECT parent, cursor, outcome, http_status, reason, missing FROM progress WHERE snapshot = ? AND resource = ? ORDER BY parent;

-- name: AllProgress :many
SELECT resource, parent, outcome, http_status, reason, duplicates FROM progress WHERE snapshot = ? ORDER BY resource, parent;

-- name: SetProgress :exec
INSERT INTO progress (snapshot, resource, parent, cursor, outcome, http_status, reason, missing, duplicates, restarts)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (snapshot, resource, parent) DO UPDATE SET cursor = excluded.cursor, outcome = excluded.outcome,
  http_status = excluded.http_status, reason = excluded.reason, missing = excluded.missing,
  duplicates = progress.duplicates + excluded.duplicates, restarts = progress.restarts + excluded.restarts;

-- name: DeleteProgress :exec
DELETE FROM progress WHERE snapshot = ?;

-- name: DeleteResourceProgress :exec
DELETE FROM progress WHERE snapshot = ? AND resource = ?;

-- name: CountDuplicates :exec
UPDATE coverage SET duplicates = coalesce(
  (SELECT sum(p.duplicates) FROM progress AS p WHERE p.snapshot = coverage.snapshot AND p.resource = coverage.resource), 0)
WHERE coverage.snapshot = ?;

-- name: Untidy :one
-- Restarts and double sightings, the only ways in which collecting leaves bodies that nothing uses.
SELECT CAST(coalesce(sum(p.duplicates + p.restarts), 0) AS INTEGER) FROM progress AS p WHERE p.snapshot = ?;
