package rules

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// KeptAnswers are what somebody made of judged snapshots, kept in the cache directory under everything that it depends on:
// all that Judge and Compare depend on, the program that made it, and the question. So the head of a long list is there
// before the list is read. What is kept is exact or it is not found; it is never a part that is taken for the whole.
type KeptAnswers struct {
	folder string // "" where nothing can be kept
	basis  string
}

// keepAnswers is how many answers stay in the cache.
const keepAnswers = 200

// KeptAnswers are those about a snapshot, or about two that are compared: before, then after. Beside is what else they tell
// of, such as a snapshot's label.
func (p *Pack) KeptAnswers(ctx context.Context, opt Options, beside any, sides ...Side) (*KeptAnswers, error) {
	program, err := thisProgram()
	if err != nil || opt.NoCache {
		return &KeptAnswers{}, nil
	}
	if len(sides) == 2 {
		domains, err := bothDomains(ctx, [2]Side(sides))
		if err != nil {
			return nil, err
		}
		opt.domains = &domains
	}
	told, err := json.Marshal([]any{beside, opt.Decisions, opt.File, opt.Parameters, opt.AsOf, opt.Deadline, opt.Rows, opt.TwoSites})
	if err != nil {
		return nil, fmt.Errorf("looking for what is kept: %w", err)
	}
	a := &KeptAnswers{}
	parts := []any{program, p.Version, string(told)}
	for _, side := range sides {
		b, err := p.bench(ctx, side.File, side.Snapshot, opt)
		if err != nil {
			return nil, err
		}
		for _, r := range p.Rules {
			parts = append(parts, b.key(r))
		}
		a.folder = side.File.CacheDir() // after's in the end, which is the file that is looked at
	}
	if a.folder != "" {
		if a.folder = filepath.Join(a.folder, "answers"); os.MkdirAll(a.folder, 0o700) != nil {
			a.folder = ""
		}
	}
	a.basis = fingerprint("answers", parts...)
	return a, nil
}

// thisProgram names the program that runs, by size and time: another one may make something else of the same. It is looked
// at when it starts: an update may put another in its place while it runs.
func thisProgram() (string, error) { return started, startedErr }

var started, startedErr = programNow()

func programNow() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d %d", info.Size(), info.ModTime().UnixNano()), nil
}

// Read gives the answer to a question, nil if none is kept.
func (a *KeptAnswers) Read(question string) []byte {
	return readChecked(a.folder, fingerprint("answer", a.basis, question))
}

// Keep keeps the answer to a question. It must have been made of exactly what the file says now, and of no verdict Error,
// whose cause may go away.
func (a *KeptAnswers) Keep(question string, answer []byte) {
	if a.folder == "" {
		return
	}
	writeChecked(a.folder, fingerprint("answer", a.basis, question), answer)
	tidyFolder(a.folder, keepAnswers)
}
