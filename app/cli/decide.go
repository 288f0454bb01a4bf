package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"plumbline/app"
)

// now is the time of deciding; a test sets another.
var now = time.Now

// deciding are the flags of decide, before they are understood.
type deciding struct {
	accept, confirm, clear bool
	rule, on, below        string
	q                      app.Deciding
}

func decideCommand(s *session) *cobra.Command {
	var d deciding
	c := &cobra.Command{
		Use:   "decide FILE FINDING --accept --reason R --owner O --until DATE | --confirm | --clear",
		Short: "Confirm a finding, accept its risk until a day, or take that back",
		Long: `Writes down what a person decides on a finding: that it is confirmed, or that its
risk is accepted, with a reason, an owner and the last day that this holds, at most a
year from today. Nothing is ever overwritten; --clear is an act of its own.

The verdict stays what it is and is always shown. An accepted finding does not count
for --fail-on; after its last day it is open again by itself. A decision counts for
the latest snapshot and every later one; findings of older snapshots show what was
decided while they were the latest.

Instead of FINDING, with --rule ID:
  --rule ID --on RESOURCE KEY      all that the rule finds on an object
  --rule ID --below RESOURCE KEY   all that it finds on objects below a parent: in a
                                   project, a space, a page, a group, a scheme ...

KEY is a key's parts as words, as plumbline objects and explain print them, or the own
key of a project or space. Of several decisions on one finding the narrowest counts
that has not run out.`,
		Example: `  plumbline decide harbourline.plumb.db F-3c91 --confirm
  plumbline decide harbourline.plumb.db F-3c91 --accept --reason "Leaves in March" --owner "K. Lindqvist" --until 2027-03-31
  plumbline decide harbourline.plumb.db --rule CONF-ACCESS-004 --below confluence_space FINCLOSE --accept --reason "Audit room" --owner CFO --until 2027-01-31
  plumbline decide harbourline.plumb.db F-3c91 --clear`,
		Args: between(1, 20),
		RunE: func(c *cobra.Command, args []string) error {
			if err := d.understand(args[1:], "usage: "+c.UseLine()); err != nil {
				return err
			}
			into, err := s.newFile()
			if err != nil {
				return err
			}
			done, err := app.Decide(c.Context(), args[0], into, d.q, now())
			if err != nil {
				return err
			}
			if err := s.done(done, "%s in %s", decidedWords(done), done.File.Path); err != nil {
				return err
			}
			s.next("All", command("decisions", "list", done.File.Path))
			return nil
		},
	}
	f := c.Flags()
	f.BoolVar(&d.accept, "accept", false, "the risk is accepted: needs --reason, --owner and --until")
	f.BoolVar(&d.confirm, "confirm", false, "the finding is confirmed; --reason may say more")
	f.BoolVar(&d.clear, "clear", false, "what was decided no longer holds; --reason may say why")
	f.StringVar(&d.q.Reason, "reason", "", "why: `TEXT`")
	f.StringVar(&d.q.Owner, "owner", "", "who answers for the risk: `NAME`")
	f.StringVar(&d.q.Until, "until", "", "the last day that the risk is accepted: `DATE`, as 2027-03-31")
	f.StringVar(&d.rule, "rule", "", "decide on what the rule `ID` finds, with --on or --below")
	f.StringVar(&d.on, "on", "", "on an object: `RESOURCE`, then its KEY")
	f.StringVar(&d.below, "below", "", "on all below a parent: `RESOURCE`, then its KEY")
	byFlag(c, &d.q.By)
	siteFlag(c, &d.q.Site)
	baselineFlags(c, &d.q.Since)
	f.StringArrayVar(&d.q.Rules, "rules", nil, "use the rules in folder `DIR` too (repeatable)")
	f.StringArrayVar(&d.q.Parameters, "param", nil, "a parameter that the finding was judged with: `NAME=VALUE` (repeatable)")
	return c
}

// understand makes one decision of flags and words.
func (d *deciding) understand(words []string, usage string) error {
	acts := map[string]bool{"accepted": d.accept, "confirmed": d.confirm, "cleared": d.clear}
	d.q.Act = ""
	for act, asked := range acts {
		if asked && d.q.Act != "" {
			return app.Usage("--accept, --confirm and --clear exclude each other", "give one of them")
		}
		if asked {
			d.q.Act = act
		}
	}
	switch {
	case d.q.Act == "":
		return app.Usage("it is not said what is decided", "give --accept, --confirm or --clear")
	case d.rule == "" && (d.on != "" || d.below != ""):
		return app.Usage("--on and --below need a rule", "--rule ID")
	case d.rule == "" && len(words) == 0:
		return app.Usage("the finding is missing", usage)
	case d.rule == "" && len(words) > 1:
		return app.Usage(fmt.Sprintf("%q is one word too many", words[1]), usage)
	case d.rule == "":
		d.q.Finding = words[0]
		return nil
	case (d.on == "") == (d.below == ""):
		return app.Usage("--rule needs one of --on and --below", "--rule ID --on RESOURCE KEY")
	case len(words) == 0:
		return app.Usage("the KEY is missing", "--"+map[bool]string{true: "below", false: "on"}[d.below != ""]+" RESOURCE KEY")
	}
	d.q.Rule, d.q.Key, d.q.Resource, d.q.Below = d.rule, words, firstOf(d.on, d.below), d.below != ""
	return nil
}

func decidedWords(d *app.Decided) string {
	x := d.Decision
	words := map[string]string{"accepted": "Accepted until " + day(x.Until), "confirmed": "Confirmed", "cleared": "No longer decided"}[x.Act]
	words += ": " + x.Rule + " " + cut(x.Subject, 120)
	if x.Scope != "finding" {
		words += ", " + some(x.Findings, "finding")
	} else if x.Presence != "found" && x.Act != "cleared" {
		words += fmt.Sprintf(" (not found in snapshot %d)", d.Snapshot.ID)
	}
	return words
}

// decisionWords say in a few words how a decision stands.
func decisionWords(d *app.Decision) string {
	if d == nil {
		return ""
	}
	switch d.State {
	case "accepted":
		return "accepted until " + day(d.Until) + ", " + d.Owner
	case "expired":
		return "accepted until " + day(d.Until) + ", which is over"
	}
	return "confirmed by " + d.By
}

func decisionsCommand(s *session) *cobra.Command {
	return group("decisions", "The decisions of a file: list, import, export",
		`What people decided on findings, see plumbline decide. A decision is kept when what it
was about is no longer found, and listed as such.

`+aboutSnapshot,
		decisionsList(s), decisionsImport(s), decisionsExport(s))
}

// listFlags are those of list and export.
func listFlags(c *cobra.Command, site *string, history *bool, j *app.Judging) {
	c.Flags().BoolVar(history, "history", false, "every act, also what was replaced or taken back")
	siteFlag(c, site)
	judgingFlags(c, j)
}

func decisionsList(s *session) *cobra.Command {
	var site string
	var history bool
	var judging app.Judging
	c := &cobra.Command{
		Use: "list FILE [SNAPSHOT]", Short: "What stands at a snapshot, newest first, and whether it is still found",
		Args: between(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			all, err := decisionsOf(c, args, site, judging, history)
			if err != nil {
				return err
			}
			return s.show(all, func(p *page) { decisionsPage(p, all) })
		},
	}
	listFlags(c, &site, &history, &judging)
	return c
}

func decisionsOf(c *cobra.Command, args []string, site string, judging app.Judging, history bool) (*app.DecisionList, error) {
	f, err := app.Open(c.Context(), args[0])
	if err != nil {
		return nil, err
	}
	defer f.Close()
	ref := ""
	if len(args) > 1 {
		ref = args[1]
	}
	return f.Decisions(c.Context(), ref, site, judging, history)
}

func decisionsPage(p *page, all *app.DecisionList) {
	snapshotLine(p, "Snapshot", all.Snapshot)
	if len(all.Decisions) == 0 {
		p.gap()
		p.say("Nothing is decided.")
		return
	}
	present := map[string]string{"found": "", "gone": "no longer found", "unknown": "the rule could not look, or not at all", "no_rule": "its rule is not in force"}
	styles := map[string]style{"accepted": good, "expired": bad, "confirmed": bold}
	for _, d := range all.Decisions {
		p.gap()
		until := ""
		if d.Until != "" {
			until = " until " + day(d.Until)
		}
		where := map[string]string{"finding": d.Finding, "object": "on an object", "below": "below a parent"}[d.Scope]
		p.line(span{d.State + until, styles[d.State]}, span{"  " + d.Rule, bold}, span{"  " + d.Title, plain}, span{"  " + where, dim})
		p.say("  " + d.Subject)
		if d.Scope != "finding" {
			p.line(span{"  " + d.Resource + "  " + keyText(d.Key), dim})
		}
		if d.Reason != "" {
			p.say("  " + d.Reason)
		}
		facts := []string{"by " + d.By + ", " + moment(d.At)}
		if d.Owner != "" {
			facts = append([]string{"owner " + d.Owner}, facts...)
		}
		if d.Scope != "finding" && d.Presence == "found" {
			facts = append(facts, some(d.Findings, "finding"))
		}
		p.line(span{"  " + strings.Join(facts, "; "), dim})
		if words := present[d.Presence]; words != "" {
			p.line(span{"  ! " + words, warn})
		}
	}
}

func decisionsExport(s *session) *cobra.Command {
	var site string
	var history bool
	var judging app.Judging
	c := &cobra.Command{
		Use: "export FILE [SNAPSHOT]", Short: "The decisions as CSV, to stdout or to -o FILE",
		Long: `Writes the decisions that stand at a snapshot as CSV: RFC 4180, UTF-8, a header row,
oldest first. A cell that a spreadsheet would take for a formula begins with an
apostrophe; import takes it away again.`,
		Example: `  plumbline decisions export harbourline.plumb.db -o decisions.csv`,
		Args:    between(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			all, err := decisionsOf(c, args, site, judging, history)
			if err != nil {
				return err
			}
			if s.asJSON() {
				return s.show(all, nil)
			}
			if err := s.write(all.WriteCSV); err != nil {
				return err
			}
			if s.output != "" {
				s.say("Wrote %s to %s", some(len(all.Decisions), "decision"), s.output)
			}
			return nil
		},
	}
	listFlags(c, &site, &history, &judging)
	return c
}

func decisionsImport(s *session) *cobra.Command {
	var q app.Importing
	c := &cobra.Command{
		Use: "import FILE CSV|-", Short: "Add decisions from CSV: all of them, or none and what is wrong with each line",
		Long: `Adds the decisions of a CSV as export writes it, or as it is typed: the columns act
(accepted, confirmed, cleared) and finding, or rule, resource and key, must be there;
scope (finding, object, below), aspect, reason, owner, until, at, by, site and subject
may be. A key of several parts is a JSON array of them. What the file holds already is
not added again; a line without a time is taken for decided now.

Every line is looked at first: where anything is wrong nothing is added, each line's
fault is told, and it ends with 1.`,
		Example: `  plumbline decisions import harbourline.plumb.db decisions.csv`,
		Args:    between(2, 2),
		RunE: func(c *cobra.Command, args []string) error {
			into, err := s.newFile()
			if err != nil {
				return err
			}
			in := s.in
			if args[1] != "-" {
				file, err := os.Open(args[1])
				if err != nil {
					return err
				}
				defer file.Close()
				in = file
			}
			done, err := app.ImportDecisions(c.Context(), args[0], into, in, q, now())
			if err != nil {
				return err
			}
			s.end(done.Exit())
			if s.json {
				return writeJSON(s.out, done, s.outTerminal)
			}
			p := &page{}
			for _, x := range done.Problems {
				p.line(span{fmt.Sprintf("line %d", x.Line), bold}, span{": " + x.Words, plain})
			}
			if _, err := io.WriteString(s.out, p.render(0, s.colour(s.outTerminal), false)); err != nil {
				return err
			}
			if n := len(done.Problems); n > 0 {
				s.say("%s: nothing added", some(n, "problem"))
				return nil
			}
			s.say("%s added to %s, %d there already", some(done.Added, "decision"), done.File.Path, done.Same)
			return nil
		},
	}
	byFlag(c, &q.By)
	siteFlag(c, &q.Site)
	c.Flags().StringArrayVar(&q.Rules, "rules", nil, "use the rules in folder `DIR` too (repeatable)")
	c.Flags().StringArrayVar(&q.Parameters, "param", nil, "a parameter that findings were judged with: `NAME=VALUE` (repeatable)")
	return c
}
