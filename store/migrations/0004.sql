-- Format 4 of the evidence file: seals, and what a seal needs to hold for ever. Fixed: a later format is a further file
-- beside this one.

-- The site as it was known when the snapshot was taken. What later snapshots learn of the site goes into site and
-- site_id; these rows stay.
CREATE TABLE identity (
  snapshot INTEGER PRIMARY KEY REFERENCES snapshot (id),
  kind     TEXT NOT NULL CHECK (kind IN ('cloud', 'dc')),
  ids      TEXT NOT NULL,                   -- JSON array: every id the site was known by, the one in finding ids first
  address  TEXT NOT NULL,
  name     TEXT NOT NULL
) STRICT;

INSERT INTO identity (snapshot, kind, ids, address, name)
SELECT n.id, s.kind,
       (SELECT json_group_array(i.id) FROM (SELECT x.id FROM site_id AS x WHERE x.site = s.id ORDER BY x.position) AS i),
       s.address, s.name
FROM snapshot AS n JOIN site AS s ON s.id = n.site;

-- Where a snapshot came from that was not collected into this file. Several rows of one snapshot: the first is the
-- first thing that happened to it.
CREATE TABLE origin (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  snapshot  INTEGER NOT NULL REFERENCES snapshot (id),
  kind      TEXT NOT NULL CHECK (kind IN ('merged', 'redacted')),
  at        TEXT NOT NULL,                  -- RFC 3339, UTC, milliseconds
  program   TEXT NOT NULL,                  -- version of the program that did it
  site      TEXT NOT NULL,                  -- merged: the first id of its site there; '' where that is not to be told
  joined    TEXT NOT NULL DEFAULT '',       -- merged: the first id of its site here, where it was said to be the same site
  digest    BLOB NOT NULL,                  -- of the snapshot it was
  statement BLOB,                           -- SHA-256 of the statement that sealed it there; NULL if none did
  level     TEXT NOT NULL DEFAULT '',       -- redacted: people, names or structure
  key       TEXT NOT NULL DEFAULT '',       -- redacted: fingerprint of the key that pseudonyms were made with
  CHECK ((kind = 'redacted') = (level <> ''))
) STRICT;
CREATE INDEX origin_snapshot ON origin (snapshot);

-- A statement says what a finished snapshot holds, and a signature stands under it (docs/evidence-format.md).
CREATE TABLE seal (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  snapshot  INTEGER NOT NULL REFERENCES snapshot (id),
  at        TEXT NOT NULL,                  -- as in the statement
  statement TEXT NOT NULL,                  -- canonical JSON: the bytes that are signed
  signature TEXT NOT NULL,                  -- armored SSH signature, namespace plumbline-seal
  manifest  BLOB NOT NULL                   -- zlib: the rows the statement is about, so that what is missing can be named
) STRICT;
CREATE INDEX seal_snapshot ON seal (snapshot);

-- Only ever added; they go with their snapshot, when that is dropped.
CREATE TRIGGER seal_changed BEFORE UPDATE ON seal BEGIN SELECT RAISE(ABORT, 'seals are only ever added'); END;
CREATE TRIGGER seal_removed BEFORE DELETE ON seal WHEN EXISTS (SELECT 1 FROM snapshot WHERE id = OLD.snapshot)
BEGIN SELECT RAISE(ABORT, 'a seal goes with its snapshot only'); END;
CREATE TRIGGER origin_changed BEFORE UPDATE ON origin BEGIN SELECT RAISE(ABORT, 'origins are only ever added'); END;
CREATE TRIGGER origin_removed BEFORE DELETE ON origin WHEN EXISTS (SELECT 1 FROM snapshot WHERE id = OLD.snapshot)
BEGIN SELECT RAISE(ABORT, 'an origin goes with its snapshot only'); END;
