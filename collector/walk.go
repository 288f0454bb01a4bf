package collector

import (
	"context"
	"fmt"
	"iter"
	"time"

	"plumbline/store"
)

// Walk is what a Resource's Collect works with: one resource, or one parent's part of it (see Each), while it is being
// collected. What Collect returns decides the outcome: nil is complete (or what Partly and Bounded said), a *Refusal is
// that refusal, any other error is failed with its words; an error of the context interrupts the snapshot.
//
// After an interruption Collect runs again from its beginning, in the same snapshot: parts that had ended are not run
// again, Read goes on at its cursor, and what is emitted again with the same key and body changes nothing. So a Collect
// that only fetches and emits needs no thought of it; a long one uses Each or Save.
type Walk struct {
	loop     *loop
	resource *Resource
	part     *part
}

// Object is an object that an earlier resource of this snapshot has stored.
type Object struct {
	Key  string // as store.Key made it; store.KeyParts takes it apart
	Body Item
}

// Answer is one answer, whatever its status: what Ask returns.
type Answer struct {
	Status int    // HTTP status
	Reason string // the server's own words if Status is not 2xx, or why the body is no data (a log-in page)
	Items  []Item // the elements of the first page, reduced to the source's Keep
	Total  int64  // as the answer states it, -1 if it states none
	More   bool   // the answer says that there is a next page
	Cursor string // of that page, where the pager follows one
}

// Now is the snapshot's start.
func (w *Walk) Now() time.Time { return w.loop.started }

// Window is the time that an event resource is read for: the 90 days before the snapshot's start.
func (w *Walk) Window() (from, to time.Time) {
	return w.loop.started.AddDate(0, 0, -90), w.loop.started
}

// Holds reports whether the collecting account is known to hold a global permission ("A|B": either).
func (w *Walk) Holds(permission string) bool { return w.loop.holds(permission) == yes }

// Vantage is from where the snapshot is seen.
func (w *Walk) Vantage() store.Vantage { return w.loop.vantage }

// Site is what is looked at.
func (w *Walk) Site() store.Site { return w.loop.site.Site }

// Credentials are the sign-ins in use.
func (w *Walk) Credentials() []Credential { return w.loop.credentials() }

// Has reports whether the site has a product.
func (w *Walk) Has(p Product) bool { return w.loop.site.has(p) }

// Parent is the parent of this part: the key "" and nil for a resource that is asked once.
func (w *Walk) Parent() (key string, body Item) { return w.part.parent, w.part.body }

// Seen yields the objects of a resource named in After or Each, in key order. It yields nothing for a resource that was
// denied or left out: Outcome tells the difference.
func (w *Walk) Seen(ctx context.Context, resource string) iter.Seq2[Object, error] {
	return w.loop.seen(ctx, resource)
}

// Outcome is what came of a resource named in After or Each.
func (w *Walk) Outcome(resource string) store.Outcome { return w.loop.outcome(resource) }

// lacked is what would have opened a resource named in After or Each, where it was not read whole.
func (w *Walk) lacked(resource string) []string {
	if w.Outcome(resource) == "" || w.loop.runs[resource] == nil {
		return nil
	}
	return w.loop.runs[resource].end.Missing
}

// Fetch reads every page of src for a parent (nil for none; any Item that the templates and Body of src can use) and
// yields the items in order, reduced to src.Keep, else to the resource's Keep. It stores nothing. It ends with a
// *Refusal where the site refuses, after trying each credential that may ask. Where the list did not add up (see
// "complete" in docs/language.md) it was swept twice and the part is partial already.
func (w *Walk) Fetch(ctx context.Context, src Source, parent Item) iter.Seq2[Item, error] {
	return w.part.fetch(ctx, src, parent)
}

// Ask sends the first request of src and returns its answer whatever the status. anonymous sends no credential. The
// error is for no answer at all.
func (w *Walk) Ask(ctx context.Context, src Source, parent Item, anonymous bool) (Answer, error) {
	return w.part.askOnce(ctx, src, parent, anonymous)
}

// Read does with sources what the loop does with Resource.Sources: the first that answers is read page by page with
// Key, With and Objects of the resource and of those Inside it, stored with its cursor, and resumed from it.
func (w *Walk) Read(ctx context.Context, sources ...Source) error {
	return w.part.read(ctx, sources, false)
}

// Emit hands over objects of this resource. They are stored at the next Save, or when the part ends.
func (w *Walk) Emit(made ...Made) { w.part.emit(w.resource, made) }

// EmitInside hands over objects of a resource whose Inside names this one.
func (w *Walk) EmitInside(resource string, made ...Made) { w.part.emitInside(resource, made) }

// Save stores what was emitted, with a cursor of Collect's own making that Cursor returns after an interruption. A part
// uses either Save or Read, not both.
func (w *Walk) Save(ctx context.Context, cursor string) error { return w.part.save(ctx, cursor) }

// saveSome stores what was emitted once it is a page full, for a Collect that begins anew after an interruption, and then
// finds anew why it is partial.
func (w *Walk) saveSome(ctx context.Context) error {
	if len(w.part.objects) < 1000 {
		return nil
	}
	return w.part.flushTo(ctx, position{Total: -1}, nil)
}

// Cursor is what the last Save stored; "" at the beginning.
func (w *Walk) Cursor() string { return w.part.saved }

// Each runs fn for every parent as a part of its own: several at a time, each stored and ended by itself, none run again
// after an interruption. Keys are those of the parent objects, or any that are unique and stable. The parts' outcomes
// make up the resource's. Each returns an error only if the snapshot is to stop or parents yields one.
func (w *Walk) Each(ctx context.Context, parents iter.Seq2[Object, error], fn func(ctx context.Context, part *Walk) error) error {
	return w.part.each(ctx, parents, fn)
}

// Partly makes the part partial for a reason ("2 items without an id").
func (w *Walk) Partly(reason string) { w.part.partly(reason, 0) }

// AllMet says that every object was met: what makes the part partial is something that is not told of them. What is
// asked under the resource is then no less complete for it.
func (w *Walk) AllMet() { w.part.at.AllMet = true }

// Bounded makes the part partial because only the first n of what there is were read.
func (w *Walk) Bounded(n int) { w.part.partly(fmt.Sprintf("bounded at %d", n), 0) }
