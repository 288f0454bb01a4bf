package rules

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// ErrUnknownParameter: no rule in force has a parameter of that name; the message names the nearest.
var ErrUnknownParameter = errors.New("unknown parameter")

// ErrBadParameter: the value is not of the parameter's type, or NAME=VALUE is malformed.
var ErrBadParameter = errors.New("bad parameter")

// ErrUnknownRule: no rule of that id; the message names the nearest.
var ErrUnknownRule = errors.New("unknown rule")

// GlobalParams are the parameters that every rule may bind without declaring them.
func GlobalParams() []Param {
	return []Param{
		{"own_email_domains", "list", []string{}, "the organisation's own e-mail domains; while empty nobody is external by domain"},
		{"admin_groups", "list", []string{"site-admins", "jira-admins*", "administrators", "confluence-administrators",
			"jira-administrators", "system-administrators"}, "names of groups that administer, as globs"},
		{"inactive_days", "int", int64(90), "days without activity after which an account counts as unused"},
		{"first_party_apps", "list", []string{}, "account ids of apps that are Atlassian's own"},
		{"attestation_days", "int", int64(365), "days after which the answer to a manual attestation is asked for again"},
	}
}

var paramLine = regexp.MustCompile(`^(\S+)\s+(\S+)\s*=\s*(.*)$`)

// parseParam reads "NAME TYPE = DEFAULT"; further lines say what it is for.
func parseParam(text string) (Param, error) {
	first, about, _ := strings.Cut(text, "\n")
	m := paramLine.FindStringSubmatch(first)
	if m == nil {
		return Param{}, fmt.Errorf("%q is not NAME TYPE = DEFAULT", first)
	}
	p := Param{Name: m[1], Type: m[2], About: strings.Join(strings.Fields(about), " ")}
	if !name.MatchString(p.Name) || p.Name == "now" {
		return p, fmt.Errorf("%q is no parameter name: small letters, digits, _", p.Name)
	}
	if slices.ContainsFunc(GlobalParams(), func(g Param) bool { return g.Name == p.Name }) {
		return p, fmt.Errorf("%s is a global parameter: bind :%s without declaring it", p.Name, p.Name)
	}
	if slices.ContainsFunc(ScoreParams(), func(g Param) bool { return g.Name == p.Name }) {
		return p, fmt.Errorf("%s is a parameter of the score: choose another name", p.Name)
	}
	var err error
	p.Default, err = p.value(m[3])
	return p, err
}

// value reads a text as a value of the parameter's type.
func (p Param) value(text string) (any, error) {
	text = strings.TrimSpace(text)
	switch p.Type {
	case "bool":
		switch strings.ToLower(text) {
		case "true", "yes", "1":
			return true, nil
		case "false", "no", "0":
			return false, nil
		}
		return nil, fmt.Errorf("%w: %s is true or false, not %q", ErrBadParameter, p.Name, text)
	case "int":
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%w: %s is a whole number, not %q", ErrBadParameter, p.Name, text)
		}
		return n, nil
	case "number":
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
			return nil, fmt.Errorf("%w: %s is a number, not %q", ErrBadParameter, p.Name, text)
		}
		return f, nil
	case "text":
		return text, nil
	case "list":
		return listValue(p.Name, text)
	}
	return nil, fmt.Errorf("%w: the type of %s is %q, not bool, int, number, text or list", ErrBadParameter, p.Name, p.Type)
}

// listValue reads a JSON array of texts, or texts separated by commas.
func listValue(name, text string) (any, error) {
	list := []string{}
	if strings.HasPrefix(text, "[") {
		if err := json.Unmarshal([]byte(text), &list); err != nil || list == nil {
			return nil, fmt.Errorf("%w: %s is a list: a,b,c or [\"a\",\"b\"], not %q", ErrBadParameter, name, text)
		}
		return list, nil
	}
	for _, part := range strings.Split(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list, nil
}

// bound is a value as SQL sees it: lists as JSON text, booleans as 1 and 0.
func bound(v any) any {
	switch v := v.(type) {
	case bool:
		if v {
			return int64(1)
		}
		return int64(0)
	case []string:
		text, err := json.Marshal(v)
		if err != nil {
			panic(err) // a []string always marshals
		}
		return string(text)
	}
	return v
}

// settings are the parameters in force: the pack's defaults, then the file's, then flags.
type settings struct {
	global  map[string]any            // by name
	scoring Scoring                   // the score's own, which no rule may bind
	rule    map[string]map[string]any // by rule id and name: only what was set
	set     map[string]any            // what differs from the default, as InForce.Parameters shows it
	unused  []string                  // names the file keeps that no rule in force has
}

// settings resolves parameters. Unknown names and values of another type are errors with words.
func (p *Pack) settings(file map[string]string, flags []string) (*settings, error) {
	s := &settings{global: map[string]any{}, scoring: DefaultScoring(), rule: map[string]map[string]any{}, set: map[string]any{}}
	for _, g := range GlobalParams() {
		s.global[g.Name] = g.Default
	}
	var given []assignment
	for _, key := range keysOf(file) {
		if !p.knows(key) {
			s.unused = append(s.unused, key)
			continue
		}
		given = append(given, assignment{key, file[key]})
	}
	if err := p.assign(s, given); err != nil {
		return nil, fmt.Errorf("the file's parameters: %w", err)
	}
	given = nil
	for _, flag := range flags {
		key, value, ok := strings.Cut(flag, "=")
		if !ok {
			return nil, fmt.Errorf("%w: %q is not NAME=VALUE or RULE-ID.NAME=VALUE", ErrBadParameter, flag)
		}
		given = append(given, assignment{strings.TrimSpace(key), value})
	}
	if err := p.assign(s, given); err != nil {
		return nil, err
	}
	return s, nil
}

// assignment is one NAME=VALUE or RULE-ID.NAME=VALUE.
type assignment struct{ key, value string }

// assign takes one layer of parameters: those for all rules first, so that one rule's own always wins inside the layer.
func (p *Pack) assign(s *settings, given []assignment) error {
	for _, one := range []bool{false, true} {
		for _, g := range given {
			if strings.Contains(g.key, ".") != one {
				continue
			}
			if err := p.assignOne(s, g.key, g.value); err != nil {
				return err
			}
		}
	}
	return nil
}

// CheckParameter says whether NAME or RULE-ID.NAME is a parameter of the pack and takes the value.
func (p *Pack) CheckParameter(key, value string) error {
	_, err := p.settings(nil, []string{key + "=" + value})
	return err
}

// assignOne sets NAME for all that have it, or RULE-ID.NAME for one rule.
func (p *Pack) assignOne(s *settings, key, value string) error {
	id, name, one := strings.Cut(key, ".")
	if !one {
		id, name = "", key
	}
	if one && p.Rule(id) == nil {
		return fmt.Errorf("%w %q%s", ErrUnknownRule, id, didYouMean(id, p.ids()))
	}
	found := false
	var known []string
	for _, g := range GlobalParams() {
		if known = append(known, g.Name); g.Name != name {
			continue
		}
		v, err := g.value(value)
		if err != nil {
			return err
		}
		if found = true; one {
			s.put(id, name, v, g.Default)
		} else {
			s.global[name] = v
			s.note(name, v, g.Default)
			for id, own := range s.rule { // of a lower layer
				delete(own, name)
				delete(s.set, id+"."+name)
			}
		}
	}
	for _, q := range ScoreParams() {
		if one {
			break
		}
		if known = append(known, q.Name); q.Name != name {
			continue
		}
		v, err := q.scoreValue(value)
		if err != nil {
			return err
		}
		found, s.scoring[name] = true, v
		s.note(name, v, q.Default)
	}
	for _, r := range p.Rules {
		if one && r.ID != id {
			continue
		}
		for _, q := range r.Params {
			if known = append(known, q.Name); q.Name != name {
				continue
			}
			v, err := q.value(value)
			if err != nil {
				return err
			}
			found = true
			s.put(r.ID, name, v, q.Default)
		}
	}
	if !found {
		return fmt.Errorf("%w %q%s", ErrUnknownParameter, key, didYouMean(name, known))
	}
	return nil
}

func (s *settings) put(rule, name string, v, standard any) {
	if s.rule[rule] == nil {
		s.rule[rule] = map[string]any{}
	}
	s.rule[rule][name] = v
	s.note(rule+"."+name, v, standard)
}

// note keeps what differs from the default for the report.
func (s *settings) note(key string, v, standard any) {
	if delete(s.set, key); !reflect.DeepEqual(v, standard) {
		s.set[key] = v
	}
}

// of gives a rule's parameters by name.
func (s *settings) of(r *Rule) map[string]any {
	all := map[string]any{}
	for name, v := range s.global {
		all[name] = v
	}
	for _, q := range r.Params {
		all[q.Name] = q.Default
	}
	for name, v := range s.rule[r.ID] {
		all[name] = v
	}
	return all
}
