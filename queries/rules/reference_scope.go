package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"plumbline/store"
)

// scope is an entry of scopes.json: what a grant to read Atlassian Cloud can be made of.
type scope struct {
	Scope    string   `json:"scope"`
	Class    string   `json:"class"` // classic, granular or platform
	Verb     string   `json:"verb"`
	Product  string   `json:"product"`
	Title    string   `json:"title"`
	Mutating *bool    `json:"mutating"`
	Classic  []string `json:"classic"` // of a granular one; empty where no classic scopes stand for it
	AsOf     string   `json:"as_of,omitempty"`
}

// scopeNeed is an entry of scope-needs.json: one scope of one of the sets that open a source of a resource.
type scopeNeed struct {
	Resource   string `json:"resource"`
	Part       string `json:"part"`
	Source     int    `json:"source"`
	Together   bool   `json:"together"`
	Credential string `json:"credential"` // 3lo (a scoped token is the same) or org-key
	Class      string `json:"class"`
	Scope      string `json:"scope"`
	AsOf       string `json:"as_of,omitempty"`
}

func (s *scope) name() string { return cmp.Or(s.Scope, "a scope without a name") }

func (s *scope) check() (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if s.Scope == "" {
		say("scope: it has no name")
	}
	if !slices.Contains([]string{"classic", "granular", "platform"}, s.Class) {
		say("class: %q is none of classic, granular and platform", s.Class)
	}
	if s.Verb == "" {
		say("verb: what it lets do is not said")
	}
	if !slices.Contains([]string{"jira", "servicemanagement", "confluence", "organisation", "platform"}, s.Product) {
		say("product: %q is none of jira, servicemanagement, confluence, organisation and platform", s.Product)
	}
	if s.Title == "" {
		say("title: it has none")
	}
	if s.Mutating == nil {
		say("mutating: neither true nor false")
	}
	if len(s.Classic) > 0 && s.Class != "granular" {
		say("classic: only a granular scope has those")
	}
	if s.AsOf != "" {
		wrong = append(wrong, days(map[string]*string{"as_of": &s.AsOf})...)
	}
	return wrong
}

func (s *scope) object(relation, asOf string) (store.Object, error) {
	row := *s
	row.AsOf = cmp.Or(s.AsOf, asOf)
	return objectOf(relation, store.Key(s.Scope), row)
}

func (n *scopeNeed) name() string {
	return cmp.Or(n.Scope, "a scope without a name") + " of " + cmp.Or(n.Resource, "no resource")
}

func (n *scopeNeed) check() (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	for _, resource := range []string{n.Resource, n.Part} {
		if v, known := relation()[resource]; !known || v.Shared {
			say("%q is no resource", resource)
		}
	}
	if n.Source < 1 {
		say("source: they are counted from 1")
	}
	if n.Credential != "3lo" && n.Credential != "org-key" {
		say("credential: %q is neither 3lo nor org-key", n.Credential)
	}
	if n.Class != "classic" && n.Class != "granular" {
		say("class: %q is neither classic nor granular", n.Class)
	}
	if n.Scope == "" {
		say("scope: it has no name")
	}
	if n.AsOf != "" {
		wrong = append(wrong, days(map[string]*string{"as_of": &n.AsOf})...)
	}
	return wrong
}

func (n *scopeNeed) object(relation, asOf string) (store.Object, error) {
	row := *n
	row.AsOf = cmp.Or(n.AsOf, asOf)
	return objectOf(relation, store.Key(n.Resource, n.Part, strconv.Itoa(n.Source), n.Class, n.Scope), row)
}
