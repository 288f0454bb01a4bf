package window

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"plumbline/app"
)

// RuleList is every rule in force, where it comes from and, with a file open, its verdict.
type RuleList struct {
	Packs    []RulePack        `json:"packs"`    // the shipped one first, then the folders of the settings
	Rules    []RuleRow         `json:"rules"`    // by id
	Verdicts map[string]int    `json:"verdicts"` // how many rules by verdict; empty without a file
	Snapshot *app.Snapshot     `json:"snapshot"` // whose the verdicts are; null without a file
	Problem  *app.Problem      `json:"problem"`  // why there are no verdicts although a file is open; null
	Broken   []app.RuleProblem `json:"broken"`   // files of folders that do not load: with one there, nothing can be judged
}

// RulePack is where rules come from.
type RulePack struct {
	Name  string `json:"name"`  // of a folder, its last part; "shipped"
	Dir   string `json:"dir"`   // "" of the shipped one
	There bool   `json:"there"` // false: the folder is not there now
	Rules int    `json:"rules"`
	Own   bool   `json:"own"` // the folder that SaveRule writes to when none is named
}

// RuleRow is a rule in the list.
type RuleRow struct {
	app.RuleRow
	Category string `json:"category"`
	Product  string `json:"product"` // jira, confluence, organisation, datacenter, grant
	Dir      string `json:"dir"`     // the folder it comes from; "" of a shipped one
	File     string `json:"file"`
	Changed  string `json:"changed"` // when its file was, RFC 3339, UTC; "" of a shipped one
	Verdict  string `json:"verdict"` // fail, pass, not_evaluated, not_applicable, error; "" without a file
	Partial  bool   `json:"partial"`
	Findings int    `json:"findings"`
	Reason   string `json:"reason"`
}

// RuleList lists the rules. It can be cancelled.
func (w *Window) RuleList(lens Lens, token string) (*RuleList, error) {
	return call(w, token, func(ctx context.Context) (*RuleList, error) {
		dirs := existing(w.settings().RuleFolders)
		all, err := app.AllRules(dirs)
		if err != nil {
			return nil, err
		}
		answer := &RuleList{Rules: []RuleRow{}, Verdicts: map[string]int{}, Broken: all.Broken, Packs: w.packs()}
		for _, r := range all.Rules {
			row := RuleRow{RuleRow: r.RuleRow, Category: r.Category, Product: r.Product, Dir: r.Dir, File: r.File}
			if !r.Changed.IsZero() {
				row.Changed = r.Changed.UTC().Format(time.RFC3339)
			}
			answer.Rules = append(answer.Rules, row)
			if i := slices.IndexFunc(answer.Packs, func(p RulePack) bool { return p.Dir == r.Dir }); i >= 0 {
				answer.Packs[i].Rules++
			}
		}
		if f, release := w.current(); f != nil {
			defer release()
			if err := answer.judge(ctx, w, f, lens); err != nil {
				if ctx.Err() != nil {
					return nil, err
				}
				answer.Problem = said(err)
			}
		}
		return answer, nil
	})
}

// packs are the shipped rules and the folders of the settings.
func (w *Window) packs() []RulePack {
	packs := []RulePack{{Name: "shipped", There: true}}
	for _, dir := range w.settings().RuleFolders {
		packs = append(packs, RulePack{Name: filepath.Base(dir), Dir: dir, There: len(existing([]string{dir})) > 0, Own: dir == w.ownRules()})
	}
	return packs
}

// judge fills in the verdicts on the lens's snapshot.
func (l *RuleList) judge(ctx context.Context, w *Window, f *opened, lens Lens) error {
	v, err := f.view(ctx, w.settings(), lens)
	if err != nil {
		return err
	}
	judged, err := v.judgement(ctx)
	if err != nil {
		return err
	}
	l.Snapshot = &judged.Snapshot
	for _, x := range judged.Verdicts {
		l.told(x.Rule, string(x.Verdict), x.Partial, x.Findings, x.Reason)
	}
	return l.judgeDrift(ctx, v)
}

// judgeDrift fills in the verdicts of the rules about a change: those on the two snapshots of the lens.
func (l *RuleList) judgeDrift(ctx context.Context, v *view) error {
	c, err := v.comparison(ctx)
	if errors.Is(err, errNoBaseline) {
		for _, r := range l.Rules {
			if r.Kind == "drift" {
				l.told(r.ID, "not_evaluated", false, 0, "it judges the change between two snapshots, and there is no earlier one")
			}
		}
		return nil
	}
	if err != nil {
		return err
	}
	found := map[string]int{}
	for i := range c.Drift {
		found[c.Drift[i].Rule]++
	}
	for _, x := range c.Verdicts {
		if x.Kind == "drift" {
			l.told(x.Rule, string(x.After), false, found[x.Rule], x.Reason)
		}
	}
	return nil
}

// RuleFile returns the texts of a rule and of its cases.
func (w *Window) RuleFile(id string) (*app.RuleFiles, error) {
	return call(w, "", func(context.Context) (*app.RuleFiles, error) {
		return app.ReadRule(id, existing(w.settings().RuleFolders))
	})
}

// NewRule returns the texts of a small rule that works, for its author to change. Nothing is written. object is a
// resource, "" for jira_user.
func (w *Window) NewRule(id, title, object string) (*app.RuleFiles, error) {
	return call(w, "", func(context.Context) (*app.RuleFiles, error) {
		return app.DraftRule(app.RuleDraft{ID: id, Title: title, Object: object})
	})
}

// CheckRule lints a rule under edit and runs its cases. It can be cancelled.
func (w *Window) CheckRule(id, text, cases, token string) (*app.RuleTrial, error) {
	return call(w, token, func(ctx context.Context) (*app.RuleTrial, error) { return app.TryRule(ctx, id, text, cases) })
}

// RunRule judges the lens's snapshot by a rule under edit, and its baseline where there is one. It has 30 seconds and
// 10,000 rows; both are the rule's verdict error where it takes more. It can be cancelled.
func (w *Window) RunRule(lens Lens, id, text, token string) (*app.RuleRun, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (*app.RuleRun, error) {
		q := app.RunQuery{ID: id, Text: text, Snapshot: reference(v.lens.Snapshot)}
		if v.compared() {
			q.Before, q.From, q.AcrossSites = reference(v.lens.Baseline), v.lens.Other, v.lens.AcrossSites
		}
		return v.RunRule(ctx, q)
	})
}

// ownRules is the folder that rules are saved in when none is named; "" where there is no folder for settings.
func (w *Window) ownRules() string {
	if w.folder == "" {
		return ""
	}
	return filepath.Join(w.folder, "rules")
}

// SaveRule writes a rule and its cases into a folder of the settings; dir "" is the user's own, which is then among
// them. A shipped rule is never written over, and what would not load is not written.
func (w *Window) SaveRule(dir, id, text, cases string) (*app.RuleFiles, error) {
	return call(w, "", func(context.Context) (*app.RuleFiles, error) {
		s := w.settings()
		if dir == "" {
			dir = w.ownRules()
		}
		if dir == "" {
			return nil, &app.Problem{Code: "file", Title: "there is no folder for rules", Hint: "add one in the settings"}
		}
		dir = filepath.Clean(dir)
		known := slices.Contains(s.RuleFolders, dir)
		if !known && dir != w.ownRules() {
			return nil, app.Unknown("rule folder", dir, s.RuleFolders, "the settings list "+strings.Join(s.RuleFolders, ", "))
		}
		dirs := existing(s.RuleFolders)
		if !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
		saved, err := app.SaveRule(dir, id, text, cases, dirs)
		if err != nil {
			return nil, err
		}
		if !known {
			s.RuleFolders = append(s.RuleFolders, dir)
			if err := w.save(settingsFile, s); err != nil {
				return nil, err
			}
		}
		w.hub.publish("state", nil) // other rules judge from now on
		return saved, nil
	})
}

// told fills in the verdict of one rule.
func (l *RuleList) told(rule, verdict string, partial bool, findings int, reason string) {
	if i := slices.IndexFunc(l.Rules, func(r RuleRow) bool { return r.ID == rule }); i >= 0 {
		l.Verdicts[verdict]++
		row := &l.Rules[i]
		row.Verdict, row.Partial, row.Findings, row.Reason = verdict, partial, findings, reason
	}
}
