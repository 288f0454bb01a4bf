package app

import (
	"io"
	"strings"
)

var accessColumns = []string{"kind", "id", "key", "name", "note", "product", "active", "level", "was", "since", "reason", "paths", "path", "path_level", "path_since", "permission", "permissions_more", "changed_by", "findings"}

var accessPeopleColumns = []string{"kind", "id", "key", "name", "note", "product", "active", "level", "view", "edit", "administer", "anonymous", "was", "since", "reason", "new", "raised", "lowered", "gone", "not_comparable"}

// WriteCSV writes an answer as CSV: a line for each path of each row, the strongest first; of everyone and everything a line
// for each row. Nothing is folded.
func (a *Access) WriteCSV(w io.Writer) error {
	if a.Subject.Kind == everyone || a.Subject.Kind == everything {
		return WriteCSV(w, accessPeopleColumns, func(yield func([]any) bool) {
			for _, r := range a.People {
				if !yield(append(nodeCells(r.Node, r.Product, r.Active), string(r.Level), r.View, r.Edit, r.Administer, string(r.Anonymous),
					string(r.Was), string(r.Since), r.Reason, r.New, r.Raised, r.Lowered, r.Gone, r.NotComparable)) {
					return
				}
			}
		})
	}
	return WriteCSV(w, accessColumns, func(yield func([]any) bool) {
		for _, r := range a.Rows {
			var findings []string
			for _, x := range r.Findings {
				findings = append(findings, x.ID)
			}
			for i, n := range r.Paths {
				p := a.Paths[n]
				since := AccessSince("")
				if i < len(r.News) {
					since = r.News[i]
				}
				cells := append(nodeCells(r.Node, r.Product, r.Active), string(r.Level), string(r.Was), string(r.Since), r.Reason, len(r.Paths),
					p.Words, string(p.Level), string(since), p.Grant.Name, p.Grant.Note, byWhom(r.Causes), strings.Join(findings, " "))
				if !yield(cells) {
					return
				}
			}
		}
	})
}

func nodeCells(n AccessNode, product string, active *bool) []any {
	var told any
	if active != nil {
		told = *active
	}
	return []any{n.Kind, CSVKey(n.ID), n.Key, n.Name, n.Note, product, told}
}

// byWhom names those who made changes, as the audit log shows them.
func byWhom(causes []LinkCause) string {
	var names []string
	for _, c := range causes {
		if c.By == nil {
			continue
		}
		if name := firstOf(c.By.Name, c.By.Account); name != "" && !strings.Contains(strings.Join(names, ", "), name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}
