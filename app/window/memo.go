package window

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// keepMost is how many answers a memo holds: what the screens that one goes back and forth between
// are made of, on both sides.
const keepMost = 12

// memo keeps the answers asked for last, by key. Who asks for one that is being made waits for it;
// when all who wait have gone, the making is cancelled. Errors are not kept.
type memo[T any] struct {
	mu      sync.Mutex
	entries []*entry[T] // the one asked for last at the end
}

type entry[T any] struct {
	key     string
	waiting int
	cancel  context.CancelFunc
	done    chan struct{} // closed when answer and err are there
	answer  T
	err     error
}

func (m *memo[T]) get(ctx context.Context, key string, make func(context.Context) (T, error)) (T, error) {
	e := m.enter(ctx, key, make)
	defer m.leave(e)
	select {
	case <-e.done:
		return e.answer, e.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// ready is the answer of a key, if it is there.
func (m *memo[T]) ready(key string) (answer T, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range m.entries {
		if e.key == key {
			select {
			case <-e.done:
				return e.answer, e.err == nil
			default:
			}
		}
	}
	return answer, false
}

func (m *memo[T]) enter(ctx context.Context, key string, work func(context.Context) (T, error)) *entry[T] {
	m.mu.Lock()
	defer m.mu.Unlock()
	if i := slices.IndexFunc(m.entries, func(e *entry[T]) bool { return e.key == key }); i >= 0 {
		e := m.entries[i]
		m.entries = append(slices.Delete(m.entries, i, i+1), e)
		e.waiting++
		return e
	}
	making, cancel := context.WithCancel(context.WithoutCancel(ctx))
	e := &entry[T]{key: key, waiting: 1, cancel: cancel, done: make(chan struct{})}
	m.entries = append(m.entries, e)
	if len(m.entries) > keepMost {
		m.entries = slices.Delete(m.entries, 0, 1)
	}
	go func() {
		defer cancel()
		defer close(e.done)
		defer func() {
			if cause := recover(); cause != nil {
				e.err = fmt.Errorf("internal error: %v", cause)
			}
			if e.err != nil {
				m.forget(e)
			}
		}()
		e.answer, e.err = work(making)
	}()
	return e
}

// leave gives up waiting; the last one to leave ends a making that is still running.
func (m *memo[T]) leave(e *entry[T]) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e.waiting--
	select {
	case <-e.done:
		return
	default:
	}
	if e.waiting == 0 {
		m.drop(e) // before it fails: who asks next begins anew
		e.cancel()
	}
}

func (m *memo[T]) forget(e *entry[T]) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.drop(e)
}

func (m *memo[T]) drop(e *entry[T]) {
	if i := slices.Index(m.entries, e); i >= 0 {
		m.entries = slices.Delete(m.entries, i, i+1)
	}
}

// join makes one key of several parts.
func join(parts ...string) string { return strings.Join(parts, "\x1f") }

// foldersKey names folders of rules as they are now: an edited rule is another key, and so is newer reference data.
func foldersKey(dirs []string) string {
	var b strings.Builder
	for _, dir := range dirs {
		b.WriteString(dir)
		_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err == nil && (strings.HasSuffix(path, ".sql") || strings.HasSuffix(path, ".json")) {
				if at, err := d.Info(); err == nil {
					fmt.Fprintf(&b, "\x1e%s %d %d", path, at.Size(), at.ModTime().UnixNano())
				}
			}
			return nil
		})
	}
	return b.String()
}

// existing leaves out folders that are not there: one on a disk that is not plugged in does not stop
// the window.
func existing(dirs []string) []string {
	var there []string
	for _, dir := range dirs {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			there = append(there, dir)
		}
	}
	return there
}
