-- What the writer is about to store, in key order: no table of the file, but rows of the program
-- that SQLite reads as one (feed.go). Statements over many objects at once name it.
CREATE TABLE gathered (
  n        INTEGER NOT NULL,  -- number of the row, from 0
  resource INTEGER NOT NULL,
  key      TEXT NOT NULL,
  digest   BLOB NOT NULL,     -- SHA-256 of json
  json     TEXT NOT NULL,
  first    INTEGER NOT NULL,  -- where its span begins
  body     INTEGER NOT NULL,  -- id of the body
  last     INTEGER NOT NULL   -- where its span ends, of a merge
)
