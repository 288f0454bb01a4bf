package store

import (
	"cmp"
	"context"
	"slices"

	"plumbline/store/internal/db"
)

// sealFormat is the first format that has seals, origins, and the site as each snapshot knew it.
const sealFormat = 4

// sealing is the site as each snapshot knew it, and the snapshots that a seal stands under; nothing in an older file.
func (f *File) sealing(ctx context.Context) (then map[int64]db.Identity, sealed []int64, err error) {
	if f.format < sealFormat {
		return nil, nil, nil
	}
	rows, err := f.q.Identities(ctx)
	if err != nil {
		return nil, nil, err
	}
	then = map[int64]db.Identity{}
	for _, r := range rows {
		then[r.Snapshot] = r
	}
	sealed, err = f.q.SealedSnapshots(ctx)
	return then, sealed, err
}

// settleSite is called when a snapshot has gone: what only that one knew of the site goes with it, so that the site is
// what its snapshots say. The first id stays, finding ids are made of it; a site without snapshots stays as it was.
func (f *File) settleSite(ctx context.Context, site int64, left []Snapshot) error {
	then, _, err := f.sealing(ctx)
	if err != nil || len(left) == 0 {
		return err
	}
	var known []db.Identity
	var ids []string
	for _, s := range left {
		known = append(known, then[s.ID])
		ids = append(ids, parseList(then[s.ID].Ids)...)
	}
	all, err := f.sites(ctx)
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.ID != site {
			continue
		}
		for _, id := range s.IDs[min(1, len(s.IDs)):] {
			if slices.Contains(ids, id) {
				continue
			}
			if err := f.q.DeleteSiteID(ctx, db.DeleteSiteIDParams{Site: site, ID: id}); err != nil {
				return err
			}
		}
		address := told(s.Address, known, func(i db.Identity) string { return i.Address })
		name := told(s.Name, known, func(i db.Identity) string { return i.Name })
		if err := f.q.UpdateSite(ctx, db.UpdateSiteParams{Address: address, Name: name, ID: site}); err != nil {
			return err
		}
	}
	return nil
}

// told is value if a snapshot says so, else the first that any says.
func told(value string, known []db.Identity, of func(db.Identity) string) string {
	first := ""
	for _, k := range known {
		if of(k) == value {
			return value
		}
		first = cmp.Or(first, of(k))
	}
	return first
}
