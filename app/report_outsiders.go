package app

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"plumbline/queries/rules"
	"plumbline/store"
)

// Outsiders is what those from outside reach: active people whom the site flags as guests, or whose e-mail address is
// of a domain that is not the house's own, and anybody on the internet.
type Outsiders struct {
	People    []Outsider    `json:"people"`    // the highest level first
	Unknown   int           `json:"unknown"`   // active people of whom nothing tells whether they are from outside
	Anonymous AccessCounts  `json:"anonymous"` // objects that anybody on the internet reaches, by level
	Limits    []AccessLimit `json:"limits"`    // what keeps this from being the whole truth
}

// Anybody says how many objects anybody on the internet reaches.
func (o *Outsiders) Anybody() int {
	return o.Anonymous.View + o.Anonymous.Edit + o.Anonymous.Administer
}

// Outsider is one person from outside, with how many objects each level is held of.
type Outsider struct {
	Account    string      `json:"account"`
	Name       string      `json:"name"`
	Basis      string      `json:"basis"` // what makes the person external: guest, e-mail at brightpath.example
	Level      AccessLevel `json:"level"`
	View       int         `json:"view"`
	Edit       int         `json:"edit"`
	Administer int         `json:"administer"`
}

// outsiderSQL tells of each active person whether they are external: 1, 0, or NULL where nothing tells. Without domains of
// its own, nobody is external by an address.
const outsiderSQL = `
SELECT account_id, coalesce(name, ''), coalesce(basis, ''),
  CASE
    WHEN guest = 1 THEN 1
    WHEN by_address IS NOT 1 THEN 0
    WHEN json_array_length(:own_email_domains) = 0 OR email_domain IS NULL THEN NULL
    ELSE lower(email_domain) NOT IN (SELECT lower(ltrim(value, '@')) FROM json_each(:own_email_domains))
  END
FROM account_kind`

// reportOutsiders asks who from outside reaches what.
func (f *File) reportOutsiders(ctx context.Context, snapshot store.Snapshot, q ReportQuery, r *Report) error {
	own, _ := r.Rules.Parameters["own_email_domains"].([]string) // in force, verified ones with them; none where it is not set
	domains, err := json.Marshal(list(own))
	if err != nil {
		return err
	}
	relations, err := f.store.Relations(ctx, snapshot.ID, []string{"account_kind"}, rules.ShippedReference()...)
	if err != nil {
		return fmt.Errorf("reading who is from outside: %w", err)
	}
	defer relations.Close()
	rows, err := relations.Select(ctx, outsiderSQL, map[string]any{"own_email_domains": string(domains)}, store.Limits{Deadline: personal.Deadline, Rows: 10_000_000})
	if err != nil {
		return fmt.Errorf("reading who is from outside: %w", err)
	}
	out := &Outsiders{People: []Outsider{}, Limits: []AccessLimit{}}
	external := map[string]Outsider{}
	for _, row := range rows.Values {
		text := func(i int) string { s, _ := row[i].(string); return s }
		switch row[3] {
		case nil:
			out.Unknown++
		case int64(1):
			external[text(0)] = Outsider{Account: text(0), Name: text(1), Basis: text(2)}
		}
	}
	reached, err := f.Access(ctx, AccessQuery{What: "everything", Snapshot: numberOf(snapshot.ID), Alone: true, Judging: q.Judging})
	if err != nil {
		return fmt.Errorf("asking what those from outside reach: %w", err)
	}
	out.Limits = list(reached.Limits)
	for _, p := range reached.People {
		if one, is := external[p.Node.ID]; is {
			one.Level, one.View, one.Edit, one.Administer = p.Level, p.View, p.Edit, p.Administer
			out.People = append(out.People, one)
		}
	}
	slices.SortFunc(out.People, func(a, b Outsider) int {
		levels := AccessLevels()
		return cmp.Or(slices.Index(levels, b.Level)-slices.Index(levels, a.Level), cmp.Compare(b.Administer, a.Administer), strings.Compare(a.Name, b.Name), strings.Compare(a.Account, b.Account))
	})
	anybody, err := f.Access(ctx, AccessQuery{Who: "anonymous", Snapshot: numberOf(snapshot.ID), Alone: true, Judging: q.Judging})
	if err != nil {
		return fmt.Errorf("asking what anybody reaches: %w", err)
	}
	out.Anonymous = anybody.Counts
	r.Outsiders = out
	return nil
}
