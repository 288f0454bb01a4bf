package rules

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"plumbline/store"
)

// Both sides of a comparison are judged by today's rules, so that a rule that came or changed never looks like a
// weakness that did. But the figures of a snapshot may then differ from those that somebody was told at the time. To say
// so, the cache directory remembers by which rules each snapshot was judged first on this machine. Like all that is
// there it can be thrown away; then nothing is said.

// RuleChange is a rule that was another, or not there, when a side of a comparison was first judged on this machine.
type RuleChange struct {
	Rule    string `json:"rule"`
	Change  string `json:"change"`   // new, revised, edited (what it asks differs under the same rev), renamed, or gone
	Side    string `json:"side"`     // whose first judging it was: before, after or both
	Was     string `json:"was"`      // its id then, "" if it is new
	RevThen int    `json:"rev_then"` // 0 if it is new
	Rev     int    `json:"rev"`      // today's; 0 if it is gone
}

// revision is what is remembered of a rule.
type revision struct {
	ID   string `json:"id"`
	Rev  int    `json:"rev"`
	Asks string `json:"asks"` // hash of what can move a verdict
}

// revisions are the pack's, by the identity that finding ids are made of.
func (p *Pack) revisions() map[string]revision {
	all := map[string]revision{}
	for _, r := range p.Rules {
		all[r.Identity()] = revision{r.ID, r.Rev, fingerprint("asks", r.SQL, r.Guard, r.Unknown, r.Params, r.Severity, r.Products, r.Objects, r.Needs, r.NeedsAll, r.Optional, r.Reference)}
	}
	return all
}

// keepFirst is for how many snapshots it is remembered.
const keepFirst = 1000

// firstFile is where a snapshot's first rules are kept; "" where nothing is: no cache, or it may still grow.
func (b *bench) firstFile() string {
	dir := store.CacheDir()
	if dir == "" || b.options.NoCache || !b.snapshot.State.Finished() {
		return ""
	}
	dir = filepath.Join(dir, "first-judged")
	if os.MkdirAll(dir, 0o700) != nil {
		return ""
	}
	return filepath.Join(dir, fingerprint("first", b.snapshot.Site.SiteID(), b.snapshot.Started, b.snapshot.Digest)+".json")
}

// first gives the rules that judged the snapshot first; nil if that is not known.
func (b *bench) first() map[string]revision {
	file := b.firstFile()
	if file == "" {
		return nil
	}
	text, err := os.ReadFile(file)
	var known map[string]revision
	if err != nil || json.Unmarshal(text, &known) != nil {
		return nil
	}
	return known
}

// remember keeps the rules in force as the snapshot's first, unless there are some already.
func (b *bench) remember() {
	file := b.firstFile()
	if file == "" {
		return
	}
	if _, err := os.Stat(file); err == nil {
		return
	}
	text, err := json.Marshal(b.pack.revisions(), json.Deterministic(true))
	if err != nil {
		return
	}
	tidyFolder(filepath.Dir(file), keepFirst)
	writing := file + ".writing"
	if os.WriteFile(writing, text, 0o600) == nil {
		_ = os.Rename(writing, file) // not remembered is not said, nothing worse
	}
}

// ruleChanges says how the rules in force differ from those that judged each side first, by rule.
func (p *Pack) ruleChanges(first [2]map[string]revision) []RuleChange {
	now := p.revisions()
	var all []RuleChange
	for y, then := range first {
		if then == nil {
			continue
		}
		for identity, old := range then {
			r, still := now[identity]
			c := RuleChange{Rule: r.ID, Side: sideName[y], Was: old.ID, RevThen: old.Rev, Rev: r.Rev}
			switch {
			case !still:
				c.Rule, c.Change = old.ID, "gone"
			case old.Rev != r.Rev:
				c.Change = "revised"
			case old.Asks != r.Asks:
				c.Change = "edited"
			case old.ID != r.ID:
				c.Change = "renamed"
			default:
				continue
			}
			all = append(all, c)
		}
		for identity, r := range now {
			if _, known := then[identity]; !known {
				all = append(all, RuleChange{Rule: r.ID, Change: "new", Side: sideName[y], Rev: r.Rev})
			}
		}
	}
	slices.SortFunc(all, func(a, b RuleChange) int {
		if n := strings.Compare(a.Rule, b.Rule); n != 0 {
			return n
		}
		return strings.Compare(b.Side, a.Side) // before, after
	})
	out := []RuleChange{}
	for _, c := range all {
		if n := len(out); n > 0 {
			same := out[n-1]
			if same.Side = c.Side; same == c {
				out[n-1].Side = "both"
				continue
			}
		}
		out = append(out, c)
	}
	return out
}
