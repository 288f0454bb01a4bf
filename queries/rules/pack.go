package rules

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
)

// Version names the shipped rules, year and month.
const Version = "2026.11"

//go:embed */*.sql */*.txtar data/*.json
var shipped embed.FS

// Pack is a set of rules with their cases: the shipped ones, and those of folders given at run time, which are
// treated exactly alike.
type Pack struct {
	Rules   []*Rule // by id
	Version string  // "2026.11", and "+3" where three rules of folders came to it
	Digest  string  // "sha256:" and 64 hex digits, over the name and text of every rule file
	cases   map[string]caseFile

	reference  map[string]Reference // in force, by relation
	passedOver []Reference          // as others are newer
}

// caseFile is the text of a rule's cases.
type caseFile struct {
	file string
	text []byte
}

// Shipped is the pack inside the program.
func Shipped() (*Pack, error) { return Load() }

// Load is the shipped pack together with the rules in the folders given, at any depth. A file that does not parse, a
// rule id that comes twice and cases without a rule are errors, all reported at once. Reference data in a folder take the
// place of the shipped, unless these are newer.
func Load(dirs ...string) (*Pack, error) {
	inside, err := parsed()
	p := &Pack{Version: Version, Rules: slices.Clone(inside.Rules), cases: maps.Clone(inside.cases), reference: maps.Clone(inside.reference)}
	errs := []error{err}
	own := len(p.Rules)
	for _, dir := range dirs {
		if info, err := os.Stat(dir); err != nil {
			errs = append(errs, fmt.Errorf("reading rules: %w", err))
			continue
		} else if !info.IsDir() {
			errs = append(errs, fmt.Errorf("reading rules: %s is no folder", dir))
			continue
		}
		errs = append(errs, p.add(os.DirFS(dir), dir))
	}
	if n := len(p.Rules) - own; n > 0 {
		p.Version = fmt.Sprintf("%s+%d", Version, n)
	}
	return p, p.finish(errs)
}

// parsed are the shipped rules, read once: a rule never changes after it was parsed.
var parsed = sync.OnceValues(func() (*Pack, error) {
	p := &Pack{cases: map[string]caseFile{}}
	err := p.add(shipped, "")
	for name, r := range p.reference {
		r.Shipped = true
		p.reference[name] = r
	}
	return p, err
})

// LoadDir is the pack of one folder alone, without the shipped rules but with their reference data: for their author's
// tests.
func LoadDir(dir string) (*Pack, error) {
	inside, err := parsed()
	p := &Pack{Version: "-", cases: map[string]caseFile{}, reference: maps.Clone(inside.reference)}
	return p, p.finish([]error{err, p.add(os.DirFS(dir), dir)})
}

// add takes in every rule, case file and file of reference data below a folder.
func (p *Pack) add(files fs.FS, under string) error {
	var errs []error
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		shown := path.Join(strings.ReplaceAll(under, `\`, "/"), name)
		switch path.Ext(name) {
		case ".sql":
			text, err := fs.ReadFile(files, name)
			if err != nil {
				return err
			}
			r, err := Parse(shown, text)
			if err != nil {
				errs = append(errs, err)
				return nil
			}
			if other := p.Rule(r.ID); other != nil {
				errs = append(errs, fmt.Errorf("%s: rule %s is there already: %s", shown, r.ID, other.File))
				return nil
			}
			p.Rules = append(p.Rules, r)
		case ".txtar":
			text, err := fs.ReadFile(files, name)
			if err != nil {
				return err
			}
			id := strings.TrimSuffix(path.Base(name), ".txtar")
			if _, twice := p.cases[id]; !twice {
				p.cases[id] = caseFile{shown, text}
			}
		case ".json":
			if referenceFiles[path.Base(name)] == "" {
				return nil
			}
			text, err := fs.ReadFile(files, name)
			if err != nil {
				return err
			}
			r, err := ReadReference(shown, text)
			if err != nil {
				errs = append(errs, err)
				return nil
			}
			p.takeReference(r)
		}
		return nil
	})
	return errors.Join(append(errs, err)...)
}

// finish sorts, checks what concerns several files, and takes the digest.
func (p *Pack) finish(errs []error) error {
	slices.SortFunc(p.Rules, func(a, b *Rule) int { return strings.Compare(a.ID, b.ID) })
	sum := sha256.New()
	for _, r := range p.Rules {
		fmt.Fprintf(sum, "%s\n%d\n%s", r.ID, len(r.Text), r.Text)
	}
	errs = append(errs, p.claims()...)
	p.Digest = "sha256:" + hex.EncodeToString(sum.Sum(nil))
	return errors.Join(errs...)
}

// claims are the ids that more than one rule has or had: each stands for the findings of one rule alone.
func (p *Pack) claims() []error {
	var errs []error
	claimed := map[string]*Rule{}
	for _, r := range p.Rules {
		for _, old := range r.Replaces {
			line := r.line["replaces"]
			if other := p.Rule(old); other != nil {
				errs = append(errs, errorAt(r.File, line, "replaces: %s is in force itself (%s); %s cannot stand in its place", old, other.File, r.ID))
			} else if other := claimed[old]; other != nil {
				errs = append(errs, errorAt(r.File, line, "replaces: both %s and %s (%s) claim to replace %s", r.ID, other.ID, other.File, old))
			}
			claimed[old] = r
		}
	}
	return errs
}

// Rule is the rule of that id, nil if there is none.
func (p *Pack) Rule(id string) *Rule {
	for _, r := range p.Rules {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// FindRule is Rule with an error that names the nearest id.
func (p *Pack) FindRule(id string) (*Rule, error) {
	if r := p.Rule(id); r != nil {
		return r, nil
	}
	return nil, fmt.Errorf("%w %q%s", ErrUnknownRule, id, didYouMean(id, p.ids()))
}

func (p *Pack) ids() []string {
	ids := make([]string, len(p.Rules))
	for i, r := range p.Rules {
		ids[i] = r.ID
	}
	return ids
}
