-- name: Identities :many
SELECT snapshot, kind, ids, address, name FROM identity ORDER BY snapshot;

-- name: SetIdentity :exec
-- The site as the file knows it now.
INSERT INTO identity (snapshot, kind, ids, address, name)
SELECT CAST(@snapshot AS INTEGER), s.kind,
       (SELECT json_group_array(i.id) FROM (SELECT x.id FROM site_id AS x WHERE x.site = s.id ORDER BY x.position) AS i),
       s.address, s.name
FROM site AS s WHERE s.id = CAST(@site AS INTEGER)
ON CONFLICT (snapshot) DO UPDATE SET kind = excluded.kind, ids = excluded.ids, address = excluded.address, name = excluded.name;

-- name: AddIdentity :exec
INSERT INTO identity (snapshot, kind, ids, address, name) VALUES (?, ?, ?, ?, ?);

-- name: DeleteIdentity :exec
DELETE FROM identity WHERE snapshot = ?;

-- name: Seals :many
SELECT id, snapshot, at, statement, signature FROM seal ORDER BY id;

-- name: Manifest :one
SELECT manifest FROM seal WHERE id = ?;

-- name: AddSeal :one
INSERT INTO seal (snapshot, at, statement, signature, manifest) VALUES (?, ?, ?, ?, ?) RETURNING id;

-- name: DeleteSeals :exec
DELETE FROM seal WHERE snapshot = ?;

-- name: Origins :many
SELECT id, snapshot, kind, at, program, site, joined, digest, statement, level, key FROM origin ORDER BY id;

-- name: AddOrigin :exec
INSERT INTO origin (snapshot, kind, at, program, site, joined, digest, statement, level, key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: DeleteOrigins :exec
DELETE FROM origin WHERE snapshot = ?;

-- name: SealedSnapshots :many
SELECT DISTINCT snapshot FROM seal;

-- name: BodyRange :one
-- The least and the greatest id, 0 and -1 where there is no body.
SELECT CAST(coalesce(min(id), 0) AS INTEGER) AS least, CAST(coalesce(max(id), -1) AS INTEGER) AS greatest FROM body;

-- name: CountSpans :one
SELECT count(*) FROM span;

-- name: UnusedNames :many
-- Sites without snapshots, and resources that no coverage, request or object is of.
SELECT CAST('resource' AS TEXT) AS kind, r.name FROM resource AS r
WHERE r.id NOT IN (SELECT c.resource FROM coverage AS c) AND r.id NOT IN (SELECT q.resource FROM request AS q)
  AND NOT EXISTS (SELECT 1 FROM site AS s JOIN span AS p ON p.site = s.id AND p.resource = r.id)
UNION ALL
SELECT CAST('site' AS TEXT) AS kind, s.address AS name FROM site AS s WHERE s.id NOT IN (SELECT n.site FROM snapshot AS n)
ORDER BY 1, 2;

-- name: VantageOf :many
SELECT account, account_name, credentials, scopes, group_ids, permissions FROM vantage WHERE snapshot = ?;
