package rules

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"plumbline/store"
)

// An object lies below a parent if one leads to the other by steps of three kinds: its key begins with the parent's
// (shapes); its columns parent_resource and parent_key name the parent; or one of the columns below does. The parent
// itself counts as below it.

// lieIn are the columns of relations that name what an object lies in.
var lieIn = map[string]string{
	"project_id": "jira_project", "scope_project_id": "jira_project",
	"space_id":   "confluence_space",
	"content_id": "confluence_content", "page_id": "confluence_content", "blogpost_id": "confluence_content", "parent_id": "confluence_content",
}

// parentNamed is the resource that a view gives as parent_resource.
var parentNamed = regexp.MustCompile(`'([a-z_]+)' AS parent_resource`)

// parents lists the resources whose objects the objects of each resource lie in, one step up.
var parents = sync.OnceValue(func() map[string][]string {
	all := map[string][]string{}
	for _, v := range store.Views() {
		if v.Shared {
			continue
		}
		set := map[string]bool{}
		if kinds := strings.Fields(shapes[v.Name]); len(kinds) > 1 && listedBy[kinds[0]] != "" {
			set[listedBy[kinds[0]]] = true
		}
		if m := parentNamed.FindStringSubmatch(v.SQL); m != nil {
			set[m[1]] = true
		}
		for _, c := range v.Columns {
			if up := lieIn[c.Name]; up != "" && (up != v.Name || c.Name == "parent_id") {
				set[up] = true
			}
		}
		all[v.Name] = keysOf(set)
	}
	return all
})

// Above lists the resources whose objects can have objects of a resource below them, itself first.
func Above(resource string) []string {
	all := []string{resource}
	for i := 0; i < len(all); i++ {
		for _, up := range parents()[all[i]] {
			if !slices.Contains(all, up) {
				all = append(all, up)
			}
		}
	}
	return all
}

// nesting is what lies in what, of one snapshot, as far as it was asked.
type nesting struct {
	bench     *bench
	relations *store.Relations
	parents   map[Ref][]Ref // one step up; an entry for each object that was looked up
}

// deepest bounds how far up is looked: a tree of pages has no bound of its own.
const deepest = 100

// read looks up what the objects of findings lie in, level by level.
func (n *nesting) read(ctx context.Context, findings []Finding) error {
	var level []Ref
	add := func(ref Ref) {
		if _, known := n.parents[ref]; !known {
			n.parents[ref] = nil
			level = append(level, ref)
		}
	}
	for _, f := range findings {
		add(Ref{f.Resource, f.Key})
	}
	for depth := 0; len(level) > 0 && depth < deepest; depth++ {
		byResource := map[string][]string{}
		for _, ref := range level {
			byResource[ref.Resource] = append(byResource[ref.Resource], ref.Key)
			if up, ok := parentOf(ref); ok {
				n.parents[ref] = []Ref{up}
			}
		}
		asked := level
		level = nil
		for _, resource := range keysOf(byResource) {
			if err := n.columns(ctx, resource, byResource[resource]); err != nil {
				return err
			}
		}
		for _, ref := range asked {
			for _, up := range n.parents[ref] {
				add(up)
			}
		}
	}
	return nil
}

// columns reads the columns that say what objects of one resource lie in.
func (n *nesting) columns(ctx context.Context, resource string, keys []string) error {
	var columns []string
	for _, c := range relation()[resource].Columns {
		if lieIn[c.Name] != "" || c.Name == "parent_resource" || c.Name == "parent_key" {
			columns = append(columns, c.Name)
		}
	}
	if len(columns) == 0 {
		return nil
	}
	if n.relations == nil {
		names := n.bench.pack.relations()
		for _, r := range n.bench.pack.Rules {
			for _, object := range r.Objects {
				names = append(names, Above(object)...)
			}
		}
		slices.Sort(names)
		names = slices.DeleteFunc(slices.Compact(names), func(name string) bool { return relation()[name].Name == "" })
		var err error
		if n.relations, err = n.bench.file.Relations(ctx, n.bench.snapshot.ID, names, n.bench.pack.ReferenceObjects()...); err != nil {
			return fmt.Errorf("reading what lies below a decision: %w", err)
		}
	}
	list, err := json.Marshal(keys)
	if err != nil {
		return err
	}
	query := fmt.Sprintf(`SELECT key, %s FROM "%s" WHERE key IN (SELECT value FROM json_each(:keys))`, strings.Join(columns, ", "), resource)
	rows, err := n.relations.Select(ctx, query, map[string]any{"keys": string(list)}, store.Limits{Rows: mostRows})
	if err != nil {
		return fmt.Errorf("reading what lies below a decision: %w", err)
	}
	for _, row := range rows.Values {
		key, _ := row[0].(string)
		ref, named := Ref{resource, key}, Ref{}
		for i, column := range columns {
			value, _ := row[i+1].(string)
			switch {
			case value == "":
			case column == "parent_resource":
				named.Resource = value
			case column == "parent_key":
				named.Key = store.Key(value)
			default:
				n.add(ref, Ref{lieIn[column], store.Key(value)})
			}
		}
		if named.Resource != "" && named.Key != "" {
			n.add(ref, named)
		}
	}
	return nil
}

func (n *nesting) add(ref, up Ref) {
	if up != ref && !slices.Contains(n.parents[ref], up) {
		n.parents[ref] = append(n.parents[ref], up)
	}
}

// of lists an object and all that it lies in, the nearest first.
func (n *nesting) of(ref Ref) []Ref {
	all := []Ref{ref}
	for i := 0; i < len(all); i++ {
		for _, up := range n.parents[all[i]] {
			if !slices.Contains(all, up) {
				all = append(all, up)
			}
		}
	}
	return all
}

// Within lists an object of a snapshot and all that it lies in, the nearest first: what a decision on the rule below a
// parent may name.
func Within(ctx context.Context, f *store.File, snapshot int64, ref Ref) ([]Ref, error) {
	s, err := f.Snapshot(ctx, snapshot)
	if err != nil {
		return nil, fmt.Errorf("reading what an object lies in: %w", err)
	}
	n := &nesting{bench: &bench{file: f, snapshot: s}, parents: map[Ref][]Ref{}}
	names := slices.DeleteFunc(Above(ref.Resource), func(name string) bool { return relation()[name].Name == "" })
	if n.relations, err = f.Relations(ctx, snapshot, names); err != nil {
		return nil, fmt.Errorf("reading what an object lies in: %w", err)
	}
	defer n.close()
	if err := n.read(ctx, []Finding{{Resource: ref.Resource, Key: ref.Key}}); err != nil {
		return nil, err
	}
	return n.of(ref), nil
}

func (n *nesting) close() {
	if n.relations != nil {
		n.relations.Close()
	}
}

// NameOf is what people call an object; the parts of its key where its body holds no name.
func NameOf(body []byte, key string) string { return nameOf(body, key) }
