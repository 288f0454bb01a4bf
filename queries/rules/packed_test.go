package rules

import (
	"math/rand/v2"
	"os"
	"reflect"
	"testing"
	"time"

	"plumbline/store"
)

// Whatever a finding holds is read as it was kept.
func TestPacked(t *testing.T) {
	words := []string{"", "=", `\`, `\=`, "\n", "a\nb", "\x1f", `\n`, `\u`, "==", "p", "name", "\u202ename", "\xff", `"quoted"`}
	random := rand.New(rand.NewPCG(1, 2))
	word := func() string { return words[random.IntN(len(words))] }
	for range 2000 {
		r := &judged{Verdict: RuleVerdict{Rule: "A-1", Verdict: Fail, Needs: []Need{{"jira_user", "complete"}}, Parameters: map[string]any{}, RuleTexts: RuleTexts{Maps: []string{}}}, Findings: []Finding{}, Ran: true, Unknown: []unjudged{{"why", []string{"k"}}}}
		for range random.IntN(4) {
			f := Finding{Rule: "A-1", Partial: random.IntN(2) == 0}
			for _, field := range f.packed() {
				*field = word()
			}
			f.Evidence = []Ref{{f.Resource, f.Key}}
			if random.IntN(2) == 0 {
				f.Evidence = []Ref{{word(), word()}, {f.Resource, word()}}
			}
			r.Findings = append(r.Findings, f)
		}
		text, err := pack(r)
		if err != nil {
			t.Fatal(err)
		}
		if got := unpack(string(text)); !reflect.DeepEqual(got, r) {
			t.Fatalf("%q\ngave %+v\nwant %+v", text, got, r)
		}
	}
	for _, broken := range []string{"", "{", "{}\n", "{}\na\x1fb", "{}\n" + "=\x1f=\x1f=\x1f=\x1f=\x1f=\x1f=\x1f=\x1f=\x1f=\x1f\x1fa"} {
		if r := unpack(broken); r != nil {
			t.Errorf("%q gave %+v", broken, r)
		}
	}
}

// A rule that took long to fail is not tried again at once, under the same limits; one that failed at once is.
func TestSlowErrorIsKept(t *testing.T) {
	t.Setenv("PLUMBLINE_CACHE", t.TempDir())
	failed := &judged{Verdict: RuleVerdict{Rule: "A-1", Verdict: Error, Reason: "it took too long", Needs: []Need{}, Parameters: map[string]any{}, RuleTexts: RuleTexts{Maps: []string{}}}, Findings: []Finding{}, Unknown: []unjudged{}}
	b := &bench{file: &store.File{}, options: Options{Deadline: time.Minute}}
	b.keep("quick", failed, time.Second)
	b.keep("slow", failed, time.Minute)
	if b.kept("quick") != nil {
		t.Error("an error that came at once was kept")
	}
	if got := b.kept("slow"); !reflect.DeepEqual(got, failed) {
		t.Errorf("kept %+v", got)
	}
	if (&bench{file: b.file, options: Options{Deadline: time.Hour}}).kept("slow") != nil {
		t.Error("an error was kept for another deadline")
	}
	then := time.Now().Add(-2 * retryError)
	if err := os.Chtimes(b.cacheFolder()+"/"+b.errorKey("slow")+".json", then, then); err != nil {
		t.Fatal(err)
	}
	if b.kept("slow") != nil {
		t.Error("an old error was kept")
	}
}
