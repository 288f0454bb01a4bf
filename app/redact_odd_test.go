package app

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline/collector"
	"plumbline/queries/rules"
	"plumbline/store"
)

// oddPeople are names, log-in names and addresses as no site should have them.
var oddPeople = []string{
	"Anna", "Anna Berg", "Anna Bergström", "anna bergström", "ANNA BERGSTRÖM", "Bergström", "Ösp Þórsdóttir", "李小龙先生", "Zoë 🎉 Achterberg", "🙂🙃🙂🙃",
	`Quote "Q" O'Back\slash`, "Tab\tand\nline", "<b>Bold & Sons</b>", strings.Repeat("Long Name ", 60) + "End", "a.b-c_d", "Müller, Jürgen", "100% Real Person", "e\u0301loise d\u2019arc",
}

// oddFile is a site whose people stand wherever a name can.
func oddFile(t *testing.T) string {
	t.Helper()
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "odd.plumb.db")
	f, err := store.OpenWritable(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for step := range 2 {
		now := time.Date(2026, time.Month(8+step), 17, 9, 0, 0, 0, time.UTC)
		c, err := f.Begin(ctx, store.Start{Site: store.Site{IDs: []string{"odd-site-id", "https://odd.mail-at-home.example"}, Kind: "dc", Address: "https://odd.mail-at-home.example", Name: "Odd & Sons"}, Now: now, Program: "test", PersonalData: "full"})
		if err != nil {
			t.Fatal(err)
		}
		pages := map[string][]store.Object{}
		var requests []store.Request
		add := func(resource string, key []string, body map[string]any) {
			b, err := store.Canonical(body)
			if err != nil {
				t.Fatal(err)
			}
			pages[resource] = append(pages[resource], store.Object{Resource: resource, Key: store.Key(key...), Body: b})
		}
		for i, name := range oddPeople {
			id := string(rune('a'+i)) + "-user-" + name
			add("jira_user", []string{id}, map[string]any{"key": id, "name": name, "displayName": name, "emailAddress": "box" + name + "@Mail-At-Home.example", "active": step == 0, "notInTheList": name, "deep": map[string]any{name: name}})
			add("directory_group_member", []string{"jira", "the odd ones", id}, map[string]any{"key": id, "groupName": "the odd ones", "product": "jira", "displayName": name})
			add("jira_filter", []string{name}, map[string]any{"id": name, "name": "Filter of " + name + " (old)", "owner": map[string]any{"key": id, "name": name}})
			add("confluence_space", []string{"~" + id}, map[string]any{"id": "~" + id, "key": "~" + name, "name": name, "type": "personal"})
			add("jira_audit_event", []string{"2026", id, "User deleted", name}, map[string]any{"author": map[string]any{"id": id, "name": name, "type": "user"}, "type": map[string]any{"action": "User deleted", "category": "users"},
				"affectedObjects": []any{map[string]any{"id": id, "name": name, "type": "USER"}, map[string]any{"name": "about " + name, "type": "NEVER_HEARD_OF"}},
				"changedValues":   []any{map[string]any{"key": "Full name", "from": name, "to": "x" + name}}})
			requests = append(requests, store.Request{Resource: "jira_user", Parent: id, Method: "GET", Path: "/rest/api/2/user?username=" + forms(name)[0] + "&expand=" + name, Status: 403, At: now, Note: name + " may not: " + name + "."})
		}
		for resource, all := range pages {
			p := store.Page{Resource: resource, Objects: all, End: &store.End{Outcome: store.Partial, HTTPStatus: 403, Reason: "GET /rest/api/2/user/" + oddPeople[1] + ": " + oddPeople[6] + " said no"}}
			if resource == "jira_user" {
				p.Requests = requests
			}
			if err := c.Write(ctx, p); err != nil {
				t.Fatal(err)
			}
			if err := c.SetCoverage(ctx, store.Coverage{Resource: resource, Outcome: store.Partial, Lists: "seen", Reason: p.End.Reason, Members: []string{"name"},
				Parts: []store.Part{{Parent: store.Key("jira", oddPeople[2]), Outcome: store.Denied, Reason: oddPeople[8]}}}); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.SetVantage(ctx, store.Vantage{Account: "o-user-" + oddPeople[2], AccountName: oddPeople[2], Groups: []string{"jira/the odd ones"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Finish(ctx, now.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// TestRedactedOddities: names of all shapes are in no byte of a copy, in no form; what has no class is gone too; the
// same key gives the same codes, another others.
func TestRedactedOddities(t *testing.T) {
	path, keyFile, other := oddFile(t), filepath.Join(t.TempDir(), "k"), filepath.Join(t.TempDir(), "o")
	for _, level := range []Level{LevelPeople, LevelNames, LevelStructure} {
		copied, done := redacted(t, path, keyFile, level)
		all, o := originals(t, path, keyFile, level)
		for _, name := range oddPeople {
			all[name] = collector.ClassPerson
		}
		leaks(t, all, o, copied)
		inPlace(t, copied, all, o)
		if done.KeyMade != (level == LevelPeople) {
			t.Errorf("%s: the key was made anew", level)
		}
		again, _ := redacted(t, path, keyFile, level)
		mine, twice := codesOf(t, copied), codesOf(t, again)
		if !maps.Equal(mine, twice) {
			t.Errorf("%s: two copies under one key differ", level)
		}
		foreign, _ := redacted(t, path, other, level)
		for key := range codesOf(t, foreign) {
			if mine[key] && strings.HasPrefix(key, "jira_user") {
				t.Errorf("%s: %q under two keys", level, key)
			}
		}
		if level == LevelPeople {
			joins(t, copied)
		}
	}
}

// TestRedactedTwice: what the first copy made pseudonyms of stays said in a copy of it, so that no rule takes them for text.
func TestRedactedTwice(t *testing.T) {
	ctx, keyFile := context.Background(), filepath.Join(t.TempDir(), "k")
	once, _ := redacted(t, oddFile(t), keyFile, LevelNames)
	twice, _ := redacted(t, once, keyFile, LevelPeople)
	marks := func(path string) map[string][]string {
		f, all := openRich(t, path), map[string][]string{}
		coverage, err := f.store.Coverage(ctx, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range coverage {
			for _, m := range c.Members {
				if strings.HasPrefix(m, rules.RedactedMember) {
					all[c.Resource] = append(all[c.Resource], m)
				}
			}
		}
		return all
	}
	was, is := marks(once), marks(twice)
	if len(was) == 0 || !maps.EqualFunc(was, is, slices.Equal[[]string]) {
		t.Errorf("pseudonyms in a copy %v\nand in a copy of it %v", was, is)
	}
}

// TestRedactRefusesBroken: a copy of what was altered since it was sealed would be whole, and name the seal.
func TestRedactRefusesBroken(t *testing.T) {
	dir := sealUser(t)
	q := RedactQuery{File: sealedFile(t, dir), Copy: filepath.Join(dir, "copy"), KeyFile: filepath.Join(dir, "k")}
	tool(t, "sqlite3", q.File, "UPDATE coverage SET reason = 'another'")
	if _, err := Redact(context.Background(), q); err == nil || Words(err).Exit != SealBroken {
		t.Errorf("altered: %v", err)
	}
	if _, err := os.Stat(q.Copy); err == nil {
		t.Error("there is a copy")
	}
}

// codesOf are the resources and keys of a file.
func codesOf(t *testing.T, path string) map[string]bool {
	t.Helper()
	f := openRich(t, path)
	keys := map[string]bool{}
	for _, resource := range store.Resources() {
		for object, err := range f.store.Objects(context.Background(), 1, resource) {
			if err != nil {
				t.Fatal(err)
			}
			keys[resource+" "+object.Key] = true
		}
	}
	return keys
}

// joins: whoever is in two resources is the same there, and names that differ in case alone still do, and only so.
func joins(t *testing.T, path string) {
	t.Helper()
	f := openRich(t, path)
	rows, err := f.Ask(context.Background(), Question{SQL: `SELECT count(*), count(DISTINCT u.key), count(DISTINCT u.username), count(DISTINCT lower(u.display_name)), count(DISTINCT u.email_domain)
		FROM jira_user AS u JOIN directory_group_member AS m ON m.account_id = u.account_id AND m.display_name = u.display_name
		JOIN jira_filter AS f ON f.owner_account_id = u.account_id`})
	if err != nil {
		t.Fatal(err)
	}
	n, folded := int64(len(oddPeople)), map[string]bool{}
	for _, name := range oddPeople {
		folded[asciiLower(name)] = true
	}
	if want := []any{n, n, n, int64(len(folded)), int64(1)}; !slices.Equal(rows.Rows[0], want) {
		t.Errorf("joined %v, not %v", rows.Rows[0], want)
	}
}

// TestPseudonyms: codes keep equality, the equality of case, and what lies below a domain; nothing of the order.
func TestPseudonyms(t *testing.T) {
	c := newCoder([]byte("0123456789abcdef0123456789abcdef"))
	for _, name := range []string{"Maja Lindqvist", "maja lindqvist", "MAJA LINDQVIST", "x", "ÄÖ"} {
		a, b := c.code(spacePerson, name), c.code(spacePerson, asciiLower(name))
		if asciiLower(a) != asciiLower(b) || (a == b) != (name == asciiLower(name)) || strings.ContainsAny(strings.TrimPrefix(b, "person"), "aeiouy") {
			t.Errorf("%q: %s, in small letters %s", name, a, b)
		}
	}
	if a, b := c.domain("hooks.eu.Harbourline.example"), c.domain("harbourline.example"); !strings.HasSuffix(asciiLower(a), "."+b) || strings.Count(a, ".") != 3 {
		t.Errorf("%s does not lie below %s", a, b)
	}
	if a, b := c.domain("corp"), c.domain("example"); a == b || strings.Contains(a, ".") {
		t.Errorf("%s %s", a, b)
	}
	k := &known{names: map[string]string{"Maja Lindqvist": "person-m", "maja": "person-l", "jin": "person-j", "admin": "person-a", "maja@harbourline.example": "mail"}}
	k.spelt = func(s string) string { return "(" + s + ")" }
	k.ready()
	for text, want := range map[string]string{
		"CV Maja Lindqvist.pdf": "CV person-m.pdf", "CV maja.lindqvist.pdf": "CV (maja.lindqvist).pdf", "Lindqvist, Maja: 1:1": "(Lindqvist, Maja): 1:1", "majas board": "majas board", "of maja!": "of person-l!", "of Maja!": "of (Maja)!", "admin jin": "admin jin",
		"to maja@harbourline.example now": "to mail now", "": "", "…": "…",
	} {
		if got := k.text(text); got != want {
			t.Errorf("%q became %q, not %q", text, got, want)
		}
	}
}

// TestRedactRefuses: what is in the way is said, and nothing half-made is left.
func TestRedactRefuses(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	path, taken, noKey := oddFile(t), filepath.Join(dir, "taken"), filepath.Join(dir, "nokey")
	for _, p := range []string{taken, noKey} {
		if err := os.WriteFile(p, []byte("something else"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	evidence := filepath.Join(dir, "evidence")
	if err := os.WriteFile(evidence, []byte("SQLite format 3\x00"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, q := range map[string]RedactQuery{
		"the copy exists":       {File: path, Copy: taken, KeyFile: filepath.Join(dir, "k")},
		"into itself":           {File: path, Copy: path, KeyFile: filepath.Join(dir, "k")},
		"no key":                {File: path, Copy: filepath.Join(dir, "c")},
		"a key that is none":    {File: path, Copy: filepath.Join(dir, "c"), KeyFile: noKey},
		"the key is the copy":   {File: path, Copy: filepath.Join(dir, "c"), KeyFile: filepath.Join(dir, "c")},
		"no such folder":        {File: path, Copy: filepath.Join(dir, "gone", "c"), KeyFile: filepath.Join(dir, "k")},
		"no such level":         {File: path, Copy: filepath.Join(dir, "c"), KeyFile: filepath.Join(dir, "k"), Level: "peopel"},
		"no such file":          {File: path + "x", Copy: filepath.Join(dir, "c"), KeyFile: filepath.Join(dir, "k")},
		"the map is the file":   {File: path, Copy: filepath.Join(dir, "c"), KeyFile: filepath.Join(dir, "k"), Map: path},
		"the map is evidence":   {File: path, Copy: filepath.Join(dir, "c"), KeyFile: filepath.Join(dir, "k"), Map: evidence},
		"nobody to encrypt for": {File: path, Copy: filepath.Join(dir, "c"), KeyFile: filepath.Join(dir, "k"), Lock: Lock{To: []string{"age1nobody"}}},
	} {
		if _, err := Redact(ctx, q); err == nil || Words(err).Code == "failed" {
			t.Errorf("%s: %v", name, err)
		}
	}
	stopped, stop := context.WithCancel(ctx)
	stop()
	if _, err := Redact(stopped, RedactQuery{File: path, Copy: filepath.Join(dir, "c"), KeyFile: filepath.Join(dir, "k")}); err == nil {
		t.Error("a stopped redaction came to an end")
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range left {
		if !slices.Contains([]string{"taken", "nokey", "evidence", "k"}, e.Name()) {
			t.Errorf("%s was left behind", e.Name())
		}
	}
	if b, _ := os.ReadFile(taken); string(b) != "something else" {
		t.Error("what was there is gone")
	}
}

// TestLookup: whoever has the key and the file finds out who a code stands for.
func TestLookup(t *testing.T) {
	path, keyFile := oddFile(t), filepath.Join(t.TempDir(), "k")
	key, _, err := redactionKey(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	code := newCoder(key).code(spacePerson, oddPeople[2])
	found, err := Lookup(context.Background(), path, keyFile, code)
	if err != nil || len(found) != 1 || found[0].Original != oddPeople[2] {
		t.Errorf("%s is %v, %v", code, found, err)
	}
	if _, err := Lookup(context.Background(), path, keyFile, "person-nobody"); err == nil {
		t.Error("a code that is none was found")
	}
}
