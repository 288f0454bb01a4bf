package rules

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// columnsOf checks the columns of a rule's SELECT and says where each is.
func columnsOf(r *Rule, given []string) (map[string]int, error) {
	at := map[string]int{}
	known := slices.Concat(columns, moreColumns)
	for i, c := range given {
		if !slices.Contains(known, c) {
			return nil, errorAt(r.File, r.Line, "column %q is none of %s%s", c, joinWords(known), didYouMean(c, known))
		}
		if _, twice := at[c]; twice {
			return nil, errorAt(r.File, r.Line, "column %q comes twice", c)
		}
		at[c] = i
	}
	required := columns
	if len(r.Objects) > 1 {
		required = append(slices.Clone(columns), "resource")
	}
	for _, c := range required {
		if _, ok := at[c]; !ok {
			return nil, errorAt(r.File, r.Line, "there is no column %q", c)
		}
	}
	return at, nil
}

// evidence reads the deciding objects of a row, sorted and each once; without any it is the finding's own object.
func evidence(text string, own Ref) ([]Ref, error) {
	if text == "" {
		return []Ref{own}, nil
	}
	var refs []Ref
	if err := json.Unmarshal([]byte(text), &refs); err != nil {
		return nil, errors.New(`is not JSON of the form [{"resource": ..., "key": ...}]`)
	}
	for _, ref := range refs {
		if ref.Resource == "" || ref.Key == "" {
			return nil, errors.New("an object has no resource or no key")
		}
	}
	if len(refs) == 0 {
		return []Ref{own}, nil
	}
	slices.SortFunc(refs, compareRefs)
	return slices.Compact(refs), nil
}

func compareRefs(a, b Ref) int {
	if n := strings.Compare(a.Resource, b.Resource); n != 0 {
		return n
	}
	return strings.Compare(a.Key, b.Key)
}
