package rules

import (
	"cmp"
	"context"
	"slices"

	"plumbline/store"
)

// Building the relations of a large snapshot takes long. Where somebody watches, the rules that read little of it are
// asked before, with relations of their own: so the first findings are there after that part of the time.
var soonFrom int64 = 200_000 // objects of a snapshot; what is smaller is read in a second or two

// soonPart says how much those rules read together: a 20th of the objects at most.
const soonPart = 20

// soon gives the rules of asked that are asked first, and the relations that they name; none where there is no use in
// it. all are the relations of all rules.
func (b *bench) soon(ctx context.Context, asked []int, all []string) (first []int, relations []string) {
	if b.options.Progress == nil || b.snapshot.Objects < soonFrom || b.world.relations != nil ||
		b.file.HasRelations(ctx, b.snapshot.ID, all, b.pack.ReferenceObjects()...) {
		return nil, nil
	}
	below := map[string][]string{} // of each relation, the resources that it is made of
	for _, v := range store.Views() {
		if below[v.Name] = []string{v.Name}; v.Shared {
			below[v.Name] = nil
			for _, r := range v.Reads {
				below[v.Name] = append(below[v.Name], below[r]...)
			}
		}
	}
	read := map[string]bool{} // what the rules taken so far read
	more := func(i int) (names []string, objects int64) {
		for _, relation := range b.pack.Rules[i].relations() {
			for _, name := range below[relation] {
				if !read[name] && !slices.Contains(names, name) {
					names, objects = append(names, name), objects+b.world.coverage[name].Objects
				}
			}
		}
		return names, objects
	}
	size := map[int]int64{}
	for _, i := range asked {
		_, size[i] = more(i)
	}
	left := b.snapshot.Objects / soonPart
	relations = []string{"coverage"} // none named would mean all
	for _, i := range slices.SortedStableFunc(slices.Values(asked), func(i, j int) int { return cmp.Compare(size[i], size[j]) }) {
		names, objects := more(i)
		if objects > left {
			continue
		}
		for _, name := range names {
			read[name] = true
		}
		left -= objects
		first, relations = append(first, i), append(relations, b.pack.Rules[i].relations()...)
	}
	slices.Sort(relations)
	return first, slices.Compact(relations)
}
