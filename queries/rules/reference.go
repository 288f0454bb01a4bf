package rules

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"plumbline/store"
)

// Reference is what rules know of the world beyond the site: one file of published facts, the rows of one relation. It
// ships with the program in data/, and a folder given with --rules may hold a newer one, which takes its place whole.
type Reference struct {
	Relation string         // advisory, lifecycle, scope or scope_need
	File     string         // as it was opened
	AsOf     string         // the day to which it is known to be right, 2026-11-21
	Source   string         // where it was read
	Gaps     []string       // what it is known to lack, in words
	Digest   string         // "sha256:" and 64 hex digits, over the file
	Shipped  bool           // it is the program's own
	Objects  []store.Object // its rows, each with the day to which it is known to be right
}

// referenceFiles are the names that such a file may have, and the relation that it gives.
var referenceFiles = map[string]string{
	"advisories.json": "advisory", "lifecycle.json": "lifecycle", "scopes.json": "scope", "scope-needs.json": "scope_need",
}

// References lists the reference data in force, by relation, and those passed over as others are newer.
func (p *Pack) References() (inForce, passedOver []Reference) {
	for _, name := range keysOf(p.reference) {
		inForce = append(inForce, p.reference[name])
	}
	return inForce, p.passedOver
}

// ReferenceObjects are the rows of all reference data in force: what store.File.Relations is given.
func (p *Pack) ReferenceObjects() []store.Object {
	var all []store.Object
	for _, name := range keysOf(p.reference) {
		all = append(all, p.reference[name].Objects...)
	}
	return all
}

// ShippedReference are the rows of the reference data inside the program.
func ShippedReference() []store.Object {
	inside, err := parsed()
	if err != nil {
		return nil // Load says so
	}
	return inside.ReferenceObjects()
}

// takeReference puts a file in force, unless the one that is has a later day.
func (p *Pack) takeReference(r Reference) {
	if p.reference == nil {
		p.reference = map[string]Reference{}
	}
	was, there := p.reference[r.Relation]
	if there && was.AsOf > r.AsOf {
		p.passedOver = append(p.passedOver, r)
		return
	}
	if there {
		p.passedOver = append(p.passedOver, was)
	}
	p.reference[r.Relation] = r
}

// referenceDate is the latest day to which the reference data that rules of the pack read are known to be right; "" if
// none reads any.
func (p *Pack) referenceDate() string {
	day := ""
	for _, r := range p.Rules {
		for _, name := range r.Reference {
			day = max(day, p.reference[name].AsOf)
		}
	}
	return day
}

// referenceDigests are those of the reference data that a rule reads: its verdict depends on them.
func (p *Pack) referenceDigests(r *Rule) []string {
	digests := []string{}
	for _, name := range r.Reference {
		digests = append(digests, p.reference[name].Digest)
	}
	return digests
}

// ReferenceObject is an entry of the reference data in force, as evidence names it.
func (p *Pack) ReferenceObject(ref Ref) (store.Object, bool) {
	rows := p.reference[ref.Resource].Objects
	i := slices.IndexFunc(rows, func(o store.Object) bool { return o.Key == ref.Key })
	if i < 0 {
		return store.Object{}, false
	}
	return rows[i], true
}

// ReferencesOf lists the reference data that a rule declares where it reads a relation.
func ReferencesOf(name string) []string { return referencesOf(name) }

// referencesOf resolves a relation to the reference data it is made of.
func referencesOf(name string) []string {
	v := relation()[name]
	if v.Reference {
		return []string{name}
	}
	var all []string
	for _, r := range v.Reads {
		for _, reference := range referencesOf(r) {
			if !slices.Contains(all, reference) {
				all = append(all, reference)
			}
		}
	}
	return all
}

// advisory is an entry of advisories.json: a vulnerability of one product.
type advisory struct {
	CVE       string     `json:"cve"`
	Product   string     `json:"product"` // jira, jira-service-management, confluence, or app: and the key of an app
	Severity  Severity   `json:"severity"`
	CVSS      *float64   `json:"cvss"` // null where none was published
	Exploited *bool      `json:"exploited"`
	Published *string    `json:"published"` // a day; null if not known
	About     string     `json:"about"`
	Note      string     `json:"note,omitempty"`     // what the sources leave open
	Ranges    []versions `json:"ranges"`             // what it affects
	Unstated  []versions `json:"unstated,omitempty"` // of what the sources do not say whether it is affected
	Fixed     []string   `json:"fixed"`
	Sources   []string   `json:"sources"`
	AsOf      string     `json:"as_of"` // where it differs from the file's
}

// versions are those with from <= version < lt.
type versions struct {
	From string `json:"from"`
	Lt   string `json:"lt"`
}

// cycle is an entry of lifecycle.json: a line of releases of one product.
type cycle struct {
	Product        string  `json:"product"` // jira or confluence
	Cycle          string  `json:"cycle"`   // two numbers: 10.3
	LongTerm       *bool   `json:"long_term"`
	Released       string  `json:"released"`
	EndOfSupport   *string `json:"end_of_support"` // the last day; null where only that it is over is known
	Ended          bool    `json:"ended"`          // it is over, and nobody says since when
	Latest         string  `json:"latest"`
	LatestReleased *string `json:"latest_released"`
	AsOf           string  `json:"as_of"` // where it differs from the file's
}

// twoNumbers is how a line of releases is written, in one way alone: 10.03 would be the line 10.3 a second time.
var twoNumbers = regexp.MustCompile(`^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$`)

// referenceFile is the form of all of them: each holds one of the lists.
type referenceFile struct {
	AsOf       string            `json:"as_of"`
	Source     string            `json:"source"`
	Gaps       []string          `json:"gaps"`
	Advisories []json.RawMessage `json:"advisories"`
	Cycles     []json.RawMessage `json:"cycles"`
	Scopes     []json.RawMessage `json:"scopes"`
	Needs      []json.RawMessage `json:"needs"`
}

// list gives the entries of a relation, the member that holds them, and how many are in the other lists.
func (f *referenceFile) list(relation string) (entries []json.RawMessage, member string, other int) {
	for of, l := range map[string]struct {
		member  string
		entries []json.RawMessage
	}{"advisory": {"advisories", f.Advisories}, "lifecycle": {"cycles", f.Cycles}, "scope": {"scopes", f.Scopes}, "scope_need": {"needs", f.Needs}} {
		if of == relation {
			entries, member = l.entries, l.member
		} else {
			other += len(l.entries)
		}
	}
	return entries, member, other
}

// ReadReference reads one file of reference data. All that is wrong is reported at once, each as FILE:LINE: words.
func ReadReference(file string, text []byte) (Reference, error) {
	base := file[strings.LastIndexAny(file, `/\`)+1:]
	r := Reference{Relation: referenceFiles[base], File: file}
	sum := sha256.Sum256(text)
	r.Digest = "sha256:" + hex.EncodeToString(sum[:])
	var f referenceFile
	if err := strictly(text, &f); err != nil {
		return r, errorAt(file, lineOf(string(text), offsetOf(err, text)), "%w", plainJSON(err))
	}
	r.AsOf, r.Source, r.Gaps = f.AsOf, f.Source, f.Gaps
	var errs []error
	wrong := func(line int, format string, args ...any) { errs = append(errs, errorAt(file, line, format, args...)) }
	if !isDay(f.AsOf) {
		wrong(1, "as_of: %q is no day such as 2026-11-21: findings say to which day the data are known to be right", f.AsOf)
	}
	if f.Source == "" {
		wrong(1, "source: where the data were read is not said")
	}
	entries, member, other := f.list(r.Relation)
	if len(entries) == 0 || other > 0 {
		wrong(1, "%s holds a list %s with at least one entry, and no other", base, member)
	}
	at, seen := 0, map[string]bool{}
	for _, raw := range entries {
		at += max(0, bytes.Index(text[at:], raw))
		line := lineOf(string(text), at)
		at += len(raw)
		entry := entryOf(r.Relation)
		if err := strictly(raw, entry); err != nil {
			wrong(line, "%w", plainJSON(err))
			continue
		}
		for _, words := range entry.check() {
			wrong(line, "%s: %s", entry.name(), words)
		}
		o, err := entry.object(r.Relation, f.AsOf)
		if err != nil {
			wrong(line, "%s: %w", entry.name(), err)
		}
		if seen[o.Key] {
			wrong(line, "%s is there twice", entry.name())
		}
		seen[o.Key] = true
		r.Objects = append(r.Objects, o)
	}
	slices.SortFunc(r.Objects, func(a, b store.Object) int { return cmp.Compare(a.Key, b.Key) })
	return r, errors.Join(errs...)
}

// entry is one of an advisory, a cycle, a scope and the need of one.
type entry interface {
	name() string
	check() []string
	object(relation, asOf string) (store.Object, error)
}

func entryOf(relation string) entry {
	switch relation {
	case "lifecycle":
		return &cycle{}
	case "scope":
		return &scope{}
	case "scope_need":
		return &scopeNeed{}
	}
	return &advisory{}
}

func (a *advisory) name() string {
	return cmp.Or(a.CVE, "an advisory without a number") + " of " + cmp.Or(a.Product, "no product")
}

func (a *advisory) check() (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if a.CVE == "" {
		say("it has no cve")
	}
	if !slices.Contains([]string{"jira", "jira-service-management", "confluence"}, a.Product) && !strings.HasPrefix(a.Product, "app:") {
		say("product: %q is none of jira, jira-service-management, confluence and app:KEY", a.Product)
	}
	if a.Severity.Rank() < 0 {
		say("severity: %q is none of %s", a.Severity, joinWords(Severities()))
	}
	if a.About == "" {
		say("about: what it is is not said")
	}
	if a.Exploited == nil {
		say("exploited: neither true nor false")
	}
	if a.CVSS != nil && (*a.CVSS < 0 || *a.CVSS > 10) {
		say("cvss: %v is not between 0 and 10", *a.CVSS)
	}
	wrong = append(wrong, days(map[string]*string{"published": a.Published})...)
	if a.AsOf != "" {
		wrong = append(wrong, days(map[string]*string{"as_of": &a.AsOf})...)
	}
	if len(a.Ranges) == 0 {
		say("ranges: it affects nothing")
	}
	for i, r := range slices.Concat(a.Ranges, a.Unstated) {
		member := "ranges"
		if i >= len(a.Ranges) {
			member = "unstated"
		}
		from, okFrom := store.VersionKey(r.From, 0)
		lt, okLt := store.VersionKey(r.Lt, 0)
		switch {
		case !okFrom:
			say("%s: %q is no version", member, r.From)
		case !okLt:
			say("%s: %q is no version", member, r.Lt)
		case from >= lt:
			say("%s: from %s is not before lt %s", member, r.From, r.Lt)
		}
	}
	for _, v := range a.Fixed {
		if _, ok := store.VersionKey(v, 0); !ok {
			say("fixed: %q is no version", v)
		}
	}
	return wrong
}

func (a *advisory) object(relation, asOf string) (store.Object, error) {
	row := *a
	row.AsOf = cmp.Or(a.AsOf, asOf)
	row.Fixed, row.Sources = append([]string{}, a.Fixed...), append([]string{}, a.Sources...)
	return objectOf(relation, store.Key(a.Product, a.CVE), row)
}

func (c *cycle) name() string { return c.Product + " " + c.Cycle }

func (c *cycle) check() (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if c.Product != "jira" && c.Product != "confluence" {
		say("product: %q is neither jira nor confluence", c.Product)
	}
	line, ok := store.VersionKey(c.Cycle, 2)
	if !ok || !twoNumbers.MatchString(c.Cycle) {
		say("cycle: %q is not two numbers such as 10.3", c.Cycle)
	}
	if latest, ok := store.VersionKey(c.Latest, 2); !ok || latest != line {
		say("latest: %q is no release of the line", c.Latest)
	}
	if c.LongTerm == nil {
		say("long_term: neither true nor false")
	}
	if (c.EndOfSupport == nil) != c.Ended {
		say("end_of_support: a day, or null together with ended: true")
	}
	wrong = append(wrong, days(map[string]*string{"released": &c.Released, "end_of_support": c.EndOfSupport, "latest_released": c.LatestReleased})...)
	if c.AsOf != "" {
		wrong = append(wrong, days(map[string]*string{"as_of": &c.AsOf})...)
	}
	return wrong
}

func (c *cycle) object(relation, asOf string) (store.Object, error) {
	row := *c
	row.AsOf = cmp.Or(c.AsOf, asOf)
	return objectOf(relation, store.Key(c.Product, c.Cycle), row)
}

func objectOf(relation, key string, row any) (store.Object, error) {
	text, err := json.Marshal(row)
	if err != nil {
		return store.Object{}, err
	}
	body, err := store.Canonical(jsontext.Value(text))
	return store.Object{Resource: relation, Key: key, Body: body}, err
}

// days says which members that are given are no days.
func days(given map[string]*string) (wrong []string) {
	for _, member := range keysOf(given) {
		if day := given[member]; day != nil && !isDay(*day) {
			wrong = append(wrong, fmt.Sprintf("%s: %q is no day such as 2026-11-21", member, *day))
		}
	}
	return wrong
}

func isDay(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}

// strictly decodes one JSON value with no member that is not known, and nothing behind it.
func strictly(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more behind the end")
	}
	return nil
}

// offsetOf is where decoding stopped.
func offsetOf(err error, text []byte) int {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return int(syntax.Offset)
	case errors.As(err, &kind):
		return int(kind.Offset)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return len(text)
	}
	return 0
}

// plainJSON says what is wrong with JSON without the decoder's own names.
func plainJSON(err error) error {
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind):
		return fmt.Errorf("%s: a JSON %s is not what belongs there", cmp.Or(kind.Field, "the whole"), kind.Value)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.New("the file ends in the middle")
	}
	return errors.New(strings.TrimPrefix(err.Error(), "json: "))
}
