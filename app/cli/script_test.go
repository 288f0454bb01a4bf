package cli

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"plumbline/collector/fakesite"
)

var update = flag.Bool("update", false, "rewrite the golden files of the scripts and docs/cli")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"plumbline": func() { os.Exit(Main("test")) }})
}

// Each script in testdata/script is one concept, run with the program itself. It finds the demo's
// evidence file as $WORK/demo.plumb.db, made once by `plumbline demo`, and may start the pretend
// site with `site`.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, ".config"))
			env.Setenv("PLUMBLINE_CACHE", filepath.Join(demoFolder(t), "cache")) // shared: judged once
			env.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")     // no keychain of the machine is touched
			env.Setenv("TERM", "dumb")
			return copyFile(demoFile(t), filepath.Join(env.WorkDir, "demo.plumb.db"))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"site": startSite, "json": formatJSON, "lines": formatLines, "once": once,
		},
	})
}

var demoFolder = func() func(t *testing.T) string {
	var once sync.Once
	var dir string
	return func(t *testing.T) string {
		once.Do(func() {
			var err error
			if dir, err = os.MkdirTemp("", "plumbline-scripts-*"); err != nil {
				t.Fatal(err)
			}
		})
		return dir
	}
}()

// demoFile is the evidence file of the demo, made by the program itself.
var demoFile = func() func(t *testing.T) string {
	var once sync.Once
	return func(t *testing.T) string {
		path := filepath.Join(demoFolder(t), "demo.plumb.db")
		once.Do(func() {
			demo := exec.Command("plumbline", "demo", path)
			if out, err := demo.CombinedOutput(); err != nil {
				t.Fatalf("plumbline demo: %v\n%s", err, out)
			}
		})
		return path
	}
}()

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o600)
}

// startSite starts the pretend site for the rest of the script: `site [1|2]` sets SITE, the sign-in
// and the addresses of gateway and sign-in server.
func startSite(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 1 {
		ts.Fatalf("usage: site [1|2]")
	}
	point := 2
	if len(args) == 1 && args[0] == "1" {
		point = 1
	}
	server := fakesite.Harbourline(point)
	site, api, auth, err := server.Start()
	ts.Check(err)
	ts.Defer(func() { _ = server.Close() })
	ts.Setenv("SITE", site)
	ts.Setenv("PLUMBLINE_API_BASE", api)
	ts.Setenv("PLUMBLINE_AUTH_BASE", auth)
	ts.Setenv("PLUMBLINE_EMAIL", fakesite.AuditorEmail)
	ts.Setenv("PLUMBLINE_TOKEN", fakesite.AuditorToken)
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

// formatJSON writes what stdout held as masked, indented JSON into a file, reduced to the members
// named and, of lists, to the first element: `json stdout OUT [MEMBER...]`.
func formatJSON(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: json FILE OUT [MEMBER...]")
	}
	var v any
	if err := json.Unmarshal([]byte(ts.ReadFile(args[0])), &v); err != nil {
		ts.Fatalf("%s is not one JSON document: %v", args[0], err)
	}
	if object, ok := v.(map[string]any); ok && len(args) > 2 {
		picked := map[string]any{}
		for _, name := range args[2:] {
			value, there := object[name]
			if !there {
				ts.Fatalf("no member %q", name)
			}
			picked[name] = value
		}
		v = picked
	}
	writeMasked(ts, args[1], firstOnly(v))
}

// firstOnly keeps the shape of a document: of each list its first element.
func firstOnly(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			v[name] = firstOnly(inner)
		}
	case []any:
		if len(v) > 1 {
			v = v[:1]
		}
		for i, inner := range v {
			v[i] = firstOnly(inner)
		}
		return v
	}
	return v
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
