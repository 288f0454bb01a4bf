package store

import (
	"crypto/sha256"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ExportFormat is the number of the canonical export that statements are about. It has nothing to do with the format of
// the file: a seal outlives every migration.
const ExportFormat = 1

// Statement is what is signed: what a finished snapshot holds, as docs/evidence-format.md lists it. Numbers that people
// type, labels, pins, decisions, parameters and attestations are not in it.
type Statement struct {
	Export       int                `json:"export"`
	Sealed       string             `json:"sealed"` // when, by the signer's clock: RFC 3339, UTC, milliseconds
	Signer       string             `json:"signer"` // the comment of the signer's key
	Site         StatementSite      `json:"site"`
	Started      string             `json:"started"`
	Finished     string             `json:"finished"`
	State        string             `json:"state"`
	Program      string             `json:"program"`
	PersonalData string             `json:"personal_data"`
	Objects      int64              `json:"objects"`
	Digest       string             `json:"digest"` // of the snapshot
	Origin       []StatementOrigin  `json:"origin"` // what it was before it was redacted
	Sections     map[string]Section `json:"sections"`
	Manifest     string             `json:"manifest"` // SHA-256 of the manifest as it is stored
}

// StatementSite is which site it was.
type StatementSite struct {
	Kind string   `json:"kind"`
	IDs  []string `json:"ids"`
}

// StatementOrigin is one redaction that made the snapshot.
type StatementOrigin struct {
	At        string `json:"at"`
	Program   string `json:"program"`
	Digest    string `json:"digest"`
	Statement string `json:"statement"`
	Level     string `json:"level"`
	Key       string `json:"key"`
}

// Section is how many rows a section of the export has, and the SHA-256 of their lines.
type Section struct {
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

// Canonical is the statement as it is signed (RFC 8785).
func (s Statement) Canonical() (string, error) {
	raw, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("writing a statement: %w", err)
	}
	text, err := Canonical(jsontext.Value(raw))
	return string(text), err
}

// ParseStatement reads a statement as it was signed. Members that this program does not know, or twice the same, are an
// error: what it would leave unread it could not vouch for.
func ParseStatement(text string) (Statement, error) {
	var s Statement
	var head struct {
		Export int `json:"export"`
	}
	if err := json.Unmarshal([]byte(text), &head); err != nil {
		return s, fmt.Errorf("reading a statement: %w", err)
	}
	if head.Export != ExportFormat {
		return s, fmt.Errorf("%w: the statement is of export format %d, this program reads %d", ErrNewerFormat, head.Export, ExportFormat)
	}
	if err := json.Unmarshal([]byte(text), &s, json.RejectUnknownMembers(true)); err != nil {
		return s, fmt.Errorf("reading a statement: %w", err)
	}
	return s, nil
}

// StatementDigest is the SHA-256 of a statement, by which others name it.
func StatementDigest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return digestText(sum[:])
}
