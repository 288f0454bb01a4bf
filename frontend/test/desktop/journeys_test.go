//go:build journeys

package desktop

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline/collector/fakesite"
)

// The list that every journey must find empty is kept: what the policy forbids is refused and told.
func TestThePageIsWatched(t *testing.T) {
	p := start(t, nil)
	p.sees("Drop an evidence file here")
	p.clean()
	p.run(nil, `const s = document.createElement('script'); s.textContent = 'window.hacked = 1'; document.head.append(s)
		new Image().src = 'http://127.0.0.1:9/x.png'; setTimeout(() => { throw new Error('on purpose') })`)
	p.until("three reports", `return wrong.some((w) => w.startsWith('policy: script-src')) && wrong.some((w) => w.startsWith('policy: img-src')) && wrong.some((w) => w.includes('on purpose'))`)
	p.until("no such script", `return !window.hacked`)
	p.run(nil, `wrong.length = 0`)
}

// A file given as argument is shown, with the numbers that the command line tells of it.
func TestOpen(t *testing.T) {
	file := aCopy(t)
	p := start(t, nil, "open", file)
	p.sees("harbourline.plumb.db")
	p.until("the title", `return document.title.startsWith('Overview')`)
	var told findings
	tells(t, &told, "findings", file)
	if len(told.Findings) < 50 {
		t.Fatalf("the demo has %d findings", len(told.Findings))
	}
	p.sees(fmt.Sprintf("all %d findings", len(told.Findings)))
	p.run(nil, "runtime.WindowSetSize(1100, 700)")
	p.until("the window made small", `return innerWidth === 1100 && innerHeight === 700`)
	p.until("nothing wider than the window", `return document.documentElement.scrollWidth <= innerWidth`)
}

// A file is chosen in the dialog of the system.
func TestOpenDialog(t *testing.T) {
	p := start(t, nil)
	p.sees("Drop an evidence file here")
	p.press(control + "o")
	p.tool("answer", "Open evidence", demo())
	p.sees("demo.plumb.db")
	p.at("overview")
}

// findings is what `plumbline findings --json` tells, as far as a journey asks.
type findings struct{ Findings []finding }

type finding struct {
	ID       string
	Decision *struct{ State, Reason, Owner string }
}

// Findings are gone through, confirmed and accepted without the mouse; the file keeps what was decided.
func TestTriage(t *testing.T) {
	file := aCopy(t)
	p := start(t, nil, file)
	p.sees("harbourline.plumb.db")
	p.press(control + "2")
	p.at("findings")
	p.within(patience, "the list", `return document.querySelectorAll('[role=treegrid] [data-index]').length > 3`)
	p.press("j", "k", enter) // the first group opens
	p.until("an open group", `return document.querySelector('[data-index="0"]').getAttribute('aria-expanded') === 'true'`)
	p.press("j", enter)
	p.until("a finding shown", `return new URLSearchParams(location.hash.split('?')[1]).get('id')`)
	confirmed := p.shown()
	p.sees("SQL")
	p.press("c")
	p.sees("confirmed")
	p.press("j")
	p.until("the next finding", `return new URLSearchParams(location.hash.split('?')[1]).get('id') !== `+quote(confirmed))
	accepted := p.shown()
	p.press("a")
	p.fill("Reason", "Public by contract")
	p.fill("Owner", "Service desk")
	p.click("[role=dialog] button", "Accept risk")
	p.sees("accepted until")
	p.quit()
	var told findings
	tells(t, &told, "findings", file)
	got := map[string]string{}
	for _, f := range told.Findings {
		if f.Decision != nil {
			got[f.ID] = f.Decision.State + " " + f.Decision.Reason + " " + f.Decision.Owner
		}
	}
	if len(got) != 2 || !strings.HasPrefix(got[confirmed], "confirm") || got[accepted] != "accepted Public by contract Service desk" {
		t.Errorf("decided of %s and %s: %q", confirmed, accepted, got)
	}
}

// shown is the finding that the page shows.
func (p *program) shown() (id string) {
	p.run(&id, `return new URLSearchParams(location.hash.split('?')[1]).get('id')`)
	return id
}

// Two snapshots are compared, with the numbers of the command line, and gone through by key.
func TestCompare(t *testing.T) {
	p := start(t, nil, "open", demo())
	p.sees("demo.plumb.db")
	p.press(control + "3")
	p.at("compare")
	var told struct {
		Counts struct {
			New, Resolved, Persisting int
			NotComparable             int `json:"not_comparable"`
		}
	}
	tells(t, &told, "compare", demo())
	if told.Counts.New == 0 || told.Counts.Resolved == 0 || told.Counts.NotComparable == 0 {
		t.Fatalf("the demo compares as %+v", told.Counts)
	}
	for what, n := range map[string]int{"resolved": told.Counts.Resolved, "persisting": told.Counts.Persisting, "new": told.Counts.New, "not comparable": told.Counts.NotComparable} {
		p.sees(fmt.Sprintf("%d %s", n, what))
	}
	const object = `[...document.querySelectorAll('section')].find((s) => s.getAttribute('aria-label') === 'Object before and after')?.innerText ?? ''`
	p.until("an object", "return ("+object+").length > 20")
	var before string
	p.run(&before, "return "+object)
	p.press("n")
	p.until("the next difference", "const now = "+object+"; return now.length > 20 && now !== "+quote(before))
}

// A sign-in is added, a snapshot collected from a pretend site on this machine, killed half way and gone on with.
func TestCollect(t *testing.T) {
	server := fakesite.Harbourline(2)
	site, api, auth, err := server.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	file := filepath.Join(t.TempDir(), "site.plumb.db")
	p := start(t, []string{"PLUMBLINE_API_BASE=" + api, "PLUMBLINE_AUTH_BASE=" + auth})
	p.click("nav a", "Connect")
	p.at("connect")
	p.click("button", "API token")
	p.fill("Site", site)
	p.fill("E-mail", fakesite.AuditorEmail)
	p.fill("Token", fakesite.AuditorToken)
	p.click("button", "Try and keep it")
	p.sees("Added")
	p.press(control + "n")
	p.at("collect")
	p.fill("Path of the file", file)
	p.fill("Label", "First of all")
	p.sees("nothing has been sent")
	p.click("button", "Collect")
	p.sees1(time.Minute, "See the overview")
	p.sees("site.plumb.db")
	p.click("a", "See the overview")
	p.at("overview")
	var told struct {
		findings
		Snapshot struct{ Label, State string }
	}
	tells(t, &told, "findings", file)
	if told.Snapshot.Label != "First of all" || told.Snapshot.State == "" || len(told.Findings) == 0 {
		t.Errorf("collected %+v", told.Snapshot)
	}
	p.sees(fmt.Sprintf("all %d findings", len(told.Findings)))
	if text := p.text(); strings.Contains(text, fakesite.AuditorToken) {
		t.Error("the secret is on the page")
	}
}

// A program killed while it collects loses nothing: the next one goes on where it was.
func TestKilledWhileCollecting(t *testing.T) {
	server := fakesite.Harbourline(2)
	server.Latency = 60 * time.Millisecond
	site, api, auth, err := server.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	file := filepath.Join(t.TempDir(), "site.plumb.db")
	env := []string{"PLUMBLINE_API_BASE=" + api, "PLUMBLINE_AUTH_BASE=" + auth, "PLUMBLINE_EMAIL=" + fakesite.AuditorEmail, "PLUMBLINE_TOKEN=" + fakesite.AuditorToken}
	p := start(t, env)
	p.press(control + "n")
	p.fill("Site", site)
	p.fill("Path of the file", file)
	p.click("button", "Collect")
	p.within(time.Minute, "a part collected", `const n = /Collecting, (\d+) of/.exec(document.body.innerText); return n && n[1] > 5`)
	p.clean()
	p.kill()

	p = start(t, env, "open", file)
	p.press(control + "n")
	p.sees("was interrupted")
	p.click("button", "Resume")
	p.sees1(time.Minute, "gone on with after an interruption")
	var told struct {
		Snapshots []struct {
			ID       int
			Finished *string
		}
	}
	tells(t, &told, "snapshots", "list", file)
	if len(told.Snapshots) != 1 || told.Snapshots[0].Finished == nil {
		t.Errorf("snapshots %+v", told.Snapshots)
	}
}

// A file that cannot be written is shown, says so, and stays as it is.
func TestReadOnly(t *testing.T) {
	file := aCopy(t)
	if err := os.Chmod(file, 0o444); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p := start(t, nil, "open", file)
	p.sees("Read-only")
	p.sees("Decisions need a copy: the file is read-only")
	p.press(control + "2")
	p.within(patience, "the list", `return document.querySelectorAll('[role=treegrid] [data-index]').length > 3`)
	p.press(control + "2")
	p.within(patience, "the list", `return document.querySelectorAll('[role=treegrid] [data-index]').length > 3`)
	p.press("j", "c") // asks the system where to put a copy
	p.tool("answer", "Save as")
	p.sees("harbourline-decided.plumb.db")
	p.sees("Decisions are kept in this file")
	p.sees("confirmed")
	var told findings
	tells(t, &told, "findings", filepath.Join(folder, t.Name(), "harbourline-decided.plumb.db"))
	if !slices.ContainsFunc(told.Findings, func(f finding) bool { return f.Decision != nil }) {
		t.Error("the copy holds no decision")
	}
	p.quit()
	after, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, after) {
		t.Error("the file has changed")
	}
	if all, err := os.ReadDir(filepath.Dir(file)); err != nil || len(all) != 1 {
		t.Errorf("beside the file lie %v, %v", all, err)
	}
}

// A report is looked at as it will be, and saved where the dialog of the system says; then it is noted as handed over, and the
// evidence is as it was.
func TestReport(t *testing.T) {
	file := aCopy(t)
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var told findings
	tells(t, &told, "findings", file)
	p := start(t, nil, "open", file)
	p.sees("harbourline.plumb.db")
	p.click("nav a", "Report & seal")
	p.at("report")
	p.within(time.Minute, "the preview", `return document.querySelector('iframe[title="Preview of the report"]')`)
	frame := p.element("iframe", "Preview of the report")
	p.inFrame(frame, func() {
		p.within(patience, "the report in its frame", `return document.body && document.body.innerText.includes('Harbourline')`)
		p.until("no script in it", `return document.scripts.length === 0`)
	})
	p.sees("Nothing from this machine")
	p.click("button", "Save report")
	p.tool("answer", "Save as")
	p.sees1(time.Minute, "written to")
	p.until("the note of it", `return !document.body.innerText.includes('Nothing from this machine')`)

	saved, err := filepath.Glob(filepath.Join(folder, t.Name(), "*.html"))
	if err != nil || len(saved) != 1 {
		t.Fatalf("saved are %v, %v", saved, err)
	}
	text, err := os.ReadFile(saved[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"<!doctype html>", "Harbourline", told.Findings[0].ID} {
		if !strings.Contains(string(text), words) {
			t.Errorf("%s, %d bytes, does not hold %s", saved[0], len(text), words)
		}
	}

	p.click(".toasts button", "Close")    // the next words are the list's
	p.click("[role=group] button", "CSV") // a list is shown as it is written
	p.within(time.Minute, "the list", `return document.querySelector('[aria-label="Preview of the list"]')?.innerText.includes(`+quote(told.Findings[0].ID)+`)`)
	p.click("button", "Save list")
	p.tool("answer", "Save as")
	p.sees1(time.Minute, "written to")
	if lists, err := filepath.Glob(filepath.Join(folder, t.Name(), "*.csv")); err != nil || len(lists) != 1 {
		t.Errorf("lists are %v, %v", lists, err)
	}
	if after, err := os.ReadFile(file); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the evidence has changed, %v", err)
	}
}

// A second start hands its file over to the window that is there, and ends.
func TestSecondStart(t *testing.T) {
	file, other := aCopy(t), filepath.Join(t.TempDir(), "other.plumb.db")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(other, content, 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, nil, "open", file)
	p.sees(filepath.Base(file))
	second := exec.Command(desktopBinary(), "open", filepath.Base(other))
	second.Env, second.Dir = p.env, filepath.Dir(other)
	began := time.Now()
	timer := time.AfterFunc(patience, func() { _ = second.Process.Kill() })
	out, err := second.CombinedOutput()
	timer.Stop()
	// Wails ends a second start with 1, having handed everything over.
	if exit := new(exec.ExitError); err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		t.Fatalf("the second start, after %s: %v\n%s", time.Since(began), err, out)
	}
	p.sees("other.plumb.db")
}

// A foreign file that is dropped is refused in words, and what was open stays so; an evidence file is opened.
func TestDrop(t *testing.T) {
	file := aCopy(t)
	foreign := filepath.Join(t.TempDir(), "minutes of the meeting.txt")
	if err := os.WriteFile(foreign, []byte("We agreed on nothing.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, nil)
	p.sees("Drop an evidence file here")
	p.drop(foreign)
	p.sees("not a Plumbline evidence file")
	p.drop(file)
	p.sees("harbourline.plumb.db")
	p.drop(foreign)
	p.sees("not a Plumbline evidence file")
	p.sees("harbourline.plumb.db")
}

// drop drops a file on the window as a file manager does.
func (p *program) drop(path string) {
	p.t.Helper()
	p.tool("drop", "file://"+strings.ReplaceAll(path, " ", "%20"))
}

// tool runs one of the programs that stand in for a person at the screen.
func (p *program) tool(name string, about ...string) {
	p.t.Helper()
	c := exec.Command(filepath.Join(folder, name), about...)
	c.Env = p.env
	timer := time.AfterFunc(4*patience, func() { _ = c.Process.Kill() })
	defer timer.Stop()
	if out, err := c.CombinedOutput(); err != nil {
		p.picture()
		p.t.Fatalf("%s %s: %v\n%s", name, about, err, out)
	}
}
