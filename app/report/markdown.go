package report

import (
	"fmt"
	"io"
	"strings"

	"plumbline/app"
)

// writeMarkdown writes the report as Markdown: what it comes to, what was not looked at, and every finding.
func writeMarkdown(w io.Writer, r *app.Report) error {
	p, err := pageOf(r)
	if err != nil {
		return err
	}
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	m := app.MarkdownText
	say("# %s: %s\n\n%s. %s\n", m(p.Title), m(p.Client), m(day(r.Snapshot.Started)), m(p.About))
	for _, text := range []string{p.Brand.Texts.Introduction, p.Brand.Texts.Summary} {
		for _, words := range paragraphs(text) {
			say("\n%s\n", m(strings.Join(lines(words), " ")))
		}
	}
	for _, words := range p.Summary {
		say("\n%s\n", m(words))
	}
	say("\n## What was not looked at\n\n")
	for _, n := range r.Notices {
		if n.Grave {
			say("- **%s**\n", m(n.Words))
		} else {
			say("- %s\n", m(n.Words))
		}
	}
	say("\n## Findings\n")
	for _, part := range p.Severities {
		for _, g := range part.Groups {
			markdownFindings(&b, "###", g.Findings)
			for i, step := range lines(g.Verdict.Fix) {
				if i == 0 {
					say("\nWhat to do:\n\n")
				}
				say("%d. %s\n", i+1, m(step))
			}
		}
	}
	if len(r.Findings) == 0 {
		say("\nNone.\n")
	}
	for _, list := range []struct {
		title  string
		groups []group
	}{{"Resolved", p.Resolved}, {"Not comparable, and found before alone", p.Apart}, {"Drift", p.Drifted}} {
		if len(list.groups) == 0 {
			continue
		}
		say("\n## %s\n", list.title)
		for _, g := range list.groups {
			markdownFindings(&b, "###", g.Findings)
		}
	}
	if o := r.Outsiders; o != nil {
		say("\n## Access of outsiders\n\nAnybody on the internet reaches %s.\n\n| who | basis | administer | edit | view |\n|---|---|---|---|---|\n", app.Count(o.Anybody()))
		for _, x := range o.People {
			say("| %s | %s | %d | %d | %d |\n", m(x.Name), m(x.Basis), x.Administer, x.Edit, x.View)
		}
		for _, l := range o.Limits {
			say("\n- %s", m(l.Text))
		}
		say("\n")
	}
	if standing := p.Standing(); len(standing) > 0 {
		say("\n## Accepted risks\n\n%s\n", m(p.AcceptedWords()))
		if r.Shows.Decisions {
			say("\n| state | what | why | owner | until |\n|---|---|---|---|---|\n")
			for _, d := range standing {
				say("| %s | %s (%s) | %s | %s | %s |\n", m(d.State), m(d.Subject), m(d.Rule), m(strings.Join(lines(d.Reason), " ")), m(d.Owner), m(d.Until))
			}
		}
	}
	say("\n## Attestations\n\n%s Answers count for no verdict and no score.\n", attestationTotals(r))
	for _, q := range r.Questions.Questions {
		say("\n- %s", m(attested(q)))
	}
	say("\n\n## Method\n\n")
	say("- Snapshot %d of %s, %s to %s, %s, digest `%s`\n", r.Snapshot.ID, m(r.Snapshot.Site), m(moment(r.Snapshot.Started)), m(moment(finished(r.Snapshot))), r.Snapshot.State, r.Snapshot.Digest)
	if r.Baseline != nil {
		say("- Baseline: snapshot %d, %s, digest `%s`\n", r.Baseline.ID, m(moment(r.Baseline.Started)), r.Baseline.Digest)
	}
	say("- Seal: %s\n- Rules: pack %s, `%s`\n- Seen as %s, with %s\n- %s requests, %s objects, collected by Plumbline %s\n- Made %s by Plumbline %s\n", words(r.Seal.State), m(r.Rules.Pack), r.Rules.Digest,
		m(firstWords(r.Snapshot.Vantage.Name, r.Snapshot.Vantage.Account, "nobody")), m(strings.Join(r.Snapshot.Vantage.Credentials, ", ")), app.Count(p.Asked()), app.Count(p.Held()), m(r.Taken.Program), m(moment(r.Made)), m(r.Program))
	if text := p.Brand.Texts.Closing; text != "" {
		say("\n%s\n", m(text))
	}
	_, err = io.WriteString(w, b.String())
	return err
}

func finished(s app.Snapshot) string {
	if s.Finished == nil {
		return "unfinished"
	}
	return *s.Finished
}
