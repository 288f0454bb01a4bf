package app

import (
	"os"
	"slices"
	"strings"

	"plumbline/collector"
	"plumbline/queries/rules"
)

// RelationList answers `rules data`: what rules may read and bind.
type RelationList struct {
	Relations  []Relation  `json:"relations"`
	Parameters []Param     `json:"parameters"`  // that every rule may bind without declaring them
	Reference  []Reference `json:"reference"`   // the data in force that no site tells
	PassedOver []Reference `json:"passed_over"` // files that are not in force, as others of their kind are newer
}

// Reference is one file of reference data: published facts that rules read besides a snapshot.
type Reference struct {
	Relation string   `json:"relation"`
	File     string   `json:"file"`
	Shipped  bool     `json:"shipped"` // the program's own
	AsOf     string   `json:"as_of"`   // the day to which it is known to be right, 2026-11-21
	Source   string   `json:"source"`
	Rows     int      `json:"rows"`
	Digest   string   `json:"digest"`
	Gaps     []string `json:"gaps"` // what it is known to lack, in words
}

// Relation is a relation of one snapshot as rules read it.
type Relation struct {
	Name      string           `json:"name"`
	About     string           `json:"about"`
	Shared    bool             `json:"shared"`    // made of other relations; a rule declares what it is made of
	Resources []string         `json:"resources"` // to declare where it is read; none for coverage and coverage_part
	Lists     string           `json:"lists"`     // all, or seen: only what the account may see; "" if it is not collected itself
	Columns   []RelationColumn `json:"columns"`
	Reference []string         `json:"reference"` // reference data to declare where it is read
}

// RelationColumn is a column of a relation. Type is text, integer, real or json.
type RelationColumn struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	About string `json:"about"`
}

// RuleData lists the relations that rules may read: all, the one of that name, or those of reference data with what the
// files of a folder make of them.
func RuleData(name string) (*RelationList, error) {
	var dirs []string
	if folder(name) {
		dirs = append(dirs, name)
	}
	pack, err := loadRules(dirs)
	if err != nil {
		return nil, err
	}
	inForce, passedOver := pack.References()
	lists := map[string]string{}
	for _, r := range collector.Resources() {
		lists[r.Name] = string(r.Lists)
	}
	all := &RelationList{Relations: []Relation{}, Parameters: []Param{}, Reference: references(inForce), PassedOver: references(passedOver)}
	var names []string
	for _, v := range rules.Relations() {
		names = append(names, v.Name)
		if name != "" && v.Name != name && !(len(dirs) > 0 && v.Reference) {
			continue
		}
		r := Relation{Name: v.Name, About: v.About, Shared: v.Shared && !v.Reference, Reference: list(rules.ReferencesOf(v.Name)), Resources: slices.Sorted(slices.Values(rules.ResourcesOf(v.Name))), Lists: lists[v.Name], Columns: []RelationColumn{}}
		r.Resources = list(r.Resources)
		for _, c := range v.Columns {
			r.Columns = append(r.Columns, RelationColumn(c))
		}
		all.Relations = append(all.Relations, r)
	}
	if name != "" && len(all.Relations) == 0 {
		return nil, Unknown("relation", name, names, "plumbline rules data lists them")
	}
	if len(dirs) == 0 && name != "" {
		of := all.Relations[0].Reference
		all.Reference = slices.DeleteFunc(all.Reference, func(r Reference) bool { return !slices.Contains(of, r.Relation) })
	}
	for _, p := range rules.GlobalParams() {
		all.Parameters = append(all.Parameters, Param{p.Name, p.Type, p.Default, p.About})
	}
	return all, nil
}

// folder reports whether what was asked for is a folder and no relation; a path is one, there or not.
func folder(name string) bool {
	if slices.Contains(RelationNames(), name) {
		return false
	}
	info, err := os.Stat(name)
	return err == nil && info.IsDir() || strings.ContainsAny(name, `/\`)
}

func references(given []rules.Reference) []Reference {
	all := []Reference{}
	for _, r := range given {
		all = append(all, Reference{r.Relation, r.File, r.Shipped, r.AsOf, r.Source, len(r.Objects), r.Digest, list(r.Gaps)})
	}
	return all
}
