-- name: Attestations :many
SELECT a.id, a.at, a.person, a.site, a.question, a.answer, a.checked, a.evidence FROM attestation AS a ORDER BY a.id;

-- name: AddAttestation :exec
INSERT INTO attestation (at, person, site, question, answer, checked, evidence) VALUES (?, ?, ?, ?, ?, ?, ?);
