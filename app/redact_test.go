package app

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"plumbline/collector"
	"plumbline/store"
)

// richFile is the demo of an edition with all that people add to a file: parameters, decisions, answers, labels.
func richFile(t *testing.T, edition string) string {
	t.Helper()
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "rich.plumb.db")
	if _, _, err := DemoOf(ctx, edition, path, func(Event) {}); err != nil {
		t.Fatal(err)
	}
	f := openRich(t, path)
	found, err := f.Findings(ctx, FindingsQuery{})
	if err != nil {
		t.Fatal(err)
	}
	site := 1
	f.Close()
	w, err := store.OpenWritable(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	at := time.Date(2026, 11, 17, 9, 0, 0, 0, time.UTC)
	for name, value := range map[string]string{
		"own_email_domains": "harbourline.example,@Harbourline-Group.example", "public_spaces": "HANDBOOK", "inactive_days": "60",
		"first_party_apps": `["712020:03f47deb-7aa5-43ea-a4a4-e7e35360ec88"]`, "JIRA-HOOK-002.trusted_hook_domains": "brightpath.example",
		"OURS-001.person": "Maja Lindqvist",
	} {
		if err := w.SetParameter(ctx, store.Parameter{At: at, By: "Ida Holm", Name: name, Value: value}); err != nil {
			t.Fatal(err)
		}
	}
	var acts []store.Decision
	decided := map[string]bool{}
	for _, x := range found.Findings { // one of each rule
		if decided[x.Rule] {
			continue
		}
		decided[x.Rule] = true
		acts = append(acts, store.Decision{At: at, By: "Ida Holm", Target: store.Target{Site: int64(site), Rule: x.Rule, Scope: "finding", Resource: x.Resource, Key: x.Key, Aspect: x.Aspect},
			Act: "accepted", Reason: "Maja said that it is known", Owner: "Piotr Zieliński", Until: "2027-03-31", Subject: x.Subject})
	}
	if err := w.Decide(ctx, acts); err != nil {
		t.Fatal(err)
	}
	if err := w.Attest(ctx, store.Attestation{At: at, By: "Ida Holm", Site: int64(site), Question: "ATT-TLS-001", Answer: "Piotr looked at it", Checked: "2026-11-16", Evidence: "mail of zoe@harbourline.example"}); err != nil {
		t.Fatal(err)
	}
	if err := w.SetLabel(ctx, 2, "as Maja Lindqvist left it"); err != nil {
		t.Fatal(err)
	}
	return path
}

func openRich(t *testing.T, path string) *File {
	t.Helper()
	f, err := Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// redacted makes a copy, and what made it.
func redacted(t *testing.T, path, keyFile string, level Level) (string, *Redacted) {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy.plumb.db")
	done, err := Redact(context.Background(), RedactQuery{File: path, Copy: to, KeyFile: keyFile, Level: level})
	if err != nil {
		t.Fatal(err)
	}
	return to, done
}

// originals are the values of a file that a level redacts, each with its class, told by walking its objects; and its facts,
// which may be the same words.
func originals(t *testing.T, path, keyFile string, level Level) (map[string]collector.Class, *objects) {
	t.Helper()
	ctx := context.Background()
	key, _, err := redactionKey(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	f := openRich(t, path)
	o, err := f.redaction(ctx, key, level, false)
	if err != nil {
		t.Fatal(err)
	}
	r := o.redaction(store.Origin{})
	look := r.Look
	var mu sync.Mutex
	all := map[string]collector.Class{}
	r.Look = func(kind, resource, key string, body []byte) error {
		mu.Lock()
		defer mu.Unlock()
		walkClasses(o, resource, body, func(class collector.Class, s string) {
			if class == collector.ClassGroupID && kind == "dc" {
				class = collector.ClassGroup
			}
			if class == collector.ClassFact {
				all["\x00"+s] = class
			} else if o.redacts(class) && o.of(class, kind, s) != s {
				all[s] = class
			}
		})
		return look(kind, resource, key, body)
	}
	if err := f.store.Redactions(ctx, r); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"Maja said that it is known", "Piotr looked at it", "as Maja Lindqvist left it", "Maja Lindqvist", "Piotr Zieliński", "Ida Holm"} {
		all[s] = collector.ClassText
	}
	return all, o
}

// walkClasses gives every value of a body its class.
func walkClasses(o *objects, resource string, body []byte, each func(collector.Class, string)) {
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		panic(err)
	}
	var walk func(m *member, v any, in map[string]any)
	walk = func(m *member, v any, in map[string]any) {
		switch v := v.(type) {
		case map[string]any:
			for name, inner := range v {
				walk(m.member(name), inner, v)
			}
		case []any:
			elem := cmp.Or(m.elem, nobody)
			for _, inner := range v {
				walk(elem, inner, in)
			}
		case string:
			by, _ := in[m.of.By].(string)
			each(o.class(m, by), v)
		case float64:
			by, _ := in[m.of.By].(string)
			each(o.class(m, by), fmt.Sprintf("%.0f", v))
		}
	}
	walk(o.resource(resource), v, nil)
}

// forms are the ways in which a text may be written into a file.
func forms(s string) []string {
	quoted, _ := json.Marshal(s)
	return slices.Compact(slices.Sorted(slices.Values([]string{strings.ToLower(s), strings.ToLower(strings.Trim(string(quoted), `"`)), strings.ToLower(url.QueryEscape(s)), strings.ToLower(url.PathEscape(s))})))
}

// leaks searches every byte of files for what was redacted. What the program itself writes into every file (the words of
// its views), and words too short or too common to tell anybody, are left out.
func leaks(t *testing.T, all map[string]collector.Class, o *objects, files ...string) {
	t.Helper()
	empty := filepath.Join(t.TempDir(), "empty.plumb.db")
	w, err := store.OpenWritable(context.Background(), empty)
	if err != nil {
		t.Fatal(err)
	}
	c, err := w.Begin(context.Background(), store.Start{Site: store.Site{IDs: []string{"x"}, Kind: "cloud"}, Now: time.Now(), Program: "x", PersonalData: "full"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Finish(context.Background(), time.Now()); err != nil {
		t.Fatal(err)
	}
	w.Close()
	own, err := os.ReadFile(empty)
	if err != nil {
		t.Fatal(err)
	}
	for resource, members := range o.classes.Members { // members and kinds are in every coverage
		own = append(own, "\x00"+resource...)
		for path := range members {
			own = append(own, "\x00"+path...)
		}
	}
	for word := range o.classes.Words {
		own = append(own, "\x00"+word...)
	}
	for s := range all {
		if all[s] == collector.ClassFact {
			own = append(own, s...)
			delete(all, s)
		}
	}
	own = bytes.ToLower(own)
	passed := o.known.passedOver()
	searched := 0
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b = bytes.ToLower(b)
		for s, class := range all {
			least := map[bool]int{true: 12, false: 6}[class == collector.ClassText] // a label of one everyday word stands in names too; inPlace looks at it
			short := len([]rune(s)) < least && class != collector.ClassPerson && class != collector.ClassMail && class != collector.ClassDomain
			if slices.Contains(passed, s) || short || digits(s) && len(s) < 8 {
				continue
			}
			for _, form := range forms(s) {
				if bytes.Contains(own, []byte(form)) {
					continue
				}
				searched++
				if at := bytes.Index(b, []byte(form)); at >= 0 {
					t.Errorf("%s: the %s %q stands in it: %q", filepath.Base(file), class, s, b[max(0, at-50):min(len(b), at+len(form)+20)])
				}
			}
		}
	}
	if searched < 100 {
		t.Errorf("only %d texts were searched for", searched)
	}
}

// inPlace finds members of a copy that still say what they said: those too short to be searched for among all bytes.
func inPlace(t *testing.T, copied string, all map[string]collector.Class, o *objects) {
	t.Helper()
	f := openRich(t, copied)
	snapshots, err := f.store.Snapshots(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range snapshots {
		for _, resource := range store.Resources() {
			for object, err := range f.store.Objects(context.Background(), s.ID, resource) {
				if err != nil {
					t.Fatal(err)
				}
				walkClasses(o, resource, object.Body, func(class collector.Class, text string) {
					if was, ok := all[text]; ok && was == class && o.redacts(class) {
						t.Errorf("%s: %s %q is what it was", resource, class, text)
					}
				})
			}
		}
	}
}

// TestRedactedPeople: nothing that was redacted is left in any byte. At the level people rules, comparisons, scores and
// decisions come out the same, under pseudonyms; above it all but the rules that read names.
func TestRedactedPeople(t *testing.T) {
	for _, edition := range Editions() {
		t.Run(edition, func(t *testing.T) {
			t.Parallel()
			ctx, path, keyFile := context.Background(), richFile(t, edition), filepath.Join(t.TempDir(), "k")
			copied, done := redacted(t, path, keyFile, LevelPeople)
			if !done.KeyMade || done.Snapshots != 2 {
				t.Errorf("made %+v", done)
			}
			all, o := originals(t, path, keyFile, LevelPeople)
			leaks(t, all, o, copied)
			inPlace(t, copied, all, o)
			one, two := openRich(t, path), openRich(t, copied)
			for _, snapshot := range []string{"1", "2"} {
				q := FindingsQuery{Snapshot: snapshot}
				a, err := one.Findings(ctx, q)
				if err != nil {
					t.Fatal(err)
				}
				b, err := two.Findings(ctx, q)
				if err != nil {
					t.Fatal(err)
				}
				if a.Counts != b.Counts {
					t.Errorf("snapshot %s: counts %+v, redacted %+v", snapshot, a.Counts, b.Counts)
				}
				score := func(f *Findings) string {
					return fmt.Sprint(*f.Score.Low, *f.Score.High, f.Score.Coverage, f.Score.BoundedBy)
				}
				if score(a) != score(b) {
					t.Errorf("snapshot %s: score %s, redacted %s", snapshot, score(a), score(b))
				}
				for i, v := range a.Verdicts {
					if w := b.Verdicts[i]; v.Rule != w.Rule || v.Verdict != w.Verdict || v.Findings != w.Findings || v.Partial != w.Partial {
						t.Errorf("snapshot %s: %s %s, %d; redacted %s, %d: %s", snapshot, v.Rule, v.Verdict, v.Findings, w.Verdict, w.Findings, w.Reason)
					}
				}
				equalLists(t, identities(o, edition, a.Findings, true), identities(o, edition, b.Findings, false))
			}
			a, err := one.Compare(ctx, ComparisonQuery{})
			if err != nil {
				t.Fatal(err)
			}
			b, err := two.Compare(ctx, ComparisonQuery{})
			if err != nil {
				t.Fatal(err)
			}
			if a.Counts != b.Counts {
				t.Errorf("compared %+v, redacted %+v", a.Counts, b.Counts)
			}
			if len(a.Objects) != len(b.Objects) || fmt.Sprint(b.Resources) != fmt.Sprint(a.Resources) && shapesOf(a) != shapesOf(b) {
				t.Errorf("objects compared: %s\nredacted: %s", shapesOf(a), shapesOf(b))
			}
			change := func(c *Comparison, was bool) (list []string) {
				for _, x := range c.Findings {
					list = append(list, fmt.Sprint(identities(o, edition, []Finding{x.Finding}, was)[0], x.Change, len(x.CausedBy)))
				}
				slices.Sort(list)
				return list
			}
			equalLists(t, change(a, true), change(b, false))
			for _, level := range []Level{LevelNames, LevelStructure} {
				copied, _ := redacted(t, path, keyFile, level)
				all, o := originals(t, path, keyFile, level)
				leaks(t, all, o, copied)
				inPlace(t, copied, all, o)
				sameButRedacted(t, edition, level, one, openRich(t, copied), o)
			}
		})
	}
}

// barred are the rules that read, as text, names that the levels redact: of each edition those that look at all.
var barred = map[string]map[Level]string{
	CloudEdition: {
		LevelNames:     "ATL-FILE-001 ATL-FILE-002 CONF-SPACE-001 JIRA-ACCESS-006 JIRA-ADMIN-004 JIRA-ROLE-002",
		LevelStructure: "ATL-FILE-001 ATL-FILE-002 CONF-SPACE-001 JIRA-ACCESS-006 JIRA-ADMIN-004 JIRA-ROLE-002 ORG-POL-002",
	},
	DataCenterEdition: {
		LevelNames:     "ATL-FILE-001 ATL-FILE-002 CDC-ADMIN-001 CDC-APP-001 CONF-SPACE-001 DC-APP-001 DC-CVE-001 DC-CVE-002 JDC-SHARE-001 JDC-SIGNUP-001 JIRA-ACCESS-006 JIRA-HOOK-001 JIRA-HOOK-002 JIRA-ROLE-002",
		LevelStructure: "ATL-FILE-001 ATL-FILE-002 CDC-ADMIN-001 CDC-APP-001 CONF-SPACE-001 DC-APP-001 DC-CVE-001 DC-CVE-002 JDC-CLUSTER-002 JDC-SHARE-001 JDC-SIGNUP-001 JIRA-ACCESS-006 JIRA-HOOK-001 JIRA-HOOK-002 JIRA-ROLE-002",
	},
}

// sameButRedacted: exactly the rules that read redacted columns are not evaluated, and say so; all others find the same.
func sameButRedacted(t *testing.T, edition string, level Level, one, two *File, o *objects) {
	t.Helper()
	a, err := one.Findings(context.Background(), FindingsQuery{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := two.Findings(context.Background(), FindingsQuery{})
	if err != nil {
		t.Fatal(err)
	}
	var not []string
	for i, v := range a.Verdicts {
		w := b.Verdicts[i]
		if strings.HasPrefix(w.Reason, "redacted: ") {
			not = append(not, w.Rule)
		} else if v.Verdict != w.Verdict || v.Findings != w.Findings || v.Partial != w.Partial {
			t.Errorf("%s: %s %s, %d; redacted %s, %d: %s", level, v.Rule, v.Verdict, v.Findings, w.Verdict, w.Findings, w.Reason)
		}
	}
	if got, want := strings.Join(not, " "), barred[edition][level]; got != want {
		t.Errorf("%s: not evaluated, for it is redacted:\n%s\nnot\n%s", level, got, want)
	}
	if level == LevelStructure { // where a rule takes the least key of several, it is another one's
		return
	}
	left := slices.DeleteFunc(slices.Clone(a.Findings), func(x Finding) bool { return slices.Contains(not, x.Rule) })
	equalLists(t, identities(o, edition, left, true), identities(o, edition, b.Findings, false))
}

func shapesOf(c *Comparison) string {
	var b strings.Builder
	for _, r := range c.Resources {
		fmt.Fprintf(&b, "%s %v %d %d %d %d; ", r.Resource, r.Comparable, r.Added, r.Removed, r.Changed, r.Equal)
	}
	return b.String()
}

// identities are findings by what they are about, in pseudonyms; was says that they are of the original.
func identities(o *objects, edition string, all []Finding, was bool) []string {
	kind := map[string]string{CloudEdition: "cloud", DataCenterEdition: "dc"}[edition]
	var list []string
	for _, x := range all {
		state := ""
		if x.Decision != nil {
			state = string(x.Decision.State)
		}
		if was && !strings.Contains(x.Resource, "audit_event") { // the class of a part of their keys is in the body
			for _, part := range store.KeyParts(x.Aspect) {
				if o.met[part] == "" {
					if _, person := o.known.of(part); person {
						o.met[part] = collector.ClassPerson
					}
				}
			}
			x.Key, x.Aspect = o.key(kind, x.Resource, x.Key, nil), o.aspect(kind, x.Aspect)
		}
		list = append(list, fmt.Sprintf("%s %s %q %q %s %s", x.Rule, x.Resource, x.Key, x.Aspect, x.Severity, state))
	}
	slices.Sort(list)
	return list
}

func equalLists(t *testing.T, want, got []string) {
	t.Helper()
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("gone in the copy: %s", w)
		}
	}
	for _, g := range got {
		if !slices.Contains(want, g) {
			t.Errorf("only in the copy: %s", g)
		}
	}
}
