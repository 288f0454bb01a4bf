package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"plumbline/store"
)

// sides of a comparison: index 0 is before, 1 is after.
var sideName = [2]string{"before", "after"}

// prover says what an absence proves. An object that one side saw and the other did not is gone only if the other
// would have seen it.
type prover struct {
	snapshot [2]store.Snapshot
	coverage [2]map[string]store.Coverage
	absent   [2]map[Ref]bool                     // not seen on that side, but on the other
	logged   func(ref Ref, y int) bool           // an audit log shows that the object came or went
	parts    [2]map[string]map[string]store.Part // by resource and parent, made when first asked for
}

func (p *prover) cover(resource string, y int) store.Coverage {
	if c, ok := p.coverage[y][resource]; ok {
		return c
	}
	return store.Coverage{Resource: resource, Outcome: store.Unavailable, Lists: "seen"}
}

// part is what came of a parent's part on a side, if it is not complete.
func (p *prover) part(c store.Coverage, parent string, y int) (store.Part, bool) {
	if p.parts[y] == nil {
		p.parts[y] = map[string]map[string]store.Part{}
	}
	known, made := p.parts[y][c.Resource]
	if !made {
		known = make(map[string]store.Part, len(c.Parts))
		for _, part := range c.Parts {
			known[part.Parent] = part
		}
		p.parts[y][c.Resource] = known
	}
	part, open := known[parent]
	return part, open
}

// editions says why nothing can be compared at all; "" if it can.
func (p *prover) editions() string {
	if a, b := p.snapshot[0].Site.Kind, p.snapshot[1].Site.Kind; a != b {
		return "Data Center and Cloud name their objects by other keys"
	}
	return ""
}

// gone says why the absence of an object on side y proves nothing; "" if it is proven.
func (p *prover) gone(ref Ref, y int) string {
	why := p.unlisted(ref, y)
	if why != "" && p.editions() == "" && p.logged != nil && p.logged(ref, y) {
		return ""
	}
	return why
}

// unlisted is gone by coverage and vantage alone.
func (p *prover) unlisted(ref Ref, y int) string {
	if why := p.editions(); why != "" {
		return why
	}
	product := productLooked(ref)
	if why := p.unaddressed(product, y); why != "" {
		return why
	}
	c := p.cover(ref.Resource, y)
	parent, inParent := parentOf(ref)
	switch of := c.Of(product); {
	case of.Outcome == store.Complete, of.Outcome == store.Partial && inParent && len(c.Parts) > 0 && !inBatches[ref.Resource]:
	default:
		return cameOut(of, y)
	}
	for _, resource := range metIn[ref.Resource] {
		if c := p.cover(resource, y); c.Outcome != store.Complete && !lacks(c) {
			return "not provable " + sideName[y] + ": " + resource + " " + cameOut(c, y)
		}
	}
	if inParent {
		if part, open := p.part(c, parent.Key, y); open {
			c.Outcome, c.HTTPStatus, c.Parts = part.Outcome, part.HTTPStatus, nil
			return cameOut(c, y) + " for " + shown(parent.Key)
		}
		if p.absent[y][parent] { // never asked for; gone exactly if its parent is
			return p.gone(parent, y)
		}
	}
	return p.lesser(ref.Resource, product, y)
}

// whole says why an absence of any object of a resource on side y proves nothing; "" if all are proven. Of what both products
// have only those of one count where that is given (Rule.alone), and the other's own not at all.
func (p *prover) whole(resource, product string, y int) string {
	if why := p.editions(); why != "" {
		return why
	}
	of := productLooked(Ref{Resource: resource})
	if product != "" && of != "" && of != product {
		return ""
	}
	if of = cmp.Or(of, product); of != "" {
		if why := p.unaddressed(of, y); why != "" {
			return why
		}
	} else if !strings.HasPrefix(resource, "org") && !strings.HasPrefix(resource, "grant") {
		for _, product := range []string{"jira", "confluence"} { // what both have is whole only of the same products
			if why := p.unaddressed(product, y); why != "" && p.unaddressed(product, 1-y) == "" {
				return why
			}
		}
	}
	c, other := p.cover(resource, y), p.cover(resource, 1-y)
	if product != "" {
		c, other = c.Of(product), other.Of(product)
	}
	if lacks(c) && lacks(other) {
		return ""
	}
	if c.Outcome != store.Complete {
		return cameOut(c, y)
	}
	if why := p.lesser(resource, of, y); why != "" {
		return why
	}
	if kinds := strings.Fields(shapes[resource]); len(kinds) > 1 && listedBy[kinds[0]] != "" {
		if why := p.whole(listedBy[kinds[0]], product, y); why != "" {
			return listedBy[kinds[0]] + " " + why
		}
	}
	return ""
}

// productLooked is the product that an object is of: by its resource, else by the first part of its key, which names it where
// both products have such a thing. "" is neither.
func productLooked(ref Ref) string {
	for _, product := range []string{"jira", "confluence"} {
		if strings.HasPrefix(ref.Resource, product+"_") || store.KeyParts(ref.Key)[0] == product {
			return product
		}
	}
	return ""
}

// unaddressed says that a product of a Data Center installation was not looked at on side y, because its address was not
// given. That proves nothing of it, neither that it was there nor that it was not.
func (p *prover) unaddressed(product string, y int) string {
	if c := p.coverage[y][product+"_instance"]; c.Outcome == store.Unavailable && strings.HasPrefix(c.Reason, store.NoAddress) {
		return strings.ToUpper(product[:1]) + product[1:] + " was not looked at " + sideName[y]
	}
	return ""
}

// lesser says that side y saw a resource, or a product's share of it, with less right than the other side; "" if absences
// count: both list all, or the vantage is at least the other's.
func (p *prover) lesser(resource, product string, y int) string {
	a, b := p.cover(resource, 0), p.cover(resource, 1)
	if a.Lists == "all" && b.Lists == "all" {
		return ""
	}
	seen := p.cover(resource, y).Lists == "seen" // what lists all shows no account less than another
	own, others := concerning(p.snapshot[y], resource, product), concerning(p.snapshot[1-y], resource, product)
	if atLeast(own, others, seen) {
		return ""
	}
	if seen && own.Account != others.Account {
		return "seen by another account than " + sideName[1-y]
	}
	return fmt.Sprintf("seen with less right than %s", sideName[1-y])
}

// cameOut says what came of a resource on a side: "denied after (403)".
func cameOut(c store.Coverage, y int) string {
	text := fmt.Sprintf("%s %s", c.Outcome, sideName[y])
	var notes []string
	if c.HTTPStatus != 0 {
		notes = append(notes, fmt.Sprint(c.HTTPStatus))
	}
	if len(c.Parts) > 0 {
		notes = append(notes, plural(len(c.Parts), "part")+" not complete")
	}
	if c.Outcome == store.Complete {
		return "not provable " + sideName[y]
	}
	if len(notes) > 0 {
		text += " (" + strings.Join(notes, ", ") + ")"
	}
	return text
}

// sameSite reports whether two snapshots are of one site: any id that both know.
func sameSite(a, b store.Site) bool {
	return slices.ContainsFunc(a.IDs, func(id string) bool { return slices.Contains(b.IDs, id) })
}
