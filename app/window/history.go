package window

import (
	"context"
	"slices"

	"plumbline/app"
)

// Timeline is every finished snapshot of the lens's site, judged by the rules of today.
type Timeline struct {
	Points []TimelinePoint `json:"points"` // oldest first
}

// TimelinePoint is one snapshot.
type TimelinePoint struct {
	Snapshot app.Snapshot `json:"snapshot"`
	Pinned   bool         `json:"pinned"`
	Score    *app.Score   `json:"score"`
	Counts   app.Counts   `json:"counts"` // not_evaluated counts rules that could not look
	Total    int          `json:"total"`  // findings
}

// history is a timeline with what is needed to say when a single finding was there.
type history struct {
	points   []TimelinePoint
	verdicts []map[string]past  // by point and rule
	there    map[string][]int32 // points by finding id, in order
}

// past is what a rule said of one snapshot.
type past struct {
	verdict string
	partial bool
	reason  string
}

// Timeline judges every snapshot of the site, which may take a while the first time. Afterwards
// first_seen is known in FindingsPage.
func (w *Window) Timeline(lens Lens, token string) (Timeline, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (Timeline, error) {
		h, err := v.history(ctx)
		if err != nil {
			return Timeline{}, err
		}
		return Timeline{h.points}, nil
	})
}

func (v *view) historyName() string {
	return join("history", v.lens.Site, reference(v.lens.Snapshot), foldersKey(v.judging.Rules))
}

func (v *view) history(ctx context.Context) (*history, error) {
	return keep(ctx, v.opened, v.historyName(), func(ctx context.Context) (*history, error) {
		here, err := v.Find(ctx, reference(v.lens.Snapshot), v.lens.Site)
		if err != nil {
			return nil, err
		}
		all, err := v.Snapshots(ctx, here.Site)
		if err != nil {
			return nil, err
		}
		h := &history{points: []TimelinePoint{}, there: map[string][]int32{}}
		for _, s := range all.Snapshots {
			if s.Finished == nil {
				continue
			}
			judged, err := v.judged(ctx, s.ID)
			if err != nil {
				return nil, err
			}
			h.add(s, judged)
		}
		return h, nil
	})
}

// judged is any snapshot, judged: the lens's is kept already.
func (v *view) judged(ctx context.Context, snapshot int64) (*app.Findings, error) {
	if snapshot == v.lens.Snapshot {
		return v.judgement(ctx)
	}
	return v.Findings(ctx, app.FindingsQuery{Snapshot: reference(snapshot), Judging: v.judging, Undated: true})
}

func (h *history) add(s app.SnapshotRow, judged *app.Findings) {
	n := int32(len(h.points))
	h.points = append(h.points, TimelinePoint{Snapshot: s.Snapshot, Pinned: s.Pinned, Score: judged.Score, Counts: judged.Counts, Total: len(judged.Findings)})
	verdicts := make(map[string]past, len(judged.Verdicts))
	for _, v := range judged.Verdicts {
		verdicts[v.Rule] = past{string(v.Verdict), v.Partial, v.Reason}
	}
	h.verdicts = append(h.verdicts, verdicts)
	for i := range judged.Findings {
		id := judged.Findings[i].ID
		h.there[id] = append(h.there[id], n)
	}
}

// first is since when a finding is there: the start of the first snapshot that has it, "" if none has.
func (h *history) first(id string) string {
	if at := h.there[id]; len(at) > 0 {
		return h.points[at[0]].Snapshot.Started
	}
	return ""
}

// firstSeen tells since when findings are there, if that was worked out already; it is worked out
// here where the list is to be sorted by it.
func (v *view) firstSeen(ctx context.Context, sort string) (first func(id string) string, known bool, err error) {
	if sort == "first_seen" || sort == "-first_seen" {
		h, err := v.history(ctx)
		if err != nil {
			return nil, false, err
		}
		return h.first, true, nil
	}
	if h, ok := v.derived.ready(v.historyName()); ok {
		return h.(*history).first, true, nil
	}
	return undated, false, nil
}

// FindingPast is what one snapshot says of a finding.
type FindingPast struct {
	Snapshot app.Snapshot `json:"snapshot"`
	State    string       `json:"state"`  // present; absent; not_evaluated: the rule could not look; not_comparable: it did not see all
	Reason   string       `json:"reason"` // of the last two
}

// FindingHistory says of every snapshot of the site whether it has a finding, oldest first. It
// judges them all, which may take a while the first time.
func (w *Window) FindingHistory(lens Lens, id, token string) ([]FindingPast, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) ([]FindingPast, error) {
		x, _, err := v.finding(ctx, id)
		if err != nil {
			return nil, err
		}
		h, err := v.history(ctx)
		if err != nil {
			return nil, err
		}
		told := []FindingPast{}
		for n, point := range h.points {
			said := h.verdicts[n][x.Rule]
			one := FindingPast{Snapshot: point.Snapshot, State: "absent"}
			switch {
			case slices.Contains(h.there[id], int32(n)):
				one.State = "present"
			case said.verdict == "not_evaluated" || said.verdict == "error":
				one.State, one.Reason = "not_evaluated", said.reason
			case said.partial || x.Change == "not_comparable" && point.Snapshot.ID == v.lens.Snapshot:
				one.State, one.Reason = "not_comparable", said.reason
				if x.Reason != "" && point.Snapshot.ID == v.lens.Snapshot {
					one.Reason = x.Reason
				}
			}
			told = append(told, one)
		}
		return told, nil
	})
}
