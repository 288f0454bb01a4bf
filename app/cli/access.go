package cli

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"plumbline/app"
)

func accessCommand(s *session) *cobra.Command {
	var q app.AccessQuery
	c := &cobra.Command{
		Use:   "access FILE (--who X | --what Y) [SNAPSHOT]",
		Short: "Who can reach what, and every path that gives it",
		Long: `Says what somebody can reach (--who), or who can reach something (--what): the level,
view, edit or administer, and every path that gives it, the strongest first; what is
new and gone since the baseline, and who changed it where the audit log shows it.

What could not be looked at is named before anything else: it may hide access, and
never reads as none. A deactivated account holds its grants and cannot sign in.

--who   an account id, an e-mail address or a name, group:NAME, app:NAME, anonymous
        (anybody on the internet), licensed (any licensed user), or everyone: all
        objects, with how many people reach each
--what  site:jira, site:confluence, project:KEY, space:KEY, filter:ID, dashboard:ID,
        or everything: all people, with how many objects each reaches

` + aboutSnapshot,
		Example: `  plumbline access harbourline.plumb.db --who dana@brightpath.example
  plumbline access harbourline.plumb.db --what project:PAY --level edit
  plumbline access harbourline.plumb.db --what space:FINCLOSE --before "Q3 audit"
  plumbline access harbourline.plumb.db --who anonymous -o anonymous.csv`,
		Args: between(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			f, err := app.Open(c.Context(), args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			if len(args) > 1 {
				q.Snapshot = args[1]
			}
			a, err := f.Access(c.Context(), q)
			if err != nil {
				return err
			}
			if strings.EqualFold(filepath.Ext(s.output), ".csv") {
				if err := s.write(a.WriteCSV); err != nil {
					return err
				}
				s.say("Wrote %s", s.output)
			} else if err := s.show(a, func(p *page) { accessPage(p, a, s.brief()) }); err != nil {
				return err
			}
			s.next(accessNext(args[0], a)...)
			return nil
		},
	}
	flags := c.Flags()
	flags.StringVar(&q.Who, "who", "", "what `SOMEBODY` can reach")
	flags.StringVar(&q.What, "what", "", "who can reach `SOMETHING`")
	flags.StringVar(&q.Level, "level", "", "only this `LEVEL` and more: view, edit, administer")
	flags.StringVar(&q.Product, "product", "", "only `PRODUCT`: jira, confluence")
	flags.StringVar(&q.Before, "before", "", "the baseline: a `SNAPSHOT`, the pinned or preceding one if not given")
	flags.StringVar(&q.With, "with", "", "the baseline is a snapshot of `FILE2`, its latest of the same site if --before names none")
	flags.BoolVar(&q.Findings, "findings", false, "say which findings are about each row: judges the snapshot where it was not")
	flags.BoolVar(&q.Alone, "alone", false, "compare with no baseline")
	siteFlag(c, &q.Site)
	return c
}

// accessNext is the next useful command: the other direction of the first row.
func accessNext(file string, a *app.Access) []string {
	var next []string
	node := func() app.AccessNode {
		for _, r := range a.Rows {
			if r.Node.Spelling != "" {
				return r.Node
			}
		}
		for _, r := range a.People {
			return r.Node
		}
		return app.AccessNode{}
	}()
	switch node.Kind {
	case "":
	case "site", "project", "space", "filter", "dashboard":
		next = append(next, "Who", command("access", file, "--what", node.Spelling))
	default:
		next = append(next, "Reach", command("access", file, "--who", node.Spelling))
	}
	asked := "--" + a.Direction
	return append(next, "All", command("access", file, asked, a.Subject.Spelling, "-o", "access.csv"))
}

var levelStyles = map[app.AccessLevel]style{app.View: low, app.Edit: medium, app.Administer: high}

// perAccess is how many rows a terminal is shown at first, and perRow how many paths of each.
const perAccess, perRow = 25, 3

func accessPage(p *page, a *app.Access, brief bool) {
	snapshotLine(p, "Snapshot", a.Snapshot)
	if a.Before != nil {
		snapshotLine(p, "Baseline", *a.Before)
	}
	subject := []span{{"Asked    ", dim}, {a.Subject.Name, bold}}
	if a.Subject.Key != "" && a.Subject.Key != a.Subject.Name {
		subject = append(subject, span{"  " + a.Subject.Key, plain})
	}
	if a.Subject.Note != "" {
		subject = append(subject, span{"  " + a.Subject.Note, dim})
	}
	p.line(subject...)
	widest := 8
	for _, f := range a.Facts {
		widest = max(widest, width(f.Name))
	}
	for _, f := range a.Facts {
		p.line(span{fmt.Sprintf("%-*s ", widest, f.Name), dim}, span{f.Value, map[string]style{"good": good, "warn": warn, "bad": bad}[f.Tone]})
	}
	p.gap()
	for _, l := range a.Limits {
		sign, look := "! ", warn
		if l.Kind != "unknown" {
			sign, look = "~ ", dim
		}
		p.line(span{sign, look}, span{text: l.Text})
	}
	if len(a.Limits) > 0 {
		p.gap()
	}
	what := "reach it"
	if a.Direction == "who" {
		what = "reached"
	}
	p.line(span{fmt.Sprintf("%s %s", count(a.Counts.View+a.Counts.Edit+a.Counts.Administer), what), bold},
		span{fmt.Sprintf("   %s administer   %s edit   %s view", count(a.Counts.Administer), count(a.Counts.Edit), count(a.Counts.View)), plain}, span{sinceCounts(a), plain})
	p.gap()
	if len(a.People) > 0 {
		accessPeople(p, a, brief)
		return
	}
	accessRows(p, a, brief)
}

func sinceCounts(a *app.Access) string {
	if a.Before == nil {
		return ""
	}
	c := a.Counts
	return fmt.Sprintf("   + %d new   ^ %d raised   v %d lowered   - %d gone   ? %d not comparable", c.New, c.Raised, c.Lowered, c.Gone, c.NotComparable)
}

// sinceWords are what became of a row or a path, as it is shown.
func sinceWords(since app.AccessSince, was app.AccessLevel) span {
	switch since {
	case app.AccessNew:
		return span{"+ new", bad}
	case app.AccessRaised:
		return span{"^ raised" + from(was), bad}
	case app.AccessLowered:
		return span{"v lowered" + from(was), good}
	case app.AccessGone:
		return span{"- gone", good}
	case app.AccessNotComparable:
		return span{"? not comparable", warn}
	}
	return span{string(since), dim}
}

func from(was app.AccessLevel) string {
	if was == app.NoAccess {
		return ""
	}
	return " from " + string(was)
}

// called is a node in a table: its key and its name.
func called(n app.AccessNode) []span {
	key := n.Key
	if key == "" || key == n.Name {
		return []span{{n.Kind, dim}, {n.Name, bold}, {n.Note, dim}}
	}
	return []span{{n.Kind, dim}, {key, bold}, {strings.TrimSpace(n.Name + "  " + n.Note), plain}}
}

func accessRows(p *page, a *app.Access, brief bool) {
	t := &table{fixed: map[int]bool{0: true, 1: true}}
	rows := a.Rows
	if brief && len(rows) > perAccess {
		rows = rows[:perAccess]
	}
	for _, r := range rows {
		level := span{string(r.Level), levelStyles[r.Level]}
		if r.Level == app.NoAccess {
			level = span{"no effect", dim}
			if r.Was != app.NoAccess {
				level = span{"(" + string(r.Was) + ")", dim}
			}
		}
		cells := append([]span{level}, called(r.Node)...)
		note := sinceWords(r.Since, r.Was)
		if r.Reason != "" {
			note.text += ": " + r.Reason
		}
		if r.Active != nil && !*r.Active {
			note.text = strings.TrimSpace(note.text + "  cannot sign in")
		}
		t.add(append(cells, note)...)
		for i, n := range r.Paths {
			if brief && i == perRow {
				t.add(span{fmt.Sprintf("              ... %d more paths", len(r.Paths)-i), dim})
				break
			}
			t.add(pathLine(a, r, i, n))
		}
		if lost := removal(r); lost != "" {
			t.add(span{"              " + lost, dim})
		}
		for _, x := range r.Findings {
			t.add(span{fmt.Sprintf("              %s %s %s", x.Severity, x.Rule, x.Title), severityStyle(string(x.Severity))})
		}
		if by := changedBy(r); by != "" {
			t.add(span{"              " + by, dim})
		}
	}
	p.table(t)
	if rest := len(a.Rows) - len(rows); rest > 0 {
		p.line(span{fmt.Sprintf("... %s more; -v prints them", count(rest)), dim})
	}
}

// pathLine is one path of a row: * marks the strongest.
func pathLine(a *app.Access, r app.AccessRow, i, n int) span {
	path := a.Paths[n]
	sign := "  "
	if i == 0 && r.Level != app.NoAccess {
		sign = "* "
	}
	text := fmt.Sprintf("            %s%s: %s", sign, path.Words, strings.TrimSpace(path.Grant.Name+" "+path.Grant.Note))
	if i < len(r.News) && r.News[i] != app.AccessSame {
		text += "  " + sinceWords(r.News[i], app.NoAccess).text
		if path.Reason != "" && r.News[i] != app.AccessNotComparable {
			text += ": " + path.Reason
		}
	}
	return span{text, plain}
}

// removal says what taking one link away would leave, where that is less.
func removal(r app.AccessRow) string {
	if len(r.Removing) == 0 || r.Removing[0].Level == r.Level || r.Level == app.NoAccess {
		return ""
	}
	left := string(r.Removing[0].Level)
	if left == "" {
		left = "nothing"
	}
	return fmt.Sprintf("without %q: %s", r.Removing[0].Link.Words, left)
}

// changedBy names the change that made a row another, and who made it.
func changedBy(r app.AccessRow) string {
	for _, c := range r.Causes {
		if c.By == nil {
			continue
		}
		name := c.By.Name
		if name == "" {
			name = c.By.Account
		}
		if name != "" {
			return fmt.Sprintf("%s %s by %s", strings.ReplaceAll(c.Resource, "_", " "), c.Change, name)
		}
	}
	return ""
}

// movesWords are how many came, rose, fell and went since the baseline, and what became of the level.
func movesWords(r app.AccessPeople) span {
	var parts []string
	for _, x := range []struct {
		n    int
		sign string
	}{{r.New, "+"}, {r.Raised, "^"}, {r.Lowered, "v"}, {r.Gone, "-"}, {r.NotComparable, "?"}} {
		if x.n > 0 {
			parts = append(parts, x.sign+count(x.n))
		}
	}
	words := sinceWords(r.Since, r.Was)
	if r.Since == app.AccessSame || r.Since == "" {
		words = span{style: dim}
	}
	words.text = strings.TrimSpace(words.text + "  " + strings.Join(parts, " "))
	if r.Reason != "" {
		words.text += ": " + r.Reason
	}
	return words
}

func accessPeople(p *page, a *app.Access, brief bool) {
	t := &table{names: []string{"level", "", "", "", "administer", "edit", "view", "anybody", ""}, right: map[int]bool{4: true, 5: true, 6: true}, fixed: map[int]bool{0: true, 1: true}}
	rows := a.People
	if brief && len(rows) > perTable {
		rows = rows[:perTable]
	}
	for _, r := range rows {
		cells := append([]span{{string(r.Level), levelStyles[r.Level]}}, called(r.Node)...)
		if r.Active != nil && !*r.Active {
			cells[3].text = strings.TrimSpace(cells[3].text + " cannot sign in")
		}
		t.add(append(cells, span{text: count(r.Administer)}, span{text: count(r.Edit)}, span{text: count(r.View)}, span{string(r.Anonymous), tone(len(r.Anonymous), bad)}, movesWords(r))...)
	}
	p.table(t)
	if rest := len(a.People) - len(rows); rest > 0 {
		p.line(span{fmt.Sprintf("... %s more; -v prints them", count(rest)), dim})
	}
}
