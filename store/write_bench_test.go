package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"testing"
	"time"
)

// grown are pages of memberships as a large site has them; every hundredth differs between versions.
func grown(pages, version int) []Page {
	var all []Page
	for p := range pages {
		page := Page{Resource: "directory_group_member", Cursor: fmt.Sprint(p)}
		for i := range 1000 {
			n := p*1000 + i
			id := fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "account %d", n)))[:24]
			changed := 0
			if n%100 == version {
				changed = version
			}
			page.Objects = append(page.Objects, Object{Key: Key(fmt.Sprintf("group-%05d", n/40), id),
				Body: fmt.Appendf(nil, `{"accountId":"%s","accountType":"atlassian","active":true,"displayName":"Person number %d","emailAddress":"person.%d@harbourline.example","groupId":"group-%05d","revision":%d}`, id, n, n, n/40, changed)})
		}
		all = append(all, page)
	}
	return all
}

// BenchmarkSnapshot stores 200,000 objects once, and again with one in a hundred changed.
func BenchmarkSnapshot(b *testing.B) {
	pages := [][]Page{grown(200, 1), grown(200, 2)}
	for _, version := range []int{0, 1} {
		b.Run([]string{"first", "next"}[version], func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				f, err := OpenWritable(context.Background(), filepath.Join(b.TempDir(), "x.plumb.db"))
				if err != nil {
					b.Fatal(err)
				}
				for v := range version + 1 {
					if v == version {
						b.StartTimer()
					}
					stored(b, f, pages[v], time.Date(2026, 1, 1+v, 0, 0, 0, 0, time.UTC))
				}
				b.StopTimer()
				f.Close()
				b.StartTimer()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/200_000, "ns/object")
		})
	}
}

func stored(b *testing.B, f *File, pages []Page, now time.Time) {
	b.Helper()
	c, err := f.Begin(context.Background(), Start{Site: Site{IDs: []string{"s"}, Kind: "cloud"}, Now: now, Program: "bench", PersonalData: "full"})
	if err != nil {
		b.Fatal(err)
	}
	for _, p := range pages {
		if err := c.Write(context.Background(), p); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := c.Finish(context.Background(), now.Add(time.Hour)); err != nil {
		b.Fatal(err)
	}
}
