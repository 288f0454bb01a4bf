package store_test

import (
	"context"
	"testing"

	"plumbline/store"
)

func BenchmarkMemoryRelations(b *testing.B) {
	body, _ := store.Canonical(map[string]any{"accountId": "a", "active": true})
	for b.Loop() {
		r, err := store.MemoryRelations(context.Background(), []store.Object{{Resource: "jira_user", Key: "a", Body: body}}, nil)
		if err != nil {
			b.Fatal(err)
		}
		r.Close()
	}
}
