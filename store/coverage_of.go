package store

import (
	"slices"
	"strings"
)

const notFound = 404 // HTTP

// Of is the coverage as far as it concerns one product ("jira", "confluence") of a Data Center installation, where both have
// such a thing: there each part is the product's, or of one of its objects, whose key begins with the product. What has other
// parts, or none, and what was refused as a whole, is as it is.
func (c Coverage) Of(product string) Coverage {
	if len(c.Parts) == 0 || strings.HasPrefix(c.Resource, "jira_") || strings.HasPrefix(c.Resource, "confluence_") {
		return c
	}
	var own []Part
	for _, p := range c.Parts {
		switch of := KeyParts(p.Parent)[0]; {
		case of == product:
			own = append(own, p)
		case of != "jira" && of != "confluence":
			return c
		}
	}
	c.Parts = own
	whole := slices.IndexFunc(own, func(p Part) bool { return p.Parent == product })
	switch {
	case whole < 0 && c.Outcome != Partial && c.Outcome != Complete:
	case len(own) == 0:
		c.Outcome, c.HTTPStatus, c.Reason, c.Missing = Complete, 0, "", nil
	case whole < 0:
		c.Outcome, c.HTTPStatus, c.Reason = Partial, own[0].HTTPStatus, own[0].Reason
	default:
		c.Outcome, c.HTTPStatus, c.Reason = own[whole].Outcome, own[whole].HTTPStatus, own[whole].Reason
		if c.Outcome == Unavailable && c.HTTPStatus != notFound {
			c.Missing = nil // the product's own word that it has none; not found may be too old to tell
		}
	}
	return c
}
