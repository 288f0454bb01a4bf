package app

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// mostNodes is how many nodes a layer of a picture holds before the weakest are folded into one.
const mostNodes = 12

// flowLayers are the columns of a picture.
var flowLayers = []string{"Person", "Member of", "Granted through", "Grant", "Object"}

// Flow draws a row, by its place in Rows.
func (a *Access) Flow(row int) AccessFlow {
	r := a.Rows[row]
	d := drawing{at: map[string]int{}, ends: map[[2]int]int{}, flow: AccessFlow{Row: r, Layers: make([]FlowLayer, len(flowLayers)), Links: []FlowLink{}, Paths: []AccessPath{}}}
	for i, name := range flowLayers {
		d.flow.Layers[i] = FlowLayer{Name: name, Nodes: []FlowNode{}}
	}
	person := a.Subject
	if a.Direction == "what" {
		person = r.Node
	}
	chains := make([][]flowStep, len(r.Paths))
	for i, n := range r.Paths {
		p := a.Paths[n]
		if len(r.News) > i {
			p.Since = r.News[i]
		}
		d.flow.Paths = append(d.flow.Paths, p)
		chains[i] = chain(person, p)
	}
	d.fold(chains)
	for i, steps := range chains {
		d.draw(steps, d.flow.Paths[i], i == 0 && r.Level != NoAccess)
	}
	d.flow.Says = r.says()
	return d.flow
}

// flowStep is a node of a path and its layer.
type flowStep struct {
	layer int
	node  AccessNode
}

func (s flowStep) id() string {
	return strings.Join([]string{fmt.Sprint(s.layer), s.node.Kind, s.node.ID, s.node.Note}, "\x1e")
}

// chain is a path from the person to the object.
func chain(person AccessNode, p AccessPath) []flowStep {
	steps := []flowStep{{0, person}}
	switch {
	case p.Via != nil:
		steps = append(steps, flowStep{1, *p.Via})
	case p.Subject.Kind != "user" && p.Subject.Kind != "app" && (p.Subject.Kind != person.Kind || p.Subject.ID != person.ID):
		steps = append(steps, flowStep{1, p.Subject})
	}
	if p.Via != nil { // the class stands with what it is granted through
		class := p.Subject
		if p.Through != nil {
			class.Note = p.Through.Name
		}
		steps = append(steps, flowStep{2, class})
	} else if p.Through != nil {
		steps = append(steps, flowStep{2, *p.Through})
	}
	return append(steps, flowStep{3, p.Grant}, flowStep{4, p.Object})
}

// drawing is a picture in the making.
type drawing struct {
	flow   AccessFlow
	at     map[string]int // numbers of nodes
	ends   map[[2]int]int // places of links
	folded [5]map[string]bool
	next   int
}

// fold chooses, in each layer of more than mostNodes, those that stand together: paths come strongest first, so the last met.
func (d *drawing) fold(chains [][]flowStep) {
	var order [5][]string
	seen := map[string]bool{}
	for _, steps := range chains {
		for _, s := range steps {
			if id := s.id(); !seen[id] {
				seen[id] = true
				order[s.layer] = append(order[s.layer], id)
			}
		}
	}
	for layer, ids := range order {
		d.folded[layer] = map[string]bool{}
		if len(ids) > mostNodes {
			for _, id := range ids[mostNodes-1:] {
				d.folded[layer][id] = true
			}
		}
	}
}

func (d *drawing) draw(steps []flowStep, p AccessPath, strong bool) {
	before := -1
	for _, s := range steps {
		n := d.node(s, p, strong)
		if before >= 0 && before != n {
			d.link(before, n, p, strong)
		}
		before = n
	}
}

// node finds or makes the node of a step, and adds to it what the path says.
func (d *drawing) node(s flowStep, p AccessPath, strong bool) int {
	id, layer := s.id(), &d.flow.Layers[s.layer]
	fold := d.folded[s.layer][id]
	place := id
	if fold {
		place = fmt.Sprint("folded", s.layer)
	}
	n, known := d.at[place]
	if !known {
		n = d.next
		d.next++
		d.at[place] = n
		node := FlowNode{Node: s.node, Number: n, Since: p.Since}
		if fold {
			node.Folded = len(d.folded[s.layer])
			node.Node = AccessNode{Kind: "folded", Name: fmt.Sprintf("and %d more", node.Folded)}
		}
		layer.Nodes = append(layer.Nodes, node)
	}
	i := slices.IndexFunc(layer.Nodes, func(x FlowNode) bool { return x.Number == n })
	x := &layer.Nodes[i]
	x.Strong = x.Strong || strong
	if p.Level.height() > x.Level.height() {
		x.Level = p.Level
	}
	if x.Since != p.Since {
		x.Since = AccessSame
	}
	return n
}

func (d *drawing) link(from, to int, p AccessPath, strong bool) {
	i, known := d.ends[[2]int{from, to}]
	if !known {
		i = len(d.flow.Links)
		d.ends[[2]int{from, to}] = i
		d.flow.Links = append(d.flow.Links, FlowLink{From: from, To: to, Since: p.Since})
	}
	l := &d.flow.Links[i]
	l.Strong = l.Strong || strong
	if p.Level.height() > l.Level.height() {
		l.Level = p.Level
	}
	if l.Since != p.Since {
		l.Since = AccessSame
	}
}

// says is a row in words: how many paths, and what taking the most telling link away would leave.
func (r AccessRow) says() string {
	if r.Level == NoAccess {
		if r.Was != NoAccess {
			return "Had " + string(r.Was) + " at the baseline, has none now."
		}
		return "Holds grants that have no effect: nothing gives the right to view."
	}
	n := 0
	for _, since := range r.News {
		if since == AccessGone {
			n--
		}
	}
	text := plural(len(r.Paths)+n, "path") + "."
	if len(r.Removing) == 0 {
		return text
	}
	if first := r.Removing[0]; first.Level != r.Level {
		return fmt.Sprintf("%s Removing %s lowers the level from %s to %s.", text, quoted(first.Link.Words), r.Level, cmp.Or(string(first.Level), "none"))
	}
	return text + " No single link can be removed that lowers the level."
}

func quoted(words string) string { return "“" + words + "”" }
