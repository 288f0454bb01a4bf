package rules

import (
	"slices"
	"strings"

	"plumbline/store"
)

// atLeast reports whether one vantage is at least another: its scopes, global permissions and groups include the
// other's. A token without scopes is not limited by any. For a list of what the account may see the account must be
// the same besides.
func atLeast(v, other store.Vantage, seen bool) bool {
	unscoped := len(v.Scopes) == 0 && len(v.Credentials) > 0 || len(v.Scopes) == 0 && len(other.Scopes) == 0
	scopes := unscoped || len(other.Scopes) > 0 && includes(v.Scopes, other.Scopes)
	return scopes && includes(v.Permissions, other.Permissions) && includes(v.Groups, other.Groups) &&
		(!seen || v.Account != "" && v.Account == other.Account)
}

// orgAdmin is what an organisation API key holds.
const orgAdmin = "org:admin"

// concerning is a snapshot's vantage as far as it matters to a resource: what an organisation key opens shows no more and no
// less of a site, and on Data Center what is held in one product opens nothing of the other. product is "" for what both have.
func concerning(s store.Snapshot, resource, product string) store.Vantage {
	v := s.Vantage
	if resource != "org" && !strings.HasPrefix(resource, "org_") {
		v.Permissions = slices.DeleteFunc(slices.Clone(v.Permissions), func(permission string) bool { return permission == orgAdmin })
	}
	if s.Site.Kind != "dc" || product == "" {
		return v
	}
	v.Permissions = slices.DeleteFunc(slices.Clone(v.Permissions), func(permission string) bool {
		return strings.HasPrefix(permission, "confluence:") != (product == "confluence")
	})
	v.Groups = slices.DeleteFunc(slices.Clone(v.Groups), func(group string) bool { return !strings.HasPrefix(group, product+"/") })
	if jira, confluence, two := strings.Cut(v.Account, " + "); two { // the products were seen by two people
		if v.Account = jira; product == "confluence" {
			v.Account = confluence
		}
	}
	return v
}

func includes(all, some []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}
