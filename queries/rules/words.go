package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// didYouMean names the known word nearest to a mistyped one: `; did you mean "title"?`, or "" if none is near.
func didYouMean(typed string, known []string) string {
	if best := nearest(typed, known); best != "" {
		return fmt.Sprintf("; did you mean %q?", best)
	}
	return ""
}

// nearest is the known word that needs the fewest letters changed, "" if that are more than half of those typed.
func nearest(typed string, known []string) string {
	best, at := "", len(typed)/2+1
	for _, k := range slices.Sorted(slices.Values(known)) {
		if d := distance(strings.ToLower(typed), strings.ToLower(k)); d < at {
			best, at = k, d
		}
	}
	return best
}

// distance is how many letters must be typed, deleted or changed to make one word of the other.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost++
			}
			diagonal = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}

// joinWords makes "a, b, c" of a list of words.
func joinWords[S ~string](list []S) string {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = string(s)
	}
	return strings.Join(words, ", ")
}

func keysOf[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// plural gives "1 object" and "3 objects".
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
