package store

import (
	"context"
	"fmt"
	"time"

	"plumbline/store/internal/db"
)

// attestationFormat is the first format that has attestations: an older file has none.
const attestationFormat = 3

// Attestation is one answer of one person to a question that no API answers, or the withdrawal of one. They are only
// ever added; of those on one question of a site the latest stands.
type Attestation struct {
	ID       int64 // 0 until it is added
	Site     int64 // row in this file
	Question string
	Answer   string    // "" withdraws the one before
	By       string    // who answers for it
	Checked  string    // the day it was looked at, 2026-11-16
	Evidence string    // what was seen
	At       time.Time // when it was written down
}

// Attestations are all of them, in the order in which they were written.
func (f *File) Attestations(ctx context.Context) ([]Attestation, error) {
	if f.format < attestationFormat {
		return nil, nil
	}
	release, err := f.take(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	rows, err := f.q.Attestations(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading attestations: %w", explain(err))
	}
	all := make([]Attestation, len(rows))
	for i, r := range rows {
		all[i] = Attestation{r.ID, r.Site, r.Question, r.Answer, r.Person, r.Checked, r.Evidence, parseTime(r.At)}
	}
	return all, nil
}

// Attest adds one.
func (f *File) Attest(ctx context.Context, a Attestation) error {
	return f.note(ctx, "adding an attestation", func() error {
		return f.q.AddAttestation(ctx, a.params())
	})
}

func (a Attestation) params() db.AddAttestationParams {
	return db.AddAttestationParams{
		At: formatTime(a.At), Person: a.By, Site: a.Site, Question: a.Question, Answer: a.Answer, Checked: a.Checked, Evidence: a.Evidence}
}
