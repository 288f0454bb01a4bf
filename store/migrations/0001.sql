-- Format 1 of the evidence file. Fixed: a later format is a further file beside this one.
-- docs/evidence-format.md describes every table for a reader in another language.

-- A site is known by every id it ever stated; position 0 is the one that finding ids are made of.
CREATE TABLE site (
  id      INTEGER PRIMARY KEY,
  kind    TEXT NOT NULL CHECK (kind IN ('cloud', 'dc')),
  address TEXT NOT NULL,
  name    TEXT NOT NULL
) STRICT;

CREATE TABLE site_id (
  site     INTEGER NOT NULL REFERENCES site (id),
  position INTEGER NOT NULL,
  id       TEXT NOT NULL UNIQUE,
  PRIMARY KEY (site, position)
) STRICT, WITHOUT ROWID;

-- A snapshot's id is also its ordinal in spans. AUTOINCREMENT: an id is never used again.
CREATE TABLE snapshot (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  site          INTEGER NOT NULL REFERENCES site (id),
  started       TEXT NOT NULL,              -- RFC 3339, UTC, milliseconds
  finished      TEXT,                       -- the same; NULL until finished
  state         TEXT NOT NULL CHECK (state IN ('collecting', 'interrupted', 'complete', 'partial')),
  digest        BLOB,                       -- SHA-256 over the objects; NULL until finished
  objects       INTEGER NOT NULL DEFAULT 0,
  program       TEXT NOT NULL,
  personal_data TEXT NOT NULL CHECK (personal_data IN ('full', 'domain'))
) STRICT;
CREATE INDEX snapshot_site ON snapshot (site);

-- What people write on snapshots; no evidence, outside every digest and seal.
CREATE TABLE mark (
  snapshot INTEGER PRIMARY KEY REFERENCES snapshot (id),
  label    TEXT NOT NULL DEFAULT '',
  pinned   INTEGER NOT NULL DEFAULT 0
) STRICT;

-- From where a snapshot was seen. Lists are JSON arrays of text, sorted.
CREATE TABLE vantage (
  snapshot     INTEGER PRIMARY KEY REFERENCES snapshot (id),
  account      TEXT NOT NULL,
  account_name TEXT NOT NULL,
  credentials  TEXT NOT NULL,
  scopes       TEXT NOT NULL,
  group_ids    TEXT NOT NULL,
  permissions  TEXT NOT NULL
) STRICT;

CREATE TABLE resource (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE coverage (
  snapshot    INTEGER NOT NULL REFERENCES snapshot (id),
  resource    INTEGER NOT NULL REFERENCES resource (id),
  outcome     TEXT NOT NULL CHECK (outcome IN ('complete', 'partial', 'denied', 'unavailable', 'failed', 'skipped')),
  http_status INTEGER NOT NULL,             -- of the answer that decided; 0 if none
  reason      TEXT NOT NULL,
  missing     TEXT NOT NULL,                -- JSON array: scopes or permissions that would have opened it
  lists       TEXT NOT NULL CHECK (lists IN ('all', 'seen')),
  event       INTEGER NOT NULL,             -- 1: events of a window, cited but never compared
  window_from TEXT,                         -- start of that window
  objects     INTEGER NOT NULL,
  requests    INTEGER NOT NULL,
  duplicates  INTEGER NOT NULL,             -- keys met with two different bodies
  revision    INTEGER NOT NULL,             -- of the members kept
  members     TEXT NOT NULL,                -- JSON array: the members kept
  PRIMARY KEY (snapshot, resource)
) STRICT, WITHOUT ROWID;

-- The parts (one parent's share of a resource) that are not complete.
-- parent '' stands for the parents that nobody got to name.
CREATE TABLE coverage_part (
  snapshot    INTEGER NOT NULL REFERENCES snapshot (id),
  resource    INTEGER NOT NULL REFERENCES resource (id),
  parent      TEXT NOT NULL,
  outcome     TEXT NOT NULL CHECK (outcome IN ('partial', 'denied', 'unavailable', 'failed', 'skipped')),
  http_status INTEGER NOT NULL,
  reason      TEXT NOT NULL,
  PRIMARY KEY (snapshot, resource, parent)
) STRICT, WITHOUT ROWID;

-- A row for each failure, retry and wait; one for each resource and parent otherwise.
CREATE TABLE request (
  id       INTEGER PRIMARY KEY,
  snapshot INTEGER NOT NULL REFERENCES snapshot (id),
  resource INTEGER NOT NULL REFERENCES resource (id),
  parent   TEXT NOT NULL,
  method   TEXT NOT NULL,
  path     TEXT NOT NULL,
  status   INTEGER NOT NULL,
  at       TEXT NOT NULL,
  millis   INTEGER NOT NULL,
  rows     INTEGER NOT NULL,
  requests INTEGER NOT NULL,                -- how many requests the row stands for
  note     TEXT NOT NULL
) STRICT;
CREATE INDEX request_snapshot ON request (snapshot, resource);

-- Each distinct canonical body (RFC 8785) once.
CREATE TABLE body (
  id     INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE,              -- SHA-256 of json's bytes
  json   TEXT NOT NULL
) STRICT;

-- In which of the site's snapshots an object was seen with that body.
-- The spans that cover snapshot s (first <= s <= last) are exactly the objects seen in s.
CREATE TABLE span (
  site     INTEGER NOT NULL REFERENCES site (id),
  resource INTEGER NOT NULL REFERENCES resource (id),
  key      TEXT NOT NULL,
  first    INTEGER NOT NULL,
  last     INTEGER NOT NULL,
  body     INTEGER NOT NULL REFERENCES body (id),
  PRIMARY KEY (site, resource, key, first)
) STRICT, WITHOUT ROWID;

-- Where a snapshot in the making stands; empty once it is finished.
CREATE TABLE progress (
  snapshot    INTEGER NOT NULL REFERENCES snapshot (id),
  resource    INTEGER NOT NULL REFERENCES resource (id),
  parent      TEXT NOT NULL,
  cursor      TEXT NOT NULL,
  outcome     TEXT,                         -- NULL while more pages are to come
  http_status INTEGER NOT NULL DEFAULT 0,
  reason      TEXT NOT NULL DEFAULT '',
  missing     TEXT NOT NULL DEFAULT '[]',
  duplicates  INTEGER NOT NULL DEFAULT 0,
  restarts    INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (snapshot, resource, parent)
) STRICT, WITHOUT ROWID;
