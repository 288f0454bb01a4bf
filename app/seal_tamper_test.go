package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tampered is one change that somebody makes to a sealed file behind the program's back.
type tampered struct {
	name  string // what is done to what: flip vantage.account
	table string
	sql   string
	want  string // states, where not "something is found"
}

// notEvidence are the tables and columns that a seal does not cover, each with the reason.
var notEvidence = map[string]string{
	"mark": "labels and pins are people's", "decision": "people's", "parameter": "people's", "attestation": "people's",
	"progress":         "empty where all is finished; a row in it is another case",
	"sqlite_sequence":  "SQLite's own: which number comes next",
	"request.id":       "its order alone counts, and that is another case",
	"site_id.position": "which id is first alone counts, and that is another case",
	"seal.id":          "its order alone counts: who sealed first", "origin.id": "its order alone counts",
	"origin.site": "of a merge, which a seal outlasts", "origin.joined": "of a merge, which a seal outlasts",
	"insert resource": "a name of which nothing is stored, which is told and breaks nothing", "insert site": "the same of a site",
	"insert seal": "the same seal twice says what one says",
}

// namedAs are the sections in which what is done to a table shows.
var namedAs = map[string][]string{
	"identity": {"site", "site_id", "identity"}, "site": {"site", "site_id", "span", "objects"}, "site_id": {"site", "site_id"},
	"snapshot": {"snapshot", "objects", "site", "site_id", "seal", "identity", "unsealed"}, "resource": {"coverage", "coverage_part", "request", "objects", "span"},
	"coverage_part": {"parts", "coverage_part"}, "request": {"log", "request"}, "body": {"objects", "body"}, "span": {"objects", "span"}, "seal": {"seal", "unsealed"},
}

// column is a row of pragma table_info, with what tells whether two rows may have the same value.
type column struct {
	Name, Type string
	PK         int
	Unique     bool
}

// evidenceTables walks the file's own schema, so that no table or column is forgotten.
func evidenceTables(t *testing.T, path string) map[string][]column {
	t.Helper()
	out := tool(t, "sqlite3", "-json", path, `SELECT m.name AS "table", c.name, c.type, c.pk,
		EXISTS (SELECT 1 FROM pragma_index_list(m.name) AS l JOIN pragma_index_info(l.name) AS i WHERE l."unique" AND l.origin = 'u' AND i.name = c.name) AS "unique"
		FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table'`)
	var rows []struct {
		Table, Name, Type string
		PK, Unique        int
	}
	if err := json.Unmarshal([]byte(out), &rows); err != nil {
		t.Fatal(err)
	}
	tables := map[string][]column{}
	for _, r := range rows {
		tables[r.Table] = append(tables[r.Table], column{r.Name, r.Type, r.PK, r.Unique == 1})
	}
	return tables
}

// flipped is another value of a column, of the same type.
func flipped(c column) string {
	switch c.Type {
	case "INTEGER":
		return fmt.Sprintf("coalesce(%s, 0) + 1000", c.Name)
	case "BLOB":
		return fmt.Sprintf("CAST(substr(coalesce(%[1]s, x'00'), 1, length(coalesce(%[1]s, x'00')) - 1) || x'fe' AS BLOB)", c.Name)
	}
	return fmt.Sprintf("coalesce(%s, '') || 'x'", c.Name)
}

// oneRow is a condition that holds for one row of a table, the last.
func oneRow(table string, columns []column) string {
	var keys []string
	for _, c := range columns {
		if c.PK > 0 {
			keys = append(keys, c.Name)
		}
	}
	list := strings.Join(keys, ", ")
	return fmt.Sprintf("(%s) = (SELECT %s FROM %s ORDER BY %s DESC LIMIT 1)", list, list, table, strings.Join(keys, " DESC, ")+" ")
}

// tamperings flips every column, deletes a row and inserts one with each key of its own, in every table.
func tamperings(t *testing.T, path string) []tampered {
	var all []tampered
	tables := evidenceTables(t, path)
	for table, columns := range tables {
		if notEvidence[table] != "" {
			continue
		}
		row := oneRow(table, columns)
		all = append(all, tampered{"delete " + table, table, fmt.Sprintf("DELETE FROM %s WHERE %s", table, row), ""})
		for _, c := range columns {
			if notEvidence[table+"."+c.Name] == "" {
				all = append(all, tampered{"flip " + table + "." + c.Name, table, fmt.Sprintf("UPDATE %s SET %s = %s WHERE %s", table, c.Name, flipped(c), row), ""})
			}
			if c.PK == 0 || notEvidence["insert "+table] != "" {
				continue
			}
			var names, values []string
			for _, x := range columns {
				names = append(names, x.Name)
				if x.Name == c.Name || x.Unique {
					values = append(values, flipped(x))
				} else {
					values = append(values, x.Name)
				}
			}
			all = append(all, tampered{"insert " + table + " by " + c.Name, table,
				fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s WHERE %s", table, strings.Join(names, ", "), strings.Join(values, ", "), table, row), ""})
		}
	}
	if len(tables) < 17 || len(all) < 110 {
		t.Fatalf("%d tables, %d cases: the schema was not walked", len(tables), len(all))
	}
	swap := func(table, key, a, b string) string {
		return fmt.Sprintf("UPDATE %[1]s SET %[2]s = -1 WHERE %[2]s = %[3]s; UPDATE %[1]s SET %[2]s = %[3]s WHERE %[2]s = %[4]s; UPDATE %[1]s SET %[2]s = %[4]s WHERE %[2]s = -1", table, key, a, b)
	}
	return append(all,
		tampered{"reorder request", "request", swap("request", "id", "1", "2"), ""},
		tampered{"reorder site_id", "site_id", swap("site_id", "position", "0", "1"), ""},
		tampered{"reorder body", "body", swap("body", "id", "1", "2"), ""},
		tampered{"reorder resource", "resource", swap("resource", "id", "(SELECT resource FROM coverage WHERE outcome = 'partial' LIMIT 1)", "(SELECT min(resource) FROM coverage WHERE outcome = 'complete')"), ""},
		tampered{"reorder snapshot", "snapshot", swap("snapshot", "id", "1", "2"), ""},
		tampered{"swap seals", "snapshot", swap("seal", "snapshot", "1", "2"), ""},
		tampered{"swap identities", "identity", swap("identity", "snapshot", "2", "3"), ""},
		tampered{"swap vantages", "vantage", "UPDATE vantage SET account = 'nobody' WHERE snapshot = 1;" + swap("vantage", "snapshot", "1", "3"), ""},
		tampered{"split a span", "span", "INSERT INTO span SELECT site, resource, key, 2, 2, body FROM span WHERE key = 'a' AND site = 1; UPDATE span SET last = 1 WHERE key = 'a' AND site = 1 AND first = 1", "1 valid, 2 valid, 3 valid"},
		tampered{"progress of what is finished", "progress", "INSERT INTO progress (snapshot, resource, parent, cursor) SELECT 1, min(id), '', 'x' FROM resource", ""},
		tampered{"progress of no snapshot", "progress", "INSERT INTO progress (snapshot, resource, parent, cursor) SELECT 9, min(id), '', 'x' FROM resource", ""},
		tampered{"progress of no resource", "progress", "INSERT INTO progress (snapshot, resource, parent, cursor) VALUES (1, 5000, '', 'x')", ""},
		tampered{"a mark on no snapshot", "mark", "INSERT INTO mark VALUES (9, 'x', 0)", ""},
		tampered{"a site that nobody saw", "unused", "INSERT INTO site VALUES (9, 'cloud', 'https://elsewhere.example', 'x')", "1 valid, 2 valid, 3 valid"},
		tampered{"a resource that nobody read", "unused", "INSERT INTO resource (name) VALUES ('jira_nothing')", "1 valid, 2 valid, 3 valid"},
		tampered{"a manifest of no zlib", "seal", "UPDATE seal SET manifest = x'00'", "1 broken, 2 broken, 3 broken"},
		tampered{"a statement of another snapshot", "seal", "UPDATE seal SET statement = (SELECT statement FROM seal WHERE snapshot = 3), signature = (SELECT signature FROM seal WHERE snapshot = 3), manifest = (SELECT manifest FROM seal WHERE snapshot = 3), at = (SELECT at FROM seal WHERE snapshot = 3) WHERE snapshot = 2", "1 valid, 2 broken, 3 valid"},
		tampered{"more after the signature", "seal", "UPDATE seal SET signature = signature || char(10) WHERE snapshot = 2", "1 valid, 2 broken, 3 valid"},
		tampered{"a signature in other lines", "seal", "UPDATE seal SET signature = replace(signature, 'AAAA', 'AA' || char(10) || 'AA') WHERE snapshot = 2", "1 valid, 2 broken, 3 valid"},
		tampered{"white space in the statement", "seal", "UPDATE seal SET statement = replace(statement, ',', ', ') WHERE snapshot = 2", "1 valid, 2 broken, 3 valid"},
		tampered{"text that is no UTF-8", "vantage", "UPDATE vantage SET account_name = CAST(x'fffe' AS TEXT) WHERE snapshot = 2", "1 valid, 2 broken, 3 valid"},
		tampered{"a body and its digest", "body", "UPDATE body SET json = '{}', digest = x'44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a' WHERE id = (SELECT body FROM span WHERE key = 'e')", "1 valid, 2 valid, 3 broken"},
		tampered{"the seals of one taken off", "seal", "DELETE FROM seal WHERE snapshot = 1", "1 unsealed, 2 valid, 3 valid"},
		tampered{"all seals taken off", "seal", "DELETE FROM seal", "1 unsealed, 2 unsealed, 3 unsealed"})
}

// unguarded changes a file without its triggers and checks, and leaves the schema as it was.
func unguarded(path, guards, sql string) error {
	out, err := exec.Command("sqlite3", "-bail", path, "PRAGMA ignore_check_constraints = 1; DROP TRIGGER seal_changed; DROP TRIGGER seal_removed; DROP TRIGGER origin_changed; DROP TRIGGER origin_removed;"+sql+";"+guards).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %s", sql, out)
	}
	return nil
}

// Whatever is done to a sealed file is found and named, by this program and by a stranger's.
func TestTampering(t *testing.T) {
	dir := sealUser(t)
	sealed := sealedFile(t, dir)
	content, err := os.ReadFile(sealed)
	if err != nil {
		t.Fatal(err)
	}
	guards := tool(t, "sqlite3", sealed, "SELECT group_concat(sql || ';', char(10)) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN ('seal', 'origin')")
	all := map[string]*Verification{sealed: verified(t, sealed)}
	if all[sealed].State != SealValid {
		t.Fatalf("untouched: %s", states(all[sealed]))
	}
	for i, c := range tamperings(t, sealed) {
		path := filepath.Join(dir, fmt.Sprintf("%d.plumb.db", i))
		if err := errors.Join(os.WriteFile(path, content, 0o600), unguarded(path, guards, c.sql)); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		v, err := verify(path)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		all[path] = v
		if c.table == "unused" && len(v.Unused) != 1+len(all[sealed].Unused) {
			t.Errorf("%s: unused names %v", c.name, v.Unused)
		}
		switch {
		case c.want != "":
			if states(v) != c.want {
				t.Errorf("%s: %s, wanted %s", c.name, states(v), c.want)
			}
		case v.State == SealValid || v.State == SealUnknownKey:
			t.Errorf("%s: not found: %s", c.name, states(v))
		case !names(v, c.table):
			t.Errorf("%s: found, but not named: %s, %+v %+v", c.name, states(v), v.Snapshots, v.Differences)
		}
	}
	agree(t, all)
}

// names says whether a verification names the table as what was changed.
func names(v *Verification, table string) bool {
	sections := namedAs[table]
	if sections == nil {
		sections = []string{table}
	}
	found := v.Differences
	for _, n := range v.Snapshots {
		found = append(found, n.Differences...)
		if n.State == SealNone && slices.Contains(sections, "unsealed") {
			return true
		}
	}
	return slices.ContainsFunc(found, func(d SealDifference) bool { return slices.Contains(sections, d.Section) && d.Change != "" })
}

// agree asks the verifier that was written from docs/evidence-format.md alone, and compares what it says: the state of
// every snapshot, and in which sections it is not what was sealed.
func agree(t *testing.T, ours map[string]*Verification) {
	t.Helper()
	args := []string{"../docs/verify.py"}
	for path := range ours {
		args = append(args, path)
	}
	run := exec.Command("python3", args...)
	run.Stderr = os.Stderr
	out, err := run.Output()
	if err != nil {
		t.Errorf("python3: %v", err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != len(ours) {
		t.Fatalf("%d answers for %d files", len(lines), len(ours))
	}
	for _, line := range lines {
		var stranger struct {
			File      string
			Snapshots []struct {
				ID                 int64
				State              string
				Signers, Differing []string
			}
			Between []string
			Unused  [][2]string
		}
		if err := json.Unmarshal([]byte(line), &stranger); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		v := ours[stranger.File]
		if (len(stranger.Between) > 0) != (len(v.Differences) > 0) {
			t.Errorf("%s: a stranger finds %q between the snapshots, this program %+v", stranger.File, stranger.Between, v.Differences)
		}
		var unused [][2]string
		for _, u := range v.Unused {
			unused = append(unused, [2]string{u.Table, u.Name})
		}
		if !slices.Equal(unused, stranger.Unused) {
			t.Errorf("%s: unused are to a stranger %q, here %q", stranger.File, stranger.Unused, unused)
		}
		if len(stranger.Snapshots) != len(v.Snapshots) {
			t.Errorf("%s: a stranger sees %d snapshots of %d", stranger.File, len(stranger.Snapshots), len(v.Snapshots))
			continue
		}
		for i, s := range stranger.Snapshots {
			n := v.Snapshots[i]
			state := map[string]string{SealValid: "whole", SealUnknownKey: "whole"}[n.State]
			if state == "" {
				state = n.State
			}
			if s.State != state {
				t.Errorf("%s, snapshot %d: %s to a stranger (%q), %s here (%+v)", stranger.File, s.ID, s.State, s.Differing, n.State, n.Differences)
			}
			if !slices.Equal(sectionsOf(n.Differences), s.Differing) {
				t.Errorf("%s, snapshot %d: a stranger finds %q, this program %q", stranger.File, s.ID, s.Differing, sectionsOf(n.Differences))
			}
		}
	}
}

// sectionsOf are the sections and members of differences, as the stranger names them.
func sectionsOf(all []SealDifference) []string {
	names := []string{}
	for _, d := range all {
		switch d.Section {
		case "snapshot":
			names = append(names, d.Fields...)
		case "seal":
			for _, f := range d.Fields {
				names = append(names, map[string]string{"statement or signature": "signature"}[f]+map[string]string{"at": "at", "manifest": "manifest"}[f])
			}
		case "objects":
			names = append(names, "objects/"+d.Resource)
		case "site":
			names = append(names, "site")
		default:
			names = append(names, d.Section)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
