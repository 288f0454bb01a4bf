package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"plumbline/app"
	"plumbline/store"
)

// benchAccess asks the ordinary site who can reach what, in both directions, first with nothing built and then with the relations
// kept. The floor of everyone is reading all memberships and grants once and doing nothing with them.
func benchAccess(ctx context.Context, dir string) error {
	c := collected{path: filepath.Join(dir, "ordinary-site.plumb.db")}
	if _, err := os.Stat(c.path); err != nil {
		if c, err = ordinarySite(dir, 0); err != nil {
			return err
		}
	}
	f, err := app.Open(ctx, c.path)
	if err != nil {
		return err
	}
	defer f.Close()
	floor, err := accessFloor(ctx, c.path)
	if err != nil {
		return err
	}
	for _, q := range []struct {
		what, floor, target string
		app.AccessQuery
	}{
		{"access, the first question, relations not built", "", "", app.AccessQuery{Who: "user:712020:000000000000c350"}},
		{"access of one person", "", "<= 300 ms", app.AccessQuery{Who: "user:712020:0000000000009c40"}},
		{"access of one administrator, who reaches everything", "", "<= 300 ms", app.AccessQuery{Who: "user:712020:0000000000000011"}},
		{"access to one project", "", "<= 300 ms", app.AccessQuery{What: "project:P5"}},
		{"access to one space", "", "<= 300 ms", app.AccessQuery{What: "space:S5"}},
		{"access of everyone", "reading all of it: " + millis(floor), "<= 2 s", app.AccessQuery{Who: "everyone"}},
		{"access to everything", "reading all of it: " + millis(floor), "<= 2 s", app.AccessQuery{What: "everything"}},
	} {
		var a *app.Access
		took, err := timed(func() (err error) { a, err = f.Access(ctx, q.AccessQuery); return err })
		if q.target == "" && err != nil { // whoever is asked first, the relations are built
			err = nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", q.what, err)
		}
		rows, paths := 0, 0
		if a != nil {
			rows, paths = len(a.Rows)+len(a.People), len(a.Paths)
		}
		beside := q.floor
		if beside == "" {
			beside = fmt.Sprintf("%d rows, %d paths", rows, paths)
		}
		show(q.what, millis(took), beside, q.target)
	}
	return nil
}

// accessFloor reads every membership and every grant once, nothing else.
func accessFloor(ctx context.Context, path string) (time.Duration, error) {
	f, err := store.Open(ctx, path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	relations, err := f.Relations(ctx, 1, []string{"access_grant", "directory_group_member"})
	if err != nil {
		return 0, err
	}
	defer relations.Close()
	return timed(func() error {
		for _, query := range []string{"SELECT group_id, account_id FROM directory_group_member", "SELECT object_kind, object_id, subject_kind, subject_id, rank, opens FROM access_grant"} {
			if _, err := relations.Select(ctx, query, nil, store.Limits{}); err != nil {
				return err
			}
		}
		return nil
	})
}
