package app

import "strings"

// Nearest returns the candidate that name was most likely meant to be, "" if none is close. One
// that begins with name, or holds it, is near however long it is.
func Nearest(name string, candidates []string) string {
	best, least := "", max(2, len(name)/3)+1
	low := strings.ToLower(name)
	for _, c := range candidates {
		lc := strings.ToLower(c)
		d := distance(low, lc)
		switch {
		case len(low) >= 3 && strings.HasPrefix(lc, low):
			d = min(d, 1)
		case len(low) >= 3 && strings.HasPrefix(low, lc), len(low) >= 4 && strings.Contains(lc, low):
			d = min(d, 2)
		}
		if d < least {
			best, least = c, d
		}
	}
	return best
}

// distance counts the letters to insert, delete, replace or swap with the next to turn a into b.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > 200 || len(y) > 200 {
		return 200
	}
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
