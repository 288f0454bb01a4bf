package cli

import (
	"strings"

	"plumbline/app"
)

// page is what a command prints for people. It is built from foreign and own text alike and made
// safe where it is rendered, so that no caller can forget to. It is rendered aligned for
// terminals and pipes, or as Markdown for a file.
type page struct{ blocks []block }

// span is a piece of text in one style.
type span struct {
	text  string
	style style
}

// style is a colour or weight by its meaning.
type style int

const (
	plain style = iota
	bold
	dim
	good
	warn
	bad
	critical
	high
	medium
	low
	info
)

// ansi are the sequences of the styles: severities fall in weight as in strength, so that their
// order is seen without the colours.
var ansi = map[style]string{
	bold: "1", dim: "2", good: "32", warn: "33", bad: "31",
	critical: "1;97;45", high: "1;31", medium: "33", low: "36", info: "2",
}

func severityStyle(s string) style {
	switch s {
	case "critical":
		return critical
	case "high":
		return high
	case "medium":
		return medium
	case "low":
		return low
	case "info":
		return info
	}
	return plain
}

type block interface {
	render(r *renderer)
}

// renderer writes blocks in one form.
type renderer struct {
	b        strings.Builder
	width    int // columns to fit into, 0 for as many as it takes
	colour   bool
	markdown bool
}

func (p *page) render(width int, colour, markdown bool) string {
	r := &renderer{width: width, colour: colour, markdown: markdown}
	for _, b := range p.blocks {
		b.render(r)
	}
	return r.b.String()
}

func (r *renderer) span(s span) string {
	t := app.Neutral(s.text)
	if code := ansi[s.style]; code != "" && r.colour && t != "" {
		return "\x1b[" + code + "m" + t + "\x1b[0m"
	}
	return t
}

// line adds one line of text; spans follow each other without a space of their own.
func (p *page) line(spans ...span) { p.blocks = append(p.blocks, lineBlock(spans)) }

// say adds one plain line.
func (p *page) say(text string) { p.line(span{text: text}) }

// gap adds an empty line.
func (p *page) gap() { p.blocks = append(p.blocks, lineBlock(nil)) }

type lineBlock []span

func (l lineBlock) render(r *renderer) {
	for _, s := range l {
		t := s
		if r.markdown {
			t.text = escapeMarkdown(app.Neutral(s.text))
		}
		r.b.WriteString(r.span(t))
	}
	if r.markdown && len(l) > 0 {
		r.b.WriteString("  ") // a line break, not a space
	}
	r.b.WriteByte('\n')
}

// head adds the heading of a part.
func (p *page) head(text string) { p.blocks = append(p.blocks, headBlock(text)) }

type headBlock string

func (h headBlock) render(r *renderer) {
	if r.markdown {
		r.b.WriteString("\n## " + escapeMarkdown(app.Neutral(string(h))) + "\n\n")
		return
	}
	r.b.WriteString(r.span(span{string(h), bold}) + "\n")
}

// code adds several lines as they are, indented; only control characters are made safe.
func (p *page) code(language, text string) {
	p.blocks = append(p.blocks, codeBlock{language, text})
}

type codeBlock struct{ language, text string }

func (c codeBlock) render(r *renderer) {
	lines := strings.Split(strings.TrimRight(c.text, "\n"), "\n")
	if r.markdown {
		fence := "```"
		for strings.Contains(c.text, fence) {
			fence += "`"
		}
		r.b.WriteString(fence + c.language + "\n")
		defer r.b.WriteString(fence + "\n")
	}
	for _, l := range lines {
		l = app.Neutral(strings.ReplaceAll(l, "\t", "  "))
		if !r.markdown && l != "" {
			l = "  " + l
		}
		r.b.WriteString(l + "\n")
	}
}

// table is rows of cells under optional column names. A row with one cell only spans the table.
type table struct {
	names  []string
	rows   [][]span
	right  map[int]bool // columns aligned to the right: numbers
	fixed  map[int]bool // columns that are never cut: what people copy
	indent int
}

func (p *page) table(t *table) {
	if len(t.rows) > 0 {
		p.blocks = append(p.blocks, t)
	}
}

func (t *table) add(cells ...span) { t.rows = append(t.rows, cells) }

func (t *table) render(r *renderer) {
	if r.markdown {
		t.renderMarkdown(r)
		return
	}
	rows := t.rows
	if len(t.names) > 0 {
		names := make([]span, len(t.names))
		for i, n := range t.names {
			names[i] = span{n, dim}
		}
		rows = append([][]span{names}, rows...)
	}
	widths := t.widths(rows, r.width)
	for _, row := range rows {
		line := strings.Repeat(" ", t.indent)
		for i, c := range row {
			text := app.Neutral(c.text)
			if len(row) > 1 && i < len(widths) {
				text = cut(text, widths[i])
			}
			pad := ""
			if i < len(widths) && widths[i] > width(text) {
				pad = strings.Repeat(" ", widths[i]-width(text))
			}
			cell := r.span(span{text, c.style})
			if t.right[i] {
				cell = pad + cell
			} else if i < len(row)-1 {
				cell += pad
			}
			if i > 0 {
				line += "  "
			}
			line += cell
		}
		r.b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// widths fits the columns into the terminal: the widest that may be cut gives first.
func (t *table) widths(rows [][]span, limit int) []int {
	var w []int
	for _, row := range rows {
		if len(row) == 1 {
			continue
		}
		for i, c := range row {
			if i == len(w) {
				w = append(w, 0)
			}
			w[i] = max(w[i], width(app.Neutral(c.text)))
		}
	}
	if limit <= 0 {
		return w
	}
	total := t.indent + 2*(len(w)-1)
	for _, n := range w {
		total += n
	}
	const least = 12
	for total > limit {
		widest := -1
		for i, n := range w {
			if !t.fixed[i] && n > least && (widest < 0 || n > w[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		w[widest]--
		total--
	}
	return w
}

func (t *table) renderMarkdown(r *renderer) {
	columns := len(t.names)
	for _, row := range t.rows {
		columns = max(columns, len(row))
	}
	write := func(cells []string) { r.b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	names, rule := make([]string, columns), make([]string, columns)
	for i := range columns {
		if i < len(t.names) {
			names[i] = escapeMarkdown(t.names[i])
		}
		if rule[i] = "---"; t.right[i] {
			rule[i] = "--:"
		}
	}
	r.b.WriteByte('\n')
	write(names)
	write(rule)
	for _, row := range t.rows {
		cells := make([]string, columns)
		for i, c := range row {
			cells[i] = escapeMarkdown(app.Neutral(c.text))
		}
		write(cells)
	}
	r.b.WriteByte('\n')
}

// escapeMarkdown keeps foreign text from becoming markup, links or HTML.
func escapeMarkdown(s string) string {
	return markdownEscapes.Replace(s)
}

var markdownEscapes = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "|", `\|`, "#", `\#`, "~", `\~`, "!", `\!`,
)
