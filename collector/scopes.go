package collector

import (
	_ "embed"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"plumbline/store"
)

// Scope is one scope of Atlassian Cloud, of OAuth 2.0 or of an organisation API key: a line of scopes.txt, where its source is named.
type Scope struct {
	Name    string   // read:jira-user
	Family  string   // FamilyClassic, FamilyGranular or FamilyPlatform
	Product Product  // Platform for the scopes that belong to the account itself
	Writes  bool     // true when it can change anything, whatever it is asked for
	Title   string   // as the consent page words it
	Classic []string // of a granular one: the classic scopes that together open every reading operation which needs it; nil where some operation has none
}

// ScopesAsOf is the day to which scopes.txt is known to be right, and ScopesSource where it was read.
const (
	ScopesAsOf   = "2026-11-21"
	ScopesSource = "Atlassian, Jira scopes for OAuth 2.0 (3LO) and Forge apps (19 April 2024); OpenAPI documents of Jira platform v3, Jira Service Management, " +
		"Confluence v1 and v2, Organizations, API Access and Admin Control (November 2026)"
)

// The families of scopes. A call is open to a grant that holds all of its classic or all of its granular scopes.
const (
	FamilyClassic  = "classic"
	FamilyGranular = "granular"
	FamilyPlatform = "platform"
)

// ScopeLimit is Atlassian's advice for one app: fewer than this many scopes
// (page "Jira scopes for OAuth 2.0 (3LO) and Forge apps").
const ScopeLimit = 50

// Two scopes are always asked for: the first makes the sign-in last, the second tells whose it is.
const (
	OfflineAccess = "offline_access"
	ReadMe        = "read:me"
)

//go:embed scopes.txt
var scopesText string

var scopeTable = sync.OnceValue(func() map[string]Scope {
	table := map[string]Scope{}
	for s := range strings.Lines(scopesText) {
		if s = strings.TrimSpace(s); s != "" && s[0] != '#' {
			f := append(columns.Split(s, 6), "")
			table[f[0]] = Scope{f[0], f[1], Product(f[2]), f[3] == "writes", f[4], strings.Fields(f[5])}
		}
	}
	return table
})

var columns = regexp.MustCompile(` {2,}`)

// Scopes returns every scope known, by name.
func Scopes() []Scope {
	var all []Scope
	for _, s := range scopeTable() {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b Scope) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// LookupScope finds a scope by its name.
func LookupScope(name string) (Scope, bool) {
	s, ok := scopeTable()[name]
	return s, ok
}

// ScopeSet is what a sign-in would ask for.
type ScopeSet struct {
	Needs  []ScopeNeed
	Closed []string // resources that no scope opens: only an API token without scopes may ask for them
}

// ScopeNeed is one scope and the resources that would be lost without it; none for the two always asked for.
type ScopeNeed struct {
	Scope     Scope
	Resources []string
}

// Names returns the scopes of these products, those of the account itself included; of all products if none is named.
func (s ScopeSet) Names(products ...Product) []string {
	var names []string
	for _, n := range s.Needs {
		p := n.Scope.Product
		if len(products) == 0 || p == Platform || slices.Contains(products, p) {
			names = append(names, n.Scope.Name)
		}
	}
	return names
}

// OverLimit reports whether Atlassian's advice is exceeded; then two consents, one per product, keep within it.
func (s ScopeSet) OverLimit() bool { return len(s.Needs) >= ScopeLimit }

// ScopesFor returns the smallest set of scopes with which these resources can be read, all resources if none is named:
// each by its preferred source, with the parents it is asked under, and nothing that no resource needs. Granular scopes
// are taken, because only they can do without the right to change anything; with classic, a classic one wherever there
// is one, although some of those can write.
func ScopesFor(resources []string, classic bool) (ScopeSet, error) {
	return scopesFor(Resources(), resources, classic)
}

func scopesFor(all []Resource, names []string, classic bool) (ScopeSet, error) {
	byName := index(all)
	if len(names) == 0 {
		for _, r := range all {
			names = append(names, r.Name)
		}
	}
	needs := map[string][]string{OfflineAccess: nil, ReadMe: nil}
	var set ScopeSet
	for _, n := range names {
		if _, ok := byName[n]; !ok {
			return ScopeSet{}, fmt.Errorf("%w: %q", ErrUnknownResource, n)
		}
		for _, r := range family(byName, n) {
			sources := grantSources(r)
			if len(r.Sources) > 0 && len(sources) == 0 && !slices.Contains(set.Closed, n) {
				set.Closed = append(set.Closed, n)
			}
			if !r.Union {
				sources = preferred(sources, classic)
			}
			for _, s := range sources {
				for _, scope := range choose(s, classic) {
					if !slices.Contains(needs[scope], n) {
						needs[scope] = append(needs[scope], n)
					}
				}
			}
		}
	}
	for name, resources := range needs {
		scope, ok := LookupScope(name)
		if !ok {
			return ScopeSet{}, fmt.Errorf("the scope %q of %s is not in the table of scopes", name, resources[0])
		}
		slices.Sort(resources)
		set.Needs = append(set.Needs, ScopeNeed{scope, resources})
	}
	slices.SortFunc(set.Needs, func(a, b ScopeNeed) int { return strings.Compare(a.Scope.Name, b.Scope.Name) })
	slices.Sort(set.Closed)
	return set, nil
}

// KeyScopes are the scopes that an organisation API key with scopes needs, and the resources that each opens. A key without
// scopes opens them all.
func KeyScopes() []ScopeNeed {
	var needs []ScopeNeed
	for _, r := range Resources() {
		for _, s := range r.Sources {
			for _, name := range s.Granular {
				scope, _ := LookupScope(name)
				if s.API != OrgAPI || scope.Name == "" {
					continue
				}
				i := slices.IndexFunc(needs, func(n ScopeNeed) bool { return n.Scope.Name == name })
				if i < 0 {
					i, needs = len(needs), append(needs, ScopeNeed{Scope: scope})
				}
				if !slices.Contains(needs[i].Resources, r.Name) {
					needs[i].Resources = append(needs[i].Resources, r.Name)
				}
			}
		}
	}
	slices.SortFunc(needs, func(a, b ScopeNeed) int { return strings.Compare(a.Scope.Name, b.Scope.Name) })
	return needs
}

// preferred is the first source; but where that one needs a scope that can write and another does not, that other.
func preferred(sources []Source, classic bool) []Source {
	for i, s := range sources {
		if classic || !anyWrites(choose(s, classic)) {
			return sources[i : i+1]
		}
	}
	return sources[:min(1, len(sources))]
}

// Opening is what a grant of scopes opens of one resource, as far as scopes alone decide it.
type Opening struct {
	Resource string
	Outcome  store.Outcome // complete, partial (some of its sources), denied; unavailable if no scope opens it at all
	Instead  bool          // complete by a source that stands in for the preferred one, and may tell less
	Missing  []string      // scopes that would open it, or the rest of it; such that cannot write where there are any
}

// WithScopes returns, for every resource in the order of Resources, what a grant of exactly these scopes opens of it.
func WithScopes(scopes []string) []Opening { return withScopes(Resources(), scopes) }

func withScopes(all []Resource, scopes []string) []Opening {
	byName := index(all)
	held := map[string]bool{}
	for _, s := range scopes {
		held[s] = true
	}
	openings := map[string]Opening{}
	for _, r := range all {
		o := Opening{Resource: r.Name, Outcome: store.Complete}
		for _, relative := range family(byName, r.Name) {
			reads := openingOf(relative, held, func(ids []string) bool {
				return slices.ContainsFunc(ids, func(n string) bool { return openings[n].Outcome != store.Denied })
			})
			if severity(reads.Outcome) > severity(o.Outcome) {
				o.Outcome = reads.Outcome
			}
			o.Instead = o.Instead || reads.Instead
			o.Missing = append(o.Missing, reads.Missing...)
		}
		slices.Sort(o.Missing)
		o.Missing = slices.Compact(o.Missing)
		if o.Outcome == store.Complete && anyWrites(o.Missing) {
			o.Missing = nil // read already: not worth the right to change things
		}
		openings[r.Name] = o
	}
	var list []Opening
	for _, r := range all {
		list = append(list, openings[r.Name])
	}
	return list
}

// Costs turns openings round: for each scope that is missing, the resources that are denied or partial for want of it.
func Costs(openings []Opening) []ScopeNeed {
	lost := map[string][]string{}
	for _, o := range openings {
		if o.Outcome == store.Complete {
			continue
		}
		for _, scope := range o.Missing {
			lost[scope] = append(lost[scope], o.Resource)
		}
	}
	var costs []ScopeNeed
	for _, name := range slices.Sorted(maps.Keys(lost)) {
		scope, _ := LookupScope(name)
		costs = append(costs, ScopeNeed{scope, lost[name]})
	}
	return costs
}

// openingOf looks at one resource by itself, without its parents. known tells whether any of these resources is read: a
// path with the id of something needs one of those that ended before.
func openingOf(r Resource, held map[string]bool, known func([]string) bool) Opening {
	candidates := grantSources(r)
	if len(candidates) == 0 {
		if len(r.Sources) > 0 || r.Inside == "" && r.Collect == nil {
			return Opening{Outcome: store.Unavailable}
		}
		return Opening{Outcome: store.Complete} // made of other resources' answers, or of no answer
	}
	var o Opening
	open := 0
	for i, s := range candidates {
		lacks := lacking(s, held)
		blind := strings.Contains(s.Path, "{") && r.Each == "" && len(r.After) > 0 && !known(r.After)
		switch {
		case len(lacks) == 0 && !blind:
			open++
			o.Instead = i > 0
		case r.Union || i == 0:
			o.Missing = append(o.Missing, lacks...)
		}
		if open > 0 && !r.Union {
			break
		}
	}
	switch {
	case open == 0:
		o.Outcome = store.Denied
	case r.Union && len(o.Missing) > 0:
		o.Outcome = store.Partial
	default:
		o.Outcome = store.Complete
	}
	o.Instead = o.Instead && !r.Union && o.Outcome == store.Complete
	return o
}

// severity orders outcomes from complete to unavailable.
func severity(o store.Outcome) int {
	return slices.Index([]store.Outcome{store.Complete, store.Partial, store.Denied, store.Unavailable}, o)
}

// family is a resource and those it cannot be read without: the parents it is asked under, the one it comes out of.
func family(byName map[string]Resource, name string) []Resource {
	var relatives []Resource
	for name != "" {
		r, ok := byName[name]
		if !ok || slices.ContainsFunc(relatives, func(x Resource) bool { return x.Name == name }) {
			break
		}
		relatives = append(relatives, r)
		name = r.Each
		if r.Inside != "" {
			name = r.Inside
		}
	}
	return relatives
}

// grantSources are the sources that may be asked with a grant of scopes.
func grantSources(r Resource) []Source {
	var open []Source
	for _, s := range r.Sources {
		if len(s.Credentials) == 0 || slices.Contains(s.Credentials, ThreeLO) {
			open = append(open, s)
		}
	}
	return open
}

// choose takes one of a source's two sets of scopes.
func choose(s Source, classic bool) []string {
	if len(s.Granular) == 0 || classic && len(s.Classic) > 0 {
		return s.Classic
	}
	return s.Granular
}

// lacking returns what is missing of a source's scopes: of the set that is nearer, the granular one if both are as near.
func lacking(s Source, held map[string]bool) []string {
	lacks := func(set []string) (l []string) {
		for _, scope := range set {
			if !held[scope] {
				l = append(l, scope)
			}
		}
		return l
	}
	classic, granular := lacks(s.Classic), lacks(s.Granular)
	switch {
	case len(s.Classic) == 0:
		return granular
	case len(s.Granular) == 0:
		return classic
	case len(classic) == 0 || len(granular) == 0:
		return nil
	case len(classic) < len(granular) && !anyWrites(classic):
		return classic
	}
	return granular
}

func anyWrites(scopes []string) bool {
	return slices.ContainsFunc(scopes, func(name string) bool { s, _ := LookupScope(name); return s.Writes })
}

func index(all []Resource) map[string]Resource {
	byName := map[string]Resource{}
	for _, r := range all {
		byName[r.Name] = r
	}
	return byName
}
