package collector

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Scope is one OAuth 2.0 scope of Atlassian Cloud: a line of scopes.txt, where its source is named.
type Scope struct {
	Name    string  // read:jira-user
	Family  string  // FamilyClassic, FamilyGranular or FamilyPlatform
	Product Product // Platform for the scopes that belong to the account itself
	Writes  bool    // true when it can change anything, whatever it is asked for
	Title   string  // as the consent page words it
}

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
			f := columns.Split(s, 5)
			table[f[0]] = Scope{f[0], f[1], Product(f[2]), f[3] == "writes", f[4]}
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
// each resource by its preferred source, with the parents it is asked under, and nothing that no resource needs.
// Granular scopes are taken because only they are read-only throughout; with classic, a classic one wherever there is one.
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
	for _, n := range names {
		if _, ok := byName[n]; !ok {
			return ScopeSet{}, fmt.Errorf("no resource is called %q", n)
		}
	}
	needs := map[string][]string{OfflineAccess: nil, ReadMe: nil}
	var set ScopeSet
	for _, n := range names {
		open := true
		for _, r := range family(byName, n) {
			sources := grantSources(r)
			if len(r.Sources) > 0 && len(sources) == 0 {
				open = false
			}
			if !r.Union && len(sources) > 1 {
				sources = sources[:1]
			}
			for _, s := range sources {
				for _, scope := range choose(s, classic) {
					if !slices.Contains(needs[scope], n) {
						needs[scope] = append(needs[scope], n)
					}
				}
			}
		}
		if !open {
			set.Closed = append(set.Closed, n)
		}
	}
	for name, resources := range needs {
		scope, ok := LookupScope(name)
		if !ok {
			return ScopeSet{}, fmt.Errorf("scope %q of %s is not in the table of scopes", name, resources[0])
		}
		slices.Sort(resources)
		set.Needs = append(set.Needs, ScopeNeed{scope, resources})
	}
	slices.SortFunc(set.Needs, func(a, b ScopeNeed) int { return strings.Compare(a.Scope.Name, b.Scope.Name) })
	slices.Sort(set.Closed)
	return set, nil
}

// Opening is what a grant of scopes opens of one resource, as far as scopes alone decide it.
type Opening struct {
	Resource string
	Open     string   // "all": by its preferred source; "instead": by one that stands in; "part": some of its sources; "" closed
	Missing  []string // scopes that would open it, or the rest of it, by its preferred source
	Sources  []Source // those it would be read from
}

// WithScopes returns, for every resource, what a grant of exactly these scopes opens, and what it misses.
func WithScopes(scopes []string) []Opening { return withScopes(Resources(), scopes) }

func withScopes(all []Resource, scopes []string) []Opening {
	byName := index(all)
	held := map[string]bool{}
	for _, s := range scopes {
		held[s] = true
	}
	var openings []Opening
	for _, r := range all {
		o := Opening{Resource: r.Name, Open: "all"}
		for _, relative := range family(byName, r.Name) {
			open, missing, sources := openingOf(relative, held)
			if worse(open, o.Open) {
				o.Open = open
			}
			o.Missing = append(o.Missing, missing...)
			if relative.Name == r.Name || relative.Name == r.Inside {
				o.Sources = sources
			}
		}
		slices.Sort(o.Missing)
		o.Missing = slices.Compact(o.Missing)
		openings = append(openings, o)
	}
	return openings
}

// openingOf looks at one resource by itself, without its parents.
func openingOf(r Resource, held map[string]bool) (open string, missing []string, sources []Source) {
	candidates := grantSources(r)
	if len(candidates) == 0 {
		if len(r.Sources) > 0 {
			return "", nil, nil
		}
		return "all", nil, nil // made of other resources' answers
	}
	for i, s := range candidates {
		lacks := lacking(s, held)
		if len(lacks) == 0 {
			sources = append(sources, s)
		} else if r.Union || i == 0 {
			missing = append(missing, lacks...)
		}
		if len(lacks) == 0 && !r.Union {
			break
		}
	}
	switch {
	case len(sources) == 0:
		return "", missing, nil
	case len(missing) == 0:
		return "all", nil, sources
	case r.Union:
		return "part", missing, sources
	default:
		return "instead", missing, sources
	}
}

// worse orders closed < part < instead < all.
func worse(a, b string) bool {
	order := []string{"", "part", "instead", "all"}
	return slices.Index(order, a) < slices.Index(order, b)
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

// grantSources are the sources that may be asked with an OAuth grant.
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
