package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"plumbline/store"
)

// siteFile has accounts and memberships in two snapshots, one more of each in the second.
func siteFile(t *testing.T) *store.File {
	t.Helper()
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "x.plumb.db")
	w, err := store.OpenWritable(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 2 {
		c := begin(t, w, day.Add(time.Duration(n)*time.Hour))
		writeUsers(t, c, 50+n)
		p := store.Page{Resource: "directory_group_member", End: &store.End{Outcome: store.Complete}}
		for i := range 30 + n {
			id := fmt.Sprint("u", i)
			p.Objects = append(p.Objects, object(t, p.Resource, map[string]any{"accountId": id, "groupId": "g"}, "g", id))
		}
		if err := c.Write(ctx, p); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Finish(ctx, day.Add(time.Duration(n)*time.Hour+time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := store.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func count(t *testing.T, r *store.Relations, from string) int64 {
	t.Helper()
	rows, err := r.Select(context.Background(), "SELECT count(*) FROM "+from, nil, store.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return rows.Values[0][0].(int64)
}

// Both sides of a comparison are there on a machine of many cores too, whose relations lie in the most parts: tables, and
// views over them.
func TestRelationsInParts(t *testing.T) {
	ctx := context.Background()
	t.Setenv("PLUMBLINE_CACHE", t.TempDir())
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(8))
	f := siteFile(t)
	var sides [2]*store.Relations
	for i := range sides {
		r, err := f.Relations(ctx, int64(i+1), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if sides[i] = r; count(t, r, "account") != int64(50+i) || count(t, r, "jira_holding WHERE kind = 'group'") != int64(30+i) {
			t.Errorf("snapshot %d: %d accounts, %d holdings", i+1, count(t, r, "account"), count(t, r, "jira_holding"))
		}
	}
	parts, _ := filepath.Glob(filepath.Join(os.Getenv("PLUMBLINE_CACHE"), "relations-*", "*.db"))
	if len(parts) != 10 { // as many as SQLite attaches
		t.Errorf("parts %v", parts)
	}
	both, err := store.Between(ctx, sides[0], sides[1], []string{"account", "access_subject", "jira_holding"}, [2]map[string][]store.Object{})
	if err != nil {
		t.Fatal(err)
	}
	defer both.Close()
	for from, want := range map[string]int64{
		"before_account": 50, "after_account": 51,
		"before_jira_holding WHERE kind = 'group'": 30, "after_jira_holding WHERE kind = 'group'": 31,
		"after_access_subject WHERE subject_kind = 'group'": 31, // reads a view itself
	} {
		if n := count(t, both, from); n != want {
			t.Errorf("%s: %d, want %d", from, n, want)
		}
	}
}

// While the shared relations are made others may ask what is there; where they fail nothing is kept.
func TestRelationsBeside(t *testing.T) {
	ctx := context.Background()
	t.Setenv("PLUMBLINE_CACHE", t.TempDir())
	f := siteFile(t)
	stop := errors.New("stop")
	asked := int64(0)
	fails := func(r *store.Relations) []func(context.Context) error {
		return []func(context.Context) error{func(context.Context) error { asked = count(t, r, "jira_user"); return stop }}
	}
	if _, err := f.RelationsBeside(ctx, fails, 1, nil); !errors.Is(err, stop) || asked != 50 {
		t.Errorf("%v, %d accounts", err, asked)
	}
	if left, _ := os.ReadDir(os.Getenv("PLUMBLINE_CACHE")); len(left) > 0 || f.HasRelations(ctx, 1, nil) {
		t.Errorf("left: %v", left)
	}
}

// Several build at once, and all have them; what lost a part is made again.
func TestRelationsAtOnce(t *testing.T) {
	ctx := context.Background()
	t.Setenv("PLUMBLINE_CACHE", t.TempDir())
	f := siteFile(t)
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			r, err := f.Relations(ctx, 1, nil)
			if err != nil {
				t.Error(err)
				return
			}
			defer r.Close()
			if n := count(t, r, "account"); n != 50 {
				t.Errorf("%d accounts", n)
			}
		})
	}
	group.Wait()
	all := filepath.Join(os.Getenv("PLUMBLINE_CACHE"), "*")
	dirs, _ := filepath.Glob(all)
	parts, _ := filepath.Glob(filepath.Join(all, "*.db"))
	if len(dirs) != 1 || len(parts) < 2 {
		t.Fatalf("kept: %v, %v", dirs, parts)
	}
	os.Remove(parts[len(parts)-1])
	r, err := f.Relations(ctx, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if n := count(t, r, "account"); n != 50 {
		t.Errorf("%d accounts after a part was lost", n)
	}
}

// ending ends when it was asked for the left-th time how to wait for its end.
type ending struct {
	context.Context
	end  context.CancelFunc
	left atomic.Int64
}

func (e *ending) Done() <-chan struct{} {
	if e.left.Add(-1) <= 0 {
		e.end()
	}
	return e.Context.Done()
}

// Who is stopped while opening what is kept leaves it there, for all others.
func TestRelationsStopped(t *testing.T) {
	t.Setenv("PLUMBLINE_CACHE", t.TempDir())
	f := siteFile(t)
	r, err := f.Relations(t.Context(), 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for n := int64(1); ; n += 16 {
		ctx := &ending{}
		ctx.Context, ctx.end = context.WithCancel(t.Context())
		ctx.left.Store(n)
		r, err := f.Relations(ctx, 1, nil)
		if !f.HasRelations(t.Context(), 1, nil) {
			t.Fatalf("stopped at its %d. question, it took them away: %v", n, err)
		}
		if err == nil {
			r.Close()
		} else if !errors.Is(err, context.Canceled) {
			t.Errorf("stopped at its %d. question, it says %v", n, err)
		}
		ctx.end()
		if ctx.left.Load() > 0 {
			return
		}
	}
}
