package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"plumbline/queries/rules"
)

// RuleFiles are the texts of a rule and of its cases, as they stand in their files.
type RuleFiles struct {
	ID      string `json:"id"`
	Text    string `json:"text"`
	Cases   string `json:"cases"`   // "" without any
	Shipped bool   `json:"shipped"` // inside the program: it cannot be written over
	File    string `json:"file"`    // the rule's; of a shipped one its place among those
}

// ReadRule returns the texts of a rule, shipped or of folders.
func ReadRule(id string, dirs []string) (*RuleFiles, error) {
	pack, err := loadRules(dirs)
	if err != nil {
		return nil, err
	}
	r, err := pack.FindRule(id)
	if err != nil {
		return nil, err
	}
	shipped, err := isShipped(id)
	return &RuleFiles{ID: r.ID, Text: r.Text, Cases: pack.CaseText(r.ID), Shipped: shipped, File: r.File}, err
}

// DraftRule returns the texts of a small rule that works, for its author to change.
func DraftRule(d RuleDraft) (*RuleFiles, error) {
	sql, cases, err := rules.NewRule(d)
	if err != nil {
		return nil, err
	}
	return &RuleFiles{ID: d.ID, Text: string(sql), Cases: string(cases)}, nil
}

func isShipped(id string) (bool, error) {
	shipped, err := rules.Shipped()
	if err != nil {
		return false, err
	}
	return ruleOf(shipped, id) != nil, nil
}

// RuleTrial is what lint says of a rule that is being written, and what its cases give.
type RuleTrial struct {
	Problems []RuleProblem `json:"problems"` // of the rule and its form, by line
	Cases    []CaseTrial   `json:"cases"`    // in their order; none while the rule does not parse
	Rule     *RuleText     `json:"rule"`     // as it is understood; null while it does not parse
}

// CaseTrial is what came of one case.
type CaseTrial struct {
	Name  string   `json:"name"`
	Kind  string   `json:"kind"` // fail, clean, denied, partial, near_miss, absent
	Line  int      `json:"line"` // of its file
	Wrong []string `json:"wrong"`
}

// TryRule lints a rule that is being written and runs its cases.
func TryRule(ctx context.Context, id, text, cases string) (*RuleTrial, error) {
	answer := &RuleTrial{Problems: []RuleProblem{}, Cases: []CaseTrial{}}
	pack, err := rules.LoadText(id, text, cases)
	if err != nil {
		for line := range strings.Lines(err.Error()) {
			answer.Problems = append(answer.Problems, problemOf(strings.TrimRight(line, "\n")))
		}
		return answer, nil
	}
	understood := ruleText(pack.Rules[0])
	understood.Cases, _ = pack.CaseCounts(id) // what is wrong with them is said below
	answer.Rule = &understood
	problems, err := pack.Lint(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range problems {
		answer.Problems = append(answer.Problems, RuleProblem{p.Rule, p.File, p.Line, p.Words})
	}
	results, err := pack.Test(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range results {
		if r.Case != "" {
			answer.Cases = append(answer.Cases, CaseTrial{r.Case, r.Kind, r.Line, list(r.Wrong)})
		} else if cases != "" { // that there are none, lint says
			for _, words := range r.Wrong {
				answer.Problems = append(answer.Problems, problemIn(r.File, words))
			}
		}
	}
	return answer, nil
}

// problemIn is problemOf for words that may not name their file.
func problemIn(file, words string) RuleProblem {
	p := problemOf(words)
	if p.File == "" {
		p.File = file
	}
	return p
}

// RunQuery asks what a rule that is being written finds.
type RunQuery struct {
	ID, Text         string
	Snapshot, Before string // references; Before "" for none
	From             string // path of the file that Before is in; "" for this one
	AcrossSites      bool
	Rows             int           // at most; one more is an error of the rule. 0: 10,000
	Deadline         time.Duration // 0: 30 s
}

// RuleRun is what a rule that is being written finds on a snapshot.
type RuleRun struct {
	Verdict  RuleVerdict      `json:"verdict"`
	Problem  *RuleProblem     `json:"problem"`  // where the verdict is error: why, and at which line
	Findings []ChangedFinding `json:"findings"` // with a baseline the resolved ones too; without, no change is said
	Counts   *ChangeCounts    `json:"counts"`   // null without a baseline
	Took     int64            `json:"took_ms"`
}

// RunRule judges a snapshot by a rule that is being written, alone, and where there is one its baseline too. Nothing
// of it is kept. A rule that does not parse is a Problem of the code "rule".
func (f *File) RunRule(ctx context.Context, q RunQuery) (*RuleRun, error) {
	pack, err := rules.LoadText(q.ID, q.Text, "")
	if err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return nil, &Problem{Code: "rule", Exit: Failed, Title: first, Hint: "the check says all that is wrong with it", err: err}
	}
	_, options, err := Judging{}.load(ctx, f)
	if err != nil {
		return nil, err
	}
	options.NoCache, options.Rows, options.Deadline = true, q.Rows, q.Deadline
	if options.Rows <= 0 {
		options.Rows = 10_000
	}
	started := time.Now()
	sides := ComparisonQuery{Before: q.Before, After: q.Snapshot, From: q.From, AcrossSites: q.AcrossSites}
	answer := &RuleRun{Findings: []ChangedFinding{}}
	judged, err := f.judgeAlone(ctx, pack, options, q.Snapshot)
	if err != nil {
		return nil, err
	}
	answer.Verdict = verdicts(judged.Verdicts)[0]
	switch {
	case answer.Verdict.Verdict == rules.Error:
		p := problemOf(answer.Verdict.Reason)
		answer.Problem = &p
	case q.Before == "" && q.From == "":
		for _, x := range judged.Findings {
			answer.Findings = append(answer.Findings, ChangedFinding{Finding: finding(x), CausedBy: []rules.Cause{}})
		}
	default:
		compared, err := f.compare(ctx, pack, options, sides)
		if err != nil {
			return nil, err
		}
		answer.Findings, answer.Counts = compared.Findings, &compared.Counts.ChangeCounts
	}
	answer.Took = time.Since(started).Milliseconds()
	return answer, nil
}

func (f *File) judgeAlone(ctx context.Context, pack *rules.Pack, options rules.Options, ref string) (*rules.Judgement, error) {
	snapshot, err := f.find(ctx, ref, "")
	if err != nil {
		return nil, err
	}
	return pack.Judge(ctx, f.store, snapshot.ID, options)
}

// SaveRule writes a rule and its cases into a folder of rules, which is made if it is not there; cases "" takes the file
// of them away. The rule of that id in that folder is replaced; a shipped one never is, nor one of another folder, nor
// is anything written with which the rules of dirs would no longer load: then all stays as it was.
func SaveRule(dir, id, text, cases string, dirs []string) (*RuleFiles, error) {
	shipped, err := isShipped(id)
	if err != nil {
		return nil, err
	}
	if shipped {
		return nil, &Problem{Code: "shipped-rule", Exit: WrongUse, Title: id + " is a rule of the program, or was one", Hint: "save it under another id"}
	}
	if _, err := rules.LoadText(id, text, cases); err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return nil, &Problem{Code: "rule", Exit: Failed, Title: "not saved: " + first, Hint: "the check says all that is wrong with it", err: err}
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("making the folder of rules: %w", err)
	}
	at := filepath.Join(dir, id)
	if found := findRuleFile(dir, id+".sql"); found != "" { // wherever in the folder it is
		at = strings.TrimSuffix(found, ".sql")
	}
	undo, err := replaceAll(map[string]string{at + ".sql": text, at + ".txtar": cases})
	if err == nil {
		_, err = loadRules(dirs)
	}
	if err != nil {
		undo()
		return nil, err
	}
	return &RuleFiles{ID: id, Text: text, Cases: cases, File: at + ".sql"}, nil
}

// findRuleFile is the file of that name somewhere in a folder, "" if there is none.
func findRuleFile(dir, name string) string {
	found := ""
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && d.Name() == name {
			found = path
			return fs.SkipAll
		}
		return nil
	})
	return found
}

// replaceAll writes files, "" takes one away, and returns how to have them as they were.
func replaceAll(texts map[string]string) (undo func(), err error) {
	was := map[string][]byte{}
	undo = func() {
		for path, text := range was {
			if text == nil {
				os.Remove(path)
				continue
			}
			_ = WriteFile(path, func(w io.Writer) error { _, err := w.Write(text); return err }) // it was written there a moment ago
		}
	}
	for path, text := range texts {
		before, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return undo, err
		}
		if was[path] = before; text == "" {
			if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return undo, err
			}
			continue
		}
		if err := WriteFile(path, func(w io.Writer) error { _, err := io.WriteString(w, text); return err }); err != nil {
			return undo, err
		}
	}
	return undo, nil
}
