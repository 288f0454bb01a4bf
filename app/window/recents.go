package window

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"time"

	"plumbline/app"
)

// Recent is a file that was opened here.
type Recent struct {
	Path      string   `json:"path"`
	Name      string   `json:"name"`
	Opened    string   `json:"opened"`    // RFC 3339, UTC
	Sites     []string `json:"sites"`     // their names, when it was opened last
	Snapshots int      `json:"snapshots"` // how many it had then
	There     bool     `json:"there"`     // the file is still where it was
}

const (
	recentsFile = "recents.json"
	mostRecents = 12
)

// Recents are the files opened last, the newest first.
func (w *Window) Recents() ([]Recent, error) { return w.recents(), nil }

// Forget takes a file off the list of recent ones; the file itself is left alone.
func (w *Window) Forget(path string) ([]Recent, error) {
	return call(w, "", func(context.Context) ([]Recent, error) {
		kept := slices.DeleteFunc(w.recents(), func(r Recent) bool { return r.Path == path })
		if err := w.save(recentsFile, kept); err != nil {
			return nil, err
		}
		return kept, nil
	})
}

func (w *Window) recents() []Recent {
	all := []Recent{}
	w.load(recentsFile, &all)
	for i := range all {
		_, err := os.Stat(all[i].Path)
		all[i].There = err == nil
		if all[i].Sites == nil {
			all[i].Sites = []string{}
		}
	}
	return all
}

// remember puts a file that was opened at the head of the list. Where the list cannot be kept, the
// file is open all the same.
func (w *Window) remember(ctx context.Context, path string, f *app.File) {
	sites, err := f.Sites(ctx)
	if err != nil {
		return
	}
	r := Recent{Path: path, Name: filepath.Base(path), Opened: w.now().UTC().Format(time.RFC3339), Sites: []string{}, There: true}
	for _, s := range sites {
		r.Sites, r.Snapshots = append(r.Sites, s.Name), r.Snapshots+s.Snapshots
	}
	all := slices.DeleteFunc(w.recents(), func(other Recent) bool { return other.Path == path })
	all = slices.Insert(all, 0, r)
	_ = w.save(recentsFile, all[:min(len(all), mostRecents)])
}
