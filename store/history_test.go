package store_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"plumbline/store"
)

var (
	histories = flag.Int("histories", 40, "random histories that TestHistories plays")
	seed      = flag.Uint64("seed", 0, "play the history of this seed alone")
)

// TestHistories plays random histories of collecting and dropping against one plain row per object
// and snapshot, and compares every set, every digest and the changes between any two snapshots
// after each step.
func TestHistories(t *testing.T) {
	if *seed != 0 {
		play(t, *seed)
		return
	}
	for n := range uint64(*histories) {
		t.Run(fmt.Sprint(n+1), func(t *testing.T) { t.Parallel(); play(t, n+1) })
	}
}

type thing struct{ resource, key string }

// model is the plain storage: what each snapshot saw.
type model struct {
	seen     map[int64]map[thing]string
	site     map[int64]int
	finished map[int64]bool
	ever     int64 // the greatest id ever given
}

type history struct {
	*testing.T
	rnd  *rand.Rand
	ctx  context.Context
	dir  string
	path string
	file *store.File
	now  time.Time

	together int // objects in one transaction
	model
	at      map[int]*store.Collecting // the open snapshot of each site
	current map[int]int64             // its id, open or interrupted
}

func play(t *testing.T, seed uint64) {
	h := &history{T: t, rnd: rand.New(rand.NewPCG(seed, 1)), ctx: context.Background(), dir: t.TempDir(), now: day,
		together: []int{1, 7, 0}[seed%3],
		model:    model{map[int64]map[thing]string{}, map[int64]int{}, map[int64]bool{}, 0}, at: map[int]*store.Collecting{}, current: map[int]int64{}}
	h.path = filepath.Join(h.dir, "0.plumb.db")
	h.open()
	defer func() { h.file.Close() }()
	for step := range 60 {
		site := h.rnd.IntN(2)
		switch n := h.rnd.IntN(100); {
		case n < 60:
			h.write(site)
		case n < 75:
			h.finish(site)
		case n < 83:
			h.kill(step)
		case n < 88:
			h.interrupt(site)
		case n < 91:
			h.discard(site)
		case n < 96:
			h.drop()
		case n < 97:
			h.merge(step)
		default:
			h.now = h.now.Add(time.Duration(h.rnd.IntN(60)-30) * time.Hour) // clocks go backward too
		}
		if h.Failed() {
			t.Fatalf("at step %d; play it again with -run TestHistories -seed %d", step, seed)
		}
	}
	for site := range 2 {
		h.finish(site)
	}
	h.check()
	h.merge(60)
}

func (h *history) open() {
	f, err := store.OpenWritable(h.ctx, h.path)
	if err != nil {
		h.Fatal(err)
	}
	h.file = f
}

func (h *history) must(err error) {
	h.Helper()
	if err != nil {
		h.Error(err)
	}
}

// begin opens or goes on with the site's snapshot, sometimes insisting on a new one.
func (h *history) begin(site int) *store.Collecting {
	if c := h.at[site]; c != nil {
		return c
	}
	fresh := h.rnd.IntN(4) == 0
	c, err := h.file.Begin(h.ctx, store.Start{Now: h.now, Program: "test", PersonalData: "full", New: fresh, Together: h.together,
		Site: store.Site{IDs: []string{fmt.Sprintf("site-%d", site)}, Kind: "cloud", Address: "https://x.example"}})
	if err != nil {
		h.Fatal(err)
	}
	id := c.Snapshot().ID
	if old := h.current[site]; old != 0 && !c.Resumed() {
		h.finished[old] = true // ended by the new one
	} else if c.Resumed() && old != id {
		h.Errorf("resumed %d, the interrupted one is %d", id, old)
	}
	if !c.Resumed() {
		if id <= h.ever {
			h.Errorf("id %d was given before", id)
		}
		h.ever, h.seen[id], h.model.site[id] = id, map[thing]string{}, site
	}
	h.at[site], h.current[site] = c, id
	return c
}

var historyResources = []string{"jira_user", "directory_group_member", "jira_filter"}

func (h *history) write(site int) {
	c := h.begin(site)
	id := c.Snapshot().ID
	resource := historyResources[h.rnd.IntN(len(historyResources))]
	parent := ""
	byParent := resource == "directory_group_member"
	if byParent || resource == "jira_filter" { // a filter is met under several parents
		parent = string(rune('a' + h.rnd.IntN(3)))
	}
	p := store.Page{Resource: resource, Parent: parent, ByParent: byParent}
	if h.rnd.IntN(8) == 0 {
		p.Restart = true
		for o := range h.seen[id] {
			if o.resource == resource && (!byParent || store.KeyParts(o.key)[0] == parent) {
				delete(h.seen[id], o)
			}
		}
	}
	for range h.rnd.IntN(6) {
		key := store.Key(fmt.Sprintf("%c\\\x1f", 'a'+h.rnd.IntN(8))) // hostile parts
		if byParent {
			key = store.Key(parent, string(rune('a'+h.rnd.IntN(8))))
		}
		// The members kept change now and then: the same thing with another body.
		body, err := store.Canonical(map[string]any{"v": h.rnd.IntN(3), "revision": int(id / 4)})
		h.must(err)
		p.Objects = append(p.Objects, store.Object{Resource: resource, Key: key, Body: body})
		o := thing{resource, key}
		if old, ok := h.seen[id][o]; !ok || greater(string(body), old) {
			h.seen[id][o] = string(body)
		}
	}
	if h.rnd.IntN(3) == 0 {
		p.End = &store.End{Outcome: store.Partial, Reason: "a test"}
	}
	h.must(c.Write(h.ctx, p))
}

func greater(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return bytes.Compare(x[:], y[:]) > 0
}

func (h *history) finish(site int) {
	c := h.at[site]
	if c == nil {
		return
	}
	s, err := c.Finish(h.ctx, h.now)
	h.must(err)
	h.finished[s.ID] = true
	delete(h.at, site)
	delete(h.current, site)
	if n := int64(len(h.seen[s.ID])); s.Objects != n {
		h.Errorf("snapshot %d counts %d objects, want %d", s.ID, s.Objects, n)
	}
	if h.rnd.IntN(3) == 0 {
		h.check()
	}
}

func (h *history) interrupt(site int) {
	if c := h.at[site]; c != nil {
		h.must(c.Interrupt(h.ctx))
		delete(h.at, site)
	}
}

// kill goes on from what lies on the disk at this instant: the file and its write-ahead log.
func (h *history) kill(step int) {
	_, err := h.file.Snapshots(h.ctx) // who reads finds everything, so that all is on the disk
	h.must(err)
	path := filepath.Join(h.dir, fmt.Sprintf("%d.plumb.db", step+1))
	for _, suffix := range []string{"", "-wal", "-journal"} {
		from, err := os.Open(h.path + suffix)
		if err != nil {
			continue
		}
		to, err := os.Create(path + suffix)
		h.must(err)
		_, err = io.Copy(to, from)
		h.must(err)
		from.Close()
		h.must(to.Close())
	}
	h.file.Close()
	h.path = path
	clear(h.at)
	h.open()
}

func (h *history) discard(site int) {
	if c := h.at[site]; c != nil {
		h.must(c.Discard(h.ctx))
		delete(h.seen, h.current[site])
		delete(h.at, site)
		delete(h.current, site)
	}
}

// drop takes out any finished snapshot while none is in the making, as the command does.
func (h *history) drop() {
	ids := slices.Sorted(maps.Keys(h.finished))
	if len(ids) == 0 {
		return
	}
	for site := range 2 {
		h.interrupt(site)
	}
	id := ids[h.rnd.IntN(len(ids))]
	if h.rnd.IntN(3) == 0 {
		id = ids[len(ids)-1] // the newest: the next one must not stretch what is gone
	}
	h.must(h.file.Drop(h.ctx, id))
	delete(h.finished, id)
	delete(h.seen, id)
}

// merge deals the finished snapshots out to several files, some to more than one, puts these together again in any order,
// and goes on with the file that comes of it.
func (h *history) merge(step int) {
	for site := range 2 {
		h.interrupt(site)
	}
	h.must(h.file.Close())
	parts := make([]*store.File, 1+h.rnd.IntN(3))
	dealt := map[int64]bool{}
	for i := range parts {
		path := filepath.Join(h.dir, fmt.Sprintf("%d-%d.plumb.db", step, i))
		whole, err := os.ReadFile(h.path)
		h.must(err)
		h.must(os.WriteFile(path, whole, 0o600))
		w, err := store.OpenWritable(h.ctx, path)
		h.must(err)
		for _, id := range slices.Sorted(maps.Keys(h.finished)) {
			if h.rnd.IntN(2) == 0 || i == len(parts)-1 && !dealt[id] {
				dealt[id] = true
			} else {
				h.must(w.Drop(h.ctx, id))
			}
		}
		h.must(w.Close())
		if parts[i], err = store.Open(h.ctx, path); err != nil {
			h.Fatal(err)
		}
		defer parts[i].Close()
	}
	h.rnd.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	m, err := store.PlanMerge(h.ctx, parts, store.MergeOptions{})
	h.must(err)
	h.path = filepath.Join(h.dir, fmt.Sprintf("%d.merged.plumb.db", step))
	_, err = m.Write(h.ctx, h.path, store.MergeWriting{Program: "test", Now: h.now})
	h.must(err)
	was := h.model
	h.model = model{map[int64]map[thing]string{}, map[int64]int{}, map[int64]bool{}, int64(len(m.Snapshots))}
	clear(h.current) // unfinished ones are not taken
	for i, s := range m.Snapshots {
		first, id := s.Copies[0].Snapshot, m.Number(i)
		h.seen[id], h.model.site[id], h.finished[id] = was.seen[first.ID], was.site[first.ID], true
		for _, c := range s.Copies {
			if c.Snapshot.Started != first.Started || !maps.Equal(was.seen[c.Snapshot.ID], was.seen[first.ID]) || was.site[c.Snapshot.ID] != was.site[first.ID] {
				h.Errorf("snapshots %d and %d are not the same", first.ID, c.Snapshot.ID)
			}
			delete(was.finished, c.Snapshot.ID)
		}
		if i > 0 && m.Snapshots[i-1].Copies[0].Snapshot.Started.After(first.Started) {
			h.Errorf("snapshot %d comes before an earlier one", id-1)
		}
	}
	if len(was.finished) > 0 {
		h.Errorf("lost in the merge: %v", was.finished)
	}
	h.open()
	h.check()
}

// check compares the whole file with the model.
func (h *history) check() {
	snapshots, err := h.file.Snapshots(h.ctx)
	h.must(err)
	var finished []int64
	for _, s := range snapshots {
		if s.State.Finished() != h.finished[s.ID] {
			h.Errorf("snapshot %d is %s", s.ID, s.State)
		}
		if !s.State.Finished() {
			continue
		}
		finished = append(finished, s.ID)
		got := map[thing]string{}
		for _, r := range historyResources {
			for o, err := range h.file.Objects(h.ctx, s.ID, r) {
				h.must(err)
				got[thing{r, o.Key}] = string(o.Body)
			}
		}
		if !maps.Equal(got, h.seen[s.ID]) {
			h.Errorf("snapshot %d saw\n%v, want\n%v", s.ID, got, h.seen[s.ID])
		}
		if want := plainDigest(h.seen[s.ID]); s.Digest != want {
			h.Errorf("snapshot %d has the digest %s, want %s", s.ID, s.Digest, want)
		}
	}
	if len(finished) < len(h.finished) {
		h.Errorf("finished %v, want %v", finished, h.finished)
	}
	if len(finished) < 2 {
		return
	}
	a, b := finished[h.rnd.IntN(len(finished))], finished[h.rnd.IntN(len(finished))]
	if h.model.site[a] != h.model.site[b] {
		return
	}
	want := map[thing][2]string{}
	for o, body := range h.seen[a] {
		if h.seen[b][o] != body {
			want[o] = [2]string{body, h.seen[b][o]}
		}
	}
	for o, body := range h.seen[b] {
		if h.seen[a][o] == "" {
			want[o] = [2]string{"", body}
		}
	}
	got := map[thing][2]string{}
	for p, err := range h.file.Changes(h.ctx, a, b) {
		h.must(err)
		got[thing{p.Resource, p.Key}] = [2]string{string(p.Before), string(p.After)}
	}
	if !maps.Equal(got, want) {
		h.Errorf("%d to %d changed\n%v, want\n%v", a, b, got, want)
	}
}

// plainDigest is the digest as docs/evidence-format.md defines it, from plain rows.
func plainDigest(seen map[thing]string) string {
	all := slices.SortedFunc(maps.Keys(seen), func(a, b thing) int {
		return cmpOr(a.resource, b.resource, a.key, b.key)
	})
	sum := sha256.New()
	for _, o := range all {
		fmt.Fprintf(sum, "%s\x1e%s\x1e%x\n", o.resource, o.key, sha256.Sum256([]byte(seen[o])))
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil))
}

func cmpOr(a, b, c, d string) int {
	if n := bytes.Compare([]byte(a), []byte(b)); n != 0 {
		return n
	}
	return bytes.Compare([]byte(c), []byte(d))
}
