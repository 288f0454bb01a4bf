package app

import (
	"context"
	"time"
)

// Origin is one thing that happened to a snapshot which was not collected into the file that it is in.
type Origin struct {
	Kind      string `json:"kind"`      // merged, redacted
	At        string `json:"at"`        // RFC 3339, UTC
	Program   string `json:"program"`   // the version that did it
	Site      string `json:"site"`      // merged: the first id of its site there; "" where that is not to be told
	Digest    string `json:"digest"`    // of the snapshot it was
	Statement string `json:"statement"` // SHA-256 of the statement that sealed it there; "" if none did
	Level     string `json:"level"`     // redacted: people, names or structure
	Key       string `json:"key"`       // redacted: fingerprint of the key that pseudonyms were made with
}

// Origins are what happened to a snapshot, the first thing first; none where it was collected into this file.
func (f *File) Origins(ctx context.Context, snapshot int64) ([]Origin, error) {
	all, err := f.store.Origins(ctx, snapshot)
	out := []Origin{}
	for _, o := range all {
		out = append(out, Origin{o.Kind, o.At.UTC().Format(time.RFC3339), o.Program, o.Site, o.Digest, o.Statement, o.Level, o.Key})
	}
	return out, err
}
