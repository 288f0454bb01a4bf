package cli

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"plumbline/app"
)

func collectCommand(s *session) *cobra.Command {
	var q app.CollectQuery
	var way way
	c := &cobra.Command{
		Use:   "collect FILE --site URL",
		Short: "Take a new snapshot of a site into a file",
		Long: `Asks the site, read-only, for everything Plumbline knows to ask for, and keeps of the
answers what docs/resources.md lists: metadata, never a page's or an issue's text. It
obeys the site's rate limits and says of every resource what came of it.

A snapshot interrupted less than 24 hours ago is gone on with; --new ends it and begins
another, --discard throws it away. Ctrl-C interrupts; so does --max-time.

Sign-ins are taken from the keychain (plumbline connect add), or for one run from the
environment (plumbline connect --help). With an organisation API key beside the site's
own sign-in the organisation is in the snapshot too. Cloud or Data Center is found out
from the site itself; Jira and Confluence Data Center of one installation are one site
with an address each.

Ends with 3 if something was denied, partial or failed: the snapshot is finished all the
same, and says what it could not see.`,
		Example: `  plumbline collect harbourline.plumb.db --site https://harbourline.atlassian.net
  plumbline collect harbourline.plumb.db --site harbourline.atlassian.net --label "Q4 audit" --json
  plumbline collect harbourline.plumb.db --site harbourline.atlassian.net --only jira_user --only directory_group_member
  plumbline collect dc.plumb.db --site https://jira.harbourline.example/jira --site https://wiki.harbourline.example`,
		Args: between(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			if len(q.Sites) == 0 {
				return app.Usage("--site is missing", "usage: "+c.UseLine())
			}
			into, err := s.newFile()
			if err != nil {
				return err
			}
			q.File, q.Copy = args[0], into
			in, err := way.open()
			if err != nil {
				return err
			}
			view := newProgress(s)
			q.Tell = view.event
			q.Warn = func(words string) { s.say("! %s", words) }
			done, err := in.Collect(c.Context(), q)
			view.clear()
			return s.collected(done, err)
		},
	}
	f := c.Flags()
	f.StringArrayVar(&q.Sites, "site", nil, "the address of the site: `URL` (several for Jira and Confluence Data Center)")
	f.BoolVar(&q.New, "new", false, "begin a new snapshot; what an interrupted one lacks counts as skipped")
	f.BoolVar(&q.Discard, "discard", false, "throw an interrupted snapshot away and begin a new one")
	f.StringVar(&q.Label, "label", "", "name the snapshot `LABEL`")
	f.StringVar(&q.PersonalData, "personal-data", "full", "how much of people is kept, `LEVEL`: full, or domain (no names; of e-mail addresses the domain)")
	f.StringArrayVar(&q.Only, "only", nil, "ask for `RESOURCE` only (repeatable)")
	f.StringArrayVar(&q.Skip, "skip", nil, "do not ask for `RESOURCE` (repeatable)")
	f.IntVar(&q.Concurrency, "concurrency", 0, "at most `N` requests at a time (default: as many as the site likes)")
	f.Float64Var(&q.Rate, "rate", 0, "at most `N` requests a second")
	f.DurationVar(&q.MaxTime, "max-time", 0, "interrupt after `TIME`, such as 45m; the next run goes on")
	way.flags(c)
	f.BoolVar(&q.DryRun, "dry-run", false, "print the requests that would be made, and make none")
	names := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return app.CollectableNames(), cobra.ShellCompDirectiveNoFileComp
	}
	_ = c.RegisterFlagCompletionFunc("only", names) // fails only for a flag that is not there
	_ = c.RegisterFlagCompletionFunc("skip", names)
	return c
}

// result is the last line of collect --json.
type result struct {
	Type     string         `json:"type"`
	Exit     app.Exit       `json:"exit"`
	Snapshot *int64         `json:"snapshot"` // null where none was begun
	Requests int64          `json:"requests"`
	Objects  int64          `json:"objects"`
	Outcomes map[string]int `json:"outcomes"`
	Error    *app.Problem   `json:"error"`
}

// planned is a line of collect --dry-run --json.
type planned struct {
	Type string `json:"type"`
	app.PlannedRequest
}

// collected prints what came of collecting. With an error there may still be a snapshot to speak of.
func (s *session) collected(done *app.Collected, err error) error {
	line := result{Type: "result", Outcomes: map[string]int{}}
	if done != nil {
		s.end(done.Exit)
		if done.Snapshot.ID != 0 {
			line.Snapshot = &done.Snapshot.ID
		}
		line.Requests, line.Objects, line.Outcomes = done.Requests, done.Objects, done.Outcomes
	}
	line.Exit = s.exit
	if err != nil {
		line.Error = app.Words(err)
		line.Exit = app.Worst(line.Exit, line.Error.Exit)
	}
	if s.json {
		if done != nil {
			for _, r := range done.Plan {
				if err := writeJSON(s.out, planned{"request", r}, false); err != nil {
					return err
				}
			}
		}
		if writeErr := writeJSON(s.out, line, false); writeErr != nil && err == nil {
			return writeErr
		}
		return err
	}
	if err != nil || done == nil {
		return err
	}
	p := &page{}
	if done.Plan != nil {
		planPage(p, done)
	} else {
		collectedPage(p, done)
	}
	fmt.Fprint(s.out, p.render(s.columns(s.out), s.colour(s.outTerminal), false))
	if done.Plan == nil {
		s.next("Findings", command("findings", done.File), "Gaps", command("coverage", done.File))
	}
	return nil
}

func planPage(p *page, done *app.Collected) {
	t := &table{names: []string{"resource", "", "request", ""}, fixed: map[int]bool{0: true}}
	for _, r := range done.Plan {
		var notes []string
		if r.Each != "" {
			notes = append(notes, "for each "+r.Each)
		}
		if r.Instead {
			notes = append(notes, "only where the one before is refused")
		}
		t.add(span{text: r.Resource}, span{r.Method, dim}, span{text: r.Path}, span{strings.Join(notes, ", "), dim})
	}
	p.table(t)
	p.gap()
	p.say(some(len(done.Plan), "request") + " to begin with, each followed by its further pages. None was made.")
}

func collectedPage(p *page, done *app.Collected) {
	snapshotLine(p, "Snapshot", done.Snapshot)
	if done.Resumed {
		p.line(span{"Resumed  ", dim}, span{text: "where it was interrupted"})
	}
	p.line(span{"Read     ", dim}, span{text: fmt.Sprintf("%s with %s in %s", some(done.Objects, "object"), some(done.Requests, "request"), done.Took.Round(time.Second))})
	if len(done.Gaps) == 0 {
		p.line(span{"Complete", good}, span{" everything that the site has was read whole", plain})
		return
	}
	p.gap()
	p.head("NOT SEEN WHOLE")
	t := &table{indent: 2, fixed: map[int]bool{0: true, 1: true}}
	for _, r := range app.Folded(done.Gaps) {
		style := warn
		if r.Outcome == "denied" || r.Outcome == "failed" {
			style = bad
		}
		t.add(span{r.Resource, bold}, span{statusText(r), style}, span{text: gapText(r)})
	}
	p.table(t)
	p.gap()
	if n := len(done.RulesLost); n > 0 {
		p.say(fmt.Sprintf("At least %d of %d rules cannot look for want of that.", n, done.Rules))
	}
}

// progress shows how collecting goes: lines of JSON, or on a terminal one line that changes under
// the lines of what has ended; elsewhere what has ended only.
type progress struct {
	s       *session
	moving  bool
	listed  bool // a line for each resource that has ended
	started time.Time
	drawn   time.Time
	width   int // of the line on the screen, 0 if there is none
	current map[string]app.Event
	order   []string
	ended   int
	until   time.Time
}

func newProgress(s *session) *progress {
	return &progress{
		s: s, started: time.Now(), current: map[string]app.Event{}, listed: !s.noProgress,
		moving: s.errTerm && !s.noProgress && !s.quiet && !s.json && os.Getenv("TERM") != "dumb",
	}
}

// event is called by one goroutine at a time.
func (v *progress) event(e app.Event) {
	if v.s.json {
		_ = writeJSON(v.s.out, e, false) // a reader that went away does not end the collecting
		return
	}
	switch e.Type {
	case "progress":
		if _, known := v.current[e.Resource]; !known {
			v.order = append(v.order, e.Resource)
		}
		v.current[e.Resource] = e
	case "throttled":
		v.until = e.Until
	case "outcome":
		v.ended++
		last := v.current[e.Resource]
		delete(v.current, e.Resource)
		v.order = slices.DeleteFunc(v.order, func(name string) bool { return name == e.Resource })
		if e.Outcome != "unavailable" && e.Outcome != "skipped" && v.listed { // the summary tells of what was not asked
			v.clear()
			v.line(e, last.Objects)
		}
	}
	v.draw()
}

// line tells of a resource that has ended.
func (v *progress) line(e app.Event, objects int64) {
	words := string(e.Outcome)
	if e.HTTPStatus >= 400 {
		words += fmt.Sprintf(" (%d)", e.HTTPStatus)
	}
	seen := count(max(objects, e.Objects))
	if seen == "0" { // what comes out of another resource's answers is not counted on the way
		seen = ""
	}
	v.s.say("%s", strings.TrimRight(fmt.Sprintf("  %-36s %-16s %10s", e.Resource, words, seen), " "))
}

// draw rewrites the moving line, ten times a second at most.
func (v *progress) draw() {
	if !v.moving || time.Since(v.drawn) < 100*time.Millisecond {
		return
	}
	v.drawn = time.Now()
	var reading []string
	for _, name := range v.order {
		e := v.current[name]
		if e.State == "reading" || e.State == "throttled" {
			words := name + " " + count(e.Objects)
			if e.Expected != nil {
				words += " of " + count(*e.Expected)
			}
			reading = append(reading, words)
		}
	}
	text := fmt.Sprintf("  %s  %d ended, %s", time.Since(v.started).Round(time.Second), v.ended, strings.Join(reading, ", "))
	if wait := time.Until(v.until); wait > 0 {
		text = fmt.Sprintf("  the site asks to wait until %s; %s", v.until.Local().Format("15:04:05"), strings.TrimSpace(text))
	}
	columns := v.s.columns(v.s.err)
	if columns <= 0 {
		columns = 80
	}
	text = cut(app.Neutral(text), columns-1)
	v.clear()
	fmt.Fprint(v.s.err, text)
	v.width = width(text)
}

// clear takes the moving line off the screen.
func (v *progress) clear() {
	if v.width > 0 {
		fmt.Fprint(v.s.err, "\r"+strings.Repeat(" ", v.width)+"\r")
		v.width = 0
	}
}
