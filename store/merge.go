package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"plumbline/store/internal/db"
)

// Merge is what comes of several files put together: worked out by PlanMerge before anything is written, and written by
// Write. Sites that share an id are one. A snapshot that several files hold is taken once.
type Merge struct {
	Sites     []MergeSite     // of the new file, the one with the oldest snapshot first
	Snapshots []MergeSnapshot // by time; the first gets the number 1
	Left      []MergeCopy     // unfinished ones, which are not taken

	Decisions    MergeActs[Decision] // Site is the row in the new file
	Parameters   MergeActs[Parameter]
	Attestations MergeActs[Attestation]

	files []*File
}

// MergeSite is a site of the new file. Its first id, its address and its name are those of the oldest site it is made of.
type MergeSite struct {
	Site
	Of []MergePart
}

// MergePart is a site as one of the files has it.
type MergePart struct {
	File int // index of the file
	Site Site
}

// MergeCopy is a snapshot as one of the files holds it.
type MergeCopy struct {
	File     int // index of the file
	Snapshot Snapshot
}

// MergeSnapshot is a snapshot of the new file.
type MergeSnapshot struct {
	Site   int         // index in Sites
	Copies []MergeCopy // the first is taken; the others are the same snapshot: site, start and digest agree
	Differ bool        // the copies say different things beside their objects: one of them was changed by somebody
}

// Number is what the snapshot at an index is called in the new file.
func (m *Merge) Number(snapshot int) int64 { return int64(snapshot + 1) }

// row is the row of a site of the new file.
func row(site int) int64 { return int64(site + 1) }

// MergeOptions say what the files alone do not.
type MergeOptions struct {
	Same   [][2]string                   // ids of sites that are one, as a person says
	Broken func(file int, id int64) bool // whether a snapshot's seal is broken: another copy of it is taken where there is one
}

// PlanMerge works out what the files, in this order, are put together. ErrNotFound where an id of Same is no site's,
// ErrOtherKind where sites of two kinds would be one.
func PlanMerge(ctx context.Context, files []*File, o MergeOptions) (*Merge, error) {
	m := &Merge{files: files}
	snapshots := make([][]Snapshot, len(files))
	var parts []MergePart
	for i, f := range files {
		sites, err := f.Sites(ctx)
		if err != nil {
			return nil, err
		}
		for _, s := range sites {
			parts = append(parts, MergePart{i, s})
		}
		if snapshots[i], err = f.Snapshots(ctx); err != nil {
			return nil, err
		}
	}
	groups, err := grouped(parts, o.Same)
	if err != nil {
		return nil, err
	}
	began := func(p MergePart) (first time.Time, any bool) {
		for _, s := range snapshots[p.File] {
			if s.Site.ID == p.Site.ID && s.State.Finished() && (!any || s.Started.Before(first)) {
				first, any = s.Started, true
			}
		}
		return first, any
	}
	older := func(a, b MergePart) int {
		x, some := began(a)
		y, others := began(b)
		if some != others {
			return map[bool]int{true: -1, false: 1}[some]
		}
		return x.Compare(y)
	}
	for _, g := range groups {
		slices.SortStableFunc(g, older)
	}
	slices.SortStableFunc(groups, func(a, b []MergePart) int { return older(a[0], b[0]) })
	for _, g := range groups {
		m.Sites = append(m.Sites, MergeSite{Site: Site{Kind: g[0].Site.Kind}, Of: g})
	}
	for i, all := range snapshots {
		for _, s := range all {
			if !s.State.Finished() {
				m.Left = append(m.Left, MergeCopy{i, s})
			}
		}
	}
	if err := m.take(ctx, snapshots, o.Broken); err != nil {
		return nil, err
	}
	for i := range m.Sites {
		if err := m.name(ctx, i); err != nil {
			return nil, err
		}
	}
	return m, m.acts(ctx)
}

// grouped puts the sites together that are one: they share an id, or somebody says so.
func grouped(parts []MergePart, same [][2]string) ([][]MergePart, error) {
	group := make([]int, len(parts))
	for i := range group {
		group[i] = i
	}
	find := func(id string) int {
		return slices.IndexFunc(parts, func(p MergePart) bool { return slices.Contains(p.Site.IDs, id) })
	}
	join := func(a, b int) {
		for i, g := range group {
			if g == max(a, b) {
				group[i] = min(a, b)
			}
		}
	}
	for i, p := range parts {
		for _, id := range p.Site.IDs {
			join(group[find(id)], group[i])
		}
	}
	for _, pair := range same {
		a, b := find(pair[0]), find(pair[1])
		if a < 0 || b < 0 {
			return nil, fmt.Errorf("site %q: %w", map[bool]string{true: pair[0], false: pair[1]}[a < 0], ErrNotFound)
		}
		join(group[a], group[b])
	}
	groups := map[int][]MergePart{}
	for i, p := range parts {
		g := groups[group[i]]
		if len(g) > 0 && g[0].Site.Kind != p.Site.Kind {
			return nil, fmt.Errorf("%s and %s: %w", g[0].Site.Address, p.Site.Address, ErrOtherKind)
		}
		groups[group[i]] = append(g, p)
	}
	var all [][]MergePart
	for i := range parts {
		if g := groups[i]; g != nil {
			all = append(all, g)
		}
	}
	return all, nil
}

// name gives a site the ids, the address and the name that its snapshots say, those of the oldest part first. What only a
// snapshot knew that is not taken goes, as when one is dropped.
func (m *Merge) name(ctx context.Context, site int) error {
	s := &m.Sites[site]
	var known []db.Identity
	var ids []string
	for _, x := range m.Snapshots {
		if x.Site != site {
			continue
		}
		c := x.Copies[0]
		then, err := m.files[c.File].identity(ctx, c.Snapshot)
		if err != nil {
			return err
		}
		origins, err := m.files[c.File].Origins(ctx, c.Snapshot.ID)
		if err != nil {
			return err
		}
		known, ids = append(known, then), append(ids, parseList(then.Ids)...)
		for _, o := range origins {
			ids = append(ids, o.Joined)
		}
	}
	for _, p := range s.Of {
		s.Address, s.Name = cmp.Or(s.Address, p.Site.Address), cmp.Or(s.Name, p.Site.Name)
		for _, id := range p.Site.IDs {
			said := len(s.IDs) == 0 || len(known) == 0 || slices.Contains(ids, id)
			if said && !slices.Contains(s.IDs, id) {
				s.IDs = append(s.IDs, id)
			}
		}
	}
	if len(known) > 0 {
		s.Address = told(s.Address, known, func(i db.Identity) string { return i.Address })
		s.Name = told(s.Name, known, func(i db.Identity) string { return i.Name })
	}
	return nil
}

// identity is the site as a snapshot knew it; in an older file as the file does.
func (f *File) identity(ctx context.Context, s Snapshot) (db.Identity, error) {
	release, err := f.take(ctx)
	if err != nil {
		return db.Identity{}, err
	}
	defer release()
	then, _, err := f.sealing(ctx)
	if err != nil {
		return db.Identity{}, fmt.Errorf("reading sites: %w", explain(err))
	}
	if i, there := then[s.ID]; there {
		return i, nil
	}
	ids, err := json.Marshal(s.Site.IDs)
	return db.Identity{Snapshot: s.ID, Kind: s.Site.Kind, Ids: string(ids), Address: s.Site.Address, Name: s.Site.Name}, err
}

// site is the index of a file's site in Sites.
func (m *Merge) site(file int, id int64) int {
	return slices.IndexFunc(m.Sites, func(s MergeSite) bool {
		return slices.ContainsFunc(s.Of, func(p MergePart) bool { return p.File == file && p.Site.ID == id })
	})
}

// take lists the snapshots of the new file by time. Of several copies of one the first file's is taken, but a sealed one
// before one that is not, and one that is whole before one that is not.
func (m *Merge) take(ctx context.Context, snapshots [][]Snapshot, broken func(int, int64) bool) error {
	worth := func(c MergeCopy) int {
		switch {
		case broken != nil && broken(c.File, c.Snapshot.ID):
			return 2
		case !c.Snapshot.Sealed:
			return 1
		}
		return 0
	}
	at := map[string]int{}
	for i, all := range snapshots {
		twins := map[string]int{} // two of one file are two, even where they agree in all of this
		for _, s := range all {
			site := m.site(i, s.Site.ID)
			if !s.State.Finished() || site < 0 {
				continue
			}
			key := fmt.Sprint(site, " ", formatTime(s.Started), " ", s.Digest)
			twins[key]++
			key += fmt.Sprint(" ", twins[key])
			if n, there := at[key]; there {
				m.Snapshots[n].Copies = append(m.Snapshots[n].Copies, MergeCopy{i, s})
				continue
			}
			at[key] = len(m.Snapshots)
			m.Snapshots = append(m.Snapshots, MergeSnapshot{Site: site, Copies: []MergeCopy{{i, s}}})
		}
	}
	slices.SortStableFunc(m.Snapshots, func(a, b MergeSnapshot) int {
		return a.Copies[0].Snapshot.Started.Compare(b.Copies[0].Snapshot.Started)
	})
	for i := range m.Snapshots {
		s := &m.Snapshots[i]
		if len(s.Copies) == 1 {
			continue
		}
		slices.SortStableFunc(s.Copies, func(a, b MergeCopy) int { return cmp.Compare(worth(a), worth(b)) })
		first, err := m.beside(ctx, s.Copies[0])
		for _, c := range s.Copies[1:] {
			var other [sha256.Size]byte
			if other, err = m.beside(ctx, c); err != nil {
				break
			}
			s.Differ = s.Differ || other != first
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// beside is a hash of what a snapshot says beside its objects.
func (m *Merge) beside(ctx context.Context, c MergeCopy) (sum [sha256.Size]byte, err error) {
	f, s := m.files[c.File], c.Snapshot
	release, err := f.take(ctx)
	if err != nil {
		return sum, err
	}
	defer release()
	coverage, err := f.q.Coverage(ctx, s.ID)
	if err != nil {
		return sum, explain(err)
	}
	parts, err := f.q.CoverageParts(ctx, s.ID)
	if err != nil {
		return sum, explain(err)
	}
	requests, err := f.q.Requests(ctx, s.ID)
	if err != nil {
		return sum, explain(err)
	}
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %q %d %#v\n", s.Finished, s.State, s.Program, s.PersonalData, s.Objects, []any{s.Vantage, s.Site.Kind})
	for _, r := range coverage {
		fmt.Fprintf(h, "%#v\n", r)
	}
	for _, r := range parts {
		fmt.Fprintf(h, "%#v\n", r)
	}
	for _, r := range requests {
		fmt.Fprintf(h, "%#v\n", r)
	}
	return [sha256.Size]byte(h.Sum(nil)), nil
}

// Label is what people called a snapshot, in any of the files.
func (s MergeSnapshot) Label() string {
	var all []string
	byFile := slices.SortedStableFunc(slices.Values(s.Copies), func(a, b MergeCopy) int { return cmp.Compare(a.File, b.File) })
	for _, c := range byFile {
		if l := c.Snapshot.Label; l != "" && !slices.Contains(all, l) {
			all = append(all, l)
		}
	}
	for len(all) > 1 && len(strings.Join(all, labelled)) > mostLabel {
		all = all[:len(all)-1]
	}
	return strings.Join(all, labelled)
}

// labelled stands between the labels of one snapshot, which together have at most mostLabel bytes.
const (
	labelled  = " / "
	mostLabel = 200
)

// Pinned is the index of the snapshot that a site is compared with, and of those that another file would have; -1 where
// none is pinned. The first file's counts.
func (m *Merge) Pinned(site int) (pinned int, others []int) {
	pinned = -1
	byFile := len(m.files)
	for i, s := range m.Snapshots {
		if s.Site != site {
			continue
		}
		for _, c := range s.Copies {
			if !c.Snapshot.Pinned {
				continue
			}
			switch {
			case i == pinned:
				byFile = min(byFile, c.File)
			case c.File < byFile:
				if pinned >= 0 {
					others = append(others, pinned)
				}
				pinned, byFile = i, c.File
			case !slices.Contains(others, i):
				others = append(others, i)
			}
		}
	}
	return pinned, slices.DeleteFunc(others, func(i int) bool { return i == pinned })
}
