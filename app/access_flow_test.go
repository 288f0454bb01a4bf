package app

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestAccessFlow: a picture has no more than twelve nodes in a layer, the rest in one that says how many; the strongest path stays,
// and every path can be followed from the person to the object. The table beside it folds nothing.
func TestAccessFlow(t *testing.T) {
	a := &Access{Direction: "who", Subject: AccessNode{Kind: "user", ID: "u", Name: "Ana"}}
	r := AccessRow{Node: AccessNode{Kind: "project", ID: "10", Name: "Berths"}, Level: Administer}
	for i := range 30 {
		level := View
		if i == 0 {
			level = Administer
		}
		a.Paths = append(a.Paths, AccessPath{
			Subject: AccessNode{Kind: "group", ID: fmt.Sprint(i), Name: fmt.Sprint("group ", i)}, Through: &AccessNode{Kind: "project_role", ID: fmt.Sprint(i % 3), Name: "role"},
			Grant: AccessNode{Kind: "permission", ID: string(level), Name: string(level)}, Object: r.Node, Level: level, Opens: true,
		})
		r.Paths = append(r.Paths, i)
	}
	a.Paths = append(a.Paths, AccessPath{Subject: a.Subject, Grant: AccessNode{Kind: "permission", ID: "view", Name: "view"}, Object: r.Node, Level: View}) // straight to the grant
	r.Paths = append(r.Paths, 30)
	a.Rows = []AccessRow{r}
	flow := a.Flow(0)
	var counts []int
	numbers := map[int]FlowNode{}
	for _, layer := range flow.Layers {
		counts = append(counts, len(layer.Nodes))
		for _, n := range layer.Nodes {
			numbers[n.Number] = n
		}
	}
	if want := []int{1, 12, 3, 2, 1}; !slices.Equal(counts, want) {
		t.Errorf("layers of %v nodes, want %v", counts, want)
	}
	last := flow.Layers[1].Nodes[11]
	if last.Folded != 19 || last.Node.Name != "and 19 more" || last.Strong || last.Level != View {
		t.Errorf("folded: %+v", last)
	}
	if first := flow.Layers[1].Nodes[0]; !first.Strong || first.Level != Administer || first.Node.ID != "0" {
		t.Errorf("the strongest: %+v", first)
	}
	strong := 0
	for _, l := range flow.Links {
		if _, ok := numbers[l.From]; !ok || l.From == l.To {
			t.Errorf("link from nowhere: %+v", l)
		}
		if _, ok := numbers[l.To]; !ok {
			t.Errorf("link to nowhere: %+v", l)
		}
		if l.Strong {
			strong++
		}
	}
	if strong != 4 {
		t.Errorf("%d links on the strongest path, want 4", strong)
	}
	if len(flow.Paths) != 31 || !strings.HasPrefix(flow.Says, "31 paths.") {
		t.Errorf("%d paths, %q", len(flow.Paths), flow.Says)
	}
}

// TestAccessLevels: editing needs a way that opens, administering needs none.
func TestAccessLevels(t *testing.T) {
	sees, edits, administers := reachWay{way: &way{rank: 190, opens: true}}, reachWay{way: &way{rank: 290}}, reachWay{way: &way{rank: 390}}
	for _, c := range []struct {
		ways []reachWay
		want AccessLevel
	}{
		{nil, NoAccess}, {[]reachWay{sees}, View}, {[]reachWay{edits}, NoAccess}, {[]reachWay{edits, sees}, Edit}, {[]reachWay{administers}, Administer}, {[]reachWay{administers, edits}, Administer},
	} {
		if got := levelOf(c.ways, nil); got != c.want {
			t.Errorf("%d ways give %q, want %q", len(c.ways), got, c.want)
		}
	}
}
