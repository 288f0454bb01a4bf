package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"plumbline/app"
)

func objectsCommand(s *session) *cobra.Command {
	var site string
	c := &cobra.Command{
		Use:   "objects FILE RESOURCE [SNAPSHOT]",
		Short: "The objects of a resource, as typed rows",
		Long: `Prints the objects of a resource as one snapshot saw them, as the typed rows that
rules read. An empty cell is a fact that the site did not tell.

` + aboutSnapshot + `

RESOURCE is a resource of the site, or a relation made of several; --help lists them
all, docs/relations.md with their columns.`,
		Annotations: map[string]string{"more": resourceHelp()},
		Example: `  plumbline objects harbourline.plumb.db jira_user
  plumbline objects harbourline.plumb.db confluence_space previous --json`,
		Args: between(2, 3),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 1 {
				return app.RelationNames(), cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveDefault
		},
		RunE: func(c *cobra.Command, args []string) error {
			f, err := app.Open(c.Context(), args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			ref := ""
			if len(args) > 2 {
				ref = args[2]
			}
			rows, err := f.Objects(c.Context(), args[1], ref, site)
			if err != nil {
				return err
			}
			if err := s.show(rows, func(p *page) { rowsPage(p, rows, s.brief()) }); err != nil {
				return err
			}
			if cov := rows.Coverage; cov != nil && cov.Gap() {
				s.say("! %s %s", cov.Resource, outcome(*cov))
			}
			s.next("Ask", command("sql", args[0], "SELECT * FROM "+args[1]+" LIMIT 10"), "Gaps", command("coverage", args[0]))
			return nil
		},
	}
	siteFlag(c, &site)
	return c
}

// resourceHelp lists what can be asked for.
func resourceHelp() string {
	var b strings.Builder
	b.WriteString("Resources and relations\n")
	for _, v := range app.Relations() {
		fmt.Fprintf(&b, "  %-34s %s\n", v.Name, cut(v.About, 96))
	}
	return strings.TrimRight(b.String(), "\n")
}

func sqlCommand(s *session) *cobra.Command {
	return &cobra.Command{
		Use:   "sql FILE [QUERY | -]",
		Short: "One reading SELECT over the whole file",
		Long: `Answers one SELECT over the tables and views of the evidence file, of all its
snapshots: every view has a column snapshot. Nothing can be written, attached or
changed. The query is an argument, or read from stdin.`,
		Example: `  plumbline sql harbourline.plumb.db "SELECT active, count(*) FROM jira_user WHERE snapshot = 2 GROUP BY 1"
  plumbline sql harbourline.plumb.db - < question.sql`,
		Args: between(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			query := "-"
			if len(args) > 1 {
				query = args[1]
			} else if s.inputTTY {
				return app.Usage("the query is missing", "usage: "+c.UseLine())
			}
			if query == "-" {
				text, err := io.ReadAll(io.LimitReader(s.in, 1<<20))
				if err != nil {
					return fmt.Errorf("reading the query: %w", err)
				}
				query = string(text)
			}
			f, err := app.Open(c.Context(), args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			rows, err := f.SQL(c.Context(), query)
			if err != nil {
				return err
			}
			return s.show(rows, func(p *page) { rowsPage(p, rows, s.brief()) })
		},
	}
}

// perTable is how many rows a terminal is shown at first.
const perTable = 50

func rowsPage(p *page, r *app.Rows, brief bool) {
	if r.Snapshot != nil {
		snapshotLine(p, "Snapshot", *r.Snapshot)
		p.line(span{"Objects  ", dim}, span{text: count(r.Total) + " of " + r.Resource})
		p.gap()
	}
	t := &table{names: r.Columns, right: map[int]bool{}}
	shown := r.Rows
	if brief && len(shown) > perTable {
		shown = shown[:perTable]
	}
	for i := range r.Columns {
		t.right[i] = len(shown) > 0 && !slices.ContainsFunc(shown, func(row []any) bool {
			switch row[i].(type) {
			case nil, int64, float64:
				return false
			}
			return true
		})
	}
	for _, row := range shown {
		cells := make([]span, len(row))
		for i, v := range row {
			cells[i] = span{text: cellText(r.Columns[i], v)}
		}
		t.add(cells...)
	}
	p.table(t)
	if rest := len(r.Rows) - len(shown); rest > 0 {
		p.line(span{fmt.Sprintf("... %s more; -v prints them", count(rest)), dim})
	}
}

// cellText shows a value; the parts of a key with slashes between.
func cellText(column string, v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		if column == "key" || strings.HasSuffix(column, "_key") && strings.Contains(v, "\x1f") {
			return keyText(v)
		}
		return v
	case float64:
		text, err := json.Marshal(v)
		if err == nil {
			return string(text)
		}
	}
	return fmt.Sprint(v)
}
