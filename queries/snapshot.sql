-- name: Snapshots :many
SELECT s.id, s.site, s.started, s.finished, s.state, s.digest, s.objects, s.program, s.personal_data,
       CAST(coalesce(m.label, '') AS TEXT) AS label, CAST(coalesce(m.pinned, 0) AS INTEGER) AS pinned,
       CAST(coalesce(v.account, '') AS TEXT) AS account, CAST(coalesce(v.account_name, '') AS TEXT) AS account_name,
       CAST(coalesce(v.credentials, '[]') AS TEXT) AS credentials, CAST(coalesce(v.scopes, '[]') AS TEXT) AS scopes,
       CAST(coalesce(v.group_ids, '[]') AS TEXT) AS group_ids, CAST(coalesce(v.permissions, '[]') AS TEXT) AS permissions
FROM snapshot AS s
LEFT JOIN mark AS m ON m.snapshot = s.id
LEFT JOIN vantage AS v ON v.snapshot = s.id
ORDER BY s.id;

-- name: AddSnapshot :one
INSERT INTO snapshot (site, started, state, program, personal_data) VALUES (?, ?, 'collecting', ?, ?) RETURNING id;

-- name: SetState :exec
UPDATE snapshot SET state = ? WHERE id = ?;

-- name: FinishSnapshot :exec
UPDATE snapshot SET state = ?, finished = ?, digest = ?, objects = ? WHERE id = ?;

-- name: DeleteSnapshot :exec
DELETE FROM snapshot WHERE id = ?;

-- name: SetVantage :exec
INSERT INTO vantage (snapshot, account, account_name, credentials, scopes, group_ids, permissions)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (snapshot) DO UPDATE SET account = excluded.account, account_name = excluded.account_name,
  credentials = excluded.credentials, scopes = excluded.scopes, group_ids = excluded.group_ids, permissions = excluded.permissions;

-- name: DeleteVantage :exec
DELETE FROM vantage WHERE snapshot = ?;

-- name: SetLabel :exec
INSERT INTO mark (snapshot, label) VALUES (?, ?) ON CONFLICT (snapshot) DO UPDATE SET label = excluded.label;

-- name: SetPinned :exec
INSERT INTO mark (snapshot, pinned) VALUES (?, ?) ON CONFLICT (snapshot) DO UPDATE SET pinned = excluded.pinned;

-- name: UnpinSite :exec
UPDATE mark SET pinned = 0 WHERE snapshot IN (SELECT s.id FROM snapshot AS s WHERE s.site = ?);

-- name: DeleteMark :exec
DELETE FROM mark WHERE snapshot = ?;
