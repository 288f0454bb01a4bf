package rules

import (
	"context"
	"slices"
	"strings"
	"testing"
)

// An upgrade tells more of every webhook. What is told on one side alone is no change of the webhook; what differs is, a filter that was taken
// away among it: the webhook has the same key.
func TestCompareUpgrade(t *testing.T) {
	p := example(t)
	f := written(t, base+`-- 1 --
site: dc
-- 1/jira_webhook --
3 {"id": "3", "name": "Berth board", "url": "https://hooks.harbourline.example", "enabled": true, "events": ["a"], "excludeBody": false}
4 {"id": "4", "name": "Crane board", "url": "https://hooks.harbourline.example", "enabled": true, "events": ["a"], "excludeBody": false}
5 {"id": "5", "name": "Tide board", "url": "https://hooks.harbourline.example", "enabled": true, "events": ["a"], "filters": {"issue-related-events-section": true}}
6 {"id": "6", "name": "Lock board", "url": "https://hooks.harbourline.example", "enabled": true, "events": ["a"], "filters": {"issue-related-events-section": true}}
-- 2 --
site: dc
now: 2026-11-22T09:00:00Z
-- 2/jira_webhook --
3 {"id": "3", "name": "Berth board", "url": "https://hooks.harbourline.example", "enabled": true, "events": ["a"], "excludeBody": false, "scopeType": "global", "sslVerificationRequired": true}
4 {"id": "4", "name": "Crane board", "url": "https://hooks.harbourline.example", "enabled": false, "events": ["a"], "excludeBody": false, "scopeType": "global", "sslVerificationRequired": true}
5 {"id": "5", "name": "Tide board", "url": "https://hooks.harbourline.example", "enabled": true, "events": ["a"], "filters": {"issue-related-events-section": true}, "scopeType": "global", "sslVerificationRequired": true}
6 {"id": "6", "name": "Lock board", "url": "https://hooks.harbourline.example", "enabled": true, "events": ["a"], "filters": {}, "scopeType": "global", "sslVerificationRequired": true}
`)
	got, err := p.Compare(context.Background(), Side{f, 1}, Side{f, 2}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	lines := toldOf(t, got)
	if want := "jira_webhook +0 -0 ~2 =2 ?0"; !slices.Contains(lines, want) {
		t.Errorf("no line %q in\n%s", want, strings.Join(lines, "\n"))
	}
	mirrored(t, p, Side{f, 1}, Side{f, 2}, got)
}
