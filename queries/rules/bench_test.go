package rules

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"plumbline/store"
)

// ordinary is an ordinary site (50,000 users, 5,000 groups, 195,000 memberships, 5,000 spaces with 100,000 grants,
// 150,000 attachments) in two snapshots between which about 1 % changed. It is made once for all benchmarks.
var ordinary = sync.OnceValues(func() (string, error) {
	ctx := context.Background()
	dir, err := benchDir()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "ordinary.plumb.db")
	f, err := store.OpenWritable(ctx, path)
	if err != nil {
		return "", err
	}
	for n := range 2 {
		c, err := f.Begin(ctx, store.Start{Now: caseNow.AddDate(0, n, 0), Program: "bench", PersonalData: "full",
			Site: store.Site{IDs: []string{"bench"}, Kind: "cloud", Address: "https://harbourline.example"}})
		if err != nil {
			return "", err
		}
		for _, name := range store.Resources() {
			if err := writeOrdinary(ctx, c, name, n); err != nil {
				return "", err
			}
			if err := c.SetCoverage(ctx, store.Coverage{Resource: name, Outcome: store.Complete, Lists: "all", Revision: 1}); err != nil {
				return "", err
			}
		}
		if _, err := c.Finish(ctx, caseNow.AddDate(0, n, 1)); err != nil {
			return "", err
		}
	}
	return path, f.Close()
})

// writeOrdinary writes one resource of snapshot n. Of 400 objects one is only in the first snapshot, one only in the
// second, and two differ.
func writeOrdinary(ctx context.Context, c *store.Collecting, resource string, n int) error {
	count, made := 0, func(i, v int) ([]string, string) { return nil, "" }
	switch resource {
	case "jira_user":
		count, made = 50_000, func(i, v int) ([]string, string) {
			id := fmt.Sprintf("acc-%d", i)
			return []string{id}, fmt.Sprintf(`{"accountId":%q,"accountType":"atlassian","active":%t,"displayName":"Person %d","emailAddress":"p%d@harbourline.example"}`, id, (i+v)%50 != 2, i, i)
		}
	case "directory_group":
		count, made = 5_000, func(i, v int) ([]string, string) {
			return []string{fmt.Sprint("g-", i)}, fmt.Sprintf(`{"groupId":"g-%d","jiraAccess":["user"],"name":"group %d %d"}`, i, i, v)
		}
	case "directory_group_member":
		count, made = 195_000, func(i, v int) ([]string, string) {
			g, a := fmt.Sprint("g-", i%5000), fmt.Sprint("acc-", (i*7+i/50000)%50000)
			return []string{g, a}, fmt.Sprintf(`{"accountId":%q,"accountType":"atlassian","active":true,"displayName":"Person %d","groupId":%q}`, a, v, g)
		}
	case "confluence_space":
		count, made = 5_000, func(i, v int) ([]string, string) {
			return []string{fmt.Sprint(i)}, fmt.Sprintf(`{"id":"%d","key":"S%d","name":"Space %d","status":"current","type":"global"}`, i, i, v)
		}
	case "confluence_space_permission":
		count, made = 100_000, func(i, v int) ([]string, string) {
			s, g, op := fmt.Sprint(i%5000), fmt.Sprint("g-", (i*3)%5000), []string{"create", "read", "delete", "administer"}[i%4]
			return []string{s, "group", g, op, fmt.Sprint("page", i/20000)}, fmt.Sprintf(`{"id":"%d","operation":{"key":%q,"targetType":"page"},"principal":{"id":%q,"type":"group"},"spaceId":%q}`, v, op, g, s)
		}
	case "jira_attachment":
		count, made = 150_000, func(i, v int) ([]string, string) {
			return []string{fmt.Sprint(i)}, fmt.Sprintf(`{"author":{"accountId":"acc-%d"},"created":"2026-01-01T00:00:00.000+0000","filename":"f%d.pdf","id":"%d","issue":{"id":"%d","key":"TEN-%d"},"mimeType":"application/pdf","project":{"id":"10","key":"TEN"},"size":%d}`, i%50000, i, i, i/3, i/3, 1000+i+v)
		}
	}
	page := store.Page{Resource: resource}
	for i := range count {
		version := 0
		switch i % 400 {
		case 0:
			if n == 1 {
				continue
			}
		case 1:
			if n == 0 {
				continue
			}
		case 2, 3:
			version = n
		}
		key, body := made(i, version)
		page.Objects = append(page.Objects, store.Object{Resource: resource, Key: store.Key(key...), Body: []byte(body)})
		if len(page.Objects) == 1000 {
			if err := c.Write(ctx, page); err != nil {
				return err
			}
			page.Objects = nil
		}
	}
	page.End = &store.End{Outcome: store.Complete}
	return c.Write(ctx, page)
}

func benchFile(b *testing.B) *store.File {
	b.Helper()
	path, err := ordinary()
	if err != nil {
		b.Fatal(err)
	}
	return opened(b, path)
}

// All shipped rules on an ordinary site, nothing cached: relations built, then every rule.
func BenchmarkJudgeCold(b *testing.B) {
	f := benchFile(b)
	p, err := Shipped()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		b.StopTimer()
		b.Setenv("PLUMBLINE_CACHE", b.TempDir())
		b.StartTimer()
		j, err := p.Judge(context.Background(), f, 1, Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(j.Findings)), "findings")
	}
}

// The same out of the cache.
func BenchmarkJudgeCached(b *testing.B) {
	f := benchFile(b)
	p, err := Shipped()
	if err != nil {
		b.Fatal(err)
	}
	if _, err := p.Judge(context.Background(), f, 1, Options{}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := p.Judge(context.Background(), f, 1, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// Two neighbours with field-level changes, both judged already; beside it the walk of the changes alone.
func BenchmarkCompareNeighbours(b *testing.B) {
	f := benchFile(b)
	p, err := Shipped()
	if err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	before, after := Side{f, 1}, Side{f, 2}
	if _, err := p.Compare(ctx, before, after, Options{}); err != nil {
		b.Fatal(err)
	}
	b.Run("floor", func(b *testing.B) {
		for b.Loop() {
			n := 0
			for _, err := range f.Changes(ctx, 1, 2) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			b.ReportMetric(float64(n), "changes")
		}
	})
	b.Run("counts", func(b *testing.B) {
		for b.Loop() {
			if _, err := p.Compare(ctx, before, after, Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("fields", func(b *testing.B) {
		for b.Loop() {
			c, err := p.Compare(ctx, before, after, Options{})
			if err != nil {
				b.Fatal(err)
			}
			n := 0
			for _, err := range c.Objects(ctx) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			b.ReportMetric(float64(n), "changes")
		}
	})
}

// The drift rules alone on an ordinary site, their relations kept and nothing else: what differs is walked too.
func BenchmarkDrift(b *testing.B) {
	f := benchFile(b)
	all, err := Shipped()
	if err != nil {
		b.Fatal(err)
	}
	p := &Pack{reference: all.reference}
	for _, r := range all.Rules {
		if r.Kind == Drift {
			p.Rules = append(p.Rules, r)
		}
	}
	for n := -1; n < b.N; n++ {
		if n == 0 {
			b.ResetTimer() // the relations are built
		}
		if err := os.RemoveAll(filepath.Join(store.CacheDir(), "judged")); err != nil {
			b.Fatal(err)
		}
		if _, err := p.Compare(context.Background(), Side{f, 1}, Side{f, 2}, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
