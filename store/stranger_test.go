package store_test

import (
	"context"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"plumbline/store"
)

// A reader written from docs/evidence-format.md alone, and the sqlite3 shell through the views,
// see what was stored.
func TestStrangersReadTheFile(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "x.plumb.db")
	f, err := store.OpenWritable(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 2 {
		c := begin(t, f, day.AddDate(0, n, 0))
		p := store.Page{Resource: "jira_user", End: &store.End{Outcome: store.Complete}, Objects: []store.Object{
			object(t, "jira_user", map[string]any{"accountId": "a\x1f\\", "displayName": "Zoë \"😀\" \u202e", "active": n == 0}, "a\x1f\\"),
			object(t, "jira_user", map[string]any{"accountId": "b", "big": store.Number("9007199254740993")}, "b"),
		}}
		if n == 1 {
			p.Objects = append(p.Objects, object(t, "directory_group_member", map[string]any{"groupId": "g", "accountId": "b"}, "g", "b"))
		}
		if err := c.Write(ctx, p); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Finish(ctx, day.AddDate(0, n, 0).Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	f.Close()
	out, err := exec.Command("python3", "testdata/stranger.py", path).CombinedOutput()
	if err != nil {
		t.Fatalf("python3: %v: %s", err, out)
	}
	type seen struct {
		Snapshot       int
		Bodies, Digest bool
		Objects        map[string][][2]any
	}
	var got []seen
	for line := range strings.Lines(string(out)) {
		var s seen
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		got = append(got, s)
	}
	a := func(active bool) [2]any {
		return [2]any{[]any{"a\x1f\\"}, map[string]any{"accountId": "a\x1f\\", "displayName": "Zoë \"😀\" \u202e", "active": active}}
	}
	b := [2]any{[]any{"b"}, map[string]any{"accountId": "b", "big": "9007199254740993"}}
	want := []seen{
		{1, true, true, map[string][][2]any{"jira_user": {a(true), b}}},
		{2, true, true, map[string][][2]any{"jira_user": {a(false), b},
			"directory_group_member": {{[]any{"g", "b"}, map[string]any{"groupId": "g", "accountId": "b"}}}}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("python3 reads\n%+v, want\n%+v", got, want)
	}
	if got := shell(t, path, "SELECT snapshot, active FROM jira_user WHERE display_name LIKE 'Zoë%' ORDER BY 1"); got != "1|1\n2|0" {
		t.Errorf("the sqlite3 shell reads %q", got)
	}
}
