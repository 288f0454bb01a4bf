package app

import (
	"slices"

	"plumbline/collector"
	"plumbline/queries/rules"
)

// RelationList answers `rules data`: what rules may read and bind.
type RelationList struct {
	Relations  []Relation `json:"relations"`
	Parameters []Param    `json:"parameters"` // that every rule may bind without declaring them
}

// Relation is a relation of one snapshot as rules read it.
type Relation struct {
	Name      string           `json:"name"`
	About     string           `json:"about"`
	Shared    bool             `json:"shared"`    // made of other relations; a rule declares what it is made of
	Resources []string         `json:"resources"` // to declare where it is read; none for coverage and coverage_part
	Lists     string           `json:"lists"`     // all, or seen: only what the account may see; "" if it is not collected itself
	Columns   []RelationColumn `json:"columns"`
}

// RelationColumn is a column of a relation. Type is text, integer, real or json.
type RelationColumn struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	About string `json:"about"`
}

// RuleData lists the relations that rules may read: all, or the one of that name.
func RuleData(name string) (*RelationList, error) {
	lists := map[string]string{}
	for _, r := range collector.Resources() {
		lists[r.Name] = string(r.Lists)
	}
	all := &RelationList{Relations: []Relation{}, Parameters: []Param{}}
	var names []string
	for _, v := range rules.Relations() {
		names = append(names, v.Name)
		if name != "" && v.Name != name {
			continue
		}
		r := Relation{Name: v.Name, About: v.About, Shared: v.Shared, Resources: slices.Sorted(slices.Values(rules.ResourcesOf(v.Name))), Lists: lists[v.Name], Columns: []RelationColumn{}}
		r.Resources = list(r.Resources)
		for _, c := range v.Columns {
			r.Columns = append(r.Columns, RelationColumn(c))
		}
		all.Relations = append(all.Relations, r)
	}
	if name != "" && len(all.Relations) == 0 {
		return nil, Unknown("relation", name, names, "plumbline rules data lists them")
	}
	for _, p := range rules.GlobalParams() {
		all.Parameters = append(all.Parameters, Param{p.Name, p.Type, p.Default, p.About})
	}
	return all, nil
}
