// Package store is the evidence file: one SQLite file that holds many snapshots of many sites.
//
// It promises that a finished snapshot never changes, that looking at a file
// changes no byte of it, that a killed writer loses at most the page in hand,
// and that what a foreign file holds is read as data and never run.
package store
