-- name: Decisions :many
SELECT d.id, d.at, d.person, d.site, d.rule, d.scope, d.resource, d.key, d.aspect, d.act, d.reason, d.owner, d.until, d.subject
FROM decision AS d ORDER BY d.at, d.id;

-- name: AddDecision :exec
INSERT INTO decision (at, person, site, rule, scope, resource, key, aspect, act, reason, owner, until, subject)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: Parameters :many
SELECT p.at, p.person, p.name, p.value FROM parameter AS p ORDER BY p.id;

-- name: AddParameter :exec
INSERT INTO parameter (at, person, name, value) VALUES (?, ?, ?, ?);
