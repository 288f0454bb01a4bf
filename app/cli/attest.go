package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"plumbline/app"
)

func attestCommand(s *session) *cobra.Command {
	var q app.Attesting
	c := &cobra.Command{
		Use:   "attest FILE [QUESTION] [--answer A --by WHO]",
		Short: "What no API shows: the questions to look up by hand, and their answers",
		Long: `Some of what a guide on secure processing asks for is in no answer of any API: the
firewall between the nodes, whether a restore was tried, what an authentication policy
enforces. Those are questions to people. Without QUESTION they are listed with how to
check them by hand and the answers that stand; with one and --answer an answer is
written down, kept in the file beside the decisions. Nothing is ever overwritten;
--withdraw is an act of its own.

Yes is always what should be. An answer counts for the site and all its snapshots,
never for the score. It is asked again when it was attestation_days old as the
snapshot was taken (a parameter, 365).`,
		Example: `  plumbline attest harbourline.plumb.db
  plumbline attest harbourline.plumb.db ATT-TLS-001
  plumbline attest harbourline.plumb.db ATT-TLS-001 --answer yes --by "K. Lindqvist" --evidence "dbconfig.xml of both nodes"
  plumbline attest harbourline.plumb.db ATT-NODE-001 --answer partly --by "K. Lindqvist" --on 2026-11-12 --evidence "40011 is open to the monitoring"`,
		Args: between(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 2 && (c.Flags().Changed("answer") || q.Withdraw) {
				q.Question = args[1]
				into, err := s.newFile()
				if err != nil {
					return err
				}
				done, err := app.Attest(c.Context(), args[0], into, q, now())
				if err != nil {
					return err
				}
				if err := s.done(done, "%s in %s", attestedWords(done.Question), done.File.Path); err != nil {
					return err
				}
				s.next("All", command("attest", done.File.Path))
				return nil
			}
			for _, flag := range []string{"answer", "withdraw", "by", "evidence", "on"} {
				if c.Flags().Changed(flag) {
					return app.Usage("--"+flag+" needs a question and an answer", "plumbline attest FILE QUESTION --answer A --by WHO")
				}
			}
			f, err := app.Open(c.Context(), args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			if len(args) == 2 {
				one, err := f.Question(c.Context(), args[1], q.Site)
				if err != nil {
					return err
				}
				return s.show(one, func(p *page) { questionPage(p, one.Question) })
			}
			list, err := f.Questions(c.Context(), "", q.Site)
			if err != nil {
				return err
			}
			if err := s.show(list, func(p *page) { questionsPage(p, list) }); err != nil {
				return err
			}
			if len(list.Questions) > 0 {
				s.next("One", command("attest", args[0], list.Questions[0].ID))
			}
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&q.Answer, "answer", "", "yes, no, partly, \"not applicable\", or a sentence of your own: `A`")
	f.StringVar(&q.By, "by", "", "who answers for it: `WHO`")
	f.StringVar(&q.Evidence, "evidence", "", "what was seen: `TEXT`")
	f.StringVar(&q.On, "on", "", "the day it was looked at: `DATE`, as 2026-11-16; else today")
	f.BoolVar(&q.Withdraw, "withdraw", false, "the answer that stands no longer holds")
	siteFlag(c, &q.Site)
	return c
}

func attestedWords(q app.QuestionRow) string {
	if q.Answer == nil {
		return "Withdrawn: " + q.ID + " " + q.Title
	}
	return fmt.Sprintf("%s: %s %s, by %s, asked again from %s", capital(cut(q.Answer.Answer, 80)), q.ID, q.Title, q.Answer.By, day(q.Due))
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// questionsPage lists the questions by what is to be done about them: those asked again, then the open ones, then the rest.
func questionsPage(p *page, list *app.QuestionList) {
	n := list.Counts
	p.say(fmt.Sprintf("%s: %d open, %d to be asked again after %d days, %d answered", list.Snapshot.Site, n.Open, n.Due, list.Days, n.Answered))
	for _, part := range []struct{ state, head string }{{"due", "ASK AGAIN"}, {"open", "OPEN"}, {"answered", "ANSWERED"}} {
		first := true
		for _, q := range list.Questions {
			if q.State != part.state {
				continue
			}
			if first {
				p.head(part.head)
				first = false
			}
			p.line(span{q.ID, bold}, span{"  " + q.Title, plain})
			if q.Answer != nil {
				p.line(span{"  " + answerWords(*q.Answer), dim})
			}
		}
	}
}

func answerWords(a app.Attestation) string {
	if a.Answer == "" {
		return "withdrawn by " + a.By + ", " + day(a.At)
	}
	words := cut(a.Answer, 80) + ", " + a.By + ", " + day(a.On)
	if a.Evidence != "" {
		words += ": " + cut(a.Evidence, 120)
	}
	return words
}

func questionPage(p *page, q app.QuestionRow) {
	p.line(span{q.ID, bold}, span{"  " + q.Title, bold})
	p.say(q.Question)
	p.gap()
	p.say("By hand: " + q.How)
	p.say("No rule checks it: " + q.Why + ".")
	for i, a := range q.History {
		if i == 0 {
			p.head("ANSWERS")
		}
		p.say(answerWords(a))
	}
}
