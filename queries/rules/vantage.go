package rules

import (
	"slices"

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

func includes(all, some []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}
