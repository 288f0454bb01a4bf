-- name: ResourceNames :many
SELECT id, name FROM resource ORDER BY id;

-- name: AddResource :one
INSERT INTO resource (name) VALUES (?) RETURNING id;

-- name: Coverage :many
SELECT r.name, c.outcome, c.http_status, c.reason, c.missing, c.lists, c.event, c.window_from,
       c.objects, c.requests, c.duplicates, c.revision, c.members
FROM coverage AS c JOIN resource AS r ON r.id = c.resource
WHERE c.snapshot = ? ORDER BY r.name;

-- name: CoverageParts :many
SELECT r.name, p.parent, p.outcome, p.http_status, p.reason
FROM coverage_part AS p JOIN resource AS r ON r.id = p.resource
WHERE p.snapshot = ? ORDER BY r.name, p.parent;

-- name: SetCoverage :exec
INSERT INTO coverage (snapshot, resource, outcome, http_status, reason, missing, lists, event, window_from,
                      objects, requests, duplicates, revision, members)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (snapshot, resource) DO UPDATE SET outcome = excluded.outcome, http_status = excluded.http_status,
  reason = excluded.reason, missing = excluded.missing, lists = excluded.lists, event = excluded.event,
  window_from = excluded.window_from, objects = excluded.objects, requests = excluded.requests,
  duplicates = excluded.duplicates, revision = excluded.revision, members = excluded.members;

-- name: SetCoverageObjects :exec
UPDATE coverage SET objects = ? WHERE snapshot = ? AND resource = ?;

-- name: DeleteCoverage :exec
DELETE FROM coverage WHERE snapshot = ?;

-- name: AddCoveragePart :exec
INSERT INTO coverage_part (snapshot, resource, parent, outcome, http_status, reason) VALUES (?, ?, ?, ?, ?, ?);

-- name: DeleteResourceParts :exec
DELETE FROM coverage_part WHERE snapshot = ? AND resource = ?;

-- name: DeleteCoverageParts :exec
DELETE FROM coverage_part WHERE snapshot = ?;

-- name: Requests :many
SELECT r.name, q.parent, q.method, q.path, q.status, q.at, q.millis, q.rows, q.requests, q.note
FROM request AS q JOIN resource AS r ON r.id = q.resource
WHERE q.snapshot = ? ORDER BY q.id;

-- name: AddRequest :exec
INSERT INTO request (snapshot, resource, parent, method, path, status, at, millis, rows, requests, note)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: DeleteRequests :exec
DELETE FROM request WHERE snapshot = ?;

-- name: CountRequests :many
SELECT q.resource, CAST(sum(q.requests) AS INTEGER) AS requests FROM request AS q WHERE q.snapshot = ? GROUP BY q.resource;

-- name: Outcomes :many
SELECT DISTINCT outcome FROM coverage WHERE snapshot = ? AND NOT (outcome = 'skipped' AND missing <> '[]');
