package rules

import (
	"slices"
	"strings"
)

// mostCauses bounds the causes named for one finding.
const mostCauses = 10

// switches are resources of a single object that decides which objects of others count.
var switches = []string{"confluence_space_role_mode"}

// causes names the object changes that explain why a finding came or went: those of the objects that its evidence names,
// and its own object having come or gone; else what changed of its own object; else the changes that share most of the
// accounts, groups, spaces and projects which its keys name, among the resources that the rule reads. What a site says
// of itself is no cause of what a sign-in could not read.
func (c *comparing) causes(r *Rule, f *Finding) []Cause {
	own := Ref{f.Resource, f.Key}
	list, less := []Cause{}, []Cause{}
	for _, ref := range deciding(f) {
		n, ok := c.at[ref]
		if !ok || c.changes[n].same || slices.Contains(r.Products, "grant") && !strings.HasPrefix(ref.Resource, "grant") {
			continue
		}
		if ch := &c.changes[n]; ref == own && ch.label() == Changed && !slices.Contains(f.Evidence, own) {
			less = append(less, c.cause(ch))
		} else {
			list = append(list, c.cause(ch))
		}
	}
	if len(list) == 0 {
		list = less
	}
	if len(list) == 0 {
		for _, n := range c.nearest(r, deciding(f)) {
			list = append(list, c.cause(&c.changes[n]))
		}
	}
	if len(list) == 0 {
		for _, n := range c.switched() {
			if slices.Contains(r.Reads(), c.changes[n].ref.Resource) {
				list = append(list, c.cause(&c.changes[n]))
			}
		}
	}
	return list[:min(len(list), mostCauses)]
}

// switched lists the switches that changed, looked for once.
func (c *comparing) switched() []int {
	if c.turned == nil {
		c.turned = []int{}
		for n := range c.changes {
			if ch := &c.changes[n]; !ch.same && slices.Contains(switches, ch.ref.Resource) {
				c.turned = append(c.turned, n)
			}
		}
	}
	return c.turned
}

func (c *comparing) cause(ch *change) Cause {
	return Cause{Resource: ch.ref.Resource, Key: ch.ref.Key, Change: ch.label(), Fields: ch.fieldNames(), By: c.log.actor(ch)}
}

// nearest lists the changes that share the most things with the deciding objects.
func (c *comparing) nearest(r *Rule, refs []Ref) []int {
	if c.things == nil {
		c.things = map[entity][]int{}
		for n := range c.changes {
			for _, e := range entitiesOf(c.changes[n].ref) {
				c.things[e] = append(c.things[e], n)
			}
		}
	}
	wanted := map[entity]bool{}
	for _, ref := range refs {
		for _, e := range entitiesOf(ref) {
			wanted[e] = true
		}
	}
	reads := r.Reads()
	shared := map[int]int{}
	for e := range wanted {
		for _, n := range c.things[e] {
			if ch := &c.changes[n]; !ch.same && slices.Contains(reads, ch.ref.Resource) {
				shared[n]++
			}
		}
	}
	most := 0
	for _, count := range shared {
		most = max(most, count)
	}
	var list []int
	for n, count := range shared {
		if count == most {
			list = append(list, n)
		}
	}
	slices.Sort(list) // by resource and key, as they were walked
	return list[:min(len(list), mostCauses)]
}
