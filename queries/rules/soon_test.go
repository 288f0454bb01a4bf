package rules

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
)

// Of a large snapshot the rules that read little of it are asked before the rest of it is read, and with the rest all
// are judged as they are where nobody watches.
func TestFirstFindingsCome(t *testing.T) {
	ctx := context.Background()
	p, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	text.WriteString("-- 1 --\n-- 1/jira_webhook --\n1 {\"name\": \"builds\", \"url\": \"http://build.harbourline.example/jira\", \"enabled\": true, \"events\": []}\n-- 1/jira_user --\n")
	for i := range 100 {
		kind := "atlassian"
		if i < 3 {
			kind = "unknown"
		}
		fmt.Fprintf(&text, "u%d {\"accountId\": \"u%d\", \"accountType\": %q, \"active\": true, \"displayName\": \"Person %d\"}\n", i, i, kind, i)
	}
	f := written(t, text.String())
	want, err := p.Judge(ctx, f, 1, Options{NoCache: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PLUMBLINE_CACHE", t.TempDir()) // no relations are kept
	defer func(from int64) { soonFrom = from }(soonFrom)
	soonFrom = 100

	var one sync.Mutex
	read := map[string]int{}       // by rule: how many times the snapshot had been read when it was judged
	meanwhile := map[string]bool{} // by rule: whether it was judged while relations were being made
	times, done := 0, 0
	watched := func(told Progress) {
		one.Lock()
		defer one.Unlock()
		if done = told.Done; told.Verdict != nil {
			read[told.Verdict.Rule], meanwhile[told.Verdict.Rule] = times, told.Reading
		} else if told.Reading {
			times++
		}
	}
	got, err := p.Judge(ctx, f, 1, Options{NoCache: true, Progress: watched})
	if err != nil {
		t.Fatal(err)
	}
	if times != 2 || read["JIRA-HOOK-001"] != 1 || read["JIRA-ACCESS-001"] != 2 {
		t.Errorf("read %d times; a webhook was judged after %d of them, accounts after %d", times, read["JIRA-HOOK-001"], read["JIRA-ACCESS-001"])
	}
	if !meanwhile["JIRA-ACCESS-001"] || meanwhile["JIRA-ACCESS-002"] {
		t.Error("what names no shared relation is judged while those are made, the others after that")
	}
	if done != len(got.Verdicts) {
		t.Errorf("told of %d verdicts of %d", done, len(got.Verdicts))
	}
	if len(got.Findings) < 4 || !reflect.DeepEqual(got.Verdicts, want.Verdicts) || !reflect.DeepEqual(got.Findings, want.Findings) {
		t.Errorf("%d findings where %d are without a watcher, or other verdicts", len(got.Findings), len(want.Findings))
	}

	times = 0
	if _, err := p.Judge(ctx, f, 1, Options{NoCache: true, Progress: watched}); err != nil {
		t.Fatal(err)
	}
	if times != 1 {
		t.Errorf("relations that are kept were read %d times", times)
	}
}
