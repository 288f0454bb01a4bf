package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"plumbline/store"
)

// MergeQuery says what is merged into one new file.
type MergeQuery struct {
	Output   string
	Files    []string
	SameSite []string // "A=B", addresses or ids: they are one site
	TwoSites []string // "A=B": they are not
	Broken   bool     // files whose seals are broken, and snapshots that were altered, are taken as they are

	Ask  func(question string) (bool, error) // nil where nobody can be asked
	Told func(done, total int64)             // objects seen so far and in all; may be nil
}

// Merged answers `merge`.
type Merged struct {
	File         FileInfo         `json:"file"` // the new one
	Sites        []MergedSite     `json:"sites"`
	Snapshots    []MergedSnapshot `json:"snapshots"`
	Left         []LeftSnapshot   `json:"left"`      // unfinished ones: not taken
	Decisions    int              `json:"decisions"` // acts, as the next two
	Parameters   int              `json:"parameters"`
	Attestations int              `json:"attestations"`
	Conflicts    []MergeConflict  `json:"conflicts"`
	Broken       []BrokenSnapshot `json:"broken"`  // taken as they are, with --broken
	Objects      int64            `json:"objects"` // seen by all snapshots
	Took         time.Duration    `json:"-"`
}

// MergedSite is a site of the new file.
type MergedSite struct {
	ID        string   `json:"id"` // the one in finding ids: of the oldest
	Name      string   `json:"name"`
	Address   string   `json:"address"`
	Kind      string   `json:"kind"`
	Snapshots int      `json:"snapshots"`
	Joined    []string `json:"joined"` // ids that finding ids had in a file and no longer have: sites that are this one
}

// MergedSnapshot is a snapshot of the new file and where it came from.
type MergedSnapshot struct {
	Snapshot
	Objects int64        `json:"objects"`
	Sealed  bool         `json:"sealed"`
	Pinned  bool         `json:"pinned"`
	From    []MergedFrom `json:"from"` // the first was taken; the others hold the same
}

// MergedFrom is a snapshot in one of the files.
type MergedFrom struct {
	File     string `json:"file"`
	Snapshot int64  `json:"snapshot"`
}

// LeftSnapshot is one that was not taken.
type LeftSnapshot struct {
	MergedFrom
	Site    string      `json:"site"`
	Started string      `json:"started"`
	State   store.State `json:"state"`
}

// BrokenSnapshot is one whose seal is broken or whose objects were altered.
type BrokenSnapshot struct {
	MergedFrom
	Words string `json:"words"`
}

// MergeConflict is what the files say differently of one thing. The first one stands.
type MergeConflict struct {
	Kind  string    `json:"kind"` // decision, parameter, attestation, pin, snapshot (its copies differ), moment (two at one time)
	Site  string    `json:"site"` // "" of a parameter
	About string    `json:"about"`
	Kept  MergeSide `json:"kept"`
	Other MergeSide `json:"other"`
}

// MergeSide is one side of a conflict.
type MergeSide struct {
	File string `json:"file"`
	Says string `json:"says"`
	By   string `json:"by"`
	At   string `json:"at"`
}

// merging is a merge in the making.
type merging struct {
	MergeQuery
	files  []*File
	stores []*store.File
	same   [][2]string
	two    [][2]string
	broken map[MergedFrom]string // what is wrong with a snapshot's seal
	plan   *store.Merge
}

// Merge puts the snapshots of several files into a new one.
func Merge(ctx context.Context, q MergeQuery) (done *Merged, err error) {
	begun := time.Now()
	m := &merging{MergeQuery: q, broken: map[MergedFrom]string{}}
	defer func() {
		for _, f := range m.files {
			f.Close()
		}
	}()
	for _, path := range q.Files {
		f, err := Open(ctx, path)
		if err != nil {
			return nil, err
		}
		m.files, m.stores = append(m.files, f), append(m.stores, f.store)
	}
	if err := m.sealed(ctx); err != nil {
		return nil, err
	}
	if err := m.settle(ctx); err != nil {
		return nil, err
	}
	var altered []int
	err = makeNew(q.Output, func(path string) (err error) {
		altered, err = m.plan.Write(ctx, path, store.MergeWriting{Program: Version(), Now: time.Now(), Broken: q.Broken, Told: q.Told})
		return err
	})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, store.ErrFull):
		return nil, &Problem{Code: "disk-full", Title: "the disk is full; nothing was written", Hint: "the merged file takes about as much room as all of them", Exit: Failed, err: err}
	case err != nil:
		return nil, m.renamed(err)
	}
	done, err = m.merged(ctx, altered)
	if done != nil {
		done.Took = time.Since(begun)
	}
	return done, err
}

// renamed gives a file in an error the name that the person gave it: an encrypted one lies elsewhere.
func (m *merging) renamed(err error) error {
	p := *Words(err)
	for i, f := range m.stores {
		p.Title = strings.ReplaceAll(p.Title, f.Path(), m.Files[i])
	}
	return &p
}

// sealed looks at the seals of all files. A broken one stops the merge unless it was asked for.
func (m *merging) sealed(ctx context.Context) error {
	for i, f := range m.files {
		v, err := f.Verify(ctx, VerifyQuery{})
		if err != nil {
			return err
		}
		if v.State != SealBrokenState {
			continue
		}
		for _, n := range v.Snapshots {
			if n.State == SealBrokenState {
				m.broken[MergedFrom{m.Files[i], n.ID}] = n.broken().Error()
			}
		}
		if !m.Broken {
			return &Problem{
				Code: "seal-broken", Exit: SealBroken, Title: m.Files[i] + " is not what was sealed",
				Hint: "plumbline verify " + m.Files[i] + " says what differs; --broken merges it all the same, with its seals as they are",
			}
		}
	}
	return nil
}

// settle works out the merge, and asks about sites that look like one under two names.
func (m *merging) settle(ctx context.Context) error {
	for _, pairs := range []struct {
		given []string
		into  *[][2]string
		flag  string
	}{{m.SameSite, &m.same, "--same-site"}, {m.TwoSites, &m.two, "--two-sites"}} {
		for _, g := range pairs.given {
			pair, err := m.pair(ctx, g, pairs.flag)
			if err != nil {
				return err
			}
			*pairs.into = append(*pairs.into, pair)
		}
	}
	for {
		var err error
		m.plan, err = store.PlanMerge(ctx, m.stores, store.MergeOptions{Same: m.same, Broken: func(file int, id int64) bool {
			return m.broken[MergedFrom{m.Files[file], id}] != ""
		}})
		if err != nil {
			return m.renamed(err)
		}
		like := m.alike()
		if len(like) == 0 {
			return nil
		}
		if m.Ask == nil {
			return m.undecided(like)
		}
		a, b := m.plan.Sites[like[0][0]].Site, m.plan.Sites[like[0][1]].Site
		one, err := m.Ask(fmt.Sprintf("Are %s and %s one site?", siteWords(a), siteWords(b)))
		if err != nil {
			return err
		}
		pair := [2]string{a.SiteID(), b.SiteID()}
		if one {
			m.same = append(m.same, pair)
		} else {
			m.two = append(m.two, pair)
		}
	}
}

// undecided says which sites may be one, with the flags that say so or not.
func (m *merging) undecided(like [][2]int) error {
	var titles, flags []string
	for _, l := range like {
		a, b := m.plan.Sites[l[0]].Site, m.plan.Sites[l[1]].Site
		titles = append(titles, siteWords(a)+" and "+siteWords(b)+" may be one site")
		flags = append(flags, m.name(a)+"="+m.name(b))
	}
	return &Problem{
		Code: "same-site", Exit: WrongUse, Title: strings.Join(titles, "; "),
		Hint: fmt.Sprintf("--same-site %s if they are, --two-sites %s if they are not", strings.Join(flags, " --same-site "), strings.Join(flags, " --two-sites ")),
	}
}

func siteWords(s store.Site) string {
	words := firstOf(s.Address, s.SiteID())
	if s.Name != "" {
		words += " " + fmt.Sprintf("%q", s.Name)
	}
	if s.SiteID() != s.Address && s.Address != "" {
		words += " (" + s.SiteID() + ")"
	}
	return words
}

// name is a word for a site that no other site has: its address, else its id.
func (m *merging) name(s store.Site) string {
	n := 0
	for _, other := range m.plan.Sites {
		if siteKey(other.Address) == siteKey(s.Address) {
			n++
		}
	}
	if s.Address == "" || n > 1 || strings.Contains(s.Address, "=") {
		return s.SiteID()
	}
	return s.Address
}

// pair is two sites' ids, of "A=B".
func (m *merging) pair(ctx context.Context, given, flag string) (pair [2]string, err error) {
	a, b, two := strings.Cut(given, "=")
	if !two || a == "" || b == "" {
		return pair, Usage(fmt.Sprintf("%s takes two sites, not %q", flag, given), flag+" A=B, by address or id")
	}
	for i, name := range []string{a, b} {
		var ids, known []string
		for _, f := range m.stores {
			sites, err := f.Sites(ctx)
			if err != nil {
				return pair, err
			}
			for _, s := range sites {
				known = append(known, siteName(s), s.SiteID())
				if slices.Contains(s.IDs, name) {
					ids = []string{name} // nothing else is meant
					break
				}
				if s.Address != "" && siteKey(s.Address) == siteKey(name) && !slices.Contains(ids, s.SiteID()) {
					ids = append(ids, s.SiteID())
				}
			}
			if len(ids) == 1 && ids[0] == name {
				break
			}
		}
		switch len(ids) {
		case 0:
			return pair, Unknown("site", name, known, "there are "+strings.Join(slices.Compact(slices.Sorted(slices.Values(known))), ", "))
		case 1:
			pair[i] = ids[0]
		default:
			return pair, Usage(fmt.Sprintf("several sites have the address %s", name), "say which by its id: "+strings.Join(ids, ", "))
		}
	}
	return pair, nil
}

// commonNames are what installations are called that nobody gave a name.
var commonNames = []string{"", "jira", "confluence"}

// alike are sites of different files that may be one: of one kind, with the same address or name.
func (m *merging) alike() (like [][2]int) {
	for i, a := range m.plan.Sites {
		for j, b := range m.plan.Sites[:i] {
			name := strings.ToLower(a.Name)
			address := a.Address != "" && siteKey(a.Address) == siteKey(b.Address)
			if a.Kind != b.Kind || !address && (name != strings.ToLower(b.Name) || slices.Contains(commonNames, name)) || m.neighbours(a, b) {
				continue
			}
			said := slices.ContainsFunc(m.two, func(t [2]string) bool {
				return slices.Contains(a.IDs, t[0]) && slices.Contains(b.IDs, t[1]) || slices.Contains(a.IDs, t[1]) && slices.Contains(b.IDs, t[0])
			})
			if !said {
				like = append(like, [2]int{j, i})
			}
		}
	}
	return like
}

// neighbours reports whether one file has both sites: then somebody knows them as two.
func (m *merging) neighbours(a, b store.MergeSite) bool {
	return slices.ContainsFunc(a.Of, func(x store.MergePart) bool {
		return slices.ContainsFunc(b.Of, func(y store.MergePart) bool { return x.File == y.File })
	})
}
