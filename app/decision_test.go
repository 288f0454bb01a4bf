package app

import (
	"bytes"
	"context"
	"encoding/csv"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"plumbline/store"
)

// What is exported comes back as it was, and no spreadsheet takes a cell of it for a formula.
func TestCSVCells(t *testing.T) {
	for _, s := range []string{"", "plain", "=1+1", "'=1+1", "'plain", "''", "'", "+", "-5", "@x", "\tx", "＝1", "🎉", "a=b", "'＠", "-\n-"} {
		guarded := CSVGuard(s)
		if got := csvPlain(guarded); got != s {
			t.Errorf("%q came back as %q, through %q", s, got, guarded)
		}
		if guarded != "" && strings.ContainsAny(string([]rune(guarded)[0]), formula) {
			t.Errorf("%q begins like a formula", guarded)
		}
	}
	for _, key := range []string{"10001", "a/b", store.Key("a", "b"), store.Key("a\x1fb", `c\`, "\r\n"), "[x", `["a"]`, "Zoë 🎉", `a\b`} {
		text := CSVKey(key)
		if got, err := parseCSVKey(text); got != key || err != nil {
			t.Errorf("%q came back as %q, %v, through %q", key, got, err, text)
		}
		if strings.ContainsAny(text, "\x1f\r\n") {
			t.Errorf("%q holds control characters", text)
		}
	}
	list := DecisionList{Decisions: []DecisionRow{{At: "t", By: "=b", Key: store.Key("a", "b"), Reason: "two\nlines, \"quoted\"", Subject: "a\rb"}}}
	var b bytes.Buffer
	if err := list.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != 2 || !reflect.DeepEqual(rows[0], csvColumns) {
		t.Fatalf("%q, %v", rows, err)
	}
	want := []string{"t", "'=b", "", "", "", "", "", `["a","b"]`, "", "two\nlines, \"quoted\"", "", "", "", "a b"}
	if !reflect.DeepEqual(rows[1], want) {
		t.Errorf("%q, want %q", rows[1], want)
	}
}

func TestCheckAct(t *testing.T) {
	at := time.Date(2028, 2, 29, 23, 30, 0, 0, time.UTC)
	accepted := func(until string) store.Decision {
		return store.Decision{At: at, Act: store.ActAccepted, Reason: "r", Owner: "o", Until: until}
	}
	for _, c := range []struct {
		act  store.Decision
		want string
	}{
		{accepted("2028-02-29"), ""},
		{accepted("2029-03-01"), ""}, // a year after a leap day
		{accepted("2029-03-02"), "from 2028-02-29 to 2029-03-01"},
		{accepted("2028-02-28"), "from 2028-02-29"},
		{accepted("2028-02-30"), "no day"},
		{accepted(""), "needs a last day"},
		{store.Decision{At: at, Act: store.ActAccepted}, "needs a reason and an owner and a last day"},
		{store.Decision{At: at, Act: store.ActConfirmed}, ""},
		{store.Decision{At: at, Act: store.ActConfirmed, Until: "2028-03-01"}, "belong to an accepted risk"},
		{store.Decision{At: at, Act: store.ActConfirmed, Reason: "a\x1b[2J"}, "control character"},
		{store.Decision{At: at, Act: store.ActCleared, Reason: strings.Repeat("x", 4001)}, "longer"},
	} {
		err := checkAct(c.act)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%+v: %v, want %q", c.act, err, c.want)
		}
	}
}

// A copy is never made over a file that is there, nor of a file whose last writes lie beside it.
func TestCopy(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	from := filepath.Join(dir, "a.plumb.db")
	f, err := store.OpenWritable(ctx, from)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	to := filepath.Join(dir, "b.plumb.db")
	if err := Copy(ctx, from, to); err != nil {
		t.Fatal(err)
	}
	if err := Copy(ctx, from, to); err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("copied over a file: %v", err)
	}
	fails := func(*File) error { return Usage("no", "") }
	if err := Change(ctx, from, to, fails); err == nil {
		t.Error("changed a file that was there")
	} else if exists(to) != nil {
		t.Error("a copy that was there is gone")
	}
	other := filepath.Join(dir, "c.plumb.db")
	if err := Change(ctx, from, other, fails); err == nil || exists(other) == nil {
		t.Errorf("%v, and the copy is left behind", err)
	}
}
