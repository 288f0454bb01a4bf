package app

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
)

// Site is a site that a file has snapshots of.
type Site struct {
	ID        string `json:"id"`        // the one in finding ids
	Name      string `json:"name"`      // as the site calls itself
	Address   string `json:"address"`   // as the site states it
	Kind      string `json:"kind"`      // cloud or dc
	Snapshots int    `json:"snapshots"` // how many, unfinished ones too
	Latest    int64  `json:"latest"`    // the finished snapshot taken last; 0 without any
	Pinned    int64  `json:"pinned"`    // the one that later ones are compared with; 0 without a pin
	Open      int64  `json:"open"`      // one that is being collected or was interrupted; 0 without one
}

// Sites lists the sites of the file, the one collected last first.
func (f *File) Sites(ctx context.Context) ([]Site, error) {
	all, err := f.store.Snapshots(ctx)
	if err != nil {
		return nil, err
	}
	sites := []Site{}
	for _, s := range slices.Backward(all) {
		i := slices.IndexFunc(sites, func(site Site) bool { return site.ID == s.Site.SiteID() })
		if i < 0 {
			i = len(sites)
			sites = append(sites, Site{ID: s.Site.SiteID(), Name: firstOf(s.Site.Name, siteName(s.Site)), Address: s.Site.Address, Kind: s.Site.Kind})
		}
		site := &sites[i]
		site.Snapshots++
		switch {
		case !finished(s):
			site.Open = max(site.Open, s.ID)
		case site.Latest == 0:
			site.Latest = s.ID
		}
		if s.Pinned {
			site.Pinned = s.ID
		}
	}
	return sites, nil
}

// Pair returns the two snapshots that a comparison of these references would be of. Where before
// is not named and nothing precedes after, its number is 0.
func (f *File) Pair(ctx context.Context, before, after, site string) (Snapshot, Snapshot, error) {
	all, err := f.store.Snapshots(ctx)
	if err != nil {
		return Snapshot{}, Snapshot{}, err
	}
	b, a, err := findPair(all, before, after, site)
	if err != nil && before == "" && a.ID != 0 {
		return Snapshot{}, snapshotOf(a), nil
	}
	return snapshotOf(b), snapshotOf(a), err
}

// ReadOnly says why a file cannot be written; "" where it can.
func ReadOnly(path string) string {
	if isEncrypted(path) {
		return "the file is encrypted"
	}
	w, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		var cause *os.PathError
		if errors.As(err, &cause) {
			err = cause.Err
		}
		return "the file cannot be written: " + plainCause(err)
	}
	info, err := w.Stat()
	w.Close()
	if err == nil && info.Mode().Perm()&0o222 == 0 {
		return "the file is marked read-only"
	}
	beside, err := os.CreateTemp(filepath.Dir(path), ".plumbline-*")
	if err != nil {
		return "nothing can be written in its folder"
	}
	beside.Close()
	os.Remove(beside.Name())
	return ""
}
