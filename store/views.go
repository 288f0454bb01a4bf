package store

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed views
var viewFiles embed.FS

// Column describes one column of a relation. Type is text, integer, real or json (text).
type Column struct{ Name, Type, About string }

// View describes a relation: its sentence, its columns and, if it is shared, what it is made of.
type View struct {
	Name   string
	About  string
	Shared bool // made of other relations, computed once for all rules; or Reference
	// Reference: its rows come from no site, whoever asks gives them (published advisories ...).
	Reference bool
	Live      bool     // shared, but left a view (`-- materialised: no`): computed where it is read
	Reads     []string // shared: the relations it reads, as written
	Columns   []Column
	Indexes   [][]string // column lists
	SQL       string     // one SELECT, over `object AS o` or, if made of relations, over those
}

// Views lists every relation that rules may read: resources by name, then reference data, then the
// shared ones in an order in which each can be computed from those before it.
func Views() []View { return allViews().ordered }

// Resources lists the names of the resources, sorted.
func Resources() []string { return allViews().resources }

// viewSet is what the embedded files say, parsed once.
type viewSet struct {
	ordered   []View
	byName    map[string]View
	resources []string
}

var allViews = sync.OnceValue(func() viewSet {
	set, err := readViews()
	if err != nil {
		panic("store: " + err.Error()) // a defect of this program: the view files are embedded, a test reads them all
	}
	return set
})

func readViews() (viewSet, error) {
	set := viewSet{byName: map[string]View{}}
	var shared []View
	for _, dir := range []string{"views", "views/reference", "views/shared"} {
		entries, err := viewFiles.ReadDir(dir)
		if err != nil {
			return set, err
		}
		for _, e := range entries {
			if e.IsDir() || !strings.HasSuffix(e.Name(), ".sql") {
				continue
			}
			text, err := viewFiles.ReadFile(path.Join(dir, e.Name()))
			if err != nil {
				return set, err
			}
			v, err := parseView(strings.TrimSuffix(e.Name(), ".sql"), string(text), dir == "views/shared")
			if err != nil {
				return set, fmt.Errorf("%s/%s: %w", dir, e.Name(), err)
			}
			switch dir {
			case "views/shared":
				shared = append(shared, v)
			case "views/reference":
				v.Shared, v.Reference = true, true
				set.ordered = append(set.ordered, v)
			default:
				set.ordered = append(set.ordered, v)
				set.resources = append(set.resources, v.Name)
			}
			set.byName[v.Name] = v
		}
	}
	slices.Sort(set.resources)
	// Each shared relation after those that it reads.
	for len(shared) > 0 {
		n := len(shared)
		shared = slices.DeleteFunc(shared, func(v View) bool {
			for _, r := range v.Reads {
				if !slices.ContainsFunc(set.ordered, func(o View) bool { return o.Name == r }) {
					return false
				}
			}
			set.ordered = append(set.ordered, v)
			return true
		})
		if len(shared) == n {
			return set, fmt.Errorf("%s reads a relation that is not there, or itself", shared[0].Name)
		}
	}
	return set, nil
}

// parseView reads the form that CONTRIBUTING.md shows: a sentence, `-- reads:`, `-- index:` and
// `-- materialised: no` lines, then a SELECT with one column a line and its type and sentence behind it.
//
// `instant(x)` in a view stands for x in UTC with milliseconds, see instantSQL.
func parseView(name, text string, shared bool) (View, error) {
	text, err := withInstants(text)
	if err != nil {
		return View{}, err
	}
	v := View{Name: name, Shared: shared, SQL: strings.TrimRight(strings.TrimSpace(text), ";")}
	head, about, ok := strings.Cut(strings.TrimPrefix(text, "-- "), ": ")
	if !ok || head != name {
		return v, fmt.Errorf("the first line must be `-- %s: a sentence`", name)
	}
	v.About, _, _ = strings.Cut(about, "\n")
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if list, ok := strings.CutPrefix(line, "-- reads:"); ok {
			v.Reads = append(v.Reads, words(list)...)
			continue
		}
		if list, ok := strings.CutPrefix(line, "-- index:"); ok {
			v.Indexes = append(v.Indexes, words(list))
			continue
		}
		if line == "-- materialised: no" {
			v.Live = true
			continue
		}
		code, comment, ok := strings.Cut(line, " -- ")
		if !ok || strings.HasPrefix(line, "--") {
			continue
		}
		typ, about, ok := strings.Cut(strings.TrimSpace(comment), ": ")
		if !ok || !slices.Contains([]string{"text", "integer", "real", "json"}, typ) {
			continue
		}
		column := strings.TrimSuffix(strings.TrimSpace(code), ",")
		if i := strings.LastIndexAny(column, " ."); i >= 0 {
			column = column[i+1:]
		}
		v.Columns = append(v.Columns, Column{column, typ, about})
	}
	if len(v.Columns) == 0 {
		return v, fmt.Errorf("no column has a `-- type: sentence` behind it")
	}
	if shared && len(v.Reads) == 0 {
		return v, fmt.Errorf("a shared relation must say what it reads")
	}
	return v, nil
}

// instantSQL is a time as Atlassian's APIs spell it, as RFC 3339 in UTC with milliseconds: RFC 3339 of any zone, the same
// with a zone that has no colon (+0000; SQLite reads none without), or milliseconds since 1970. Other text stays as it
// is. No function of this program, since the views for people are read by any sqlite3.
const instantSQL = `CASE WHEN typeof(%[1]s) IN ('integer', 'real') THEN strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', (%[1]s) / 1000.0, 'unixepoch')` +
	` WHEN %[1]s GLOB '????-??-??T??:??:??.???Z' THEN %[1]s` +
	` WHEN %[1]s GLOB '????-??-??T??:??:??.???+0000' THEN substr(%[1]s, 1, 23) || 'Z'` +
	` ELSE coalesce(strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', %[1]s),` +
	` strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', substr(%[1]s, 1, length(%[1]s) - 2) || ':' || substr(%[1]s, -2)), %[1]s) END`

// withInstants writes instantSQL for each instant(x) of a view.
func withInstants(text string) (string, error) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "instant(")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		end, open := 0, 1
		for ; end < len(rest) && open > 0; end++ {
			switch rest[end] {
			case '(':
				open++
			case ')':
				open--
			}
		}
		if open > 0 {
			return "", fmt.Errorf("instant( is not closed")
		}
		fmt.Fprintf(&b, instantSQL, rest[:end-1])
		text = rest[end:]
	}
}

func words(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
}

// body is the SELECT alone, without the comment lines above it.
func (v View) body() string {
	i := 0
	for line := range strings.Lines(v.SQL) {
		if t := strings.TrimSpace(line); t != "" && !strings.HasPrefix(t, "--") {
			break
		}
		i += len(line)
	}
	return v.SQL[i:]
}

// tableSQL is the typed table that rules read.
func (v View) tableSQL() string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE %s (", quote(v.Name))
	for i, c := range v.Columns {
		if i > 0 {
			b.WriteString(", ")
		}
		typ := strings.ToUpper(c.Type)
		if c.Type == "json" {
			typ = "TEXT"
		}
		fmt.Fprintf(&b, "%s %s", quote(c.Name), typ)
	}
	b.WriteString(")")
	return b.String()
}

// plainSQL is the view for people: over the whole file, with a snapshot column in front.
func (v View) plainSQL(resource int64) string {
	select_, rest, _ := strings.Cut(v.body(), "o.key")
	return fmt.Sprintf(`CREATE VIEW %s AS
WITH object (snapshot, key, body) AS (
  SELECT n.id, s.key, b.json FROM snapshot AS n
  JOIN span AS s ON s.site = n.site AND s.resource = %d AND s.first <= n.id AND s.last >= n.id
  JOIN body AS b ON b.id = s.body
)
%so.snapshot, o.key%s`, quote(v.Name), resource, select_, rest)
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
