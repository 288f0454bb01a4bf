package main

import (
	"bytes"
	"encoding/json"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// pkg is what `go list -json` says of one of our packages.
type pkg struct {
	ImportPath string
	Dir        string
	Imports    []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	return append(listed(t), listed(t, "-tags", "bindings")...) // the files of the window too
}

func listed(t *testing.T, tags ...string) []pkg {
	t.Helper()
	list := exec.Command("go", append(append([]string{"list"}, tags...), "-json=ImportPath,Dir,Imports", "./...")...)
	list.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var p pkg
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

// arrows are the imports of our own packages that each room may have. They go one way.
var arrows = map[string][]string{
	"plumbline":                    {"plumbline/app/cli", "plumbline/app/window"}, // the window where the bindings are written
	"plumbline/app/cli":            {"plumbline/app", "plumbline/app/report", "plumbline/app/window"},
	"plumbline/app/window":         {"plumbline/app", "plumbline/app/report"},
	"plumbline/app/report":         {"plumbline/app"},
	"plumbline/app":                {"plumbline/collector", "plumbline/collector/fakesite", "plumbline/queries/rules", "plumbline/store"},
	"plumbline/collector":          {"plumbline/store"},
	"plumbline/collector/fakesite": {},
	"plumbline/queries/rules":      {"plumbline/store"},
	"plumbline/store":              {"plumbline/store/internal/db"},
	"plumbline/store/internal/db":  {},
	"plumbline/frontend/test/site": {"plumbline/collector/fakesite"},
	"plumbline/build/release":      {},
	"plumbline/docs/generate":      {"plumbline/app", "plumbline/app/cli", "plumbline/collector", "plumbline/queries/rules", "plumbline/store"},
	"plumbline/bench":              {"plumbline/app", "plumbline/app/report", "plumbline/collector", "plumbline/collector/fakesite", "plumbline/queries/rules", "plumbline/store"},
}

// only names the rooms that may import a module or standard package, with the reason.
var only = map[string]struct {
	rooms []string
	why   string
}{
	"modernc.org/sqlite":            {[]string{"plumbline/store"}, "one room knows the engine"},
	"database/sql":                  {[]string{"plumbline/store", "plumbline/store/internal/db"}, "others ask the store"},
	"net/http":                      {[]string{"plumbline/collector", "plumbline/collector/fakesite", "plumbline/bench", "plumbline/app/window"}, "only the collector opens connections; the window's bridge listens"},
	"net":                           {[]string{"plumbline/collector", "plumbline/collector/fakesite", "plumbline/bench", "plumbline/app/window"}, "only the collector opens connections; the window's bridge listens"},
	"golang.org/x/oauth2":           {[]string{"plumbline/collector"}, "sign-in is the collector's"},
	"github.com/zalando/go-keyring": {[]string{"plumbline/collector"}, "secrets stay in one room"},
	"filippo.io/age":                {[]string{"plumbline/app"}, "one room encrypts and opens"},
	"github.com/hiddeco/sshsig":     {[]string{"plumbline/app"}, "a seal's signature is made and looked at in one place"},
	"github.com/xuri/excelize/v2":   {[]string{"plumbline/app/report"}, "workbooks are written in one room"},
	"github.com/spf13/cobra":        {[]string{"plumbline/app/cli", "plumbline/docs/generate"}, "the command line alone"},
	"github.com/wailsapp/wails/v2":  {[]string{"plumbline", "plumbline/app/window"}, "main and one small file of the window"},
}

func TestArrows(t *testing.T) {
	for _, p := range packages(t) {
		allowed, known := arrows[p.ImportPath]
		if !known {
			t.Errorf("%s is a room that the house does not know: add its arrows here", p.ImportPath)
			continue
		}
		for _, i := range p.Imports {
			if strings.HasPrefix(i, "plumbline") && !slices.Contains(allowed, i) {
				t.Errorf("%s imports %s; it may import %v", p.ImportPath, i, allowed)
			}
			for module, rule := range only {
				if (i == module || strings.HasPrefix(i, module+"/") && strings.Contains(module, ".")) && !slices.Contains(rule.rooms, p.ImportPath) {
					t.Errorf("%s imports %s, which is for %v: %s", p.ImportPath, i, rule.rooms, rule.why)
				}
			}
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	for _, p := range listed(t) {
		if p.ImportPath == "plumbline/store/internal/db" {
			continue // generated
		}
		parsed, err := parser.ParseDir(token.NewFileSet(), p.Dir, func(f fs.FileInfo) bool { return !strings.HasSuffix(f.Name(), "_test.go") }, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		comments := 0
		for _, files := range parsed {
			for _, f := range files.Files {
				if f.Doc != nil {
					comments++
				}
			}
		}
		if comments != 1 {
			t.Errorf("%s has %d package comments, want one", p.ImportPath, comments)
		}
	}
}

// direct are the modules that go.mod requires directly, each with what it earns its place by.
var direct = map[string]string{
	"modernc.org/sqlite":                     "the evidence file, without cgo",
	"modernc.org/libc":                       "must stay the version that modernc.org/sqlite was tested with",
	"github.com/go-json-experiment/json":     "strict JSON tokens: duplicate members and bad UTF-8 are errors",
	"github.com/spf13/cobra":                 "the command line: help, completion, man pages from one definition",
	"github.com/zalando/go-keyring":          "secrets in the system keychain",
	"filippo.io/age":                         "evidence encrypted for whoever it is handed to, so that the age tool opens it too",
	"golang.org/x/crypto":                    "SSH keys, those with a passphrase too, and the SSH agent: what opens files and signs seals",
	"github.com/hiddeco/sshsig":              "OpenSSH's signature format, so that ssh-keygen -Y verify agrees on a seal",
	"golang.org/x/oauth2":                    "3LO sign-in",
	"golang.org/x/sync":                      "error groups and semaphores of the collector",
	"golang.org/x/time":                      "--rate",
	"golang.org/x/term":                      "asking for a secret without echo, the terminal's width",
	"golang.org/x/tools":                     "txtar: rule cases",
	"github.com/rogpeppe/go-internal":        "testscript: the real binary in text files",
	"github.com/spf13/pflag":                 "the flags behind cobra, where help and docs walk them",
	"github.com/wailsapp/wails/v2":           "the desktop window; its newest version is not what @latest says, see CONTRIBUTING",
	"github.com/xuri/excelize/v2":            "workbooks; v2.11.1 needs a module that cannot be had",
	"github.com/owenrumney/go-sarif/v3":      "tests alone: SARIF against the OASIS schema that it carries",
	"github.com/valllabh/ocsf-schema-golang": "tests alone: OCSF against the schema that it carries",
}

func TestDirectDependenciesEarnTheirPlace(t *testing.T) {
	text, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	required := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		name, version, ok := strings.Cut(line, " ")
		if strings.HasPrefix(line, "replace ") {
			t.Errorf("go.mod replaces a module: %s", line)
		}
		if !ok || strings.HasSuffix(line, "// indirect") || !strings.HasPrefix(version, "v") {
			continue
		}
		if direct[name] == "" {
			t.Errorf("go.mod requires %s directly and nobody says why", name)
		}
		required[name] = true
	}
	for name := range direct {
		if !required[name] {
			t.Errorf("go.mod does not require %s directly", name)
		}
	}
}

func TestNoFileIsTooLong(t *testing.T) {
	out, err := exec.Command("git", "ls-files", "*.go", "*.sql", "*.ts", "*.svelte", "*.css").Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	for _, name := range strings.Fields(string(out)) {
		if strings.HasPrefix(name, filepath.Join("store", "internal", "db")) || strings.HasPrefix(name, filepath.Join("frontend", "wailsjs")) {
			continue // generated
		}
		b, err := os.ReadFile(name)
		if err != nil {
			continue // removed but not yet committed
		}
		if n := bytes.Count(b, []byte("\n")); n > 500 {
			t.Errorf("%s has %d lines; 500 are enough", name, n)
		}
	}
}
