package report

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html"
	"html/template"
	"io"
	"slices"
	"strings"

	"plumbline/app"
)

//go:embed html
var files embed.FS

var pages = template.Must(template.New("page").Funcs(template.FuncMap{
	"text": bidi, "key": keyText, "day": day, "moment": moment, "count": app.Count, "plural": plural, "percent": percent, "are": are,
	"lines": lines, "words": words, "host": host, "list": func(all []string) string { return strings.Join(all, ", ") },
	"paragraphs": paragraphs, "enumerate": enumerate, "evidence": evidence, "span": span, "add": func(a, b int) int { return a + b }, "num": func(x float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", x), ".0") },
}).ParseFS(files, "html/*.html"))

// page is a report as the templates read it.
type page struct {
	*app.Report
	Policy  string // of what the document may do: nothing but its own style and pictures inside it
	Style   template.CSS
	Logo    template.URL
	Brand   app.Brand
	Title   string
	Client  string
	About   string // the line under the title
	Summary []string
	First   []group
	More    int
	Mended  map[string]int // resolved findings by rule

	Severities []severityPart
	Resolved   []group
	Apart      []group // not comparable, of the baseline alone
	Drifted    []group
	Areas      []areaPart
	Gaps       []app.CoverageRow
	Lost       []app.RuleVerdict
	Moved      []app.ResourceComparison // resources in which objects changed, or that cannot be compared
	Terms      [][2]string
}

type severityPart struct {
	Severity app.Severity
	Count    int
	Groups   []group
}

type areaPart struct {
	Name string
	Rows []app.CoverageRow
}

// Open counts the findings whose risk nobody has accepted.
func (p *page) Open() int { return openCount(p.Report) }

// Band is how wide the score's range is drawn: a single point is still seen.
func (p *page) Band() int { return max(1, *p.Score.High-*p.Score.Low) }

// Asked and Held count requests and objects.
func (p *page) Asked() int { return int(p.Taken.Requests) }
func (p *page) Held() int  { return int(p.Taken.Objects) }

// share is the part of a bar that stands for a severity, in hundredths.
type share struct {
	Severity  app.Severity
	At, Width float64
}

// Shares are those of the severities that were found.
func (p *page) Shares() []share {
	var out []share
	at := 0.0
	for _, s := range p.Severities {
		if width := 100 * float64(s.Count) / float64(len(p.Findings)); s.Count > 0 {
			out = append(out, share{s.Severity, at, width})
			at += width
		}
	}
	return out
}

// Standing are the acceptances that stand, expired ones first.
func (p *page) Standing() []app.DecisionRow {
	var out []app.DecisionRow
	for _, state := range []string{"expired", "accepted"} {
		for _, d := range p.Decisions {
			if d.State == state {
				out = append(out, d)
			}
		}
	}
	return out
}

// AcceptedWords count the acceptances.
func (p *page) AcceptedWords() string {
	held, over := 0, 0
	for _, d := range p.Standing() {
		if d.State == "expired" {
			over++
		} else {
			held++
		}
	}
	words := plural(held, "acceptance") + " in force on the day of the snapshot."
	if over > 0 {
		words += " " + plural(over, "acceptance") + " had run out: what was accepted is open again."
	}
	return words
}

// writeHTML writes one self-contained document.
func writeHTML(w io.Writer, r *app.Report) error { return render(w, r, "report") }

// Preview writes the first page of the HTML report: the cover, what it comes to, and what was not looked at.
func Preview(w io.Writer, r *app.Report) error { return render(w, r, "preview") }

func render(w io.Writer, r *app.Report, which string) error {
	p, err := pageOf(r)
	if err != nil {
		return err
	}
	return pages.ExecuteTemplate(w, which, p)
}

func pageOf(r *app.Report) (*page, error) {
	style, err := files.ReadFile("html/style.css")
	if err != nil {
		return nil, err
	}
	p := &page{Report: r, Title: "Atlassian access review", Client: firstWords(r.Site.Name, host(r.Snapshot.Site)), About: about(r), Summary: summary(r), Mended: map[string]int{}, Terms: glossary}
	if r.Brand != nil {
		p.Brand = *r.Brand
		p.Title, p.Client = firstWords(p.Brand.Title, p.Title), firstWords(p.Brand.Client, p.Client)
		p.Logo = template.URL(p.Brand.Logo) // ReadBrand made it: a data: URL of a picture drawn anew
		if p.Brand.Accent != "" {
			style = append(style, ":root{--accent:"+p.Brand.Accent+"}@media (prefers-color-scheme:dark){:root{--accent:color-mix(in srgb,"+p.Brand.Accent+" 55%,#fff)}}"...)
		}
	}
	sum := sha256.Sum256(style)
	p.Style = template.CSS(style)
	p.Policy = "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; img-src data:; base-uri 'none'; form-action 'none'"
	known := verdictsOf(r)
	groups := grouped(r.Findings, known)
	for _, name := range app.SeverityNames() {
		part := severityPart{Severity: app.Severity(name), Count: r.Counts.Of(app.Severity(name))}
		for _, g := range groups {
			if g.Severity == part.Severity {
				part.Groups = append(part.Groups, g)
			}
		}
		p.Severities = append(p.Severities, part)
	}
	p.First, p.More = first(r, groups)
	var resolved, apart []app.ChangedFinding
	for _, x := range r.Gone {
		if x.Change == "resolved" {
			p.Mended[x.Rule]++
			resolved = append(resolved, x)
		} else {
			apart = append(apart, x)
		}
	}
	p.Resolved, p.Apart, p.Drifted = grouped(resolved, known), grouped(apart, known), grouped(lists(r)[2].findings, known)
	p.cover()
	for _, c := range r.Resources {
		if c.Added+c.Removed+c.Changed+c.NotComparable > 0 {
			p.Moved = append(p.Moved, c)
		}
	}
	return p, nil
}

// cover sorts coverage into areas, and says what was not seen.
func (p *page) cover() {
	for _, area := range app.Areas() {
		part := areaPart{Name: area.Name}
		for _, row := range p.Coverage {
			if slices.Contains(area.Resources, row.Resource) && (row.Outcome != "unavailable" || row.Gap()) {
				part.Rows = append(part.Rows, row)
			}
		}
		if len(part.Rows) > 0 {
			p.Areas = append(p.Areas, part)
		}
	}
	for _, row := range app.Folded(p.Coverage) {
		if row.Gap() {
			p.Gaps = append(p.Gaps, row)
		}
	}
	for _, v := range p.Verdicts {
		if v.Verdict == "not_evaluated" || v.Verdict == "error" {
			p.Lost = append(p.Lost, v)
		}
	}
}

// about names the products that were looked at, and the baseline.
func about(r *app.Report) string {
	names := map[string]string{"jira": "Jira", "confluence": "Confluence", "organisation": "organisation", "grant": "app grant"}
	var seen []string
	for _, row := range r.Coverage {
		if name := names[app.ProductOf(row.Resource)]; name != "" && row.Objects > 0 && !slices.Contains(seen, name) {
			seen = append(seen, name)
		}
	}
	slices.SortFunc(seen, func(a, b string) int {
		order := []string{"Jira", "Confluence", "organisation", "app grant"}
		return slices.Index(order, a) - slices.Index(order, b)
	})
	text := enumerate(seen)
	if r.Baseline != nil {
		text += ", compared with " + day(r.Baseline.Started)
	}
	return strings.TrimPrefix(text, ", ")
}

func firstWords(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// bidi is text from elsewhere: escaped, and kept from turning the direction of what stands around it.
func bidi(s any) template.HTML {
	return template.HTML("<bdi>" + html.EscapeString(app.Neutral(fmt.Sprint(s))) + "</bdi>")
}

// keyText is an object's key, its parts told apart.
func keyText(key string) template.HTML { return bidi(strings.Join(app.KeyParts(key), " / ")) }

// evidence names the objects that decide a finding, its own first, kind by kind.
func evidence(x app.Finding) template.HTML {
	var b strings.Builder
	refs := append([]app.Ref{{Resource: x.Resource, Key: x.Key}}, slices.DeleteFunc(slices.Clone(x.Evidence), func(r app.Ref) bool { return r.Resource == x.Resource && r.Key == x.Key })...)
	last := ""
	for _, ref := range refs {
		if ref.Resource != last {
			if last != "" {
				b.WriteString("; ")
			}
			last = ref.Resource
			b.WriteString(html.EscapeString(last) + " ")
		} else {
			b.WriteString(", ")
		}
		b.WriteString("<code>" + string(keyText(ref.Key)) + "</code>")
	}
	if len(refs) > mostInline {
		return template.HTML("<details class=ev><summary>" + app.Count(len(refs)) + " deciding objects</summary>" + b.String() + "</details>")
	}
	return template.HTML("<div class=ev>" + b.String() + "</div>")
}

// mostInline is how many deciding objects stand open under a finding; more are there folded, and unfolded on paper.
const mostInline = 12

// span writes the two ends of a score.
func span(low, high *int) string {
	switch {
	case low == nil || high == nil:
		return "none"
	case *low == *high:
		return fmt.Sprint(*low)
	}
	return fmt.Sprintf("%d to %d", *low, *high)
}

// words writes a word of JSON for people: not_comparable, not comparable.
func words(s any) string { return strings.ReplaceAll(fmt.Sprint(s), "_", " ") }

// lines are those of a text, without empty ones.
func lines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// paragraphs are those of a text: an empty line parts them.
func paragraphs(text string) []string {
	var out []string
	for _, p := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

func host(address string) string {
	_, rest, ok := strings.Cut(address, "://")
	if !ok {
		return address
	}
	return strings.TrimSuffix(rest, "/")
}
