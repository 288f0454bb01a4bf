package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"plumbline/store/internal/db"
)

// Write stores a page whole or not at all: its objects, its log rows, and where to go on from. A
// kill may cost the pages of the last five seconds, each with its cursor; Finish, Interrupt and
// Close leave nothing behind. The page's bodies are the store's from then on.
// Two bodies for one key in one snapshot: the one with the bytewise greater digest stays, so that
// the order of pages never matters, and coverage counts it.
func (c *Collecting) Write(ctx context.Context, p Page) error {
	if err := c.write(ctx, p); err != nil {
		return fmt.Errorf("storing a page of %s: %w", p.Resource, err)
	}
	return nil
}

func (c *Collecting) write(ctx context.Context, p Page) error {
	resource, err := c.resource(p.Resource)
	if err != nil {
		return err
	}
	resources := []string{p.Resource}
	seen, rows := make([]*gathered, len(p.Objects)), make([]gathered, len(p.Objects)) // outside the lock: the other core's work
	for i, o := range p.Objects {
		id := resource
		if o.Resource != "" && o.Resource != p.Resource {
			if id, err = c.resource(o.Resource); err != nil {
				return err
			}
			if !slices.Contains(resources, o.Resource) {
				resources = append(resources, o.Resource)
			}
		}
		if o.Key == "" || strings.IndexByte(o.Key, 0) >= 0 {
			return fmt.Errorf("the key %q of %s names nothing", o.Key, p.Resource)
		}
		rows[i] = gathered{resource: id, key: o.Key, digest: digestOf(o.Body), json: o.Body}
		seen[i] = &rows[i]
	}
	page := gatheredPage{resources: resources, requests: p.Requests, progress: &db.SetProgressParams{
		Snapshot: c.snapshot.ID, Resource: resource, Parent: p.Parent, Cursor: p.Cursor, Missing: "[]"}}
	if p.Restart {
		page.clear, page.progress.Restarts = &p, 1
		page.resources = append(page.resources, p.Clears...)
	}
	if p.End != nil {
		page.progress.Outcome = sql.NullString{String: string(p.End.Outcome), Valid: true}
		page.progress.HttpStatus, page.progress.Reason, page.progress.Missing = int64(p.End.HTTPStatus), p.End.Reason, textList(p.End.Missing)
	}
	return c.gather(ctx, page, seen)
}

func (c *Collecting) gather(ctx context.Context, p gatheredPage, seen []*gathered) error {
	for _, r := range p.requests {
		if _, err := c.resource(r.Resource); err != nil {
			return err
		}
	}
	slices.SortFunc(seen, bySighting)
	return c.f.gathering(ctx, c, p, seen)
}

func (c *Collecting) resource(name string) (int64, error) {
	if id := c.resources[name]; id != 0 {
		return id, nil
	}
	return 0, fmt.Errorf("unknown resource %q", name)
}

// clear takes back what this snapshot saw of a resource, or of one parent's part where every key
// of the part begins with the parent's; and the resources that come out of the same answers.
func (c *Collecting) clear(ctx context.Context, p *Page) error {
	resource, err := c.resource(p.Resource)
	if err != nil {
		return err
	}
	low, high := "", "\xff" // greater than any text
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
	if err := c.gather(ctx, gatheredPage{requests: requests}, nil); err != nil {
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

// SetCoverage records what came of a resource, after the pages written so far and as they are. Objects and Duplicates are
// counted by the store; the lists of cov are the store's from then on.
func (c *Collecting) SetCoverage(ctx context.Context, cov Coverage) error {
	_, err := c.resource(cov.Resource)
	if err == nil && cov.Lists == "" {
		err = errors.New("coverage without lists")
	}
	if err == nil {
		err = c.gather(ctx, gatheredPage{coverage: &cov}, nil)
	}
	if err != nil {
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
