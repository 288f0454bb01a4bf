package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"plumbline/store/internal/db"
)

// What a file holds beside its snapshots is not under any seal, so that it may grow; but nothing may lie between them.
// A stray is a row that this program never leaves: of a snapshot, resource or site that is not there, or a body that
// nobody saw. Deleting a snapshot's row behind the seals' back leaves strays, too.

// ofSnapshots are the tables whose rows are of a snapshot; of those marked, of a resource as well.
var ofSnapshots = []struct {
	table    string
	resource bool
}{{"identity", false}, {"vantage", false}, {"coverage", true}, {"coverage_part", true}, {"request", true}, {"progress", true}, {"mark", false}, {"origin", false}, {"seal", false}}

func (w *walk) strays(ctx context.Context) ([]Difference, error) {
	var all []Difference
	for _, t := range ofSnapshots {
		lost := "snapshot NOT IN (SELECT id FROM snapshot)"
		if t.resource {
			lost += " OR resource NOT IN (SELECT id FROM resource)"
		}
		if t.table == "progress" { // what is finished stands nowhere any more
			lost += " OR snapshot IN (SELECT id FROM snapshot WHERE state IN ('complete', 'partial'))"
		}
		found, err := w.rows(ctx, t.table, "SELECT 'of snapshot ' || snapshot FROM "+t.table+" WHERE "+lost)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	spans, err := w.f.q.CountSpans(ctx)
	if err != nil {
		return nil, err
	}
	if spans != w.walked.Load() {
		found, err := w.rows(ctx, "span", "SELECT key FROM span WHERE site NOT IN (SELECT id FROM site) OR resource NOT IN (SELECT id FROM resource)")
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	all = append(all, w.adrift...)
	// A snapshot in the making may leave bodies until it is finished.
	if !slices.ContainsFunc(w.all, func(s Snapshot) bool { return !s.State.Finished() }) {
		for i := range w.bodies.used {
			if !w.bodies.used[i].Load() {
				all = append(all, Difference{Section: "body", Key: fmt.Sprintf("%x", w.bodies.sums[i]), Change: Added})
			}
		}
	}
	found, err := w.sites(ctx)
	return append(all, found...), err
}

// UnusedName is a row that only names something, of which the file holds nothing. Dropping the last snapshot that used it
// leaves it, and so it breaks no seal; but none covers it.
type UnusedName struct {
	Table string // resource, site
	Name  string // of a site its address
}

func (w *walk) unused(ctx context.Context) ([]UnusedName, error) {
	rows, err := w.f.q.UnusedNames(ctx)
	var all []UnusedName
	for _, r := range rows {
		all = append(all, UnusedName{r.Kind, r.Name})
	}
	return all, err
}

func (w *walk) rows(ctx context.Context, table, query string) ([]Difference, error) {
	rows, err := w.f.reader().QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Difference
	for rows.Next() {
		d := Difference{Section: table, Change: Added}
		if err := rows.Scan(&d.Key); err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, rows.Err()
}

// sites compares what the file says of each site with what its snapshots were sealed with: the kind, the address and the
// name of one of them, every id of all, and in front an id that finding ids were made of.
func (w *walk) sites(ctx context.Context) ([]Difference, error) {
	then, _, err := w.f.sealing(ctx)
	if err != nil {
		return nil, err
	}
	sites, err := w.f.sites(ctx)
	if err != nil {
		return nil, err
	}
	origins, err := w.f.q.Origins(ctx)
	if err != nil {
		return nil, err
	}
	var all []Difference
	for _, s := range sites {
		var known []db.Identity
		var first, ids []string
		for _, n := range w.all {
			if w.siteOf[n.ID] != s.ID {
				continue
			}
			known = append(known, then[n.ID])
			of := parseList(then[n.ID].Ids)
			first, ids = append(first, of[:min(1, len(of))]...), append(ids, of...)
			for _, o := range origins {
				if o.Snapshot == n.ID && o.Joined != "" {
					first, ids = append(first, o.Joined), append(ids, o.Joined)
				}
			}
		}
		if len(known) == 0 {
			continue // all its snapshots were dropped
		}
		says := func(of func(db.Identity) bool) bool { return slices.ContainsFunc(known, of) }
		var fields []string
		if !says(func(i db.Identity) bool { return i.Kind == s.Kind }) {
			fields = append(fields, "kind")
		}
		if !says(func(i db.Identity) bool { return i.Address == s.Address }) {
			fields = append(fields, "address")
		}
		if !says(func(i db.Identity) bool { return i.Name == s.Name }) {
			fields = append(fields, "name")
		}
		if !slices.Contains(first, s.SiteID()) {
			fields = append(fields, "first id")
		}
		if fields != nil {
			all = append(all, Difference{Section: "site", Key: strings.Join(first[:min(1, len(first))], ""), Change: Altered, Fields: fields})
		}
		for _, id := range s.IDs {
			if !slices.Contains(ids, id) {
				all = append(all, Difference{Section: "site_id", Key: id, Change: Added})
			}
		}
		slices.Sort(ids)
		for _, id := range slices.Compact(ids) {
			if !slices.Contains(s.IDs, id) {
				all = append(all, Difference{Section: "site_id", Key: id, Change: Removed})
			}
		}
	}
	found, err := w.rows(ctx, "site_id", "SELECT id FROM site_id WHERE site NOT IN (SELECT id FROM site)")
	if err != nil {
		return nil, err
	}
	all = append(all, found...)
	for _, n := range w.all {
		if !slices.ContainsFunc(sites, func(s Site) bool { return s.ID == w.siteOf[n.ID] }) {
			all = append(all, Difference{Section: "site", Key: fmt.Sprintf("of snapshot %d", n.ID), Change: Removed})
		}
	}
	return all, nil
}
