package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline/store"
)

// renamedSite changes what the site of a file is called and known by.
func renamedSite(t *testing.T, path, id, name string) string {
	t.Helper()
	run(t, "", "sqlite3", path, "UPDATE site_id SET id = '"+id+"'; UPDATE site SET name = '"+name+"', address = 'https://"+id+".example'; UPDATE identity SET ids = '[\""+id+"\"]', name = '"+name+"', address = 'https://"+id+".example'; UPDATE snapshot SET started = replace(started, '2026', '2027')")
	return path
}

// Whoever sits there is asked whether two sites are one; what they answer is what comes of it.
func TestMergeAsks(t *testing.T) {
	private(t)
	ctx, dir := context.Background(), t.TempDir()
	a := evidence(t, dir)
	b := renamedSite(t, evidence(t, t.TempDir()), "moved", "HARBOURLINE")
	asked := 0
	for answer, sites := range map[bool]int{true: 1, false: 2} {
		q := MergeQuery{Output: filepath.Join(dir, map[bool]string{true: "one", false: "two"}[answer]), Files: []string{b, a}, Ask: func(question string) (bool, error) {
			asked++
			if !strings.Contains(question, "https://harbourline.example") || !strings.Contains(question, "(moved)") {
				t.Errorf("asked: %s", question)
			}
			return answer, nil
		}}
		done, err := Merge(ctx, q)
		if err != nil || len(done.Sites) != sites || len(done.Snapshots) != 2 {
			t.Fatalf("%t: %+v, %v", answer, done, err)
		}
		if done.Sites[0].ID != "site-1" || answer && !slices.Equal(done.Sites[0].Joined, []string{"moved"}) {
			t.Errorf("%t: %+v", answer, done.Sites)
		}
		if _, err := Merge(ctx, q); Words(err).Code != "file" {
			t.Errorf("written over: %v", err)
		}
	}
	if asked != 4 {
		t.Errorf("asked %d times", asked)
	}
	q := MergeQuery{Output: filepath.Join(dir, "none"), Files: []string{a, b}}
	if _, err := Merge(ctx, q); Words(err).Code != "same-site" || Words(err).Exit != WrongUse {
		t.Errorf("guessed: %v", err)
	}
	q.Files = []string{a, renamedSite(t, evidence(t, t.TempDir()), "third", "Jira"), renamedSite(t, evidence(t, t.TempDir()), "fourth", "Jira")}
	if done, err := Merge(ctx, q); err != nil || len(done.Sites) != 3 {
		t.Errorf("a name that nobody gave: %v", err)
	}
}

// A finding of a site that is now another one has a new id, and what was decided on it stands.
func TestMergedDecisionsFollow(t *testing.T) {
	private(t)
	ctx, dir := context.Background(), t.TempDir()
	a := evidence(t, dir)
	b := renamedSite(t, evidence(t, t.TempDir()), "moved", "Elsewhere")
	f, err := store.OpenWritable(ctx, b)
	if err != nil {
		t.Fatal(err)
	}
	target := store.Target{Site: 1, Rule: "JIRA-USER-001", Scope: store.ScopeFinding, Resource: "jira_user", Key: "a"}
	err = f.Decide(ctx, []store.Decision{{Target: target, At: time.Date(2027, 9, 1, 0, 0, 0, 0, time.UTC), By: "Ida", Act: store.ActConfirmed}})
	if err = errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	ids := func(path string) string {
		f, err := Open(ctx, path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		list, err := f.Decisions(ctx, "", "", Judging{}, false)
		if err != nil || len(list.Decisions) != 1 || list.Decisions[0].State != "confirmed" {
			t.Fatalf("%+v, %v", list, err)
		}
		return list.Decisions[0].Finding
	}
	q := MergeQuery{Output: filepath.Join(dir, "m"), Files: []string{a, b}, SameSite: []string{"https://moved.example=https://harbourline.example"}}
	if _, err := Merge(ctx, q); err != nil {
		t.Fatal(err)
	}
	if was, is := ids(b), ids(q.Output); was == is || is == "" {
		t.Errorf("the finding was %s and is %s", was, is)
	}
}

// Nothing is under the new name before the file is whole, whatever happens meanwhile.
func TestMergeLeavesNothing(t *testing.T) {
	private(t)
	dir := t.TempDir()
	a, b := evidence(t, dir), renamedSite(t, evidence(t, t.TempDir()), "moved", "Elsewhere")
	to := filepath.Join(dir, "m")
	ctx, stop := context.WithCancel(context.Background())
	_, err := Merge(ctx, MergeQuery{Output: to, Files: []string{a, b}, Told: func(int64, int64) {
		if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("it is there before it is whole: %v", err)
		}
		stop()
	}})
	if Words(err).Exit != Interrupted {
		t.Errorf("interrupted: %v", err)
	}
	if err := makeNew(to, func(string) error { return os.WriteFile(to, []byte("another's"), 0o600) }); Words(err).Code != "file" {
		t.Errorf("what came meanwhile was written over: %v", err)
	}
	if text, err := os.ReadFile(to); err != nil || string(text) != "another's" {
		t.Errorf("%q, %v", text, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".plumbline-*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}
