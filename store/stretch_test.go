package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"plumbline/store"
)

// TestManyWriters stores snapshots by several writers at once, in batches that hold the predecessor's neighbours, or only
// every fiftieth of them, and compares what each saw.
func TestManyWriters(t *testing.T) {
	ctx := context.Background()
	f, err := store.OpenWritable(ctx, filepath.Join(t.TempDir(), "x.plumb.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	const all, writers = 20_000, 4
	for n, s := range []struct {
		every, together int
		body            func(i int) string
	}{
		{1, 3_000, func(i int) string { return fmt.Sprint(i) }},
		{1, 3_000, func(i int) string { return fmt.Sprint(i) }},
		{50, 300, func(i int) string { return fmt.Sprint(i) }},              // few among many
		{1, 3_000, func(i int) string { return fmt.Sprint(i, i%2) }},        // all of it again, with other bodies
		{1, 777, func(i int) string { return fmt.Sprint(i, i%2+i%100/99) }}, // one in a hundred changed
	} {
		now := time.Date(2026, 1, 1+n, 0, 0, 0, 0, time.UTC)
		c, err := f.Begin(ctx, store.Start{Site: store.Site{IDs: []string{"s"}, Kind: "cloud"}, Now: now, Program: "test", PersonalData: "full", Together: s.together})
		if err != nil {
			t.Fatal(err)
		}
		pages := make(chan store.Page)
		var wait sync.WaitGroup
		for range writers {
			wait.Go(func() {
				for p := range pages {
					if err := c.Write(ctx, p); err != nil {
						t.Error(err)
					}
				}
			})
		}
		want := map[string]string{}
		for from := 0; from < 10; from++ { // every page is spread over all keys
			p := store.Page{Resource: "jira_user", Cursor: fmt.Sprint(from)}
			for i := from * s.every; i < all; i += 10 * s.every {
				o := store.Object{Key: store.Key(fmt.Sprintf("account-%05d", i)), Body: []byte(`{"v":"` + s.body(i) + `"}`)}
				want[o.Key] = string(o.Body)
				p.Objects = append(p.Objects, o)
			}
			pages <- p
		}
		close(pages)
		wait.Wait()
		taken, err := c.Finish(ctx, now.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if taken.Objects != int64(len(want)) {
			t.Errorf("snapshot %d counts %d objects, not %d", n+1, taken.Objects, len(want))
		}
		for o, err := range f.Objects(ctx, taken.ID, "jira_user") {
			if err != nil {
				t.Fatal(err)
			}
			if want[o.Key] != string(o.Body) {
				t.Errorf("snapshot %d: %s is %s, not %s", n+1, o.Key, o.Body, want[o.Key])
			}
			delete(want, o.Key)
		}
		if len(want) > 0 {
			t.Errorf("snapshot %d lacks %d objects", n+1, len(want))
		}
	}
}
