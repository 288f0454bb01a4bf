package fakesite

// table is a list of the site that may be read from files or made up on demand.
type table[T any] struct {
	n    int
	at   func(i int) T
	find func(id string) (T, bool)
}

// listed is a table of what is in memory; ids gives the names under which one is found.
func listed[T any](items []T, ids func(T) []string) table[T] {
	index := map[string]int{}
	if ids != nil {
		for i, it := range items {
			for _, id := range ids(it) {
				index[id] = i
			}
		}
	}
	return table[T]{
		n:  len(items),
		at: func(i int) T { return items[i] },
		find: func(id string) (T, bool) {
			i, ok := index[id]
			if !ok {
				var none T
				return none, false
			}
			return items[i], true
		},
	}
}

// where is the part of a table for which keep holds. A nil keep keeps all without looking.
func (t table[T]) where(keep func(T) bool) table[T] {
	if keep == nil {
		return t
	}
	var kept []T
	for i := range t.n {
		if it := t.at(i); keep(it) {
			kept = append(kept, it)
		}
	}
	return table[T]{n: len(kept), at: func(i int) T { return kept[i] }, find: t.find}
}

// all is every element.
func (t table[T]) all() []T {
	out := make([]T, t.n)
	for i := range out {
		out[i] = t.at(i)
	}
	return out
}

// window is the elements from start, at most size of them, as show renders them.
func window[T any](t table[T], start, size int, show func(T) any) []any {
	out := []any{}
	for i := max(start, 0); i < t.n && i < start+size; i++ {
		out = append(out, show(t.at(i)))
	}
	return out
}
