package app

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"time"

	"plumbline/store"
)

// Snapshot is a snapshot as scripts and people are shown it.
type Snapshot struct {
	ID       int64       `json:"id"` // the number people type
	Label    string      `json:"label"`
	Site     string      `json:"site"`     // the address that the site itself states
	Started  string      `json:"started"`  // RFC 3339, UTC
	Finished *string     `json:"finished"` // null while collecting or interrupted
	State    store.State `json:"state"`
	Vantage  Vantage     `json:"vantage"`
	Digest   string      `json:"digest"` // "" until finished

	Addresses []string `json:"-"` // of the site, for people: Data Center has one for each product
}

// Vantage is from where a snapshot was seen. No list is ever null.
type Vantage struct {
	Account     string   `json:"account"`
	Credentials []string `json:"credentials"`
	Scopes      []string `json:"scopes"`
	Groups      []string `json:"groups"`
	Permissions []string `json:"permissions"`

	Name string `json:"-"` // of the account, for people
}

// SnapshotRow is a snapshot in the list of them.
type SnapshotRow struct {
	Snapshot
	Objects      int64  `json:"objects"`
	Sealed       bool   `json:"sealed"`
	Pinned       bool   `json:"pinned"`
	PersonalData string `json:"personal_data"` // "full" or "domain"
	Program      string `json:"program"`       // the version that collected it
}

// SnapshotList answers `snapshots list`.
type SnapshotList struct {
	Snapshots []SnapshotRow `json:"snapshots"`
}

func snapshotOf(s store.Snapshot) Snapshot {
	return Snapshot{
		ID: s.ID, Label: s.Label, Site: s.Site.Address, Started: stamp(s.Started), Finished: stampOrNull(s.Finished),
		State: s.State, Digest: s.Digest, Addresses: addressesOf(s.Site),
		Vantage: Vantage{
			Account: s.Vantage.Account, Credentials: list(s.Vantage.Credentials), Scopes: list(s.Vantage.Scopes),
			Groups: list(s.Vantage.Groups), Permissions: list(s.Vantage.Permissions), Name: s.Vantage.AccountName,
		},
	}
}

// addressesOf are the addresses that a site is known by: on Data Center of every product, elsewhere the one it has.
func addressesOf(s store.Site) []string {
	all := []string{s.Address}
	if s.Kind != "dc" {
		return all
	}
	for _, id := range s.IDs {
		if address, err := url.Parse(id); err == nil && address.Host != "" && !slices.ContainsFunc(all, func(a string) bool { return siteKey(a) == siteKey(id) }) {
			all = append(all, id)
		}
	}
	return all
}

// stamp writes a time as evidence files hold it: RFC 3339, UTC, milliseconds.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func stampOrNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := stamp(t)
	return &s
}

// list is s, never nil: an empty list is [] in JSON, not null.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// Snapshots lists the snapshots of the file, oldest first; of one site only where site is given.
func (f *File) Snapshots(ctx context.Context, site string) (SnapshotList, error) {
	all, err := f.store.Snapshots(ctx)
	if err != nil {
		return SnapshotList{}, err
	}
	if site != "" {
		if all, err = ofSite(all, site); err != nil {
			return SnapshotList{}, err
		}
	}
	rows := []SnapshotRow{}
	for _, s := range all {
		if !s.State.Finished() { // finishing counts
			counts, err := f.store.Counts(ctx, s.ID)
			if err != nil {
				return SnapshotList{}, err
			}
			for _, n := range counts {
				s.Objects += n
			}
		}
		rows = append(rows, SnapshotRow{
			Snapshot: snapshotOf(s), Objects: s.Objects, Sealed: s.Sealed, Pinned: s.Pinned,
			PersonalData: s.PersonalData, Program: s.Program,
		})
	}
	return SnapshotList{rows}, nil
}

// Label names a snapshot; an empty label takes the name away.
func (f *File) Label(ctx context.Context, ref, site, label string) (Snapshot, error) {
	s, err := f.find(ctx, ref, site)
	if err != nil {
		return Snapshot{}, err
	}
	if err := CheckLabel(label); err != nil {
		return Snapshot{}, err
	}
	if err := f.store.SetLabel(ctx, s.ID, label); err != nil {
		return Snapshot{}, fmt.Errorf("labelling snapshot %d: %w", s.ID, err)
	}
	return f.again(ctx, s.ID)
}

// Pin makes a snapshot the one that later ones are compared with; a site has one pin. With off it
// is taken away.
func (f *File) Pin(ctx context.Context, ref, site string, off bool) (Snapshot, error) {
	s, err := f.find(ctx, ref, site)
	if err != nil {
		return Snapshot{}, err
	}
	all, err := f.store.Snapshots(ctx)
	if err != nil {
		return Snapshot{}, err
	}
	for _, other := range all {
		if other.Site.ID == s.Site.ID && other.Pinned && other.ID != s.ID && !off {
			if err := f.store.SetPinned(ctx, other.ID, false); err != nil {
				return Snapshot{}, fmt.Errorf("unpinning snapshot %d: %w", other.ID, err)
			}
		}
	}
	if err := f.store.SetPinned(ctx, s.ID, !off); err != nil {
		return Snapshot{}, fmt.Errorf("pinning snapshot %d: %w", s.ID, err)
	}
	return f.again(ctx, s.ID)
}

// Drop removes a snapshot from the file for good and returns what it was; a sealed one only where sealed says so.
func (f *File) Drop(ctx context.Context, ref, site string, sealed bool) (Snapshot, error) {
	s, err := f.find(ctx, ref, site)
	if err != nil {
		return Snapshot{}, err
	}
	drop := f.store.Drop
	if sealed {
		drop = f.store.DropSealed
	}
	if err := drop(ctx, s.ID); err != nil {
		return Snapshot{}, fmt.Errorf("dropping snapshot %d: %w", s.ID, err)
	}
	return snapshotOf(s), nil
}

func (f *File) again(ctx context.Context, id int64) (Snapshot, error) {
	s, err := f.store.Snapshot(ctx, id)
	if err != nil {
		return Snapshot{}, err
	}
	return snapshotOf(s), nil
}
