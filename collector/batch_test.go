package collector

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"plumbline/store"
)

// One account that the site will not be asked about hides no other, and a source that refuses everything is not asked for
// halves of every batch.
func TestHalving(t *testing.T) {
	const all = 1000
	match := func(pattern, id string) bool { ok, _ := path.Match(pattern, id); return ok }
	for bad, c := range map[string]struct {
		status, most, left int
		outcome            store.Outcome
	}{
		"a0777": {400, 10 + 14, 1, store.Partial},
		"a??03": {404, 10 * 15, 10, store.Partial}, // one in the first half of each batch, of which eight are asked for at once
		"a07??": {413, 10 + 198, 100, store.Partial},
		"a*":    {403, 10 + refusedBeforeAny + 8, all, store.Denied},
		"none":  {403, 10, 0, store.Complete},
	} {
		asked := 0
		_, url := startBackend(t, func(_ string, query map[string][]string, _ int) (int, string) {
			asked++
			ids := strings.Split(query["id"][0], ",")
			if slices.ContainsFunc(ids, func(id string) bool { return match(bad, id) }) {
				return c.status, `{"errorMessages":["not that one"]}`
			}
			return 200, `{"values":[{"id":"` + strings.Join(ids, `"},{"id":"`) + `"}]}`
		})
		src := source("/bulk", Single())
		src.Query = "id={commaSeparated}"
		r := Resource{Name: "jira_user", Product: Jira, Revision: 1, Lists: All, Keep: []string{"id"}, Key: []string{"id"}, Sources: []Source{src},
			Collect: func(ctx context.Context, w *Walk) error {
				var ids []string
				for i := range all {
					ids = append(ids, fmt.Sprintf("a%04d", i))
				}
				var h halving
				return w.Each(ctx, batches(ids), func(ctx context.Context, part *Walk) error {
					_, batch := part.Parent()
					left, why, err := h.ask(ctx, part, src, batch, func(item Item) { part.Emit(Made{[]string{textAt(item, "id")}, item}) })
					if why != nil {
						return notLookedAt(left, batch, why)
					}
					return err
				})
			}}
		keys, cov, _ := gather(t, openFile(t), url, r)
		if len(keys) != all-c.left || cov.Outcome != c.outcome || asked > c.most {
			t.Errorf("%s: %d accounts, %s after %d requests: %s", bad, len(keys), cov.Outcome, asked, cov.Reason)
		}
		if c.left == 1 && !strings.Contains(cov.Reason, "not looked at: 1 of 100 accounts (a0777): GET /bulk: not that one") {
			t.Error(cov.Reason)
		}
	}
}
