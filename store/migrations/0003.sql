-- Format 3 of the evidence file: what people answer where no API does. Fixed: a later format is a further file beside
-- this one. Append-only, outside every digest and seal, as decisions are.

-- A question of the guide was answered for a site, or its answer withdrawn. The latest row of a question stands.
CREATE TABLE attestation (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  at       TEXT NOT NULL,                       -- when it was written down: RFC 3339, UTC, milliseconds
  person   TEXT NOT NULL CHECK (person <> ''),  -- who answers for it
  site     INTEGER NOT NULL REFERENCES site (id),
  question TEXT NOT NULL CHECK (question <> ''), -- ATT-TLS-001
  answer   TEXT NOT NULL,                       -- yes, no, partly, not applicable, or words; '' withdrawn
  checked  TEXT NOT NULL CHECK (length(checked) = 10), -- the day it was looked at, 2026-11-16
  evidence TEXT NOT NULL                        -- what was seen: a file, a page, a document
) STRICT;
CREATE INDEX attestation_site ON attestation (site, question);

CREATE TRIGGER attestation_changed BEFORE UPDATE ON attestation BEGIN SELECT RAISE(ABORT, 'attestations are only ever added'); END;
CREATE TRIGGER attestation_removed BEFORE DELETE ON attestation BEGIN SELECT RAISE(ABORT, 'attestations are only ever added'); END;

-- For people: the answers that stand.
CREATE VIEW attestation_standing AS
SELECT a.* FROM attestation AS a
WHERE a.answer <> '' AND NOT EXISTS (SELECT 1 FROM attestation AS b WHERE b.site = a.site AND b.question = a.question AND b.id > a.id);
