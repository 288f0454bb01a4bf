package window

import (
	"cmp"
	"slices"

	"plumbline/app"
)

// JudgingNews is the event "judging": how far the judging of a snapshot is that was not judged yet, with some of what
// was found so far. It is never the whole: what was found is told by Overview and FindingsPage.
type JudgingNews struct {
	Snapshot  int64        `json:"snapshot"`  // of the lens
	Comparing bool         `json:"comparing"` // it is judged already; what it is compared with is not yet
	Done      int          `json:"done"`      // rules judged
	Of        int          `json:"of"`        // rules; 0: nothing has to be judged, the two are being compared
	Reading   bool         `json:"reading"`   // the snapshot is being read: of the rules that are left not all can be asked yet
	Findings  []FindingRow `json:"findings"`  // of the snapshot of the lens: the worst so far, few of each rule, without decisions
}

const (
	mostNews     = 60 // findings
	mostNewsEach = 4  // findings of one rule
)

// telling is how the snapshot of the lens is judged where pages are to see it; given its judgement, how what it is
// compared with is judged.
func (v *view) telling(judged *app.Findings) app.Judging {
	news := JudgingNews{Snapshot: v.lens.Snapshot, Comparing: judged != nil, Findings: []FindingRow{}}
	if news.Comparing {
		news.Findings = worstOfAll(judged.Findings)
		v.hub.progress("judging", news) // comparing takes longer than reading what was judged
	}
	judging := v.judging
	judging.Progress = func(p app.JudgingProgress) {
		news.Done, news.Of, news.Reading = p.Done, p.Of, p.Reading
		if !news.Comparing {
			news.Findings = withWorst(news.Findings, p.Findings)
		}
		v.hub.progress("judging", news)
	}
	return judging
}

// worstOfAll are the findings that JudgingNews has at the end, of a list by severity and rule.
func worstOfAll(found []app.Finding) []FindingRow {
	list := []FindingRow{}
	each := map[string]int{}
	for i := 0; i < len(found) && len(list) < mostNews; i++ {
		if each[found[i].Rule]++; each[found[i].Rule] <= mostNewsEach {
			list = append(list, rowOf(&app.ChangedFinding{Finding: found[i]}))
		}
	}
	return list
}

// withWorst is a list with the worst findings of one more rule, the worst first. The list before stays as it is.
func withWorst(list []FindingRow, found []app.Finding) []FindingRow {
	var worst []*app.Finding
	for i := range found {
		x := &found[i]
		at := len(worst)
		for at > 0 && x.Severity.Rank() < worst[at-1].Severity.Rank() {
			at--
		}
		if at < mostNewsEach {
			worst = slices.Insert(worst, at, x)
			worst = worst[:min(len(worst), mostNewsEach)]
		}
	}
	if len(worst) == 0 {
		return list
	}
	list = slices.Clone(list)
	for _, x := range worst {
		list = append(list, rowOf(&app.ChangedFinding{Finding: *x}))
	}
	slices.SortStableFunc(list, func(a, b FindingRow) int {
		return cmp.Or(cmp.Compare(app.Severity(a.Severity).Rank(), app.Severity(b.Severity).Rank()), cmp.Compare(a.Rule, b.Rule))
	})
	return list[:min(len(list), mostNews)]
}
