package rules

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"plumbline/store"
)

// Guide is Atlassian's guide on the security of processing, statement by statement: the rules that check each, and the
// questions that people answer where no API does. Beyond it come questions of Cloud sites.
type Guide struct {
	Source     string      `json:"source"`
	Statements []Statement `json:"statements"`
	Questions  []Question  `json:"questions"`
}

// Statement is one thing that the guide asks for, in words of our own.
type Statement struct {
	ID        string   `json:"id"` // tls-users
	Section   string   `json:"section"`
	Says      string   `json:"says"`
	Rules     []string `json:"rules"`     // ids or globs
	Questions []string `json:"questions"` // ids
	Note      string   `json:"note,omitempty"`
}

// Question is a manual attestation: what a person looks up by hand. Yes is what should be. It is never scored.
type Question struct {
	ID       string   `json:"id"` // ATT-TLS-001
	Title    string   `json:"title"`
	Question string   `json:"question"`
	How      string   `json:"how"`      // to check by hand
	Why      string   `json:"why"`      // no rule checks it
	Products []string `json:"products"` // as in the headers of rules: jira-dc ...
}

//go:embed guide/*.json
var guideFiles embed.FS

// TheGuide is the guide that this program ships.
var TheGuide = sync.OnceValues(func() (*Guide, error) {
	g := new(Guide)
	for _, name := range []string{"statements", "questions"} {
		text, err := guideFiles.ReadFile("guide/" + name + ".json")
		if err == nil {
			err = json.Unmarshal(text, g)
		}
		if err != nil {
			return nil, fmt.Errorf("reading the guide: %w", err)
		}
	}
	return g, nil
})

// Question finds one by its id; nil if there is none.
func (g *Guide) Question(id string) *Question {
	i := slices.IndexFunc(g.Questions, func(q Question) bool { return strings.EqualFold(q.ID, id) })
	if i < 0 {
		return nil
	}
	return &g.Questions[i]
}

// Asks reports whether a question is about a site of this kind, with the products that the coverage does not prove to be
// absent.
func (q Question) Asks(kind string, coverage []store.Coverage) bool {
	return slices.ContainsFunc(q.Products, func(p string) bool {
		product, edition, _ := strings.Cut(p, "-")
		return (edition == "dc") == (kind == "dc") && !slices.ContainsFunc(coverage, func(c store.Coverage) bool {
			return c.Resource == product+"_instance" && lacks(c)
		})
	})
}

// Checked are the rules of a pack that a statement names.
func (s Statement) Checked(p *Pack) []*Rule {
	var checked []*Rule
	for _, r := range p.Rules {
		if slices.ContainsFunc(s.Rules, func(glob string) bool { ok, _ := path.Match(glob, r.ID); return ok }) {
			checked = append(checked, r)
		}
	}
	return checked
}

// AttestationDays is after how many days a question is asked again, as the parameters that a file keeps have it.
func AttestationDays(kept map[string]string) (int, error) {
	for _, p := range GlobalParams() {
		if p.Name != "attestation_days" {
			continue
		}
		v := p.Default
		if text, ok := kept[p.Name]; ok {
			var err error
			if v, err = p.value(text); err != nil {
				return 0, fmt.Errorf("the file's parameters: %w", err)
			}
		}
		return int(v.(int64)), nil
	}
	panic("no parameter attestation_days")
}
