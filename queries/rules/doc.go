// Package rules judges: it reads rules written in SQL, runs them over the relations of a snapshot,
// and compares two snapshots. A rule that could not look is never a pass.
package rules
