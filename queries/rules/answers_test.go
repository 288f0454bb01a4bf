package rules

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"plumbline/store"
)

// An answer is found again under just what it was kept under.
func TestKeptAnswers(t *testing.T) {
	ctx := context.Background()
	p := example(t)
	f, _, _ := asSnapshots(t, p)
	t.Setenv("PLUMBLINE_CACHE", t.TempDir())
	one, two := Side{f, 1}, Side{f, 2}
	other := example(t)
	other.Rules[0].Text += "\n"
	about := func(p *Pack, opt Options, beside any, sides ...Side) *KeptAnswers {
		t.Helper()
		a, err := p.KeptAnswers(ctx, opt, beside, sides...)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	about(p, Options{}, "label", one).Keep("how many", []byte("three"))
	if got := string(about(p, Options{}, "label", one).Read("how many")); got != "three" {
		t.Errorf("kept was %q", got)
	}
	for name, a := range map[string]*KeptAnswers{
		"another snapshot":      about(p, Options{}, "label", two),
		"compared with another": about(p, Options{}, "label", two, one),
		"another rule":          about(other, Options{}, "label", one),
		"another parameter":     about(p, Options{Parameters: []string{"spared=u1"}}, "label", one),
		"another weight":        about(p, Options{File: map[string]string{"score_weight_high": "8"}}, "label", one),
		"another day":           about(p, Options{AsOf: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)}, "label", one),
		"a decision":            about(p, Options{Decisions: []store.Decision{{Act: store.ActAccepted, Reason: "known"}}}, "label", one),
		"another label":         about(p, Options{}, "other", one),
		"no cache":              about(p, Options{NoCache: true}, "label", one),
	} {
		if got := a.Read("how many"); got != nil {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := about(p, Options{}, "label", one).Read("how few"); got != nil {
		t.Errorf("another question: %q", got)
	}
}

// A program in whose place an update puts another goes by its own name until it ends.
func TestProgramReplaced(t *testing.T) {
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("PLUMBLINE_REPLACED") == "" {
		copied := filepath.Join(t.TempDir(), filepath.Base(path))
		content, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(copied, content, 0o700)
		}
		if err != nil {
			t.Fatal(err)
		}
		c := exec.Command(copied, "-test.run=^TestProgramReplaced$")
		c.Env = append(os.Environ(), "PLUMBLINE_REPLACED=1")
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	before, err := thisProgram()
	if err != nil {
		t.Fatal(err)
	}
	if os.Remove(path) != nil && os.Rename(path, path+".old") != nil { // the one or the other, as the system lets it
		t.Fatal("it cannot be replaced")
	}
	if err := os.WriteFile(path, nil, 0o700); err != nil {
		t.Fatal(err)
	}
	if after, err := thisProgram(); after != before || err != nil {
		t.Errorf("it was %s, and is %s, %v", before, after, err)
	}
}
