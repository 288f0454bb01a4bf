-- name: Sites :many
SELECT id, kind, address, name FROM site ORDER BY id;

-- name: SiteIDs :many
SELECT site, id FROM site_id ORDER BY site, position;

-- name: SiteByID :one
SELECT site FROM site_id WHERE id = ?;

-- name: AddSite :one
INSERT INTO site (kind, address, name) VALUES (?, ?, ?) RETURNING id;

-- name: UpdateSite :exec
UPDATE site SET address = ?, name = ? WHERE id = ?;

-- name: AddSiteID :exec
INSERT INTO site_id (site, position, id)
SELECT CAST(@site AS INTEGER), coalesce(max(s.position) + 1, 0), CAST(@id AS TEXT) FROM site_id AS s WHERE s.site = CAST(@site AS INTEGER)
ON CONFLICT (id) DO NOTHING;

-- name: DeleteSiteID :exec
DELETE FROM site_id WHERE site = ? AND id = ?;
