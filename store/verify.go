package store

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
)

// How a row differs from what was sealed.
const (
	Added     = "added"
	Removed   = "removed"
	Altered   = "altered"
	Reordered = "reordered"
)

// Difference is one row in which a file differs from what was sealed.
type Difference struct {
	Section  string   // snapshot, site, vantage, coverage, parts, log, objects, origin, seal; of what belongs to no snapshot the table
	Resource string   // of an object, or that coverage or a request is about; else ""
	Key      string   // of the object or the parent; of a request when and what was asked; "" where Section says it all
	Change   string   // Added, Removed, Altered, Reordered
	Fields   []string // columns or members that differ; nil where the row is there or is not
}

func (d Difference) String() string {
	words := strings.Join(slices.DeleteFunc([]string{d.Section, d.Resource, strings.ReplaceAll(d.Key, string(unitSeparator), "/")}, func(s string) bool { return s == "" }), " ")
	words += ": " + d.Change
	if len(d.Fields) > 0 {
		words += " (" + strings.Join(d.Fields, ", ") + ")"
	}
	return words
}

// Checked is what came of comparing a file with its seals.
type Checked struct {
	Seals  map[int64][]Difference // by seal; none: the snapshot is what was sealed
	File   []Difference           // what belongs to no snapshot, or says another site than the snapshots do
	Unused []UnusedName           // told, and nothing that differs
}

// Verify compares what the file holds now with what the seals say, every body hashed anew. Whether a signature stands
// under a statement is not looked at here.
func (f *File) Verify(ctx context.Context, seals []Seal) (Checked, error) {
	release, err := f.take(ctx)
	if err != nil {
		return Checked{}, err
	}
	defer release()
	c, err := f.verify(ctx, seals)
	if err != nil {
		return c, fmt.Errorf("verifying %s: %w", f.path, explain(err))
	}
	return c, nil
}

func (f *File) verify(ctx context.Context, seals []Seal) (Checked, error) {
	c := Checked{Seals: map[int64][]Difference{}}
	if f.format < sealFormat {
		return c, nil
	}
	var of []int64
	for _, s := range seals {
		of = append(of, s.Snapshot)
	}
	w, err := f.export(ctx, of, false)
	if err != nil {
		return c, err
	}
	if c.File, err = w.strays(ctx); err != nil {
		return c, err
	}
	if c.Unused, err = w.unused(ctx); err != nil {
		return c, err
	}
	for _, s := range seals {
		i := slices.IndexFunc(w.exports, func(e *export) bool { return e.snapshot.ID == s.Snapshot })
		if i < 0 {
			continue // a stray
		}
		if c.Seals[s.ID], err = w.compare(ctx, w.exports[i], s); err != nil {
			return c, err
		}
	}
	return c, nil
}

// compare names what in a snapshot is not what a seal says.
func (w *walk) compare(ctx context.Context, e *export, s Seal) ([]Difference, error) {
	sealed, err := ParseStatement(s.Statement)
	if errors.Is(err, ErrNewerFormat) {
		return nil, err
	}
	if err != nil {
		return []Difference{{Section: "seal", Change: Altered, Fields: []string{"statement"}}}, nil
	}
	var all []Difference
	manifest, err := w.f.q.Manifest(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	var fields []string
	if sum := sha256.Sum256(manifest); hex.EncodeToString(sum[:]) != sealed.Manifest {
		fields, manifest = append(fields, "manifest"), nil
	}
	if s.At != sealed.Sealed {
		fields = append(fields, "at")
	}
	said, err := e.statement()
	if made := e.sections["site"].is(); err == nil && made == sealed.Sections["site"] && (said.Site.Kind != sealed.Site.Kind || !slices.Equal(said.Site.IDs, sealed.Site.IDs)) {
		fields = append(fields, "statement") // at odds with itself
	}
	if fields != nil {
		all = append(all, Difference{Section: "seal", Change: Altered, Fields: fields})
	}
	all = append(all, e.headDifferences(sealed)...)
	for _, name := range slices.Sorted(maps.Keys(union(sealed.Sections, e.sections))) {
		was, is := sealed.Sections[name], Section{SHA256: emptySum}
		if made := e.sections[name]; made != nil {
			is = made.is()
		}
		if was.SHA256 == "" {
			was.SHA256 = emptySum
		}
		if was == is {
			continue
		}
		found, err := w.sectionDifferences(ctx, e, name, manifest)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

var emptySum = func() string { sum := sha256.Sum256(nil); return hex.EncodeToString(sum[:]) }()

func union(a map[string]Section, b map[string]*section) map[string]bool {
	names := map[string]bool{}
	for name := range a {
		names[name] = true
	}
	for name := range b {
		names[name] = true
	}
	return names
}

// headDifferences are those of the snapshot's own row, and of the redactions that made it.
func (e *export) headDifferences(was Statement) []Difference {
	var all []Difference
	var fields []string
	for _, c := range []struct {
		name   string
		differ bool
	}{
		{"started", e.head.Started != was.Started}, {"finished", e.head.Finished.String != was.Finished}, {"state", e.head.State != was.State},
		{"program", e.head.Program != was.Program}, {"personal_data", e.head.PersonalData != was.PersonalData},
		{"objects", e.head.Objects != was.Objects}, {"digest", digestText(e.head.Digest) != was.Digest},
	} {
		if c.differ {
			fields = append(fields, c.name)
		}
	}
	if fields != nil {
		all = append(all, Difference{Section: "snapshot", Change: Altered, Fields: fields})
	}
	for i := range max(len(e.redacted), len(was.Origin)) {
		switch {
		case i >= len(e.redacted):
			all = append(all, Difference{Section: "origin", Key: was.Origin[i].At, Change: Removed})
		case i >= len(was.Origin):
			all = append(all, Difference{Section: "origin", Key: e.redacted[i].At, Change: Added})
		case e.redacted[i] != was.Origin[i]:
			all = append(all, Difference{Section: "origin", Key: was.Origin[i].At, Change: Altered})
		}
	}
	return all
}

// mostManifest is how much of a manifest is read: beyond that it is no manifest but a trap.
const mostManifest = 1 << 30

// sealedRows are the rows of a section as a manifest holds them, each a line without its line feed. The manifest is known
// to be the one that was sealed.
func sealedRows(manifest []byte, section string) ([]string, error) {
	z, err := zlib.NewReader(bytes.NewReader(manifest))
	if err != nil {
		return nil, err
	}
	var rows []string
	within := false
	for lines := bufio.NewReaderSize(io.LimitReader(z, mostManifest), 1<<16); ; {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		line = line[:len(line)-1]
		if strings.HasPrefix(line, `"`) {
			if within {
				return rows, nil
			}
			within = line == string(appendValue(nil, section))
		} else if within {
			rows = append(rows, line)
		}
	}
}

// sectionDifferences names the rows of a section that are not those of the manifest; without a manifest it can only say
// that there are some.
func (w *walk) sectionDifferences(ctx context.Context, e *export, name string, manifest []byte) ([]Difference, error) {
	short, resource, _ := strings.Cut(name, "/")
	something := []Difference{{Section: short, Resource: resource, Change: Altered}}
	if manifest == nil {
		return something, nil
	}
	was, err := sealedRows(manifest, name)
	if err != nil {
		return something, nil // sealed as it is, so whoever sealed it made it so
	}
	var is, columns []string
	keys := 1
	if resource != "" {
		is, err = w.objectRows(ctx, e, resource)
		columns = []string{"key", "digest"}
	} else {
		for _, t := range sectionTables {
			if t.name != name {
				continue
			}
			keys, columns = t.keys, t.columns
			rows, err := t.rows(ctx, w.f.q, e.snapshot.ID)
			if err != nil {
				return nil, err
			}
			for _, row := range rows {
				line := appendRow(nil, row)
				is = append(is, string(line[:len(line)-1]))
			}
		}
	}
	if err != nil {
		return nil, err
	}
	d := differ{short, resource, columns}
	found := d.byKey(was, is, keys)
	if keys == 0 {
		found = d.byOrder(was, is)
	}
	if len(found) == 0 {
		return something, nil
	}
	return found, nil
}

// objectRows are the objects of a resource as a manifest would hold them.
func (w *walk) objectRows(ctx context.Context, e *export, resource string) ([]string, error) {
	var rows []string
	err := w.f.spans(ctx, e.head.Site, w.resources[resource], func(s *span) error {
		if body := w.bodies.at(s.body); body >= 0 && s.first <= e.snapshot.ID && e.snapshot.ID <= s.last {
			line := append(appendValue([]byte{'['}, s.key), ',')
			rows = append(rows, string(append(appendSum(line, &w.bodies.sums[body], briefly), ']')))
		}
		return nil
	})
	return rows, err
}

// differ compares the rows of one section.
type differ struct {
	section, resource string
	columns           []string
}

// difference names a row.
func (d differ) difference(row []any, change string) Difference {
	text := func(i int) string {
		if i < len(row) {
			s, _ := row[i].(string)
			return s
		}
		return ""
	}
	switch d.section {
	case "objects":
		return Difference{Section: d.section, Resource: d.resource, Key: text(0), Change: change}
	case "coverage":
		return Difference{Section: d.section, Resource: text(0), Change: change}
	case "parts":
		return Difference{Section: d.section, Resource: text(0), Key: text(1), Change: change}
	case "log":
		return Difference{Section: d.section, Resource: text(0), Key: text(5) + " " + text(2) + " " + text(3), Change: change}
	}
	return Difference{Section: d.section, Change: change}
}

func values(line string) []any {
	var row []any
	if json.Unmarshal([]byte(line), &row) != nil {
		return nil
	}
	for i, v := range row {
		if m, ok := v.(map[string]any); ok { // text that is no UTF-8
			row[i] = fmt.Sprint(m["bytes"])
		}
	}
	return row
}

func (d differ) altered(was, is []any) Difference {
	all := d.difference(was, Altered)
	for i, c := range d.columns {
		if i < len(was) && i < len(is) && was[i] != is[i] && d.section != "objects" {
			all.Fields = append(all.Fields, c)
		}
	}
	return all
}

// byKey compares rows that are told apart by their first columns, in their order.
func (d differ) byKey(was, is []string, keys int) []Difference {
	before := map[string]string{}
	for _, line := range was {
		before[d.key(line, keys)] = line
	}
	var all []Difference
	met := map[string]bool{}
	for _, line := range is {
		key := d.key(line, keys)
		then, known := before[key]
		switch {
		case !known || met[key]:
			all = append(all, d.difference(values(line), Added))
		case then != line:
			all = append(all, d.altered(values(then), values(line)))
		}
		met[key] = true
	}
	for _, line := range was {
		if !met[d.key(line, keys)] {
			all = append(all, d.difference(values(line), Removed))
		}
	}
	return all
}

// key is what of a line tells its row: of an object all but the digest at its end.
func (d differ) key(line string, keys int) string {
	if d.section == "objects" {
		return line[:max(0, len(line)-len(`,"0123456789abcdef"]`))]
	}
	row := values(line)
	return string(appendRow(nil, row[:min(keys, len(row))]))
}

// byOrder compares rows that only their place tells apart.
func (d differ) byOrder(was, is []string) []Difference {
	for len(was) > 0 && len(is) > 0 && was[0] == is[0] {
		was, is = was[1:], is[1:]
	}
	for len(was) > 0 && len(is) > 0 && was[len(was)-1] == is[len(is)-1] {
		was, is = was[:len(was)-1], is[:len(is)-1]
	}
	var all []Difference
	a, b := slices.Sorted(slices.Values(was)), slices.Sorted(slices.Values(is))
	switch {
	case len(was) == 0 && len(is) == 0:
		return nil
	case slices.Equal(a, b):
		return []Difference{d.difference(values(was[0]), Reordered)}
	case len(was) == len(is):
		for i := range was {
			if was[i] != is[i] {
				all = append(all, d.altered(values(was[i]), values(is[i])))
			}
		}
		return all
	}
	for _, line := range is {
		if _, known := slices.BinarySearch(a, line); !known {
			all = append(all, d.difference(values(line), Added))
		}
	}
	for _, line := range was {
		if _, known := slices.BinarySearch(b, line); !known {
			all = append(all, d.difference(values(line), Removed))
		}
	}
	return all
}
