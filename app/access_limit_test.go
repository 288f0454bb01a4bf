package app

import (
	"strings"
	"testing"

	"plumbline/store"
)

// TestAccessUnread: what could not be looked at is told where it bears on the question, and nowhere else.
func TestAccessUnread(t *testing.T) {
	project := AccessNode{Kind: "project", ID: "10"}
	person := AccessNode{Kind: "user", ID: "u"}
	now := &answered{ways: []way{{subjectKind: "group", subjectID: "g1"}}}
	for _, c := range []struct {
		name     string
		coverage store.Coverage
		parent   string
		subject  AccessNode
		want     string // in the text; "" is none
	}{
		{"complete", store.Coverage{Outcome: store.Complete}, "", person, ""},
		{"denied", store.Coverage{Outcome: store.Denied, HTTPStatus: 403}, "", person, "could not be looked at (denied, 403): there may be more access"},
		{"failed", store.Coverage{Outcome: store.Failed}, "project", project, "could not be looked at (failed)"},
		{"skipped", store.Coverage{Outcome: store.Skipped}, "", person, "were not asked for"},
		{"lacking", store.Coverage{Outcome: store.Unavailable, Reason: "Cloud has none"}, "", person, ""},
		{"not addressed", store.Coverage{Outcome: store.Unavailable, Reason: store.NoAddress + "Confluence"}, "", person, "could not be looked at"},
		{"its own part", store.Coverage{Outcome: store.Partial, Parts: []store.Part{{Parent: "10", Outcome: store.Denied}}}, "project", project, "Legs were not read (partial)"},
		{"another's part", store.Coverage{Outcome: store.Partial, Parts: []store.Part{{Parent: "11", Outcome: store.Denied}}}, "project", project, ""},
		{"any part, of a person", store.Coverage{Outcome: store.Partial, Parts: []store.Part{{Parent: "11"}, {Parent: "12"}}}, "project", person, "not read for 2 projects"},
		{"a group on the way", store.Coverage{Outcome: store.Partial, Parts: []store.Part{{Parent: "g1"}, {Parent: "g2"}}}, "group", project, "not read for 1 group "},
		{"bounded", store.Coverage{Outcome: store.Partial, Reason: "bounded at 2,000"}, "", person, "in part (partial: bounded at 2,000)"},
	} {
		c.coverage.Resource = "r"
		side := &accessSide{coverage: map[string]store.Coverage{"r": c.coverage}}
		text, _ := side.unread("r", "legs", c.parent, c.subject, now)
		if (text == "") != (c.want == "") || !strings.Contains(text, c.want) {
			t.Errorf("%s: %q, want %q", c.name, text, c.want)
		}
	}
	if text, _ := (&accessSide{}).unread("never heard of", "legs", "", person, now); text == "" {
		t.Error("a resource that the snapshot does not know of reads as read")
	}
}
