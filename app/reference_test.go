package app

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"plumbline/store"
)

// history is two sites: harbourline with snapshots 1, 2 (pinned, "Q3 audit"), 4 (interrupted) and
// 5 (of the same content as 2), quayside with 3.
func history() []store.Snapshot {
	harbourline := store.Site{ID: 1, IDs: []string{"c-1", "https://harbourline.example"}, Address: "https://harbourline.example", Name: "Harbourline"}
	quayside := store.Site{ID: 2, IDs: []string{"c-2"}, Address: "https://quayside.example", Name: "Quayside"}
	at := func(day string) time.Time {
		t, err := time.Parse(time.RFC3339, day+"T09:30:00Z")
		if err != nil {
			panic(err)
		}
		return t
	}
	digest := func(s string) string { return "sha256:" + s + strings.Repeat("0", 64-len(s)) }
	return []store.Snapshot{
		{ID: 1, Site: harbourline, Started: at("2026-05-17"), State: store.StateComplete, Digest: digest("aaaa1")},
		{ID: 2, Site: harbourline, Started: at("2026-08-17"), State: store.StatePartial, Digest: digest("aaaa2"), Label: "Q3 audit", Pinned: true},
		{ID: 3, Site: quayside, Started: at("2026-09-01"), State: store.StateComplete, Digest: digest("bbbb")},
		{ID: 4, Site: harbourline, Started: at("2026-11-16"), State: store.StateInterrupted},
		{ID: 5, Site: harbourline, Started: at("2026-11-16"), State: store.StateComplete, Digest: digest("aaaa2")},
	}
}

func TestFindSnapshot(t *testing.T) {
	cases := []struct {
		ref, site string
		want      int64
	}{
		{"", "", 5},
		{"latest", "", 5},
		{"LATEST", "", 5},
		{"previous", "", 2},
		{"pinned", "", 2},
		{"4", "", 4}, // by its number also an interrupted one
		{"3", "", 3}, // a number is unique in the file
		{"Q3 audit", "", 2},
		{"q3 AUDIT", "", 2},
		{"2026-05-17", "", 1},
		{"17 May 2026", "", 1},
		{"2026-11", "", 5},
		{"2026-11-16", "", 5}, // the finished one of that day
		{"2026-08-17T09:30:00Z", "", 2},
		{"2026-08-17T11:30:00+02:00", "", 2},
		{"aaaa1", "", 1},
		{"sha256:aaaa1", "", 1},
		{"AAAA2", "", 5}, // equal content: the newest
		{"", "quayside.example", 3},
		{"latest", "https://QUAYSIDE.example/", 3},
		{"latest", "quay", 3},
		{"latest", "c-2", 3},
		{"latest", "Harbourline", 5},
		{"bbbb", "Quayside", 3},
	}
	for _, c := range cases {
		s, err := findSnapshot(history(), c.ref, c.site)
		if err != nil || s.ID != c.want {
			t.Errorf("findSnapshot(%q, site %q) = %d, %v; want %d", c.ref, c.site, s.ID, err, c.want)
		}
	}
}

func TestFindSnapshotRefuses(t *testing.T) {
	cases := []struct{ ref, site, words string }{
		{"9", "", `no snapshot "9"`},
		{"Q3 adit", "", `did you mean "Q3 audit"?`},
		{"latst", "", `did you mean "latest"?`},
		{"2026-05-18", "", `did you mean "2026-05-17"?`},
		{"aaaa", "", "names the snapshots 1, 2, 5"},
		{"cccc", "", `no snapshot "cccc"`},
		{"3", "harbourline.example", `no snapshot "3"`}, // of another site than the one asked for
		{"pinned", "quayside.example", "is pinned"},
		{"previous", "quayside.example", "precedes snapshot 3"},
		{"", "quaysid.example", `did you mean "quayside.example"?`},
		{"", "c-", "several sites"},
	}
	for _, c := range cases {
		_, err := findSnapshot(history(), c.ref, c.site)
		if err == nil {
			t.Errorf("findSnapshot(%q, site %q): no error", c.ref, c.site)
			continue
		}
		p := Words(err)
		if said := p.Title + "; " + p.Hint; !strings.Contains(said, c.words) || p.Exit != WrongUse {
			t.Errorf("findSnapshot(%q, site %q) says %q (exit %d), want %q", c.ref, c.site, said, p.Exit, c.words)
		}
	}
	if _, err := findSnapshot(nil, "", ""); err == nil {
		t.Error("an empty file has a latest snapshot")
	}
	if _, err := findSnapshot(history()[3:4], "", ""); err == nil || !strings.Contains(err.Error(), "is interrupted") {
		t.Errorf("an interrupted snapshot is latest: %v", err)
	}
}

func TestFindPair(t *testing.T) {
	cases := []struct{ before, after, site, want string }{
		{"", "", "", "2 5"},         // the pinned one
		{"", "2", "", "1 2"},        // not with itself: the one that precedes it
		{"1", "", "", "1 5"},        //
		{"5", "1", "", "5 1"},       // backwards, when asked
		{"previous", "", "", "2 5"}, // the interrupted one is never previous
		{"3", "5", "", "3 5"},       // two sites by their numbers
		{"Q3 audit", "latest", "harbourline.example", "2 5"},
	}
	for _, c := range cases {
		before, after, err := findPair(history(), c.before, c.after, c.site)
		if got := fmt.Sprint(before.ID, " ", after.ID); err != nil || got != c.want {
			t.Errorf("findPair(%q, %q, %q) = %s, %v; want %s", c.before, c.after, c.site, got, err, c.want)
		}
	}
	if _, _, err := findPair(history(), "", "", "quayside.example"); err == nil {
		t.Error("one snapshot was compared with nothing")
	}
}

func TestCheckLabel(t *testing.T) {
	for _, bad := range []string{"7", "latest", "Pinned", "2026-11-21", strings.Repeat("x", 201)} {
		if CheckLabel(bad) == nil {
			t.Errorf("%q may be a label", bad)
		}
	}
	for _, good := range []string{"", "Q3 audit", "before the move"} {
		if err := CheckLabel(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"jira_user", "jira_project", "confluence_space", "confluence_space_permission"}
	for name, want := range map[string]string{
		"jira_usr": "jira_user", "jira_users": "jira_user", "JIRA_USER": "jira_user", "jira_porject": "jira_project",
		"confluence_space_perm": "confluence_space_permission", "project": "jira_project", "zebra": "", "x": "",
	} {
		if got := Nearest(name, known); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
}
