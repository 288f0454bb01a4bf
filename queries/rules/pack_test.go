package rules

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestShipped(t *testing.T) {
	p, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"JIRA-ACCESS-001", "JIRA-FILE-001", "CONF-ACCESS-010"} {
		if p.Rule(id) == nil {
			t.Errorf("no rule %s", id)
		}
	}
	if p.Rule("EXAMPLE-ACCESS-001") != nil || p.Version != Version || !strings.HasPrefix(p.Digest, "sha256:") || len(p.Digest) != 71 {
		t.Errorf("version %s, digest %s, %v", p.Version, p.Digest, p.ids())
	}
}

// A folder's rules come to the shipped ones and change version and digest; what is wrong with any of them is said.
func TestLoad(t *testing.T) {
	own, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	p, err := Load("testdata")
	if err != nil {
		t.Fatal(err)
	}
	if p.Version != Version+"+1" || p.Digest == own.Digest || len(p.Rules) != len(own.Rules)+1 {
		t.Errorf("version %s with %d rules", p.Version, len(p.Rules))
	}
	if cases, err := p.Cases("EXAMPLE-ACCESS-001"); err != nil || len(cases) == 0 {
		t.Errorf("%d cases, %v", len(cases), err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"JIRA-ACCESS-001.sql": good, "A-1.sql": "-- tilte: x\n" + good, "sub/B-1.sql": strings.Replace(good, "rev: 1", "rev: 1\n-- replaces: JIRA-ACCESS-002", 1),
		"sub/notes.txt": "no rule",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err = Load(dir, filepath.Join(dir, "nowhere"), filepath.Join(dir, "A-1.sql"))
	for _, want := range []string{
		"rule JIRA-ACCESS-001 is there already: jira/JIRA-ACCESS-001.sql", `A-1.sql:1: unknown header key "tilte"; did you mean "title"?`,
		"sub/B-1.sql:2: replaces: JIRA-ACCESS-002 is in force itself (jira/JIRA-ACCESS-002.sql)", "nowhere", "A-1.sql is no folder",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	if _, err := own.FindRule("JIRA-ACCES-001"); err == nil || !strings.Contains(err.Error(), `did you mean "JIRA-ACCESS-001"?`) {
		t.Error(err)
	}
}

// An id stands for the findings of one rule: none in force is replaced, and none old by two.
func TestClaims(t *testing.T) {
	dir := t.TempDir()
	for name, replaces := range map[string]string{"A-1": "X-1, X-0", "A-2": "X-2, X-1", "A-3": "A-1"} {
		text := strings.Replace(good, "rev: 1", "rev: 1\n-- replaces: "+replaces, 1)
		if err := os.WriteFile(filepath.Join(dir, name+".sql"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := LoadDir(dir)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"A-2.sql:2: replaces: both A-2 and A-1 (" + dir + "/A-1.sql) claim to replace X-1",
		"A-3.sql:2: replaces: A-1 is in force itself (" + dir + "/A-1.sql); A-3 cannot stand in its place",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	if n := strings.Count(err.Error(), "\n"); n != 1 {
		t.Errorf("%d lines: %v", n+1, err)
	}
}
