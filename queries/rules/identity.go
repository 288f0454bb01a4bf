package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// FindingID names a finding the same in every snapshot: "F-" and the first 16 hex digits of the SHA-256 of the site's
// id, the rule's identity (the oldest id of its replaces chain), resource, key and aspect, joined by U+001E.
func FindingID(site, rule, resource, key, aspect string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{site, rule, resource, key, aspect}, "\x1e")))
	return "F-" + hex.EncodeToString(sum[:8])
}

// sortFindings orders by severity, rule, subject, key, aspect; the resource last, so that the order is whole.
func sortFindings(list []Finding) {
	slices.SortFunc(list, func(a, b Finding) int { return compareFindings(&a, &b) })
}

func compareFindings(a, b *Finding) int {
	if n := a.Severity.Rank() - b.Severity.Rank(); n != 0 {
		return n
	}
	for _, pair := range [][2]string{{a.Rule, b.Rule}, {a.Subject, b.Subject}, {a.Key, b.Key}, {a.Aspect, b.Aspect}, {a.Resource, b.Resource}} {
		if n := strings.Compare(pair[0], pair[1]); n != 0 {
			return n
		}
	}
	return 0
}
