package window

import (
	"testing"
	"time"

	"plumbline/app"
)

// A snapshot that was not judged yet tells how far it is: from reading it to its last rule, with findings on the way that
// the list has in the end, the worst first; then the baseline. One that was judged tells what was found while it is compared.
func TestJudgingIsTold(t *testing.T) {
	w := onDemo(t)
	t.Setenv("PLUMBLINE_CACHE", t.TempDir()) // nothing is judged
	told, end := w.hub.listen()
	defer end()
	page := list(t, w, Lens{}, FindingsRequest{Filter: "-since:resolved", Group: "none", Limit: 1000})
	final := map[string]bool{}
	for _, line := range page.Lines {
		final[line.Finding.ID] = true
	}
	var news []JudgingNews
	take := func() {
		for until := time.After(3 * beat); ; {
			select {
			case e := <-told:
				if e.Name == "judging" {
					news = append(news, e.Data.(JudgingNews))
				}
			case <-until:
				return
			}
		}
	}
	take()
	if len(news) < 2 {
		t.Fatalf("only %d news", len(news))
	}
	last := news[len(news)-1]
	if last.Done != last.Of || last.Reading || !last.Comparing || len(last.Findings) == 0 {
		t.Errorf("in the end: %d of %d, reading %v, comparing %v, %d findings", last.Done, last.Of, last.Reading, last.Comparing, len(last.Findings))
	}
	for i, n := range news {
		if n.Snapshot != last.Snapshot || i > 0 && n.Comparing == news[i-1].Comparing && n.Done < news[i-1].Done {
			t.Errorf("%+v came after %+v", n, news[max(0, i-1)])
		}
		each := map[string]int{}
		for k, f := range n.Findings {
			if !final[f.ID] {
				t.Errorf("%s was told and is not among the findings", f.ID)
			}
			if each[f.Rule]++; each[f.Rule] > mostNewsEach || k > 0 && app.Severity(f.Severity).Rank() < app.Severity(n.Findings[k-1].Severity).Rank() {
				t.Errorf("finding %d of %s is out of place", k, f.Rule)
			}
		}
	}
	news = nil
	if _, err := w.Open(w.file.path); err != nil {
		t.Fatal(err)
	}
	list(t, w, Lens{}, FindingsRequest{})
	take()
	if len(news) != 1 || !news[0].Comparing || news[0].Of != 0 || len(news[0].Findings) == 0 {
		t.Errorf("what was judged before told %+v", news)
	}
}

// The worst of each rule stay, whatever the order in which rules answer.
func TestWorstOfWhatIsFound(t *testing.T) {
	of := func(rule string, severities ...app.Severity) []app.Finding {
		var found []app.Finding
		for _, s := range severities {
			found = append(found, app.Finding{Rule: rule, Severity: s})
		}
		return found
	}
	told := withWorst(withWorst([]FindingRow{}, of("B", "low", "high", "low", "low", "low", "critical")), of("A", "high"))
	got := ""
	for _, f := range told {
		got += f.Rule + " " + f.Severity + "; "
	}
	if want := "B critical; A high; B high; B low; B low; "; got != want {
		t.Errorf("told %q, want %q", got, want)
	}
}
