package rules

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"slices"

	"plumbline/store"
)

// apart gives what differs between two sides of different files or sites, by resource and key.
func apart(ctx context.Context, before, after Side, resources []string) iter.Seq2[store.Presence, error] {
	return func(yield func(store.Presence, error) bool) {
		for _, resource := range resources {
			if !merged(ctx, before, after, resource, yield) {
				return
			}
		}
	}
}

// merged walks a resource of two files side by side in key order.
func merged(ctx context.Context, before, after Side, resource string, yield func(store.Presence, error) bool) bool {
	nextA, stopA := iter.Pull2(before.File.Objects(ctx, before.Snapshot, resource))
	defer stopA()
	nextB, stopB := iter.Pull2(after.File.Objects(ctx, after.Snapshot, resource))
	defer stopB()
	a, errA, okA := nextA()
	b, errB, okB := nextB()
	for okA || okB {
		for _, err := range []error{errA, errB} {
			if err != nil {
				yield(store.Presence{}, fmt.Errorf("comparing %s: %w", resource, err))
				return false
			}
		}
		p := store.Presence{Resource: resource}
		takeA, takeB := okA && (!okB || a.Key <= b.Key), okB && (!okA || b.Key <= a.Key)
		if takeA {
			p.Key, p.Before = a.Key, a.Body
			a, errA, okA = nextA()
		}
		if takeB {
			p.Key, p.After = b.Key, b.Body
			b, errB, okB = nextB()
		}
		if !bytes.Equal(p.Before, p.After) && !yield(p, nil) {
			return false
		}
	}
	return true
}

// change is one object that differs, without its bodies.
type change struct {
	ref    Ref
	absent int            // 0: not seen before, 1: not seen after, -1: seen on both sides
	fields []changedField // of one seen on both sides
	same   bool           // nothing that can be compared differs
}

// changedField is a FieldChange without its values.
type changedField struct {
	path string
	why  string  // it is not compared
	told [2]bool // the side has a value
}

// label is what became of the object.
func (c *change) label() Change {
	switch c.absent {
	case 0:
		return Added
	case 1:
		return Removed
	}
	return Changed
}

// fieldNames lists the members that changed.
func (c *change) fieldNames() []string {
	names := []string{}
	for _, f := range c.fields {
		if f.why == "" {
			names = append(names, f.path)
		}
	}
	return names
}

// resourceNames are those that either side speaks of, but for events: they are cited, never compared.
func resourceNames(coverage [2]map[string]store.Coverage) []string {
	names := map[string]bool{}
	for _, side := range coverage {
		for name := range side {
			names[name] = true
		}
	}
	return slices.DeleteFunc(keysOf(names), func(name string) bool { return coverage[0][name].Event || coverage[1][name].Event })
}
