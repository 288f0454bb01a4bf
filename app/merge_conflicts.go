package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"plumbline/store"
)

// merged tells what the new file holds and what the files did not agree on.
func (m *merging) merged(ctx context.Context, altered []int) (*Merged, error) {
	p := m.plan
	done := &Merged{
		Sites: []MergedSite{}, Snapshots: []MergedSnapshot{}, Left: []LeftSnapshot{}, Conflicts: []MergeConflict{}, Broken: []BrokenSnapshot{},
		Decisions: len(p.Decisions.All), Parameters: len(p.Parameters.All), Attestations: len(p.Attestations.All),
	}
	f, err := Open(ctx, m.Output)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	done.File = f.Info()
	all, err := f.store.Snapshots(ctx)
	if err != nil {
		return nil, err
	}
	count := map[int]int{}
	for i, s := range all {
		n := MergedSnapshot{Snapshot: snapshotOf(s), Objects: s.Objects, Sealed: s.Sealed, Pinned: s.Pinned, From: []MergedFrom{}}
		for _, c := range p.Snapshots[i].Copies {
			n.From = append(n.From, m.from(c))
		}
		words := m.broken[n.From[0]]
		if slices.Contains(altered, i) {
			words = strings.TrimPrefix(words+"; "+store.ErrAltered.Error(), "; ")
		}
		if words != "" {
			done.Broken = append(done.Broken, BrokenSnapshot{n.From[0], words})
		}
		count[p.Snapshots[i].Site]++
		done.Objects += s.Objects
		done.Snapshots = append(done.Snapshots, n)
	}
	for i, s := range p.Sites {
		site := MergedSite{ID: s.SiteID(), Name: s.Name, Address: s.Address, Kind: s.Kind, Snapshots: count[i], Joined: []string{}}
		for _, part := range s.Of {
			if id := part.Site.SiteID(); id != s.SiteID() && !slices.Contains(site.Joined, id) {
				site.Joined = append(site.Joined, id)
			}
		}
		done.Sites = append(done.Sites, site)
	}
	for _, c := range p.Left {
		done.Left = append(done.Left, LeftSnapshot{m.from(c), siteName(c.Snapshot.Site), stamp(c.Snapshot.Started), c.Snapshot.State})
	}
	done.Conflicts = append(m.actConflicts(), m.snapshotConflicts()...)
	if done.Conflicts == nil {
		done.Conflicts = []MergeConflict{}
	}
	return done, nil
}

func (m *merging) from(c store.MergeCopy) MergedFrom {
	return MergedFrom{m.Files[c.File], c.Snapshot.ID}
}

// siteAt is the id of the site with a row in the new file.
func (m *merging) siteAt(row int64) string { return m.plan.Sites[row-1].SiteID() }

func (m *merging) actConflicts() (all []MergeConflict) {
	for _, c := range m.plan.Decisions.Clashes {
		side := func(file int, d store.Decision) MergeSide {
			says := d.Act
			if d.Act == store.ActAccepted {
				says = fmt.Sprintf("accepted until %s, owner %s: %s", d.Until, d.Owner, d.Reason)
			}
			return m.side(file, says, d.By, d.At)
		}
		about := fmt.Sprintf("%s on %s", c.Kept.Rule, firstOf(c.Kept.Subject, c.Kept.Resource+" "+c.Kept.Key))
		all = append(all, MergeConflict{"decision", m.siteAt(c.Kept.Site), about, side(c.KeptFile, c.Kept), side(c.OtherFile, c.Other)})
	}
	for _, c := range m.plan.Parameters.Clashes {
		side := func(file int, p store.Parameter) MergeSide {
			says := p.Value
			if p.Unset {
				says = "not set"
			}
			return m.side(file, says, p.By, p.At)
		}
		all = append(all, MergeConflict{"parameter", "", c.Kept.Name, side(c.KeptFile, c.Kept), side(c.OtherFile, c.Other)})
	}
	for _, c := range m.plan.Attestations.Clashes {
		side := func(file int, a store.Attestation) MergeSide {
			return m.side(file, firstOf(a.Answer, "withdrawn"), a.By, a.At)
		}
		all = append(all, MergeConflict{"attestation", m.siteAt(c.Kept.Site), c.Kept.Question, side(c.KeptFile, c.Kept), side(c.OtherFile, c.Other)})
	}
	return all
}

func (m *merging) side(file int, says, by string, at time.Time) MergeSide {
	return MergeSide{m.Files[file], says, by, stamp(at)}
}

// snapshotConflicts are what the files say differently of a snapshot: its notes, and what should not differ at all.
func (m *merging) snapshotConflicts() (all []MergeConflict) {
	p := m.plan
	conflict := func(kind string, kept, other store.MergeSnapshot, at, otherAt int, says, otherSays string) {
		c, o := kept.Copies[at], other.Copies[otherAt]
		about := fmt.Sprintf("the snapshot of %s", stamp(c.Snapshot.Started))
		all = append(all, MergeConflict{kind, p.Sites[kept.Site].SiteID(), about, MergeSide{File: m.Files[c.File], Says: says}, MergeSide{File: m.Files[o.File], Says: otherSays}})
	}
	for i, s := range p.Snapshots {
		if s.Differ {
			conflict("snapshot", s, s, 0, 1, "taken", "says other things of how it was seen")
		}
		for _, t := range p.Snapshots[:i] {
			if s.Site == t.Site && s.Copies[0].Snapshot.Started.Equal(t.Copies[0].Snapshot.Started) && s.Copies[0].File != t.Copies[0].File {
				conflict("moment", t, s, 0, 0, "other objects at the same time", "other objects at the same time")
			}
		}
	}
	for site := range p.Sites {
		pinned, others := p.Pinned(site)
		for _, o := range others {
			by := func(s store.MergeSnapshot) int {
				return slices.IndexFunc(s.Copies, func(c store.MergeCopy) bool { return c.Snapshot.Pinned })
			}
			kept, other := p.Snapshots[pinned], p.Snapshots[o]
			conflict("pin", kept, other, by(kept), by(other), "pinned", "the pin is on that of "+stamp(other.Copies[0].Snapshot.Started))
		}
	}
	return all
}
