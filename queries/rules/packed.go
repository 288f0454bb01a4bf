package rules

import (
	"strings"

	"github.com/go-json-experiment/json"
)

// A kept result is read whenever its file is opened, with a hundred thousand findings maybe: the verdict is a line of
// JSON, each finding a line of fields, in which "=" stands for the same as in the line above.

const fieldEnd = "\x1f"

var (
	packing   = strings.NewReplacer(`\`, `\\`, "\n", `\n`, fieldEnd, `\u`)
	unpacking = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\u`, fieldEnd, `\=`, "=")
)

// packed are the fields of a finding of the rule, in their order; evidence follows where it is not the object alone.
func (f *Finding) packed() []*string {
	return []*string{&f.ID, &f.Title, (*string)(&f.Severity), &f.Product, &f.Category, &f.Resource, &f.Key, &f.Aspect, &f.Subject, &f.Detail}
}

func pack(r *judged) ([]byte, error) {
	head, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	b.Write(head)
	above := &Finding{}
	for i := range r.Findings {
		f := &r.Findings[i]
		b.WriteByte('\n')
		was := above.packed()
		for n, field := range f.packed() {
			packField(&b, *field, *was[n])
		}
		if f.Partial {
			b.WriteByte('p')
		}
		if len(f.Evidence) != 1 || f.Evidence[0] != (Ref{f.Resource, f.Key}) {
			last := Ref{f.Resource, f.Key}
			for _, ref := range f.Evidence {
				b.WriteString(fieldEnd)
				packField(&b, ref.Resource, last.Resource)
				packLast(&b, ref.Key, last.Key)
				last = ref
			}
		}
		above = f
	}
	return []byte(b.String()), nil
}

func packField(b *strings.Builder, text, above string) {
	packLast(b, text, above)
	b.WriteString(fieldEnd)
}

func packLast(b *strings.Builder, text, above string) {
	switch {
	case text == above:
		b.WriteByte('=')
	case text == "=":
		b.WriteString(`\=`)
	default:
		packing.WriteString(b, text)
	}
}

// unpack gives nil where the text is not what pack makes. Its strings share the memory of text.
func unpack(text string) *judged {
	head, rest, more := strings.Cut(text, "\n")
	r := &judged{Findings: []Finding{}}
	if json.Unmarshal([]byte(head), r) != nil {
		return nil
	}
	if more {
		r.Findings = make([]Finding, 0, strings.Count(rest, "\n")+1)
	}
	above := &Finding{}
	for more {
		var line string
		line, rest, more = strings.Cut(rest, "\n")
		r.Findings = append(r.Findings, Finding{Rule: r.Verdict.Rule})
		f := &r.Findings[len(r.Findings)-1]
		was := above.packed()
		for n, field := range f.packed() {
			part, tail, ok := strings.Cut(line, fieldEnd)
			if !ok {
				return nil
			}
			*field, line = unpackField(part, *was[n]), tail
		}
		partial, refs, given := strings.Cut(line, fieldEnd)
		f.Partial = partial == "p"
		last := Ref{f.Resource, f.Key}
		if !given {
			f.Evidence = []Ref{last}
		}
		for given {
			var resource, key string
			if resource, refs, given = strings.Cut(refs, fieldEnd); !given {
				return nil
			}
			key, refs, given = strings.Cut(refs, fieldEnd)
			last = Ref{unpackField(resource, last.Resource), unpackField(key, last.Key)}
			f.Evidence = append(f.Evidence, last)
		}
		above = f
	}
	return r
}

func unpackField(text, above string) string {
	switch {
	case text == "=":
		return above
	case strings.Contains(text, `\`):
		return unpacking.Replace(text)
	}
	return text
}
