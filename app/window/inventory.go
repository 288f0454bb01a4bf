package window

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"plumbline/app"
)

// Inventory is every resource of the snapshot of a lens. Since is counted by the comparison of the lens.
type Inventory struct {
	Snapshot  app.Snapshot        `json:"snapshot"`
	Baseline  *app.Snapshot       `json:"baseline"`  // null without one
	Resources []InventoryResource `json:"resources"` // by product and name; without those that the site provably lacks
	Relations []InventoryRelation `json:"relations"` // made of several resources; they are opened by ObjectsPage like a resource
	Lacking   []string            `json:"lacking"`   // resources that the site's edition or products do not have
}

// InventoryResource is a resource with what came of it and what became of its objects.
type InventoryResource struct {
	Resource   string   `json:"resource"`
	About      string   `json:"about"`
	Product    string   `json:"product"` // jira, confluence, organisation, datacenter, site
	Objects    int64    `json:"objects"`
	Outcome    string   `json:"outcome"` // complete, partial, denied, unavailable, failed, skipped
	HTTPStatus int      `json:"http_status"`
	Reason     string   `json:"reason"`
	Missing    []string `json:"missing"` // scopes or permissions that would have opened it
	Parts      int      `json:"parts"`   // how many parts are not complete
	Lists      string   `json:"lists"`   // all, or seen: only what the account may see
	RulesLost  []string `json:"rules_lost"`

	Since *app.ResourceComparison `json:"since"` // null without a baseline, and where both sides have nothing
}

// InventoryRelation is a relation that is made of resources.
type InventoryRelation struct {
	Name      string   `json:"name"`
	About     string   `json:"about"`
	Resources []string `json:"resources"`
}

// Inventory lists the resources of the lens's snapshot.
func (w *Window) Inventory(lens Lens, token string) (*Inventory, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (*Inventory, error) {
		return keep(ctx, v.opened, join("inventory", v.key()), func(ctx context.Context) (*Inventory, error) { return v.inventory(ctx) })
	})
}

func (v *view) inventory(ctx context.Context) (*Inventory, error) {
	covered, err := v.Coverage(ctx, reference(v.lens.Snapshot), v.lens.Site, v.judging)
	if err != nil {
		return nil, err
	}
	data, err := app.RuleData("")
	if err != nil {
		return nil, err
	}
	answer := &Inventory{Snapshot: covered.Snapshot, Resources: []InventoryResource{}, Relations: []InventoryRelation{}, Lacking: []string{}}
	since := map[string]app.ResourceComparison{}
	if v.compared() {
		compared, err := v.comparison(ctx)
		if err != nil {
			return nil, err
		}
		answer.Baseline = &compared.Before
		for _, r := range compared.Resources {
			since[r.Resource] = r
		}
	}
	about := map[string]app.Relation{}
	for _, r := range data.Relations {
		about[r.Name] = r
		if r.Shared {
			answer.Relations = append(answer.Relations, InventoryRelation{r.Name, r.About, r.Resources})
		}
	}
	for _, c := range covered.Resources {
		if c.Outcome == "unavailable" {
			answer.Lacking = append(answer.Lacking, c.Resource)
			continue
		}
		row := InventoryResource{
			Resource: c.Resource, About: about[c.Resource].About, Product: app.ProductOf(c.Resource), Objects: c.Objects,
			Outcome: string(c.Outcome), HTTPStatus: c.HTTPStatus, Reason: c.Reason, Missing: c.Missing, Parts: len(c.Parts),
			Lists: about[c.Resource].Lists, RulesLost: c.RulesLost,
		}
		if r, compared := since[c.Resource]; compared {
			row.Since = &r
		}
		answer.Resources = append(answer.Resources, row)
	}
	slices.SortStableFunc(answer.Resources, func(a, b InventoryResource) int {
		return cmp.Or(app.CompareProducts(a.Product, b.Product), cmp.Compare(a.Resource, b.Resource))
	})
	return answer, nil
}

// ObjectsQuery asks for a page of a resource, or of a relation made of several.
//
// A filter is terms with spaces between, all of which have to hold: word, "two words", column:value (* for any
// letters; yes and no for 1 and 0; of a list what is in it), column:>=value, column: (not told), since:added (changed,
// equal, not_comparable), and -term for one that does not hold. A value between quotes is meant to the letter.
type ObjectsQuery struct {
	Resource string        `json:"resource"`
	Filter   string        `json:"filter"`
	Sort     []app.Sorting `json:"sort"`    // [{column, down}]; then by the first column
	Columns  []string      `json:"columns"` // of the rows; empty: all. The first one, the key, always comes first
	Offset   int           `json:"offset"`
	Limit    int           `json:"limit"`  // 0: 100; at most 1000
	Facets   []string      `json:"facets"` // columns to count the values of; null: those that have few
}

// ObjectsPage is a page of rows, and the numbers beside it.
type ObjectsPage struct {
	Resource   string               `json:"resource"`
	About      string               `json:"about"`
	Columns    []app.RelationColumn `json:"columns"`     // of the rows: name, type (text, integer, real, json), about
	AllColumns []app.RelationColumn `json:"all_columns"` // to choose from
	Rows       [][]any              `json:"rows"`        // a value is null (not told), a number or text; json is text
	Since      []string             `json:"since"`       // of each row: added, changed, not_comparable, "" for equal; null without a baseline
	Total      int64                `json:"total"`       // rows that the filter lets pass
	Of         int64                `json:"of"`
	Facets     []app.Facet          `json:"facets"`
	SQL        string               `json:"sql"` // to go on with in the SQL console
}

// ObjectsPage lists objects. It can be cancelled.
func (w *Window) ObjectsPage(lens Lens, q ObjectsQuery, token string) (*ObjectsPage, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (*ObjectsPage, error) { return v.objects(ctx, q) })
}

func (v *view) objects(ctx context.Context, q ObjectsQuery) (*ObjectsPage, error) {
	data, err := app.RuleData(q.Resource)
	if err != nil {
		return nil, err
	}
	ask := app.TableQuery{
		Relation: q.Resource, Snapshot: reference(v.lens.Snapshot), Filter: q.Filter,
		Sort: q.Sort, Columns: q.Columns, Offset: q.Offset, Limit: q.Limit, Facets: q.Facets,
	}
	if v.compared() && !data.Relations[0].Shared {
		changes, err := v.changes(ctx)
		if err != nil {
			return nil, err
		}
		if ask.Since = changes[q.Resource]; ask.Since == nil {
			ask.Since = map[string]string{}
		}
	}
	page, err := v.Table(ctx, ask)
	if err != nil {
		return nil, err
	}
	counts, err := keep(ctx, v.opened, join("object counts", v.key(), q.Resource, q.Filter, fmt.Sprint(q.Facets)), func(ctx context.Context) (*app.TableCounts, error) {
		return v.TableCounts(ctx, ask)
	})
	if err != nil {
		return nil, err
	}
	return &ObjectsPage{
		Resource: page.Relation, About: page.About, Columns: page.Columns, AllColumns: data.Relations[0].Columns, Rows: page.Rows, Since: page.Since,
		Total: counts.Total, Of: counts.Of, Facets: counts.Facets, SQL: page.SQL,
	}, nil
}

// changes says what became of the objects that differ from the baseline, by resource and key.
func (v *view) changes(ctx context.Context) (map[string]map[string]string, error) {
	return keep(ctx, v.opened, join("object changes", v.key()), func(ctx context.Context) (map[string]map[string]string, error) {
		all := map[string]map[string]string{}
		err := v.Differing(ctx, v.query(), func(o app.ObjectChange) error {
			if all[o.Resource] == nil {
				all[o.Resource] = map[string]string{}
			}
			all[o.Resource][o.Key] = string(o.Change)
			return nil
		})
		return all, err
	})
}
