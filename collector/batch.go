package collector

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"plumbline/store"
)

// userBatch is how many accounts are asked for at once. Of Confluence, version 1 takes 100; version 2 would take 250.
const userBatch = 100

// batches cuts ids into parents for Each. The name of a batch tells which ids are in it, so that a batch that had ended
// before an interruption is not taken for another one after it.
func batches(ids []string) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		for chunk := range slices.Chunk(ids, userBatch) {
			key := store.Key(chunk[0], chunk[len(chunk)-1], fmt.Sprint(len(chunk)))
			if !yield(Object{key, batchOf(nil, chunk)}, nil) {
				return
			}
		}
	}
}

// batchOf is a parent for the sources that ask for several accounts at once, with what else stands in another.
func batchOf(like Item, ids []string) Item {
	list := make([]any, len(ids))
	for i, id := range ids {
		list[i] = id
	}
	batch := Item{}
	maps.Copy(batch, like)
	batch["accountIds"], batch["commaSeparated"] = list, strings.Join(ids, ",")
	return batch
}

// halving asks a source for batches of accounts. Where a batch is refused its halves are asked for, down to the account
// that the site will not be asked about: that one must not hide the others.
type halving struct{ answered, refused atomic.Int64 }

// How long a source is asked for halves of what it refused, all batches together.
const (
	refusedBeforeAny = 100 // where it never answered, it refuses everything: of eight batches side by side each is halved down to one account by then
	refusedAtMost    = 500 // requests
)

// spent reports whether halves are not asked for any more.
func (h *halving) spent() bool {
	n := h.refused.Load()
	return n >= refusedAtMost || n >= refusedBeforeAny && h.answered.Load() == 0
}

// ask hands what src tells of a batch to take. left are the accounts that it was asked about and refused, why the first
// refusal of them.
func (h *halving) ask(ctx context.Context, w *Walk, src Source, batch Item, take func(Item)) (left []string, why *Refusal, err error) {
	told := []Item{}
	err = each(w.Fetch(ctx, src, batch), func(item Item) { told = append(told, item) })
	why = Refused(err)
	switch {
	case err == nil:
		h.answered.Add(1)
		for _, item := range told {
			take(item)
		}
		return nil, nil, nil
	case why == nil:
		return nil, nil, err
	}
	var ids []string
	for _, id := range batch["accountIds"].([]any) {
		ids = append(ids, id.(string))
	}
	if h.refused.Add(1); len(ids) == 1 || !aboutSome(why) {
		return ids, why, nil
	}
	whole := why
	why = nil
	for half := range slices.Chunk(ids, (len(ids)+1)/2) {
		more, refusal := half, whole
		if !h.spent() {
			if more, refusal, err = h.ask(ctx, w, src, batchOf(batch, half), take); err != nil {
				return nil, nil, err
			}
		}
		left = append(left, more...)
		if why == nil {
			why = refusal
		}
	}
	return left, why, nil
}

// aboutSome reports whether a refusal of a batch may be about some of the accounts in it, or about how many they are.
func aboutSome(r *Refusal) bool {
	return !r.source && !r.doubt && slices.Contains([]int{http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound,
		http.StatusRequestEntityTooLarge, http.StatusRequestURITooLong}, r.Status)
}

// someOf says of how many accounts of a batch a refusal is, with the first of them by id.
func someOf(left []string, batch Item, why *Refusal) string {
	all := len(batch["accountIds"].([]any))
	if len(left) == all {
		return why.Reason
	}
	ids := strings.Join(left[:min(len(left), 5)], ", ")
	if len(left) > 5 {
		ids += " ..."
	}
	return fmt.Sprintf("%d of %d accounts (%s): %s", len(left), all, ids, why.Reason)
}

// notLookedAt is a refusal of some accounts as the outcome of their batch.
func notLookedAt(left []string, batch Item, why *Refusal) *Refusal {
	if len(left) == len(batch["accountIds"].([]any)) {
		return why
	}
	return &Refusal{Outcome: store.Partial, Status: why.Status, Missing: why.Missing, Reason: "not looked at: " + someOf(left, batch, why)}
}
