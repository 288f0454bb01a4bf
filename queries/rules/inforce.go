package rules

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"plumbline/store"
)

// VerifiedDomains are the domains that the organisation has verified as its own, as a snapshot saw them: sorted, in small
// letters (GET /admin/v1/orgs/{org}/domains, attributes.claim.status). They are added to own_email_domains by themselves.
func VerifiedDomains(ctx context.Context, f *store.File, snapshot int64) ([]string, error) {
	list := []string{}
	for o, err := range f.Objects(ctx, snapshot, "org_domain") {
		if err != nil {
			return nil, fmt.Errorf("reading the organisation's domains: %w", err)
		}
		if name := textAt(o.Body, "attributes", "name"); name != "" && textAt(o.Body, "attributes", "claim", "status") == "verified" {
			list = append(list, strings.ToLower(name))
		}
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

// own adds verified domains to own_email_domains, for all rules and where one rule has its own, all in small letters.
func (s *settings) own(domains []string) {
	const name = "own_email_domains"
	with := func(v any) []string {
		given, _ := v.([]string)
		all := []string{}
		for _, d := range slices.Concat(given, domains) {
			if d = strings.ToLower(strings.TrimPrefix(d, "@")); !slices.Contains(all, d) { // as relations have them
				all = append(all, d)
			}
		}
		return all
	}
	s.global[name] = with(s.global[name])
	s.note(name, s.global[name], []string{})
	for id, values := range s.rule {
		if v, set := values[name]; set {
			values[name] = with(v)
			s.note(id+"."+name, values[name], []string{})
		}
	}
}

// binds gives the parameters that a rule binds, each with its value in force.
func (s *settings) binds(r *Rule) map[string]any {
	all, used := s.of(r), map[string]any{}
	for _, sql := range []string{r.SQL, r.Guard, r.Unknown} {
		names, _ := placeholders(sql)
		for _, name := range names {
			if v, ok := all[name]; ok && name != "now" {
				used[name] = v
			}
		}
	}
	return used
}

// knows reports whether the pack has a parameter NAME or RULE-ID.NAME. A file may keep one of a rule that is not in
// force today: it is left aside and named, not a reason to judge nothing.
func (p *Pack) knows(key string) bool {
	err := p.CheckParameter(key, "")
	return !errors.Is(err, ErrUnknownParameter) && !errors.Is(err, ErrUnknownRule)
}

// Where a parameter's value is from.
const (
	FromDefault = "default"
	FromFile    = "file"
	FromDomains = "verified domains"
)

// ParamInForce is a parameter, its value, and where that is from.
type ParamInForce struct {
	Param           // Name is RULE-ID.NAME where the file sets it for one rule
	Value  any      // as Param.Default
	From   []string // default or file, and verified domains where these were added
	Rules  []string // that bind it, by id; empty for the score's
	Unused bool     // kept in the file, but of no rule in force; Value is the text
}

// Parameters lists every parameter of the pack with what a file and verified domains make of it: the global ones, those
// of rules by name, the score's. Rules that declare the same parameter with the same value share a row.
func (p *Pack) Parameters(file map[string]string, domains []string) ([]ParamInForce, error) {
	s, err := p.settings(file, nil)
	if err != nil {
		return nil, err
	}
	s.own(domains)
	var global, own, score, unused []ParamInForce
	for _, g := range GlobalParams() {
		global = append(global, p.inForce(g, g.Name, s.global[g.Name], file, domains))
	}
	for _, q := range ScoreParams() {
		score = append(score, p.inForce(q, q.Name, s.scoring[q.Name], file, nil))
	}
	at := func(q Param, name string, value any) *ParamInForce {
		for i, g := range global {
			if g.Name == name && reflect.DeepEqual(g.Value, value) {
				return &global[i]
			}
		}
		for i, o := range own {
			if o.Name == name && o.Type == q.Type && reflect.DeepEqual(o.Default, q.Default) && reflect.DeepEqual(o.Value, value) {
				return &own[i]
			}
		}
		own = append(own, p.inForce(q, name, value, file, domains))
		return &own[len(own)-1]
	}
	for _, r := range p.Rules {
		values := s.binds(r)
		for _, name := range keysOf(values) {
			i := slices.IndexFunc(r.Params, func(q Param) bool { return q.Name == name })
			var q Param
			if i >= 0 {
				q = r.Params[i]
			} else {
				q = GlobalParams()[slices.IndexFunc(GlobalParams(), func(g Param) bool { return g.Name == name })]
			}
			if _, set := file[r.ID+"."+name]; set {
				name = r.ID + "." + name
			}
			row := at(q, name, values[q.Name])
			row.Rules = append(row.Rules, r.ID)
		}
	}
	slices.SortStableFunc(own, func(a, b ParamInForce) int { return strings.Compare(a.Name, b.Name) })
	for _, key := range s.unused {
		unused = append(unused, ParamInForce{Param: Param{Name: key, Type: "text"}, Value: file[key], From: []string{FromFile}, Rules: []string{}, Unused: true})
	}
	return slices.Concat(global, own, score, unused), nil
}

func (p *Pack) inForce(q Param, name string, value any, file map[string]string, domains []string) ParamInForce {
	row := ParamInForce{Param: q, Value: value, From: []string{FromDefault}, Rules: []string{}}
	row.Name = name
	if _, set := file[name]; set {
		row.From = []string{FromFile}
	}
	if q.Name == "own_email_domains" && len(domains) > 0 {
		row.From = append(slices.DeleteFunc(row.From, func(f string) bool { return f == FromDefault }), FromDomains)
	}
	return row
}

// Arguments are what a person's SQL may bind, as rules do: :now and every parameter by its name. Where rules declare one
// name with different values, the first rule's stands.
func (p *Pack) Arguments(file map[string]string, domains []string, now time.Time) (map[string]any, error) {
	rows, err := p.Parameters(file, domains)
	if err != nil {
		return nil, err
	}
	args := map[string]any{}
	for _, row := range rows {
		if _, known := args[row.Name]; !known && !row.Unused {
			args[row.Name] = bound(row.Value)
		}
	}
	return withNow(args, now), nil
}

// bothDomains are the domains verified on either side of a comparison: both are judged with the same parameters, and a
// list that one side could not read makes nobody external.
func bothDomains(ctx context.Context, side [2]Side) ([]string, error) {
	var all []string
	for y, s := range side {
		list, err := VerifiedDomains(ctx, s.File, s.Snapshot)
		if err != nil {
			return nil, fmt.Errorf("comparing, %s: %w", sideName[y], err)
		}
		all = append(all, list...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}
