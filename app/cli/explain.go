package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"plumbline/app"
)

func explainCommand(s *session) *cobra.Command {
	var site, snapshot string
	var since app.Baseline
	var judging app.Judging
	c := &cobra.Command{
		Use:   "explain FILE FINDING",
		Short: "Why a finding is one: the deciding objects, the SQL, what is stored, the request",
		Long: `Shows why a finding is one: the rule in words and in SQL, the objects that decide,
what is stored of each and the request that brought it.

FINDING is the id of a finding or any beginning of it that no other has.

A finding about a change (DRIFT-...) is one of two snapshots. They are the one that is
looked at and the pinned one, else the preceding one; --before names another.`,
		Example: `  plumbline explain harbourline.plumb.db F-3c91
  plumbline explain harbourline.plumb.db F-3c91 --before "Q3 audit"
  plumbline explain harbourline.plumb.db F-3c91 --json`,
		Args: between(2, 2),
		RunE: func(c *cobra.Command, args []string) error {
			f, err := app.Open(c.Context(), args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			e, err := f.Explain(c.Context(), args[1], snapshot, site, since, judging)
			if err != nil {
				return err
			}
			if err := s.show(e, func(p *page) { explainPage(p, e, s.brief()) }); err != nil {
				return err
			}
			s.next("Rule", command("rules", "show", e.Finding.Rule),
				"Objects", command("objects", args[0], e.Finding.Resource, fmt.Sprint(e.Snapshot.ID)))
			return nil
		},
	}
	siteFlag(c, &site)
	c.Flags().StringVar(&snapshot, "snapshot", "", "look in `SNAPSHOT` only, not in the latest and then the earlier ones")
	baselineFlags(c, &since)
	judgingFlags(c, &judging)
	return c
}

// baselineFlags say since which snapshot a finding about a change is one.
func baselineFlags(c *cobra.Command, since *app.Baseline) {
	c.Flags().StringVar(&since.Before, "before", "", "a finding about a change is one since `SNAPSHOT`, not since the pinned or preceding one")
	c.Flags().StringVar(&since.From, "from", "", "the snapshot before is in `FILE2`, its latest one if --before names none")
}

func explainPage(p *page, e *app.Explanation, brief bool) {
	x := e.Finding
	p.line(span{strings.ToUpper(string(x.Severity)), severityStyle(string(x.Severity))}, span{"  " + x.Title, bold}, span{"  " + x.ID, dim})
	p.line(span{text: x.Subject + " " + x.Detail})
	p.gap()
	facts := &table{fixed: map[int]bool{0: true}}
	fact := func(name, value string) {
		if value != "" {
			facts.add(span{name, dim}, span{text: value})
		}
	}
	fact("Rule", fmt.Sprintf("%s  %s  rev %d", x.Rule, x.Category, e.Rule.Rev))
	fact("Found in", fmt.Sprintf("snapshot %d of %s, %s", e.Snapshot.ID, siteWords(e.Snapshot), moment(e.Snapshot.Started)))
	if b := e.Before; b != nil {
		fact("Since", fmt.Sprintf("snapshot %d of %s, %s", b.ID, siteWords(*b), moment(b.Started)))
	}
	fact("Object", x.Resource+"  "+keyText(x.Key))
	fact("Aspect", keyText(x.Aspect))
	if d := x.Decision; d != nil {
		words := decisionWords(d) + "; by " + d.By + ", " + moment(d.At)
		if d.Scope != "finding" {
			words += map[string]string{"object": ", for the rule on this object", "below": ", for the rule below a parent"}[d.Scope]
		}
		fact("Decision", words)
		fact("Reason", d.Reason)
	}
	if e.Verdict != nil && e.Verdict.Partial {
		fact("Partial", firstOf(e.Verdict.Reason, "a resource it reads was not seen whole"))
	}
	if e.Verdict != nil {
		for _, name := range sortedKeys(e.Verdict.Parameters) {
			fact("Parameter", name+" = "+valueText(e.Verdict.Parameters[name]))
		}
	}
	p.table(facts)
	for _, part := range []struct{ head, text string }{
		{"WHY", e.Rule.Why}, {"FIX", e.Rule.Fix}, {"MAY BE WRONG WHEN", e.Rule.FalsePositives},
	} {
		if part.text != "" {
			p.gap()
			p.head(part.head)
			for _, line := range strings.Split(strings.TrimSpace(part.text), "\n") {
				p.say("  " + strings.TrimSpace(line))
			}
		}
	}
	p.gap()
	p.head("DECIDING OBJECTS")
	for i, o := range e.Objects {
		if brief && i == 5 {
			p.line(span{fmt.Sprintf("  ... %s more; -v shows them", count(len(e.Objects)-i)), dim})
			break
		}
		p.line(span{"  " + o.Resource, bold}, span{"  " + keyText(o.Key), plain})
		for n, r := range o.Requests {
			if n == 3 {
				p.line(span{fmt.Sprintf("    ... %s more requests", count(len(o.Requests)-n)), dim})
				break
			}
			p.line(span{fmt.Sprintf("    %s %s  %d  %s", r.Method, r.Path, r.Status, r.At), dim})
		}
		if o.Digest != "" {
			what := "stored body"
			if o.Reference {
				what = "entry of the reference data"
			} else if o.Side != "" {
				what = "stored body, of the snapshot before,"
			}
			p.line(span{"    " + what + " " + o.Digest, dim})
			p.code("json", pretty(o.Body))
		}
	}
	if rest := len(x.Evidence) - len(e.Objects); rest > 0 {
		p.line(span{fmt.Sprintf("  ... %s more in the file; --json names them all", count(rest)), dim})
	}
	p.gap()
	p.head("SQL")
	p.code("sql", e.Rule.SQL)
	if len(e.Rule.Maps) > 0 {
		p.gap()
		p.line(span{"Controls  ", dim}, span{text: strings.Join(e.Rule.Maps, ", ")})
	}
	if e.Rule.Source != "" {
		p.line(span{"Source    ", dim}, span{text: e.Rule.Source})
	}
}

// pretty indents a stored body; what is no JSON is shown as it is.
func pretty(body []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, body, "  ", "  ") != nil {
		return string(body)
	}
	return "  " + b.String()
}
