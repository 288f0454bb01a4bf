package app

import (
	"slices"

	"plumbline/collector"
	"plumbline/queries/rules"
)

// ScopeList answers `connect scopes`.
type ScopeList struct {
	SiteKind string         `json:"site_kind"` // cloud or dc
	Scopes   []ScopeRow     `json:"scopes"`
	Closed   []string       `json:"closed"`   // resources that no scope opens: an API token without scopes reads them
	Limit    int            `json:"limit"`    // Atlassian's advice: fewer than this many
	Consents []ScopeConsent `json:"consents"` // of OAuth 2.0: one, or one for each product where one would be too many; empty on Data Center
	Kinds    []ScopesByKind `json:"kinds"`    // what each kind of sign-in asks for
	Key      []ScopeRow     `json:"key"`      // of an organisation API key with scopes; one without opens the same
}

// ScopeConsent is what one app would ask for.
type ScopeConsent struct {
	Products  []string `json:"products"` // jira (Service Management with it), confluence
	Scopes    []string `json:"scopes"`
	OverLimit bool     `json:"over_limit"` // still as many as Atlassian advises against
}

// ScopesByKind is what a sign-in of one kind asks for.
type ScopesByKind struct {
	Kind   string   `json:"kind"`   // 3lo, scoped-token, token, org-key or dc-token
	Scopes []string `json:"scopes"` // [] for kinds without scopes: they have all rights of their owner
}

// ScopeRow is one scope that would be asked for, and why.
type ScopeRow struct {
	Scope     string   `json:"scope"`
	Title     string   `json:"title"` // as the consent page words it
	Family    string   `json:"family"`
	Product   string   `json:"product"`
	Writes    bool     `json:"writes"` // it could change something; nothing is ever changed
	Resources []string `json:"resources"`
	Rules     []string `json:"rules"`
}

// Scopes says what a sign-in would ask for and why. Without globs all resources are meant; with
// them, those that the matching rules read. No network is used.
func Scopes(siteKind string, globs []string, classic bool) (*ScopeList, error) {
	pack, err := rules.Shipped()
	if err != nil {
		return nil, err
	}
	out := &ScopeList{SiteKind: siteKind, Scopes: []ScopeRow{}, Closed: []string{}, Limit: collector.ScopeLimit, Consents: []ScopeConsent{}, Key: []ScopeRow{}}
	switch siteKind {
	case "cloud":
	case "dc": // a personal access token has the rights of its user and no scopes
		out.Kinds = []ScopesByKind{{collector.DCToken, []string{}}}
		return out, nil
	default:
		return nil, Unknown("site kind", siteKind, []string{"cloud", "dc"}, "there are cloud and dc")
	}
	filter := Filter{Rules: globs}
	if err := filter.check(pack); err != nil {
		return nil, err
	}
	var wanted []string
	if len(globs) > 0 {
		wanted = []string{"grant"} // which takes no scope: without any name, all would be meant
		known := namesOf(collector.Resources())
		for _, r := range pack.Rules {
			if ofKind(r, siteKind) && filter.passes(r.Severity, r.ID, r.Product()) {
				for _, name := range resourcesOf(r.Reads()) {
					if slices.Contains(known, name) && !slices.Contains(wanted, name) {
						wanted = append(wanted, name)
					}
				}
			}
		}
	}
	set, err := collector.ScopesFor(wanted, classic)
	if err != nil {
		return nil, err
	}
	row := func(need collector.ScopeNeed) ScopeRow {
		row := ScopeRow{
			Scope: need.Scope.Name, Title: need.Scope.Title, Family: need.Scope.Family, Product: string(need.Scope.Product),
			Writes: need.Scope.Writes, Resources: list(need.Resources), Rules: []string{},
		}
		for _, resource := range need.Resources {
			for _, id := range rulesNeeding(pack, resource, siteKind) {
				if !slices.Contains(row.Rules, id) && (len(globs) == 0 || slices.ContainsFunc(globs, func(g string) bool { return match(g, id) })) {
					row.Rules = append(row.Rules, id)
				}
			}
		}
		slices.Sort(row.Rules)
		return row
	}
	for _, need := range set.Needs {
		out.Scopes = append(out.Scopes, row(need))
	}
	for _, need := range collector.KeyScopes() {
		if len(globs) == 0 || slices.ContainsFunc(need.Resources, func(name string) bool { return slices.Contains(wanted, name) }) {
			out.Key = append(out.Key, row(need))
		}
	}
	out.Closed = list(set.Closed)
	out.Consents = consents(out.Scopes, out.Limit)
	var token, key []string
	for _, s := range out.Scopes {
		if s.Family != collector.FamilyPlatform { // only a consent stays signed in and tells whose it is
			token = append(token, s.Scope)
		}
	}
	for _, s := range out.Key {
		key = append(key, s.Scope)
	}
	out.Kinds = []ScopesByKind{{collector.ThreeLO, set.Names()}, {collector.ScopedToken, list(token)}, {collector.APIToken, []string{}}, {collector.OrgKey, list(key)}}
	return out, nil
}

// consents splits what is asked for so that each stays below the limit: one consent, or one for each product, with what
// belongs to the account itself in both.
func consents(scopes []ScopeRow, limit int) []ScopeConsent {
	of := func(products ...string) ScopeConsent {
		one := ScopeConsent{Products: []string{}, Scopes: []string{}}
		for _, s := range scopes {
			product := s.Product
			if product == string(collector.ServiceManagement) {
				product = string(collector.Jira)
			}
			switch {
			case product == string(collector.Platform):
			case !slices.Contains(products, product):
				continue
			case !slices.Contains(one.Products, product):
				one.Products = append(one.Products, product)
			}
			one.Scopes = append(one.Scopes, s.Scope)
		}
		slices.Sort(one.Products)
		one.OverLimit = len(one.Scopes) >= limit
		return one
	}
	all := of(string(collector.Jira), string(collector.Confluence))
	if !all.OverLimit || len(all.Products) < 2 {
		return []ScopeConsent{all}
	}
	return []ScopeConsent{of(string(collector.Jira)), of(string(collector.Confluence))}
}

// collectable are the resources that this program collects, of either kind of site.
func collectable() []string {
	return namesOf(slices.Concat(collector.Resources(), collector.DataCenterResources()))
}

func namesOf(resources []collector.Resource) []string {
	var names []string
	for _, r := range resources {
		if !slices.Contains(names, r.Name) {
			names = append(names, r.Name)
		}
	}
	return names
}

// Reach says how many rules there are for sites of this kind, and how many of them need nothing that these scopes leave
// closed: as far as scopes alone decide.
func (l *ScopeList) Reach() (rules, reach int, err error) {
	pack, err := loadRules(nil)
	if err != nil {
		return 0, 0, err
	}
	full, err := collector.ScopesFor(nil, false)
	if err != nil {
		return 0, 0, err
	}
	open := map[string]bool{} // that no scope is needed for, or one of these opens
	for _, name := range collectable() {
		open[name] = !slices.Contains(full.Closed, name) || l.SiteKind == "dc"
	}
	if l.SiteKind == "cloud" {
		for _, need := range full.Needs {
			for _, name := range need.Resources {
				open[name] = false
			}
		}
		for _, s := range l.Scopes {
			for _, name := range s.Resources {
				open[name] = !slices.Contains(full.Closed, name)
			}
		}
	}
	for _, r := range pack.Rules {
		if !ofKind(r, l.SiteKind) {
			continue
		}
		rules++
		if !slices.ContainsFunc(resourcesOf(append(slices.Clone(r.Needs), r.NeedsAll...)), func(name string) bool { return !open[name] }) {
			reach++
		}
	}
	return rules, reach, nil
}
