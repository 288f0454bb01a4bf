package app

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"plumbline/store"
)

// Sending is what somebody wants to know before something made of a file is sent away.
type Sending struct {
	People   PeopleCount   `json:"people"`   // in the evidence file, all its snapshots
	Named    int           `json:"named"`    // people whom the report names, or has a sign for
	How      People        `json:"how"`      // the report names them
	Secrets  []SecretFound `json:"secrets"`  // in the evidence file; empty: none was found
	Scanned  int64         `json:"scanned"`  // bodies, requests and texts that were looked through for them
	Accepted int           `json:"accepted"` // risks that are accepted at the snapshot's date
	Expiring int           `json:"expiring"` // of them, that end within ExpiringDays of the day of asking, or have ended since
	Expired  int           `json:"expired"`  // acceptances that had run out at the snapshot's date
	Notices  []Notice      `json:"notices"`  // that every format prints
}

// PeopleCount counts accounts of people by what is told of them.
type PeopleCount struct {
	Accounts  int64 `json:"accounts"`
	Names     int64 `json:"names"`     // with a name
	Addresses int64 `json:"addresses"` // with a whole e-mail address
}

// SecretFound is what looks like a secret. The secret itself is not told.
type SecretFound struct {
	Kind  string `json:"kind"`  // API token of Atlassian, private key ...
	Where string `json:"where"` // body, request, decision ...
	In    string `json:"in"`    // the resource of a body, the path of a request; "" elsewhere
	Times int    `json:"times"`
}

// ExpiringDays is how soon the end of an accepted risk is worth a word.
const ExpiringDays = 30

// BeforeSending looks through a file, and at the report that a query asks for.
func (f *File) BeforeSending(ctx context.Context, q ReportQuery) (*Sending, error) {
	r, err := f.Report(ctx, q)
	if err != nil {
		return nil, err
	}
	return f.Sending(ctx, r)
}

// Sending looks through the file that a report was made of.
func (f *File) Sending(ctx context.Context, r *Report) (*Sending, error) {
	s := &Sending{Named: r.Named, How: r.People, Secrets: []SecretFound{}, Notices: r.Notices, Expired: r.count("expired"), Accepted: r.count("accepted")}
	made, err := time.Parse(time.RFC3339, r.Made)
	if err != nil {
		return nil, fmt.Errorf("reading when the report was made: %w", err)
	}
	soon := made.AddDate(0, 0, ExpiringDays).Format(time.DateOnly)
	for _, d := range r.Decisions {
		if d.State == "accepted" && d.Until <= soon {
			s.Expiring++
		}
	}
	if s.People, err = f.countPeople(ctx); err != nil {
		return nil, err
	}
	return s, f.scanSecrets(ctx, s)
}

// countPeople counts every account of a person that any snapshot of the file tells of.
func (f *File) countPeople(ctx context.Context) (PeopleCount, error) {
	rows, err := f.store.Select(ctx, `
WITH told AS (
  SELECT coalesce(b.json ->> '$.accountId', b.json ->> '$.key', b.json ->> '$.userKey') AS id,
    coalesce(nullif(b.json ->> '$.displayName', ''), nullif(b.json ->> '$.name', '')) AS name,
    coalesce(b.json ->> '$.emailAddress', b.json ->> '$.email') AS address
  FROM span AS s JOIN resource AS r ON r.id = s.resource JOIN body AS b ON b.id = s.body
  WHERE r.name IN ('jira_user', 'confluence_user', 'org_user', 'jira_customer')
    AND coalesce(b.json ->> '$.accountType', '') <> 'app'
), account AS (
  SELECT id, max(name IS NOT NULL) AS named, max(coalesce(address GLOB '?*@?*', 0)) AS addressed FROM told WHERE id IS NOT NULL GROUP BY id
)
SELECT count(*), coalesce(sum(named), 0), coalesce(sum(addressed), 0) FROM account`, personal)
	if err != nil {
		return PeopleCount{}, fmt.Errorf("counting people: %w", err)
	}
	n := func(i int) int64 { v, _ := rows.Values[0][i].(int64); return v }
	return PeopleCount{n(0), n(1), n(2)}, nil
}

// secretKinds are secrets by the form that whoever makes them gives them: a word that the file is searched for, and the
// pattern of what follows.
var secretKinds = []struct {
	kind, word string
	form       *regexp.Regexp
}{
	{"API token of Atlassian", "ATATT3x", regexp.MustCompile(`ATATT3x[A-Za-z0-9_=-]{20,}`)},
	{"API token of Bitbucket or Atlassian", "ATCTT3x", regexp.MustCompile(`ATCTT3x[A-Za-z0-9_=-]{20,}`)},
	{"secret of an OAuth app of Atlassian", "ATOA", regexp.MustCompile(`ATOA[A-Za-z0-9_-]{40,}`)},
	{"signed token (JWT)", "eyJ", regexp.MustCompile(`eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}`)},
	{"private key", "PRIVATE KEY-----", regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----`)},
	{"session cookie", "session", regexp.MustCompile(`(?i)(?:cloud\.session\.token|tenant\.session\.token|JSESSIONID)=[A-Za-z0-9._-]{16,}`)},
	{"bearer token", "earer ", regexp.MustCompile(`[Bb]earer [A-Za-z0-9._~+/-]{20,}=*`)},
	{"password in an address", "://", regexp.MustCompile(`[a-z][a-z0-9+.-]*://[^/\s:@"?]+:[^/\s@"?]+@`)},
	{"token in an address", "token=", regexp.MustCompile(`(?i)[?&](?:access_|api_|auth)?token=[A-Za-z0-9._~%+-]{16,}`)},
	{"key of Amazon Web Services", "AKIA", regexp.MustCompile(`\bAKIA[0-9A-Z]{16}\b`)},
	{"token of GitHub", "gh", regexp.MustCompile(`\bgh[pousr]_[A-Za-z0-9]{36,}`)},
	{"token of Slack", "xox", regexp.MustCompile(`\bxox[abprs]-[A-Za-z0-9-]{10,}`)},
	{"address of a Slack webhook", "hooks.slack.com", regexp.MustCompile(`hooks\.slack\.com/services/[A-Za-z0-9/]{20,}`)},
}

// secretPlaces are where a file holds texts from elsewhere: each a SELECT of (where, in, text).
var secretPlaces = []struct{ where, query, text string }{
	{"body", "SELECT 'body', coalesce((SELECT r.name FROM span AS s JOIN resource AS r ON r.id = s.resource WHERE s.body = b.id LIMIT 1), ''), b.json FROM body AS b", "b.json"},
	{"request", "SELECT 'request', q.path, q.path || ' ' || q.note FROM request AS q", "q.path || ' ' || q.note"},
	{"coverage", "SELECT 'coverage', r.name, c.reason FROM coverage AS c JOIN resource AS r ON r.id = c.resource", "c.reason"},
	{"decision", "SELECT 'decision', d.rule, d.reason || ' ' || d.subject FROM decision AS d", "d.reason || ' ' || d.subject"},
	{"attestation", "SELECT 'attestation', a.question, a.evidence || ' ' || a.answer FROM attestation AS a", "a.evidence || ' ' || a.answer"},
	{"parameter", "SELECT 'parameter', p.name, coalesce(p.value, '') FROM parameter AS p", "coalesce(p.value, '')"},
}

// scanSecrets searches the texts of a file for what has the form of a secret: SQLite for the words, then the patterns.
func (f *File) scanSecrets(ctx context.Context, s *Sending) error {
	found := map[SecretFound]int{}
	var order []SecretFound
	for _, place := range secretPlaces {
		var words []string
		for _, kind := range secretKinds {
			words = append(words, fmt.Sprintf("instr(%s, '%s') > 0", place.text, kind.word))
		}
		n, err := f.store.Select(ctx, "SELECT count(*) FROM "+place.where, personal)
		if err != nil {
			return fmt.Errorf("looking for secrets: %w", err)
		}
		if v, ok := n.Values[0][0].(int64); ok {
			s.Scanned += v
		}
		rows, err := f.store.Select(ctx, place.query+" WHERE "+strings.Join(words, " OR "), store.Limits{Deadline: personal.Deadline, Rows: 10_000_000})
		if err != nil {
			return fmt.Errorf("looking for secrets: %w", err)
		}
		for _, row := range rows.Values {
			in, _ := row[1].(string)
			text, _ := row[2].(string)
			for _, kind := range secretKinds {
				if n := len(kind.form.FindAllStringIndex(text, -1)); n > 0 {
					one := SecretFound{Kind: kind.kind, Where: place.where, In: Neutral(in)}
					if found[one] == 0 {
						order = append(order, one)
					}
					found[one] += n
				}
			}
		}
	}
	for _, one := range order {
		times := found[one]
		one.Times = times
		s.Secrets = append(s.Secrets, one)
	}
	return nil
}
