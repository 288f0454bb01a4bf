package store

import (
	"database/sql"
	"testing"
)

// Times as the APIs spell them, in UTC; what is no time stays as it is.
func TestInstant(t *testing.T) {
	db, err := sql.Open(driverName, "file:instants?mode=memory")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	query, err := withInstants("SELECT instant(coalesce(b ->> '$.none', b ->> '$.at')), 'after' FROM (SELECT ? AS b)")
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]any{
		`{"at":"2026-11-16T09:12:00.123Z"}`:      "2026-11-16T09:12:00.123Z",
		`{"at":"2026-11-16T09:12:00.123+0000"}`:  "2026-11-16T09:12:00.123Z",
		`{"at":"2026-11-16T09:12:00.123+0100"}`:  "2026-11-16T08:12:00.123Z",
		`{"at":"2026-11-16T09:12:00+0000"}`:      "2026-11-16T09:12:00.000Z",
		`{"at":"2026-11-16T09:12:00Z"}`:          "2026-11-16T09:12:00.000Z",
		`{"at":"2026-11-16T09:12:00.123+05:30"}`: "2026-11-16T03:42:00.123Z",
		`{"at":1605517920123}`:                   "2020-11-16T09:12:00.123Z",
		`{"at":"soon"}`:                          "soon",
		`{"at":null}`:                            nil,
		`{}`:                                     nil,
	} {
		var got any
		var after string
		if err := db.QueryRow(query, body).Scan(&got, &after); err != nil || got != want || after != "after" {
			t.Errorf("%s: %v, and not %v; %q, %v", body, got, want, after, err)
		}
	}
	if _, err := withInstants("SELECT instant(o.body AS x"); err == nil {
		t.Error("one that is not closed is taken")
	}
}
