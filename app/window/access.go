package window

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"strings"

	"plumbline/app"
)

// AccessRequest asks what somebody can reach, or who can reach something: one of Who and What is given, spelled as
// app.AccessQuery takes it.
type AccessRequest struct {
	Who      string `json:"who"`     // user:ACCOUNT, group:NAME, app:NAME, anonymous, licensed, everyone
	What     string `json:"what"`    // site:jira, project:KEY, space:KEY, filter:ID, dashboard:ID, everything
	Level    string `json:"level"`   // view, edit, administer: this one or more; "" is any
	Product  string `json:"product"` // jira, confluence; "" is both
	Since    string `json:"since"`   // new, raised, lowered, gone, not_comparable, same; "" is any
	Filter   string `json:"filter"`  // words in names and keys
	Sort     string `json:"sort"`    // level (also ""), name, paths, since; - before it turns it round
	Findings bool   `json:"findings"`
	Offset   int    `json:"offset"`
	Limit    int    `json:"limit"` // 0: 200, 1000 at most
}

// AccessPage is some of the rows of an answer, and all that stands around them.
type AccessPage struct {
	Snapshot  app.Snapshot      `json:"snapshot"`
	Before    *app.Snapshot     `json:"before"`    // null without a baseline, or where it is of another site
	Direction string            `json:"direction"` // who: rows are objects; what: rows are people and others
	Summary   bool              `json:"summary"`   // of everyone or everything: rows have numbers in place of paths
	Subject   app.AccessNode    `json:"subject"`
	Facts     []app.AccessFact  `json:"facts"`
	Counts    app.AccessCounts  `json:"counts"`
	Limits    []app.AccessLimit `json:"limits"`
	Rows      []AccessLine      `json:"rows"`
	Total     int               `json:"total"` // that pass the filters
	Of        int               `json:"of"`
	SQL       string            `json:"sql"` // asks the same of the relations, to go on with in the console
}

// AccessLine is a row as a list shows it; its paths are AccessFlow's to tell.
type AccessLine struct {
	ID       string              `json:"id"` // names the row for AccessFlow
	Node     app.AccessNode      `json:"node"`
	Product  string              `json:"product"`
	Active   *bool               `json:"active"` // of a person; null not told, or no person
	Level    app.AccessLevel     `json:"level"`
	Was      app.AccessLevel     `json:"was"` // the level at the baseline
	Since    app.AccessSince     `json:"since"`
	Reason   string              `json:"reason"` // of not_comparable
	Paths    int                 `json:"paths"`
	Narrowed []string            `json:"narrowed"`
	Findings []app.AccessFinding `json:"findings"`

	Numbers   *AccessNumbers  `json:"numbers"`   // of a summary; else null
	Anonymous app.AccessLevel `json:"anonymous"` // of a summary: what anybody on the internet holds
}

// AccessNumbers counts people, or objects, by the highest level, and what became of them since the baseline.
type AccessNumbers struct {
	View          int `json:"view"`
	Edit          int `json:"edit"`
	Administer    int `json:"administer"`
	New           int `json:"new"`
	Raised        int `json:"raised"`
	Lowered       int `json:"lowered"`
	Gone          int `json:"gone"`
	NotComparable int `json:"not_comparable"`
}

// Access lists what somebody can reach or who can reach something, compared with the baseline of the lens.
func (w *Window) Access(lens Lens, q AccessRequest, token string) (*AccessPage, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (*AccessPage, error) {
		a, err := v.access(ctx, q)
		if err != nil {
			return nil, err
		}
		rows, err := accessLines(a, q)
		if err != nil {
			return nil, err
		}
		page := &AccessPage{
			Snapshot: a.Snapshot, Before: a.Before, Direction: a.Direction, Summary: len(a.People) > 0, Subject: a.Subject, Facts: a.Facts,
			Counts: a.Counts, Limits: a.Limits, Rows: []AccessLine{}, Total: len(rows), Of: len(a.Rows) + len(a.People), SQL: accessSQL(a),
		}
		limit := q.Limit
		if limit <= 0 {
			limit = usualLines
		}
		from := min(max(q.Offset, 0), len(rows))
		page.Rows = append(page.Rows, rows[from:min(from+min(limit, mostLines), len(rows))]...)
		return page, nil
	})
}

// access is the whole answer, as it was worked out for the first page. It is shared: nobody changes it.
func (v *view) access(ctx context.Context, q AccessRequest) (*app.Access, error) {
	findings := ""
	if q.Findings {
		findings = "findings"
	}
	return keep(ctx, v.opened, join("access", v.key(), q.Who, q.What, q.Level, q.Product, findings), func(ctx context.Context) (*app.Access, error) {
		ask := app.AccessQuery{
			Who: q.Who, What: q.What, Snapshot: reference(v.lens.Snapshot), Site: v.lens.Site, Level: q.Level, Product: q.Product,
			Findings: q.Findings, Judging: v.judging,
		}
		switch {
		case v.lens.Other != "" && !v.lens.AcrossSites:
			ask.With, ask.Before = v.lens.Other, reference(v.lens.Baseline)
		case v.lens.Other == "" && v.lens.Baseline > 0:
			ask.Before = reference(v.lens.Baseline)
		default:
			ask.Alone = true
		}
		return v.Access(ctx, ask)
	})
}

// accessSQL asks the relations for what an answer rests on.
func accessSQL(a *app.Access) string {
	quoted := func(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
	n := a.Subject
	switch {
	case n.Kind == "everyone":
		return "SELECT object_kind, object_id, subject_kind, subject_id, through_kind, permission, level\nFROM access_grant\nORDER BY rank DESC, object_kind, object_id"
	case n.Kind == "everything":
		return "SELECT p.account_id, a.display_name, p.level, count(DISTINCT p.object_kind || ' ' || p.object_id) AS objects\nFROM access_path AS p JOIN account AS a ON a.account_id = p.account_id\nGROUP BY p.account_id, p.level\nORDER BY objects DESC"
	case a.Direction == "what":
		return "SELECT a.display_name, p.*\nFROM access_path AS p LEFT JOIN account AS a ON a.account_id = p.account_id\nWHERE p.object_kind = " + quoted(n.Kind) + " AND p.object_id = " + quoted(n.ID) + "\nORDER BY p.rank DESC, a.display_name"
	case n.Kind == "user" || n.Kind == "app":
		return "SELECT o.object_key, o.name, p.*\nFROM access_path AS p JOIN access_object AS o ON o.object_kind = p.object_kind AND o.object_id = p.object_id\nWHERE p.account_id = " + quoted(n.ID) + "\nORDER BY p.rank DESC, o.object_key"
	}
	return "SELECT o.object_key, o.name, g.*\nFROM access_grant AS g JOIN access_object AS o ON o.object_kind = g.object_kind AND o.object_id = g.object_id\nWHERE g.subject_kind = " + quoted(n.Kind) + " AND g.subject_id = " + quoted(n.ID) + "\nORDER BY g.rank DESC, o.object_key"
}

// accessLines are the rows that pass the filters, in the order that was asked for.
func accessLines(a *app.Access, q AccessRequest) ([]AccessLine, error) {
	compare, err := accessOrder(q.Sort)
	if err != nil {
		return nil, err
	}
	all := make([]AccessLine, 0, len(a.Rows)+len(a.People))
	for _, r := range a.Rows {
		all = append(all, AccessLine{
			ID: accessID(r.Node), Node: r.Node, Product: r.Product, Active: r.Active, Level: r.Level, Was: r.Was, Since: r.Since, Reason: r.Reason,
			Paths: len(r.Paths), Narrowed: r.Narrowed, Findings: r.Findings,
		})
	}
	for _, p := range a.People {
		all = append(all, AccessLine{
			ID: accessID(p.Node), Node: p.Node, Product: p.Product, Active: p.Active, Level: p.Level, Was: p.Was, Since: p.Since, Reason: p.Reason, Narrowed: []string{}, Findings: []app.AccessFinding{},
			Numbers: &AccessNumbers{p.View, p.Edit, p.Administer, p.New, p.Raised, p.Lowered, p.Gone, p.NotComparable}, Anonymous: p.Anonymous,
		})
	}
	words := strings.Fields(strings.ToLower(q.Filter))
	all = slices.DeleteFunc(all, func(l AccessLine) bool {
		text := strings.ToLower(l.Node.Name + "\n" + l.Node.Key + "\n" + l.Node.ID)
		return q.Since != "" && string(l.Since) != q.Since || slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
	})
	if compare != nil {
		slices.SortStableFunc(all, compare)
	}
	return all, nil
}

// accessID names a row within its answer.
func accessID(n app.AccessNode) string { return n.Kind + ":" + n.ID }

// accessOrder compares two lines; nil is the order of the answer itself: the highest level first.
func accessOrder(sort string) (func(a, b AccessLine) int, error) {
	orders := map[string]func(a, b AccessLine) int{
		"name": func(a, b AccessLine) int {
			return strings.Compare(strings.ToLower(a.Node.Name), strings.ToLower(b.Node.Name))
		},
		"level": func(a, b AccessLine) int { return cmp.Compare(accessRank(b.Level), accessRank(a.Level)) },
		"paths": func(a, b AccessLine) int { return cmp.Compare(b.Paths, a.Paths) },
		"since": func(a, b AccessLine) int {
			return cmp.Compare(slices.Index(accessChanges, a.Since), slices.Index(accessChanges, b.Since))
		},
		"findings": func(a, b AccessLine) int { return cmp.Compare(worst(a.Findings), worst(b.Findings)) },
	}
	key, down := strings.CutPrefix(sort, "-")
	if key == "" || key == "level" && !down {
		return nil, nil
	}
	order, known := orders[key]
	if !known {
		return nil, app.Unknown("sorting", key, []string{"level", "name", "paths", "since", "findings"}, "")
	}
	if down {
		return func(a, b AccessLine) int { return order(b, a) }, nil
	}
	return order, nil
}

// accessChanges are the changes in the order of a list sorted by them.
var accessChanges = []app.AccessSince{app.AccessNew, app.AccessRaised, app.AccessLowered, app.AccessGone, app.AccessNotComparable, app.AccessSame, ""}

func accessRank(l app.AccessLevel) int { return slices.Index(app.AccessLevels(), l) }

func worst(of []app.AccessFinding) int {
	if len(of) == 0 {
		return 99
	}
	return of[0].Severity.Rank()
}

// AccessFlow is the paths of one row: the picture of them in layers, and each one in words. row is AccessLine.ID.
func (w *Window) AccessFlow(lens Lens, q AccessRequest, row, token string) (*app.AccessFlow, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (*app.AccessFlow, error) {
		a, err := v.access(ctx, q)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(a.Rows, func(r app.AccessRow) bool { return accessID(r.Node) == row })
		if at < 0 {
			return nil, &app.Problem{Code: "not-found", Title: "nothing of that name is in this list", Hint: "it may be in another snapshot, or not pass the filters"}
		}
		flow := a.Flow(at)
		for i := range flow.Paths {
			p := &flow.Paths[i]
			p.Causes = slices.Clone(p.Causes)
			for j := range p.Causes {
				p.Causes[j].By = v.named(ctx, p.Causes[j].By)
			}
		}
		return &flow, nil
	})
}

// AccessNames finds who, or with what whatever, can be asked for.
func (w *Window) AccessNames(lens Lens, q AccessNamesRequest, token string) (*AccessNamesPage, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (*AccessNamesPage, error) {
		limit := q.Limit
		if limit <= 0 {
			limit = usualNames
		}
		limit = min(limit, mostLines)
		from := max(q.Offset, 0)
		direction := map[bool]string{false: "who", true: "what"}[q.What]
		found, err := v.AccessNames(ctx, reference(v.lens.Snapshot), v.lens.Site, direction, q.Text, from+limit+1)
		if err != nil {
			return nil, err
		}
		page := &AccessNamesPage{Names: []app.AccessName{}, More: len(found) > from+limit}
		page.Names = append(page.Names, found[min(from, len(found)):min(from+limit, len(found))]...)
		return page, nil
	})
}

// usualNames is how many names a page has when nothing is said.
const usualNames = 50

// AccessNamesRequest asks for names.
type AccessNamesRequest struct {
	What   bool   `json:"what"` // what can be reached; else who can reach
	Text   string `json:"text"` // in the name, the key or the address; "" is all
	Offset int    `json:"offset"`
	Limit  int    `json:"limit"` // 0: 50
}

// AccessNamesPage is some of the names.
type AccessNamesPage struct {
	Names []app.AccessName `json:"names"`
	More  bool             `json:"more"` // there are some after them
}

// ExportAccess writes the rows that an AccessRequest lists, each with its paths, into a file whose name ends in .csv. What
// is there is replaced.
func (w *Window) ExportAccess(lens Lens, q AccessRequest, path, token string) (*Exported, error) {
	return look(w, lens, token, func(ctx context.Context, v *view) (*Exported, error) {
		if extension(path) != ".csv" {
			return nil, app.Usage("the name does not end in .csv", "access.csv")
		}
		path, err := filepath.Abs(path)
		if err != nil {
			return nil, err
		}
		a, err := v.access(ctx, q)
		if err != nil {
			return nil, err
		}
		lines, err := accessLines(a, q)
		if err != nil {
			return nil, err
		}
		shown := map[string]bool{}
		for _, l := range lines {
			shown[l.ID] = true
		}
		part := *a
		part.Rows, part.People = nil, nil
		for _, r := range a.Rows {
			if shown[accessID(r.Node)] {
				part.Rows = append(part.Rows, r)
			}
		}
		for _, p := range a.People {
			if shown[accessID(p.Node)] {
				part.People = append(part.People, p)
			}
		}
		err = app.WriteFile(path, part.WriteCSV)
		return &Exported{path, len(lines)}, err
	})
}
