package app

import (
	"context"

	"plumbline/store"
)

// LoggedRequest is a row of a snapshot's request log: of a failure, a retry or a wait, or of what brought a resource or
// one parent's part of it.
type LoggedRequest struct {
	SentRequest
	Requests int `json:"requests"` // that the row stands for
	Objects  int `json:"objects"`  // that they brought
}

// Requests is the request log of a snapshot, in the order of the requests; of one resource only where it is given.
func (f *File) Requests(ctx context.Context, ref, resource string) ([]LoggedRequest, error) {
	snapshot, err := f.find(ctx, ref, "")
	if err != nil {
		return nil, err
	}
	all, err := f.store.Requests(ctx, snapshot.ID)
	if err != nil {
		return nil, err
	}
	rows := []LoggedRequest{}
	for _, r := range all {
		if resource == "" || r.Resource == resource {
			rows = append(rows, LoggedRequest{sentRequest(r), r.Requests, r.Rows})
		}
	}
	return rows, nil
}

func sentRequest(r store.Request) SentRequest {
	return SentRequest{stamp(r.At), r.Resource, r.Parent, r.Method, r.Path, r.Status, r.Duration.Milliseconds(), r.Note}
}

// Covered says what came of each resource of a snapshot. No rule is judged for it, and none named as lost.
func (f *File) Covered(ctx context.Context, ref string) ([]CoverageRow, error) {
	snapshot, err := f.find(ctx, ref, "")
	if err != nil {
		return nil, err
	}
	rows, err := f.store.Coverage(ctx, snapshot.ID)
	return coverageRows(rows, nil), err
}
