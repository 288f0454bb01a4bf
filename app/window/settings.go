package window

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"plumbline/app"
)

// Settings are how a person has set the window; they are kept beside the configuration, never in a
// file of evidence. No secret is among them.
type Settings struct {
	Theme       string   `json:"theme"`        // system, light, dark
	Density     string   `json:"density"`      // compact, regular, comfortable
	RuleFolders []string `json:"rule_folders"` // folders of rules besides the shipped ones
	Proxy       string   `json:"proxy"`        // address of a proxy for collecting; "": as the system says
	CA          string   `json:"ca"`           // a file of certificates to trust besides the system's
	GPU         string   `json:"gpu"`          // never, ondemand, always: who draws, on Linux, from the next start
}

var choices = []struct {
	name  string
	of    func(*Settings) *string
	words []string // the first one is the default
}{
	{"theme", func(s *Settings) *string { return &s.Theme }, []string{"system", "light", "dark"}},
	{"density", func(s *Settings) *string { return &s.Density }, []string{"regular", "compact", "comfortable"}},
	{"gpu policy", func(s *Settings) *string { return &s.GPU }, []string{"never", "ondemand", "always"}},
}

const settingsFile = "window.json"

// Settings are the settings in force.
func (w *Window) Settings() (Settings, error) { return w.settings(), nil }

// SaveSettings keeps settings; what is wrong in them is refused and nothing changes.
func (w *Window) SaveSettings(s Settings) (Settings, error) {
	return call(w, "", func(context.Context) (Settings, error) {
		for _, c := range choices {
			at := c.of(&s)
			if *at == "" {
				*at = c.words[0]
			}
			if !slices.Contains(c.words, *at) {
				return Settings{}, app.Unknown(c.name, *at, c.words, "")
			}
		}
		if s.RuleFolders == nil {
			s.RuleFolders = []string{}
		}
		for i, dir := range s.RuleFolders {
			if !filepath.IsAbs(dir) {
				return Settings{}, app.Usage(dir+" is not the whole path of a folder", "")
			}
			s.RuleFolders[i] = filepath.Clean(dir)
		}
		if err := w.save(settingsFile, s); err != nil {
			return Settings{}, err
		}
		w.hub.publish("state", nil)
		return s, nil
	})
}

// settings reads what was kept; what cannot be read, or is no longer a choice, is the default.
func (w *Window) settings() Settings {
	var s Settings
	w.load(settingsFile, &s)
	for _, c := range choices {
		if at := c.of(&s); !slices.Contains(c.words, *at) {
			*at = c.words[0]
		}
	}
	if s.RuleFolders == nil {
		s.RuleFolders = []string{}
	}
	return s
}

// load reads one of the window's own files into v, which stays as it is where there is none.
func (w *Window) load(name string, v any) {
	if w.folder == "" {
		return
	}
	text, err := os.ReadFile(filepath.Join(w.folder, name))
	if err != nil {
		return
	}
	_ = json.Unmarshal(text, v) // a damaged file of settings is no reason not to open evidence
}

// save writes one of the window's own files, for this user alone.
func (w *Window) save(name string, v any) error {
	if w.folder == "" {
		return &app.Problem{Code: "file", Title: "there is no folder for settings", Hint: "set HOME or XDG_CONFIG_HOME"}
	}
	if err := os.MkdirAll(w.folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return app.WriteFile(filepath.Join(w.folder, name), func(out io.Writer) error {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(v)
	})
}
