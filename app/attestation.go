package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"plumbline/queries/rules"
	"plumbline/store"
)

// Attesting is a person's answer to a question that no API answers.
type Attesting struct {
	Question string `json:"question"` // its id
	Answer   string `json:"answer"`   // yes, no, partly, not applicable, or words of one's own; "" with Withdraw
	Withdraw bool   `json:"withdraw"` // the answer that stands no longer holds
	By       string `json:"by"`       // who answers for it
	Evidence string `json:"evidence"` // what was seen: a file, a page, a document
	On       string `json:"on"`       // the day it was looked at, 2026-11-16; "" is today
	Site     string `json:"site"`     // by any of its ids or its address; "" is the one collected last
}

// Answers are the words that answers are counted by; any other words are an answer too.
var Answers = []string{"yes", "no", "partly", "not applicable"}

// Attestation is an answer as it was given.
type Attestation struct {
	Answer   string `json:"answer"` // "" if one was withdrawn
	By       string `json:"by"`
	On       string `json:"on"` // the day it was looked at
	Evidence string `json:"evidence"`
	At       string `json:"at"` // when it was written down
}

// QuestionRow is a question with the answer that stands for a site.
type QuestionRow struct {
	ID       string        `json:"id"`
	Title    string        `json:"title"`
	Question string        `json:"question"`
	How      string        `json:"how"` // to check by hand
	Why      string        `json:"why"` // no rule checks it
	Products []string      `json:"products"`
	State    string        `json:"state"`   // open; answered; due: the answer is older than attestation_days
	Due      string        `json:"due"`     // from when on it is asked again; "" while open
	Answer   *Attestation  `json:"answer"`  // null while open
	History  []Attestation `json:"history"` // every answer, newest first
}

// QuestionList answers `attest` without a question: what people are asked of a site.
type QuestionList struct {
	File      FileInfo       `json:"file"`
	Snapshot  Snapshot       `json:"snapshot"` // at whose start an answer is old or not
	Source    string         `json:"source"`
	Days      int            `json:"attestation_days"`
	Counts    QuestionCounts `json:"counts"`
	Questions []QuestionRow  `json:"questions"`
	Guide     []GuideRow     `json:"guide"`
}

// GuideRow is a statement of the guide, with what checks it on a site of this kind.
type GuideRow struct {
	ID        string   `json:"id"`
	Section   string   `json:"section"`
	Says      string   `json:"says"`
	Note      string   `json:"note"`
	Rules     []string `json:"rules"`     // ids
	Questions []string `json:"questions"` // ids
}

// QuestionCounts count the questions by state, and the answers that stand by their words.
type QuestionCounts struct {
	Open          int `json:"open"`
	Answered      int `json:"answered"`
	Due           int `json:"due"`
	Yes           int `json:"yes"`
	No            int `json:"no"`
	Partly        int `json:"partly"`
	NotApplicable int `json:"not_applicable"`
	Other         int `json:"other"`
}

// Attested answers `attest` with an answer.
type Attested struct {
	File     FileInfo    `json:"file"`
	Snapshot Snapshot    `json:"snapshot"`
	Question QuestionRow `json:"question"`
}

// Attest writes an answer into a file, or into the copy of it that copyTo asks for.
func Attest(ctx context.Context, path, copyTo string, q Attesting, now time.Time) (*Attested, error) {
	question, err := questionOf(q.Question)
	if err != nil {
		return nil, err
	}
	a, err := attestationOf(q, now)
	if err != nil {
		return nil, err
	}
	a.Question = question.ID
	answer := new(Attested)
	err = Change(ctx, path, copyTo, func(f *File) error {
		latest, err := f.find(ctx, "", q.Site)
		if err != nil {
			return err
		}
		a.Site = latest.Site.ID
		before, err := f.Questions(ctx, "", q.Site)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(before.Questions, func(r QuestionRow) bool { return r.ID == question.ID })
		if i < 0 {
			return notAsked(question, latest.Site.Address)
		}
		if q.Withdraw && before.Questions[i].Answer == nil {
			return Usage(question.ID+" has no answer that could be withdrawn", "plumbline attest FILE lists the questions")
		}
		if err := f.store.Attest(ctx, a); err != nil {
			return err
		}
		after, err := f.Questions(ctx, "", q.Site)
		if err != nil {
			return err
		}
		answer.File, answer.Snapshot, answer.Question = f.Info(), after.Snapshot, after.Questions[i]
		return nil
	})
	if err != nil {
		return nil, err
	}
	return answer, nil
}

func questionOf(id string) (*rules.Question, error) {
	guide, err := rules.TheGuide()
	if err != nil {
		return nil, err
	}
	if q := guide.Question(id); q != nil {
		return q, nil
	}
	var ids []string
	for _, q := range guide.Questions {
		ids = append(ids, q.ID)
	}
	return nil, Unknown("question", id, ids, "plumbline attest FILE lists them")
}

// attestationOf says what an answer lacks.
func attestationOf(q Attesting, now time.Time) (store.Attestation, error) {
	a := store.Attestation{At: now.UTC().Truncate(time.Millisecond), By: plainText(q.By), Answer: plainText(q.Answer), Evidence: plainText(q.Evidence), Checked: q.On}
	for _, known := range Answers {
		if strings.EqualFold(a.Answer, known) || strings.EqualFold(a.Answer, strings.ReplaceAll(known, " ", "_")) {
			a.Answer = known
		}
	}
	switch {
	case q.Withdraw && a.Answer != "":
		return a, Usage("an answer is given or withdrawn, not both", "--withdraw stands without --answer")
	case !q.Withdraw && a.Answer == "":
		return a, Usage("the answer is missing", "--answer "+strings.Join(Answers[:3], "|")+"|\"not applicable\", or a sentence of your own")
	case a.By == "":
		return a, Usage("it is not said who answers for it", "--by NAME")
	}
	today := a.At.Format(time.DateOnly)
	if a.Checked == "" {
		a.Checked = today
	}
	if day, err := time.Parse(time.DateOnly, a.Checked); err != nil {
		return a, Usage(fmt.Sprintf("%q is no day", a.Checked), "--on "+today)
	} else if day.Format(time.DateOnly) > today {
		return a, Usage(a.Checked+" is yet to come", "--on is the day it was looked at")
	}
	for _, t := range []struct{ name, text string }{{"--answer", a.Answer}, {"--by", a.By}, {"--evidence", a.Evidence}} {
		if err := checkText(t.name, t.text); err != nil {
			return a, err
		}
	}
	return a, nil
}

// Questions lists what people are asked of a site, with the answers that stand, as old as a snapshot sees them.
func (f *File) Questions(ctx context.Context, ref, site string) (*QuestionList, error) {
	guide, err := rules.TheGuide()
	if err != nil {
		return nil, err
	}
	snapshot, err := f.find(ctx, ref, site)
	if err != nil {
		return nil, err
	}
	coverage, err := f.store.Coverage(ctx, snapshot.ID)
	if err != nil {
		return nil, err
	}
	all, err := f.store.Attestations(ctx)
	if err != nil {
		return nil, err
	}
	kept, err := f.parameters(ctx)
	if err != nil {
		return nil, err
	}
	days, err := rules.AttestationDays(kept)
	if err != nil {
		return nil, err
	}
	list := &QuestionList{File: f.Info(), Snapshot: snapshotOf(snapshot), Source: guide.Source, Days: days, Questions: []QuestionRow{}}
	for _, q := range guide.Questions {
		if !q.Asks(snapshot.Site.Kind, coverage) {
			continue
		}
		row := QuestionRow{ID: q.ID, Title: q.Title, Question: q.Question, How: q.How, Why: q.Why, Products: q.Products,
			State: "open", History: []Attestation{}}
		for _, a := range slices.Backward(all) {
			if a.Question == q.ID && a.Site == snapshot.Site.ID {
				row.History = append(row.History, Attestation{a.Answer, a.By, a.Checked, a.Evidence, stamp(a.At)})
			}
		}
		if len(row.History) > 0 && row.History[0].Answer != "" {
			row.Answer, row.State = &row.History[0], "answered"
			if day, err := time.Parse(time.DateOnly, row.Answer.On); err == nil {
				due := day.AddDate(0, 0, days)
				row.Due = due.Format(time.DateOnly)
				if !snapshot.Started.Before(due) {
					row.State = "due"
				}
			}
		}
		list.Counts.add(row)
		list.Questions = append(list.Questions, row)
	}
	list.Guide, err = guideRows(guide, list.Questions, snapshot.Site.Kind)
	return list, err
}

// guideRows are the statements of which rules or questions say something on a site of a kind.
func guideRows(guide *rules.Guide, asked []QuestionRow, kind string) ([]GuideRow, error) {
	pack, err := rules.Shipped()
	if err != nil {
		return nil, err
	}
	rows := []GuideRow{}
	for _, s := range guide.Statements {
		row := GuideRow{ID: s.ID, Section: s.Section, Says: s.Says, Note: s.Note, Rules: []string{}, Questions: []string{}}
		for _, r := range s.Checked(pack) {
			if slices.ContainsFunc(r.Products, func(p string) bool { return strings.HasSuffix(p, "-dc") == (kind == "dc") }) {
				row.Rules = append(row.Rules, r.ID)
			}
		}
		for _, q := range asked {
			if slices.Contains(s.Questions, q.ID) {
				row.Questions = append(row.Questions, q.ID)
			}
		}
		if len(row.Rules)+len(row.Questions) > 0 {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

func (c *QuestionCounts) add(r QuestionRow) {
	switch r.State {
	case "open":
		c.Open++
		return
	case "due":
		c.Due++
	default:
		c.Answered++
	}
	words := map[string]*int{"yes": &c.Yes, "no": &c.No, "partly": &c.Partly, "not applicable": &c.NotApplicable}
	if n := words[r.Answer.Answer]; n != nil {
		*n++
	} else {
		c.Other++
	}
}

// Question is one question of the latest snapshot's site, with every answer it ever had.
func (f *File) Question(ctx context.Context, id, site string) (*Attested, error) {
	question, err := questionOf(id)
	if err != nil {
		return nil, err
	}
	list, err := f.Questions(ctx, "", site)
	if err != nil {
		return nil, err
	}
	for _, row := range list.Questions {
		if row.ID == question.ID {
			return &Attested{list.File, list.Snapshot, row}, nil
		}
	}
	return nil, notAsked(question, list.Snapshot.Site)
}

func notAsked(q *rules.Question, site string) error {
	return Usage(fmt.Sprintf("%s is not asked of %s", q.ID, site), "it is for "+strings.Join(q.Products, ", "))
}
