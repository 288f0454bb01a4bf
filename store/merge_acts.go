package store

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// MergeActs are acts of people from several files, which are only ever added: each file's in their own order, the files by
// time, and what several hold once.
type MergeActs[T any] struct {
	All     []T
	Clashes []MergeClash[T]
}

// MergeClash is a target on which two files say different things, and neither knew of the other. The later one stands.
type MergeClash[T any] struct {
	Kept, Other         T
	KeptFile, OtherFile int // index of the files
}

// acting says of a kind of acts what merging has to know.
type acting[T any] struct {
	at     func(T) time.Time
	target func(T) string // what it is about
	says   func(T) string // what it says about that
	same   func(T) string // equal for what is the same act
}

// together merges the acts of several files.
func (k acting[T]) together(files [][]T) (m MergeActs[T]) {
	held := make([]map[string]bool, len(files)) // the acts that each file knows
	last := make([]map[string]T, len(files))    // what stands in each file, by target
	var targets []string
	for i, acts := range files {
		held[i], last[i] = map[string]bool{}, map[string]T{}
		for _, a := range acts {
			held[i][k.same(a)] = true
			last[i][k.target(a)] = a
		}
	}
	done := map[string]bool{}
	standing := map[string]T{}
	for next := make([]int, len(files)); ; {
		from := -1
		for i, acts := range files {
			if next[i] < len(acts) && (from < 0 || k.at(acts[next[i]]).Before(k.at(files[from][next[from]]))) {
				from = i
			}
		}
		if from < 0 {
			break
		}
		a := files[from][next[from]]
		next[from]++
		if done[k.same(a)] {
			continue
		}
		done[k.same(a)] = true
		m.All = append(m.All, a)
		if _, there := standing[k.target(a)]; !there {
			targets = append(targets, k.target(a))
		}
		standing[k.target(a)] = a
	}
	for _, target := range targets {
		kept := standing[target]
		by := slices.IndexFunc(held, func(h map[string]bool) bool { return h[k.same(kept)] })
		for i := range files {
			other, there := last[i][target]
			if !there || k.says(other) == k.says(kept) {
				continue
			}
			knew := slices.ContainsFunc(held, func(h map[string]bool) bool { return h[k.same(kept)] && h[k.same(other)] })
			if !knew {
				m.Clashes = append(m.Clashes, MergeClash[T]{kept, other, by, i})
			}
		}
	}
	return m
}

// acts puts together what people decided, set and answered.
func (m *Merge) acts(ctx context.Context) error {
	decisions, parameters, attestations := make([][]Decision, len(m.files)), make([][]Parameter, len(m.files)), make([][]Attestation, len(m.files))
	for i, f := range m.files {
		var err error
		if decisions[i], err = f.Decisions(ctx); err != nil {
			return err
		}
		for n := range decisions[i] {
			d := &decisions[i][n]
			d.ID, d.Site, d.SiteIDs = 0, row(m.site(i, d.Site)), nil
		}
		if parameters[i], err = f.Parameters(ctx); err != nil {
			return err
		}
		if attestations[i], err = f.Attestations(ctx); err != nil {
			return err
		}
		for n := range attestations[i] {
			a := &attestations[i][n]
			a.ID, a.Site = 0, row(m.site(i, a.Site))
		}
	}
	m.Decisions = acting[Decision]{
		func(d Decision) time.Time { return d.At },
		func(d Decision) string { return fmt.Sprintf("%#v", []any{d.Target}) },
		func(d Decision) string { return fmt.Sprintf("%q", []string{d.Act, d.Reason, d.Owner, d.Until}) },
		func(d Decision) string { return fmt.Sprintf("%#v", d) },
	}.together(decisions)
	m.Parameters = acting[Parameter]{
		func(p Parameter) time.Time { return p.At },
		func(p Parameter) string { return p.Name },
		func(p Parameter) string { return fmt.Sprintf("%q %t", p.Value, p.Unset) },
		func(p Parameter) string { return fmt.Sprintf("%#v", p) },
	}.together(parameters)
	m.Attestations = acting[Attestation]{
		func(a Attestation) time.Time { return a.At },
		func(a Attestation) string { return fmt.Sprint(a.Site, " ", a.Question) },
		func(a Attestation) string { return fmt.Sprintf("%q", []string{a.Answer, a.Checked, a.Evidence}) },
		func(a Attestation) string { return fmt.Sprintf("%#v", a) },
	}.together(attestations)
	return nil
}
