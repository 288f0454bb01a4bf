package report

import (
	"fmt"
	"strings"

	"plumbline/app"
)

// attestationTotals says how many of the questions that no API answers people answered.
func attestationTotals(r *app.Report) string {
	c := r.Questions.Counts
	return fmt.Sprintf("%s answered, %s of them too long ago; %s open.", plural(c.Answered+c.Due, "question"), app.Count(c.Due), app.Count(c.Open))
}

// attested says one question and the answer that stands: by whom, of which day, and what was seen.
func attested(q app.QuestionRow) string {
	words := q.ID + " " + q.Question
	if q.Answer == nil {
		return words + " open"
	}
	words += " " + q.Answer.Answer
	if q.State == "due" {
		words += ", to be asked again"
	}
	words += " (" + q.Answer.By + ", " + q.Answer.On + ")"
	if q.Answer.Evidence != "" {
		words += ": " + q.Answer.Evidence
	}
	return words
}

// attestations are the answers of people for formats that have no chapter for them: one notice for all questions, which
// names those that are open, and one for each answer.
func attestations(r *app.Report) []app.Notice {
	var open []string
	var answers []app.Notice
	for _, q := range r.Questions.Questions {
		if q.Answer == nil {
			open = append(open, q.ID)
		} else {
			answers = append(answers, app.Notice{Code: "attestation", Words: app.Neutral(attested(q))})
		}
	}
	words := attestationTotals(r)
	if len(open) > 0 {
		words = strings.TrimSuffix(words, ".") + ": " + strings.Join(open, ", ") + "."
	}
	return append([]app.Notice{{Code: "attestations", Words: words}}, answers...)
}
