-- Format 2 of the evidence file: what people decide. Fixed: a later format is a further file beside this one.
-- Append-only, outside every digest and seal: a row is one act of one person, and nothing is overwritten.

-- A finding is confirmed, its risk accepted, or that is taken back. A later act on the same target stands in place of
-- the earlier one; equal times: the greater id.
CREATE TABLE decision (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  at       TEXT NOT NULL,                   -- RFC 3339, UTC, milliseconds
  person   TEXT NOT NULL CHECK (person <> ''),
  site     INTEGER NOT NULL REFERENCES site (id),
  rule     TEXT NOT NULL CHECK (rule <> ''), -- the oldest id of its replaces chain, as in finding ids
  scope    TEXT NOT NULL CHECK (scope IN ('finding', 'object', 'below')),
  resource TEXT NOT NULL CHECK (resource <> ''),
  key      TEXT NOT NULL CHECK (key <> ''), -- of the object; of the parent, where scope is below
  aspect   TEXT NOT NULL,                   -- of the finding; '' for the other scopes
  act      TEXT NOT NULL CHECK (act IN ('confirmed', 'accepted', 'cleared')),
  reason   TEXT NOT NULL,
  owner    TEXT NOT NULL,
  until    TEXT NOT NULL,                   -- the last day an accepted risk holds, 2027-03-31; else ''
  subject  TEXT NOT NULL,                   -- what it was about, in the words the person saw
  CHECK (scope = 'finding' OR aspect = ''),
  CHECK ((act = 'accepted') = (until <> '')),
  CHECK (act <> 'accepted' OR reason <> '' AND owner <> '')
) STRICT;
CREATE INDEX decision_site ON decision (site, rule);

-- A parameter of the rules, by NAME or RULE-ID.NAME; the latest row of a name counts.
CREATE TABLE parameter (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  at     TEXT NOT NULL,
  person TEXT NOT NULL CHECK (person <> ''),
  name   TEXT NOT NULL CHECK (name <> ''),
  value  TEXT                               -- as it is typed; NULL: no longer set
) STRICT;

CREATE TRIGGER decision_changed BEFORE UPDATE ON decision BEGIN SELECT RAISE(ABORT, 'decisions are only ever added'); END;
CREATE TRIGGER decision_removed BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'decisions are only ever added'); END;
CREATE TRIGGER parameter_changed BEFORE UPDATE ON parameter BEGIN SELECT RAISE(ABORT, 'parameters are only ever added'); END;
CREATE TRIGGER parameter_removed BEFORE DELETE ON parameter BEGIN SELECT RAISE(ABORT, 'parameters are only ever added'); END;

-- For people: the act that stands for each target, and the parameters that are set.
CREATE VIEW decision_standing AS
SELECT * FROM (
  SELECT d.*, row_number() OVER (PARTITION BY site, rule, scope, resource, key, aspect ORDER BY at DESC, id DESC) AS latest
  FROM decision AS d)
WHERE latest = 1 AND act <> 'cleared';

CREATE VIEW parameter_set AS
SELECT p.name, p.value, p.at, p.person FROM parameter AS p
WHERE p.value IS NOT NULL AND NOT EXISTS (SELECT 1 FROM parameter AS q WHERE q.name = p.name AND q.id > p.id);
