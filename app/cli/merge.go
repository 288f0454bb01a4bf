package cli

import (
	"bufio"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"plumbline/app"
)

func mergeCommand(s *session) *cobra.Command {
	c := &cobra.Command{
		Use: "merge FILE FILE...", Short: "Put the snapshots of several files into a new one",
		Long: `Puts the finished snapshots of several files into a new one, by time, each with its
digest, coverage, log and seals; the files stay as they are. The same snapshot in two
files is taken once. Decisions, parameters and attestations come together: of two on
one thing the later stands, and what the files did not agree on is listed.

Sites that share an id are one. Where two only look alike (the same address, the same
name) you are asked: --same-site says they are one, --two-sites that they are not. The
older one's id stays; findings of the other get new ids, and decisions follow them.

What was altered since it was sealed or finished is merged only with --broken, and
stays visibly so. Encrypted files are opened as everywhere; the new one is not.`,
		Example: `  plumbline merge -o all.plumb.db 2025.plumb.db 2026.plumb.db
  plumbline merge -o all.plumb.db old.plumb.db new.plumb.db --same-site https://old.harbourline.example=https://harbourline.example`,
		Args: between(2, 1000),
	}
	var q app.MergeQuery
	f := c.Flags()
	f.StringArrayVar(&q.SameSite, "same-site", nil, "these two are one site: `A=B`, addresses or ids; repeatable")
	f.StringArrayVar(&q.TwoSites, "two-sites", nil, "these look alike and are two sites: `A=B`; repeatable")
	f.BoolVar(&q.Broken, "broken", false, "take snapshots that were altered, and broken seals, as they are")
	c.RunE = func(c *cobra.Command, files []string) error {
		output, err := s.newFile()
		if err != nil {
			return err
		}
		if q.Output, q.Files = output, files; q.Output == "" {
			return app.Usage("what to call the new file", "-o NEW.plumb.db says it")
		}
		if s.canAsk() && !s.json {
			q.Ask = s.yesOrNo
		}
		far, end := s.howFar()
		if far != nil {
			q.Told = func(done, total int64) { far("merging", done, total) }
		}
		done, err := app.Merge(c.Context(), q)
		end()
		if err != nil {
			return err
		}
		if s.json {
			return writeJSON(s.out, done, s.outTerminal)
		}
		p := &page{}
		mergedPage(p, done)
		fmt.Fprint(s.out, p.render(s.columns(s.out), s.colour(s.outTerminal), false))
		s.output = "" // it was the new file's
		s.next("Change", command("compare", done.File.Path), "Decisions", command("decisions", "list", done.File.Path))
		return nil
	}
	return c
}

// yesOrNo asks until it is told one of the two.
func (s *session) yesOrNo(question string) (bool, error) {
	in := bufio.NewReader(s.in)
	for {
		fmt.Fprintf(s.err, "%s [y/n] ", app.Neutral(question))
		line, err := in.ReadString('\n')
		switch strings.ToLower(strings.TrimSpace(line)) {
		case "y", "yes":
			return true, nil
		case "n", "no":
			return false, nil
		}
		if err != nil {
			return false, app.Usage("nobody answered", "nothing was merged")
		}
	}
}

func mergedPage(p *page, done *app.Merged) {
	p.line(span{"Merged   ", dim}, span{done.File.Path, bold}, span{text: fmt.Sprintf("  %s of %s, %s in %s", some(len(done.Snapshots), "snapshot"),
		some(len(done.Sites), "site"), some(done.Objects, "object"), done.Took.Round(time.Second/10))})
	for _, site := range done.Sites {
		if len(site.Joined) > 0 {
			p.line(span{"One site ", dim}, span{text: host(site.Address) + " " + site.ID + ", which was also " + strings.Join(site.Joined, ", ")})
		}
	}
	p.line(span{"Beside   ", dim}, span{text: fmt.Sprintf("%s, %s, %s", some(done.Decisions, "decision"), some(done.Parameters, "parameter"), some(done.Attestations, "attestation"))})
	if done.Parameters > 0 && len(done.Sites) > 1 {
		p.say("The parameters count for all sites of the new file: plumbline param list shows them.")
	}
	p.gap()
	t := &table{names: []string{"", "started", "site", "label", "from"}, right: map[int]bool{0: true}, fixed: map[int]bool{0: true, 1: true}}
	for _, n := range done.Snapshots {
		var from []string
		for _, f := range n.From {
			from = append(from, fmt.Sprintf("%s %d", f.File, f.Snapshot))
		}
		label := n.Label
		if n.Pinned {
			label += " (pinned)"
		}
		t.add(span{fmt.Sprint(n.ID), bold}, span{text: moment(n.Started)}, span{text: host(n.Site)}, span{text: label}, span{strings.Join(from, ", "), dim})
	}
	p.table(t)
	if len(done.Left) > 0 {
		p.gap()
		p.head("NOT TAKEN, NOT FINISHED")
		t := &table{indent: 2}
		for _, l := range done.Left {
			t.add(span{text: fmt.Sprintf("%s %d", l.File, l.Snapshot)}, span{text: l.Site}, span{text: moment(l.Started)}, span{string(l.State), warn})
		}
		p.table(t)
	}
	if len(done.Broken) > 0 {
		p.gap()
		p.head("NOT WHAT WAS SEALED OR FINISHED")
		t := &table{indent: 2}
		for _, b := range done.Broken {
			t.add(span{fmt.Sprintf("%s %d", b.File, b.Snapshot), bad}, span{text: b.Words})
		}
		p.table(t)
	}
	if len(done.Conflicts) > 0 {
		p.gap()
		p.head("NOT AGREED ON")
		t := &table{indent: 2, names: []string{"", "about", "stands", "does not"}}
		for _, c := range done.Conflicts {
			t.add(span{c.Kind, warn}, span{text: c.About}, span{text: sideText(c.Kept)}, span{sideText(c.Other), dim})
		}
		p.table(t)
	}
}

func sideText(side app.MergeSide) string {
	words := side.Says
	if side.By != "" {
		words += ", " + side.By
	}
	if side.At != "" {
		words += ", " + moment(side.At)
	}
	return words + " (" + side.File + ")"
}
