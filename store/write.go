package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"plumbline/store/internal/db"
)

// Write stores a page whole or not at all: its objects, its log rows, and where to go on from. A
// kill may cost the pages of the last half second, each with its cursor; Finish, Interrupt and
// Close leave nothing behind.
// Two bodies for one key in one snapshot: the one with the bytewise greater digest stays, so that
// the order of pages never matters, and coverage counts it.
func (c *Collecting) Write(ctx context.Context, p Page) error {
	digests := make([][sha256.Size]byte, len(p.Objects)) // outside the lock: the other core's work
	for i, o := range p.Objects {
		digests[i] = digestOf(o.Body)
	}
	release, err := c.f.take(ctx)
	if err != nil {
		return err
	}
	defer release()
	if err := c.f.together(ctx, max(1, len(p.Objects)), func() error { return c.write(context.WithoutCancel(ctx), p, digests) }); err != nil {
		return fmt.Errorf("storing a page of %s: %w", p.Resource, err)
	}
	return nil
}

func (c *Collecting) write(ctx context.Context, p Page, digests [][sha256.Size]byte) error {
	resource, err := c.resource(p.Resource)
	if err != nil {
		return err
	}
	if p.Restart {
		if err := c.clear(ctx, p, resource); err != nil {
			return err
		}
	}
	duplicates, err := c.see(ctx, p, digests)
	if err != nil {
		return err
	}
	for _, r := range p.Requests {
		if err := c.log(ctx, r); err != nil {
			return err
		}
	}
	progress := db.SetProgressParams{Snapshot: c.snapshot.ID, Resource: resource, Parent: p.Parent, Cursor: p.Cursor, Missing: "[]", Duplicates: duplicates}
	if p.Restart {
		progress.Restarts = 1
	}
	if p.End != nil {
		progress.Outcome = sql.NullString{String: string(p.End.Outcome), Valid: true}
		progress.HttpStatus, progress.Reason, progress.Missing = int64(p.End.HTTPStatus), p.End.Reason, textList(p.End.Missing)
	}
	return c.f.q.SetProgress(ctx, progress)
}

func (c *Collecting) resource(name string) (int64, error) {
	if id := c.resources[name]; id != 0 {
		return id, nil
	}
	return 0, fmt.Errorf("unknown resource %q", name)
}

// sighting is the newest span of a key, if it covers this snapshot or its predecessor.
type sighting struct {
	first, last int64
	digest      [sha256.Size]byte
}

// see records what this snapshot saw: the predecessor's span is stretched where the body is the
// same, else a new span begins. It counts the keys met before with another body.
func (c *Collecting) see(ctx context.Context, p Page, digests [][sha256.Size]byte) (duplicates int64, err error) {
	spans := map[string]map[string]sighting{} // by resource and key
	for i, o := range p.Objects {
		if o.Resource == "" {
			o.Resource = p.Resource
		}
		if o.Key == "" || strings.IndexByte(o.Key, 0) >= 0 {
			return 0, fmt.Errorf("the key %q of %s names nothing", o.Key, o.Resource)
		}
		resource, err := c.resource(o.Resource)
		if err != nil {
			return 0, err
		}
		if spans[o.Resource] == nil {
			spans[o.Resource] = map[string]sighting{}
			if c.previous != 0 { // else all is new, but for what comes twice: AddSpan tells
				if spans[o.Resource], err = c.sightings(ctx, resource, o.Resource, p); err != nil {
					return 0, err
				}
			}
		}
		double, err := c.seeOne(ctx, resource, spans[o.Resource], o, digests[i])
		if err != nil {
			return 0, err
		}
		if double {
			duplicates++
		}
	}
	return duplicates, nil
}

// sightings reads what is known of a page's keys of one resource, in one query.
func (c *Collecting) sightings(ctx context.Context, resource int64, name string, p Page) (map[string]sighting, error) {
	known := map[string]sighting{}
	var keys []string
	for _, o := range p.Objects {
		if o.Resource == name || o.Resource == "" && name == p.Resource {
			keys = append(keys, o.Key)
		}
	}
	list, err := json.Marshal(keys)
	if err != nil {
		return nil, err
	}
	since := c.previous
	if since == 0 {
		since = c.snapshot.ID
	}
	rows, err := c.f.q.SpansSince(ctx, db.SpansSinceParams{Keys: string(list), Site: c.snapshot.Site.ID, Resource: resource, Since: since})
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if len(r.Digest) != sha256.Size {
			return nil, fmt.Errorf("%w: a body's digest has %d bytes", ErrDamaged, len(r.Digest))
		}
		if s := known[r.Key]; s.first < r.First {
			known[r.Key] = sighting{r.First, r.Last, [sha256.Size]byte(r.Digest)}
		}
	}
	return known, nil
}

func (c *Collecting) seeOne(ctx context.Context, resource int64, spans map[string]sighting, o Object, digest [sha256.Size]byte) (double bool, err error) {
	q, site, now := c.f.q, c.snapshot.Site.ID, c.snapshot.ID
	met, known := spans[o.Key]
	if known && met.last == now { // met before in this snapshot
		switch bytes.Compare(digest[:], met.digest[:]) {
		case 0:
			return false, nil
		case -1:
			return true, nil
		}
		// The greater digest takes the place: undo what the lesser did, then see this one alone.
		if met.first == now {
			err = q.DeleteSpan(ctx, db.DeleteSpanParams{Site: site, Resource: resource, Key: o.Key, First: now})
		} else {
			err = q.SetSpanLast(ctx, db.SetSpanLastParams{Last: c.previous, Site: site, Resource: resource, Key: o.Key, First: met.first})
		}
		if err != nil {
			return false, err
		}
		again, err := c.sightings(ctx, resource, o.Resource, Page{Resource: o.Resource, Objects: []Object{o}})
		if err != nil {
			return false, err
		}
		if met, known = again[o.Key]; !known {
			delete(spans, o.Key)
		}
		double = true
	}
	if known && met.last == c.previous && met.digest == digest {
		spans[o.Key] = sighting{met.first, now, digest}
		return double, q.SetSpanLast(ctx, db.SetSpanLastParams{Last: now, Site: site, Resource: resource, Key: o.Key, First: met.first})
	}
	body, err := c.body(ctx, digest[:], o.Body)
	if err != nil {
		return false, err
	}
	n, err := q.AddSpan(ctx, db.AddSpanParams{Site: site, Resource: resource, Key: o.Key, Now: now, Body: body})
	if err != nil {
		return false, err
	}
	if n > 0 {
		spans[o.Key] = sighting{now, now, digest}
		return double, nil
	}
	again, err := c.sightings(ctx, resource, o.Resource, Page{Resource: o.Resource, Objects: []Object{o}})
	if err != nil {
		return false, err
	}
	spans[o.Key] = again[o.Key]
	return c.seeOne(ctx, resource, spans, o, digest)
}

func (c *Collecting) body(ctx context.Context, digest, body []byte) (int64, error) {
	added, err := c.f.q.AddBody(ctx, db.AddBodyParams{Digest: digest, Json: string(body)})
	if err != nil {
		return 0, err
	}
	if n, err := added.RowsAffected(); err != nil || n == 0 {
		if err != nil {
			return 0, err
		}
		return c.f.q.BodyID(ctx, digest)
	}
	return added.LastInsertId()
}

// clear takes back what this snapshot saw of a resource, or of one parent's part where every key
// of the part begins with the parent's; and the resources that come out of the same answers.
func (c *Collecting) clear(ctx context.Context, p Page, resource int64) error {
	low, high := "", "\U0010ffff"
	if p.Parent != "" && p.ByParent {
		low, high = p.Parent+string(unitSeparator), p.Parent+string(unitSeparator+1)
	} else if err := c.f.q.DeleteResourceProgress(ctx, db.DeleteResourceProgressParams{Snapshot: c.snapshot.ID, Resource: resource}); err != nil {
		return err
	}
	all := []int64{resource}
	for _, name := range p.Clears {
		id, err := c.resource(name)
		if err != nil {
			return err
		}
		all = append(all, id)
	}
	for _, id := range all {
		site, now := c.snapshot.Site.ID, c.snapshot.ID
		if err := c.f.q.ForgetSeen(ctx, db.ForgetSeenParams{Site: site, Resource: id, Now: now, Low: low, High: high}); err != nil {
			return err
		}
		if c.previous == 0 {
			continue
		}
		if err := c.f.q.ShrinkSeen(ctx, db.ShrinkSeenParams{Previous: c.previous, Site: site, Resource: id, Now: now, Low: low, High: high}); err != nil {
			return err
		}
	}
	return nil
}

// Log stores rows of the request log outside any page.
func (c *Collecting) Log(ctx context.Context, requests ...Request) error {
	release, err := c.f.take(ctx)
	if err != nil {
		return err
	}
	defer release()
	err = c.f.together(ctx, 1, func() error {
		for _, r := range requests {
			if err := c.log(context.WithoutCancel(ctx), r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("storing the request log: %w", err)
	}
	return nil
}

func (c *Collecting) log(ctx context.Context, r Request) error {
	id, err := c.resource(r.Resource)
	if err != nil {
		return err
	}
	return c.f.q.AddRequest(ctx, db.AddRequestParams{
		Snapshot: c.snapshot.ID, Resource: id, Parent: r.Parent, Method: r.Method, Path: r.Path, Status: int64(r.Status),
		At: formatTime(r.At), Millis: r.Duration.Milliseconds(), Rows: int64(r.Rows), Requests: int64(max(1, r.Requests)), Note: r.Note})
}

// Progress is where each part of a resource stands, by parent key; "" for one that is asked once.
func (c *Collecting) Progress(ctx context.Context, resource string) (map[string]Progress, error) {
	id, err := c.resource(resource)
	if err != nil {
		return nil, err
	}
	release, err := c.f.take(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	rows, err := c.f.q.Progress(ctx, db.ProgressParams{Snapshot: c.snapshot.ID, Resource: id})
	if err != nil {
		return nil, fmt.Errorf("reading progress: %w", explain(err))
	}
	all := map[string]Progress{}
	for _, r := range rows {
		p := Progress{Cursor: r.Cursor}
		if r.Outcome.Valid {
			p.End = &End{Outcome: Outcome(r.Outcome.String), HTTPStatus: int(r.HttpStatus), Reason: r.Reason, Missing: parseList(r.Missing)}
		}
		all[r.Parent] = p
	}
	return all, nil
}

// Objects are what this snapshot has seen so far of a resource, in key order. Pages may be
// written while it is walked; what they add behind the walk's position is met.
func (c *Collecting) Objects(ctx context.Context, resource string) iter.Seq2[Object, error] {
	return c.f.objects(ctx, c.snapshot, resource)
}

// SetCoverage records what came of a resource. Objects and Duplicates are counted by the store.
func (c *Collecting) SetCoverage(ctx context.Context, cov Coverage) error {
	release, err := c.f.take(ctx)
	if err != nil {
		return err
	}
	defer release()
	if err := c.f.together(ctx, 1, func() error { return c.setCoverage(context.WithoutCancel(ctx), cov) }); err != nil {
		return fmt.Errorf("storing the coverage of %s: %w", cov.Resource, err)
	}
	return nil
}

func (c *Collecting) setCoverage(ctx context.Context, cov Coverage) error {
	id, err := c.resource(cov.Resource)
	if err != nil {
		return err
	}
	members, err := json.Marshal(append([]string{}, cov.Members...))
	if err != nil {
		return err
	}
	if cov.Lists == "" {
		return errors.New("coverage without lists")
	}
	window := sql.NullString{}
	if !cov.WindowFrom.IsZero() {
		window = sql.NullString{String: formatTime(cov.WindowFrom), Valid: true}
	}
	event := int64(0)
	if cov.Event {
		event = 1
	}
	err = c.f.q.SetCoverage(ctx, db.SetCoverageParams{
		Snapshot: c.snapshot.ID, Resource: id, Outcome: string(cov.Outcome), HttpStatus: int64(cov.HTTPStatus), Reason: cov.Reason,
		Missing: textList(cov.Missing), Lists: cov.Lists, Event: event, WindowFrom: window,
		Requests: cov.Requests, Duplicates: cov.Duplicates, Revision: int64(cov.Revision), Members: string(members)})
	if err != nil {
		return err
	}
	if err := c.f.q.DeleteResourceParts(ctx, db.DeleteResourcePartsParams{Snapshot: c.snapshot.ID, Resource: id}); err != nil {
		return err
	}
	for _, p := range cov.Parts {
		if p.Outcome == Complete {
			continue
		}
		if err := c.f.q.AddCoveragePart(ctx, db.AddCoveragePartParams{
			Snapshot: c.snapshot.ID, Resource: id, Parent: p.Parent, Outcome: string(p.Outcome), HttpStatus: int64(p.HTTPStatus), Reason: p.Reason}); err != nil {
			return err
		}
	}
	return nil
}

// Finish ends the snapshot: it counts, takes the digest, and leaves one file in rollback mode.
// Resources without coverage are skipped, "not asked".
func (c *Collecting) Finish(ctx context.Context, now time.Time) (Snapshot, error) {
	release, err := c.f.take(ctx)
	if err != nil {
		return Snapshot{}, err
	}
	defer release()
	var s Snapshot
	err = c.f.transaction(ctx, func() error { s, err = c.finish(context.WithoutCancel(ctx), now); return err })
	if err == nil {
		err = c.f.oneFile(ctx)
	}
	if err != nil {
		return s, fmt.Errorf("finishing the snapshot: %w", err)
	}
	return s, nil
}

// Interrupt leaves the snapshot to be resumed, in one file in rollback mode.
func (c *Collecting) Interrupt(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	release, err := c.f.take(ctx)
	if err != nil {
		return err
	}
	defer release()
	err = c.f.transaction(ctx, func() error {
		return c.f.q.SetState(ctx, db.SetStateParams{State: string(StateInterrupted), ID: c.snapshot.ID})
	})
	if err == nil {
		err = c.f.oneFile(ctx)
	}
	if err != nil {
		return fmt.Errorf("interrupting the snapshot: %w", err)
	}
	return nil
}

// Discard takes the unfinished snapshot out of the file.
func (c *Collecting) Discard(ctx context.Context) error {
	return c.f.Drop(ctx, c.snapshot.ID)
}
