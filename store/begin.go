package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"plumbline/store/internal/db"
)

// Collecting is a snapshot being written. Its methods are safe for concurrent use.
type Collecting struct {
	f         *File
	snapshot  Snapshot
	previous  int64 // id of the site's existing predecessor, 0 if none
	resumed   bool
	resources map[string]int64
}

// Snapshot is the snapshot in the making.
func (c *Collecting) Snapshot() Snapshot { return c.snapshot }

// Resumed reports whether Begin went on with an interrupted snapshot.
func (c *Collecting) Resumed() bool { return c.resumed }

// Begin starts a snapshot of s.Site, or goes on with the site's interrupted one if it is its newest
// and young enough. An interrupted one that is not resumed is ended: what it had not read is
// skipped with the reason "interrupted".
func (f *File) Begin(ctx context.Context, s Start) (*Collecting, error) {
	if !f.writable {
		return nil, ErrReadOnly
	}
	filled, err := hold(ctx, f.filling)
	if err != nil {
		return nil, err
	}
	f.gather.limit = s.Together
	filled()
	release, err := f.take(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if s.ResumeWithin == 0 {
		s.ResumeWithin = 24 * time.Hour
	}
	// With a write-ahead log no transaction waits for the disk. Finish turns the file back into
	// one file in rollback mode.
	if _, err := f.conn.ExecContext(ctx, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 32000"); err != nil {
		return nil, explain(err)
	}
	c := &Collecting{f: f}
	err = f.transaction(ctx, func() error { return c.begin(ctx, s) })
	if err != nil {
		return nil, fmt.Errorf("beginning a snapshot: %w", err)
	}
	return c, nil
}

func (c *Collecting) begin(ctx context.Context, s Start) error {
	var err error
	if c.resources, err = c.f.addResources(ctx); err != nil {
		return err
	}
	if err := plainViews(ctx, c.f.conn, c.resources); err != nil {
		return err
	}
	site, err := c.f.addSite(ctx, s.Site)
	if err != nil {
		return err
	}
	all, err := c.f.snapshots(ctx)
	if err != nil {
		return err
	}
	mine := slices.DeleteFunc(all, func(x Snapshot) bool { return x.Site.ID != site })
	if n := len(mine); n > 0 && !mine[n-1].State.Finished() {
		newest := mine[n-1]
		age := s.Now.Sub(newest.Started)
		if !s.New && age < s.ResumeWithin && newest.PersonalData == s.PersonalData {
			c.resumed = true
			c.snapshot = newest
			c.snapshot.State = StateCollecting
			if n > 1 {
				c.previous = mine[n-2].ID
			}
			if err := c.f.noneSeenAfter(ctx, site, newest.ID); err != nil {
				return err
			}
			if err := c.f.q.SetIdentity(ctx, db.SetIdentityParams{Snapshot: newest.ID, Site: site}); err != nil {
				return err
			}
			return c.f.q.SetState(ctx, db.SetStateParams{State: string(StateCollecting), ID: newest.ID})
		}
		if err := c.f.endInterrupted(ctx, newest, s.Now); err != nil {
			return err
		}
	}
	if n := len(mine); n > 0 {
		c.previous = mine[n-1].ID
	}
	if err := c.f.noneSeenAfter(ctx, site, c.previous); err != nil {
		return err
	}
	id, err := c.f.q.AddSnapshot(ctx, db.AddSnapshotParams{
		Site: site, Started: formatTime(s.Now), Program: s.Program, PersonalData: s.PersonalData})
	if err != nil {
		return err
	}
	if err := c.f.q.SetIdentity(ctx, db.SetIdentityParams{Snapshot: id, Site: site}); err != nil {
		return err
	}
	if s.Label != "" {
		if err := c.f.q.SetLabel(ctx, db.SetLabelParams{Snapshot: id, Label: s.Label}); err != nil {
			return err
		}
	}
	all, err = c.f.snapshots(ctx)
	if err != nil {
		return err
	}
	c.snapshot = all[len(all)-1]
	return nil
}

// noneSeenAfter refuses a file that says of objects that snapshots of the site saw them which are not taken yet: they would
// be in those to come, and be sealed with them.
func (f *File) noneSeenAfter(ctx context.Context, site, snapshot int64) error {
	later, err := f.q.SeenLater(ctx, db.SeenLaterParams{Site: site, Latest: snapshot})
	if err == nil && later {
		err = fmt.Errorf("%w: objects are said to be seen after snapshot %d, which is the last", ErrDamaged, snapshot)
	}
	return err
}

func (f *File) addResources(ctx context.Context) (map[string]int64, error) {
	ids, err := f.resourceIDs(ctx)
	if err != nil {
		return nil, err
	}
	for _, name := range Resources() {
		if ids[name] == 0 {
			if ids[name], err = f.q.AddResource(ctx, name); err != nil {
				return nil, err
			}
		}
	}
	return ids, nil
}

func (f *File) resourceIDs(ctx context.Context) (map[string]int64, error) {
	rows, err := f.q.ResourceNames(ctx)
	if err != nil {
		return nil, err
	}
	ids := map[string]int64{}
	for _, r := range rows {
		ids[r.Name] = r.ID
	}
	return ids, nil
}

// addSite finds the site by any of its ids, or adds it; ids not yet known are added behind.
func (f *File) addSite(ctx context.Context, s Site) (int64, error) {
	if len(s.IDs) == 0 {
		return 0, errors.New("a site without an id")
	}
	var site int64
	for _, id := range s.IDs {
		found, err := f.q.SiteByID(ctx, id)
		if err == nil {
			site = found
			break
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return 0, err
		}
	}
	var err error
	if site == 0 {
		site, err = f.q.AddSite(ctx, db.AddSiteParams{Kind: s.Kind, Address: s.Address, Name: s.Name})
	} else {
		err = f.nameSite(ctx, site, s)
	}
	if err != nil {
		return 0, err
	}
	for _, id := range s.IDs {
		if err := f.q.AddSiteID(ctx, db.AddSiteIDParams{Site: site, ID: id}); err != nil {
			return 0, err
		}
	}
	return site, nil
}

// nameSite gives a known site the address and the name that nothing told of it before. Those it has stay: the site of older
// snapshots is called what it was, also where only one product of an installation is looked at later.
func (f *File) nameSite(ctx context.Context, site int64, s Site) error {
	known, err := f.q.Sites(ctx)
	if err != nil {
		return err
	}
	for _, k := range known {
		if k.ID == site && (k.Address == "" || k.Name == "") {
			return f.q.UpdateSite(ctx, db.UpdateSiteParams{Address: cmp.Or(k.Address, s.Address), Name: cmp.Or(k.Name, s.Name), ID: site})
		}
	}
	return nil
}

// endInterrupted finishes a snapshot that will never be resumed. What it had not read whole is
// partial or skipped; a part with the parent "" says that no part may be taken for complete.
func (f *File) endInterrupted(ctx context.Context, s Snapshot, now time.Time) error {
	c := &Collecting{f: f, snapshot: s}
	var err error
	if c.resources, err = f.resourceIDs(ctx); err != nil {
		return err
	}
	rest, err := f.interrupted(ctx, s.ID)
	if err != nil {
		return err
	}
	have, err := f.q.Coverage(ctx, s.ID)
	if err != nil {
		return err
	}
	for _, name := range Resources() {
		if slices.ContainsFunc(have, func(r db.CoverageRow) bool { return r.Name == name }) {
			continue
		}
		if err := c.setCoverage(ctx, rest(name)); err != nil {
			return err
		}
	}
	_, err = c.finish(ctx, now)
	return err
}

// interrupted says of a resource that an unfinished snapshot has no coverage of what came of it if nothing more comes.
func (f *File) interrupted(ctx context.Context, snapshot int64) (func(resource string) Coverage, error) {
	ids, err := f.resourceIDs(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := f.q.AllProgress(ctx, snapshot)
	if err != nil {
		return nil, err
	}
	begun := map[int64][]Part{}
	for _, r := range rows {
		if _, ok := begun[r.Resource]; !ok {
			begun[r.Resource] = []Part{{Outcome: Skipped, Reason: "interrupted"}}
		}
		if r.Parent != "" && r.Outcome.String != string(Complete) {
			p := Part{Parent: r.Parent, Outcome: Skipped, Reason: "interrupted"}
			if r.Outcome.Valid {
				p = Part{r.Parent, Outcome(r.Outcome.String), int(r.HttpStatus), r.Reason}
			}
			begun[r.Resource] = append(begun[r.Resource], p)
		}
	}
	return func(name string) Coverage {
		cov := Coverage{Resource: name, Outcome: Skipped, Reason: "interrupted", Lists: "seen", Missing: []string{}, Members: []string{}, Parts: []Part{}}
		if parts := begun[ids[name]]; parts != nil {
			cov.Outcome, cov.Parts = Partial, parts
		}
		return cov
	}, nil
}

// SetVantage records from where the snapshot is seen.
func (c *Collecting) SetVantage(ctx context.Context, v Vantage) error {
	release, err := c.f.take(ctx)
	if err != nil {
		return err
	}
	defer release()
	err = c.f.transaction(ctx, func() error {
		return c.f.q.SetVantage(ctx, db.SetVantageParams{
			Snapshot: c.snapshot.ID, Account: v.Account, AccountName: v.AccountName,
			Credentials: textList(v.Credentials), Scopes: textList(v.Scopes), GroupIds: textList(v.Groups), Permissions: textList(v.Permissions)})
	})
	if err != nil {
		return fmt.Errorf("storing the vantage: %w", err)
	}
	c.snapshot.Vantage = v
	return nil
}

// textList is a JSON array of text, sorted, without doubles.
func textList(list []string) string {
	sorted := slices.Compact(slices.Sorted(slices.Values(list)))
	if sorted == nil {
		sorted = []string{}
	}
	text, _ := json.Marshal(sorted)
	return string(text)
}

func parseList(text string) []string {
	list := []string{}
	if json.Unmarshal([]byte(text), &list) != nil || list == nil {
		return []string{}
	}
	return list
}
