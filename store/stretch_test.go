package store_test

import (
	"context"
	"database/sql"
	"errors"
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

// TestSitesSideBySide writes snapshots of two sites at once, one begun while the other is written.
func TestSitesSideBySide(t *testing.T) {
	ctx := context.Background()
	f, err := store.OpenWritable(ctx, filepath.Join(t.TempDir(), "x.plumb.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var wait sync.WaitGroup
	write := func(site string, objects int) {
		c, err := f.Begin(ctx, store.Start{Site: store.Site{IDs: []string{site}, Kind: "cloud"}, Now: day, Program: "test", PersonalData: "full", Together: 30})
		if err != nil {
			t.Fatal(err)
		}
		wait.Go(func() {
			for i := range objects {
				if err := c.Write(ctx, store.Page{Resource: "jira_user", Objects: []store.Object{{Key: fmt.Sprint(i), Body: []byte(`{}`)}}}); err != nil {
					t.Error(err)
				}
			}
			if s, err := c.Finish(ctx, day.Add(time.Hour)); err != nil || s.Objects != int64(objects) {
				t.Errorf("site %s: %d objects, %v", site, s.Objects, err)
			}
		})
	}
	write("a", 100)
	write("b", 50)
	wait.Wait()
}

// TestSpansOfNoSnapshot has a file say that an object was seen in a snapshot that its site does not have, behind the
// predecessor, or never: it is not taken for seen now, nor is what is seen now taken for stored.
func TestSpansOfNoSnapshot(t *testing.T) {
	ctx := context.Background()
	object := func(key string) store.Object { return store.Object{Key: key, Body: []byte(`{"v":1}`)} }
	for _, test := range []struct {
		key         string
		first, last int
	}{{"again", 1, 2}, {"again", 1, 999}, {"gone", 1, 999}, {"gone", 1, 3}, {"gone", 3, 3}, {"again", 999, 1}, {"again", 999, 3}} { // snapshot 2 is another site's
		path := filepath.Join(t.TempDir(), "x.plumb.db")
		take := func(site string, n int, objects ...store.Object) error {
			f, err := store.OpenWritable(ctx, path)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			now := day.Add(time.Duration(n) * time.Hour)
			c, err := f.Begin(ctx, store.Start{Site: store.Site{IDs: []string{site}, Kind: "cloud"}, Now: now, Program: "test", PersonalData: "full"})
			if err == nil {
				err = c.Write(ctx, store.Page{Resource: "jira_user", Objects: objects})
			}
			if err == nil {
				_, err = c.Finish(ctx, now.Add(time.Minute))
			}
			return err
		}
		if err := errors.Join(take("a", 0, object("again"), object("gone")), take("b", 1)); err != nil {
			t.Fatal(err)
		}
		db, err := sql.Open("sqlite", path)
		if err == nil {
			_, err = db.Exec("UPDATE span SET first = ?, last = ? WHERE key = ?", test.first, test.last, test.key)
		}
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
		if err := take("a", 2, object("again")); !errors.Is(err, store.ErrDamaged) {
			t.Errorf("%+v: %v", test, err)
		}
	}
}

// TestClearedToTheLast begins a resource anew that has a key greater than any other text.
func TestClearedToTheLast(t *testing.T) {
	ctx := context.Background()
	f, err := store.OpenWritable(ctx, filepath.Join(t.TempDir(), "x.plumb.db"))
	if err != nil {
		t.Fatal(err)
	}
	c := begin(t, f, day)
	objects := []store.Object{{Key: "a", Body: []byte(`{}`)}, {Key: "\U0010ffff\U0010ffff", Body: []byte(`{}`)}}
	err = errors.Join(c.Write(ctx, store.Page{Resource: "jira_user", Objects: objects}), c.Write(ctx, store.Page{Resource: "jira_user", Restart: true}))
	for o, found := range c.Objects(ctx, "jira_user") {
		t.Errorf("%q is still there, %v", o.Key, found)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		t.Error(err)
	}
	if err := c.Write(ctx, store.Page{Resource: "jira_user", Objects: objects}); err == nil {
		t.Error("a closed file takes a page")
	}
}
