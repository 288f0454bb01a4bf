package rules

// LoadText is the pack of one rule that is still being written, of the texts of its two files; cases may be "".
func LoadText(id, sql, cases string) (*Pack, error) {
	inside, err := parsed()
	if err != nil {
		return nil, err
	}
	p := &Pack{Version: "-", cases: map[string]caseFile{}, reference: inside.reference}
	r, err := Parse(id+".sql", []byte(sql))
	if err != nil {
		return p, err
	}
	if r.ID != id { // a path, say
		return p, errorAt(id, 1, "%q is no rule id", id)
	}
	p.Rules = []*Rule{r}
	if cases != "" {
		p.cases[id] = caseFile{id + ".txtar", []byte(cases)}
	}
	return p, p.finish(nil)
}

// CaseText is the file of a rule's cases as it was written; "" if there is none.
func (p *Pack) CaseText(id string) string { return string(p.cases[id].text) }
