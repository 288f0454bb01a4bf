package rules

import (
	"slices"
	"strings"

	"plumbline/store"
)

// A rule for Jira and Confluence that needs an object of each judges each product by itself: what was refused of one
// keeps nothing of the other from being found, shown under its own product, or compared.

// siteProduct is the product whose resource it is: jira, confluence, or "" where it belongs to neither or both.
func siteProduct(resource string) string {
	if product, _, _ := strings.Cut(resource, "_"); product == "jira" || product == "confluence" {
		return product
	}
	return ""
}

// apart reports whether what the rule finds on one resource says nothing of the other: they are of two products, and of
// each the rule needs an object.
func (r *Rule) apart(a, b string) bool {
	needs := func(product string) bool {
		return product != "" && slices.ContainsFunc(r.Needs, func(need string) bool { return siteProduct(need) == product && slices.Contains(r.Objects, need) })
	}
	p, q := siteProduct(a), siteProduct(b)
	return p != q && needs(p) && needs(q)
}

// alone is the product whose rule it is on a Data Center installation, jira or confluence; "" where it is for both, and on
// Cloud. There the products know nothing of each other: each has accounts and groups of its own.
func (r *Rule) alone(siteKind string) string {
	if siteKind != "dc" {
		return ""
	}
	product := ""
	for _, p := range r.Products {
		name, edition, _ := strings.Cut(p, "-")
		if edition != "dc" {
			continue
		}
		if product != "" && product != name {
			return ""
		}
		product = name
	}
	return product
}

// cover is what came of a resource as far as it concerns the rule: on Data Center one for a single product lacks nothing of
// the other, whatever became of that.
func (j *judging) cover(resource string) store.Coverage {
	c, product := j.world.cover(resource), j.rule.alone(j.world.site.Kind)
	switch of := siteProduct(resource); {
	case product == "", of == product:
		return c
	case of != "":
		return store.Coverage{Resource: resource, Outcome: store.Unavailable, Reason: "it is the other product's", Lists: c.Lists, Revision: 1}
	}
	return c.Of(product)
}

// productOf is the product that a finding on a resource is shown under.
func (r *Rule) productOf(resource string) string {
	if slices.ContainsFunc(r.Objects, func(other string) bool { return r.apart(resource, other) }) {
		return siteProduct(resource)
	}
	return r.Product()
}

// otherRead reports whether the rule judges another product than that of a need, or the organisation beside the products,
// and its object there was read.
func (j *judging) otherRead(need string) bool {
	return slices.ContainsFunc(j.rule.Objects, func(other string) bool {
		outcome := j.world.cover(other).Outcome
		return (j.rule.apart(need, other) && slices.Contains(j.rule.Needs, other) || strings.HasPrefix(other, "org_") && !strings.HasPrefix(need, "org_")) &&
			(outcome == store.Complete || outcome == store.Partial)
	})
}

// spaceModels are the two that say who may do what in a space: permissions, and roles with those who hold them.
var spaceModels = [2][]string{{"confluence_space_permission"}, {"confluence_space_role", "confluence_space_role_assignment"}}

// otherModelRead reports whether a need is of one of the two, and the other, which the rule needs too, was read: what was
// refused of one keeps nothing that the other grants from being found. A rule that leans on absence needs both.
func (j *judging) otherModelRead(need string) bool {
	y := slices.IndexFunc(spaceModels[:], func(model []string) bool { return slices.Contains(model, need) })
	return y >= 0 && !slices.ContainsFunc(spaceModels[1-y], func(other string) bool {
		outcome := j.world.cover(other).Outcome
		return !slices.Contains(j.rule.Needs, other) || outcome != store.Complete && outcome != store.Partial
	}) && !slices.ContainsFunc(spaceModels[y], func(own string) bool { return !slices.Contains(j.rule.Needs, own) })
}
