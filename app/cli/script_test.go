package cli

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"plumbline/collector/fakesite"
)

var update = flag.Bool("update", false, "rewrite the golden files of the scripts and docs/cli")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"plumbline": func() {
		if at, err := time.Parse(time.RFC3339, os.Getenv("NOW")); err == nil { // of deciding
			now = func() time.Time { return at }
		}
		os.Exit(Main("test", Look{Page: fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}}}))
	}})
}

// Each script in testdata/script is one concept, run with the program itself. It finds the demo's
// evidence file as $WORK/demo.plumb.db, made once by `plumbline demo`, and may start the pretend
// site with `site`.
func TestScripts(t *testing.T) {
	folder := t.TempDir()
	cache := filepath.Join(folder, "cache") // shared: what is judged once is judged for all
	demo := makeDemo(t, folder, cache)
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, ".config"))
			env.Setenv("PLUMBLINE_CACHE", cache)
			env.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent") // no keychain of the machine is touched
			env.Setenv("TERM", "dumb")
			example, err := filepath.Abs("../../queries/rules/testdata/example")
			if err != nil {
				return err
			}
			env.Setenv("EXAMPLE_RULES", example)
			return copyFile(demo, filepath.Join(env.WorkDir, "demo.plumb.db"))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"site": startSite, "json": formatJSON, "shape": formatShape, "lines": formatLines, "once": once,
		},
	})
}

// makeDemo is the evidence file of the demo, made by the program itself.
func makeDemo(t *testing.T, folder, cache string) string {
	t.Helper()
	path := filepath.Join(folder, "demo.plumb.db")
	demo := exec.Command("plumbline", "demo", path)
	demo.Env = append(os.Environ(), "PLUMBLINE_CACHE="+cache, "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent")
	if out, err := demo.CombinedOutput(); err != nil {
		t.Fatalf("plumbline demo: %v\n%s", err, out)
	}
	return path
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o600)
}

// startSite starts a pretend site for the rest of the script: `site [1|2|other]`, Harbourline at its
// first or second date, or another one. It sets SITE, the sign-in and the addresses of gateway and
// sign-in server.
//
// "site dc" is the Data Center: JIRA and CONFLUENCE are its addresses, and no sign-in of the cloud is left. "site org" is the
// pretend site with a key of its organisation; it sets PLUMBLINE_ORG_KEY.
func startSite(ts *testscript.TestScript, neg bool, args []string) {
	which := strings.Join(args, " ")
	if which == "dc" {
		d := fakesite.HarbourlineDC(2)
		jira, confluence, err := d.Start()
		ts.Check(err)
		ts.Defer(func() { _ = d.Close() })
		for name, value := range map[string]string{"JIRA": jira, "CONFLUENCE": confluence, "PLUMBLINE_EMAIL": "", "PLUMBLINE_TOKEN": fakesite.DCAuditorToken} {
			ts.Setenv(name, value)
		}
		return
	}
	server := map[string]*fakesite.Server{
		"": fakesite.Harbourline(2), "org": fakesite.Harbourline(2), "1": fakesite.Harbourline(1), "2": fakesite.Harbourline(2),
		"other": {Sizes: &fakesite.Sizes{Users: 20, Groups: 2, MembersPerGroup: 5, Projects: 2, Schemes: 1, GrantsPerScheme: 3, Spaces: 2, PermissionsPerSpace: 3, Pages: 4}},
	}[which]
	if neg || server == nil {
		ts.Fatalf("usage: site [1|2|other|org|dc]")
	}
	site, api, auth, err := server.Start()
	ts.Check(err)
	ts.Defer(func() { _ = server.Close() })
	ts.Setenv("SITE", site)
	ts.Setenv("PLUMBLINE_API_BASE", api)
	ts.Setenv("PLUMBLINE_AUTH_BASE", auth)
	ts.Setenv("PLUMBLINE_EMAIL", fakesite.AuditorEmail)
	ts.Setenv("PLUMBLINE_TOKEN", fakesite.AuditorToken)
	if which == "org" {
		ts.Setenv("PLUMBLINE_ORG_KEY", fakesite.OrgKeySecret)
	}
}

// masks hide what differs from run to run: digests, times, ports, file paths.
var masks = []struct {
	find *regexp.Regexp
	put  string
}{
	{regexp.MustCompile(`sha256:[0-9a-f]{64}`), "sha256:…"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`), "TIME"},
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "127.0.0.1:PORT"},
}

// formatJSON writes the members named of one JSON document, masked and indented, into a file:
// `json FILE OUT MEMBER...`.
func formatJSON(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: json FILE OUT MEMBER...")
	}
	document := readJSON(ts, args[0])
	object, ok := document.(map[string]any)
	if !ok {
		ts.Fatalf("%s is no JSON object", args[0])
	}
	picked := map[string]any{}
	for _, name := range args[2:] {
		value, there := object[name]
		if !there {
			ts.Fatalf("no member %q", name)
		}
		picked[name] = value
	}
	writeMasked(ts, args[1], picked)
}

// formatShape writes the shape of one JSON document into a file, names and types without values:
// `shape FILE OUT`.
func formatShape(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: shape FILE OUT")
	}
	writeMasked(ts, args[1], shape(readJSON(ts, args[0])))
}

func readJSON(ts *testscript.TestScript, file string) any {
	var v any
	if err := json.Unmarshal([]byte(ts.ReadFile(file)), &v); err != nil {
		ts.Fatalf("%s is not one JSON document: %v", file, err)
	}
	return v
}

// shape is a document with types in place of values; a list has one element, the shape of them all.
func shape(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, inner := range v {
			out[name] = shape(inner)
		}
		return out
	case []any:
		var all any
		for _, inner := range v {
			all = both(all, shape(inner))
		}
		if all == nil {
			return []any{}
		}
		return []any{all}
	case string:
		return "text"
	case float64:
		return "number"
	case bool:
		return "true or false"
	}
	return "null"
}

// both is the shape of what may have either shape.
func both(a, b any) any {
	if a == nil {
		return b
	}
	am, aMap := a.(map[string]any)
	bm, bMap := b.(map[string]any)
	al, aList := a.([]any)
	bl, bList := b.([]any)
	switch {
	case aMap && bMap:
		for name, inner := range bm {
			am[name] = both(am[name], inner)
		}
		return am
	case aList && bList && len(al) == 1 && len(bl) == 1:
		return []any{both(al[0], bl[0])}
	case aList && bList:
		return append(al, bl...)
	}
	kinds := unique(append(strings.Split(kind(a), " | "), strings.Split(kind(b), " | ")...))
	return strings.Join(slices.Sorted(maps.Keys(kinds)), " | ")
}

func kind(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		return "list"
	}
	return "object"
}

func writeMasked(ts *testscript.TestScript, path string, v any) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	ts.Check(e.Encode(v))
	text := b.String()
	for _, m := range masks {
		text = m.find.ReplaceAllString(text, m.put)
	}
	ts.Check(os.WriteFile(ts.MkAbs(path), []byte(text), 0o600))
}

// formatLines checks that a file is lines of JSON and counts them by type: `lines FILE OUT`.
func formatLines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: lines FILE OUT")
	}
	var types []string
	seen := map[string]bool{}
	lines := strings.Split(strings.TrimSpace(ts.ReadFile(args[0])), "\n")
	for i, line := range lines {
		var event struct {
			Type string `json:"type"`
		}
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			ts.Fatalf("line %d is no JSON: %s", i+1, line)
		}
		if event.Type == "result" && i != len(lines)-1 {
			ts.Fatalf("the result is line %d of %d", i+1, len(lines))
		}
		if !seen[event.Type] {
			seen[event.Type] = true
			types = append(types, event.Type)
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(strings.Join(types, "\n")+"\n"), 0o600))
}

// once checks that a file is one line: `once stderr`.
func once(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: once FILE")
	}
	text := ts.ReadFile(args[0])
	if n := strings.Count(text, "\n"); n != 1 || !strings.HasPrefix(text, "plumbline: ") {
		ts.Fatalf("%d lines instead of one: %s", n, text)
	}
}
