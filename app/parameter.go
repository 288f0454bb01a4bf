package app

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/user"
	"slices"
	"strings"
	"time"

	"plumbline/queries/rules"
	"plumbline/store"
)

// ParameterList answers `param list`.
type ParameterList struct {
	File       FileInfo       `json:"file"`
	Snapshot   *Snapshot      `json:"snapshot"` // whose verified domains are reckoned with; null in a file without any
	Parameters []ParameterRow `json:"parameters"`
}

// ParameterRow is a parameter with its value for this file.
type ParameterRow struct {
	Name    string   `json:"name"` // NAME, or RULE-ID.NAME where the file sets it for one rule
	Type    string   `json:"type"` // bool, int, number, text, list
	Value   any      `json:"value"`
	Default any      `json:"default"`
	From    []string `json:"from"`   // default, file, verified domains
	Rules   []string `json:"rules"`  // that bind it; empty for those of the score
	Unused  bool     `json:"unused"` // kept in the file, but of no rule in force
	About   string   `json:"about"`
}

// parameters are those that the file keeps, by name.
func (f *File) parameters(ctx context.Context) (map[string]string, error) {
	acts, err := f.store.Parameters(ctx)
	if err != nil {
		return nil, err
	}
	kept := map[string]string{}
	for _, a := range acts {
		if kept[a.Name] = a.Value; a.Unset {
			delete(kept, a.Name)
		}
	}
	return kept, nil
}

// Parameters lists every parameter of the rules with its value for the file, as its latest snapshot sees it.
func (f *File) Parameters(ctx context.Context, site string, dirs []string) (*ParameterList, error) {
	pack, err := loadRules(dirs)
	if err != nil {
		return nil, err
	}
	kept, err := f.parameters(ctx)
	if err != nil {
		return nil, err
	}
	answer := &ParameterList{File: f.Info(), Parameters: []ParameterRow{}}
	var domains []string
	all, err := f.store.Snapshots(ctx)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(all, finished) || site != "" {
		snapshot, err := findSnapshot(all, "", site)
		if err != nil {
			return nil, err
		}
		if domains, err = rules.VerifiedDomains(ctx, f.store, snapshot.ID); err != nil {
			return nil, err
		}
		shown := snapshotOf(snapshot)
		answer.Snapshot = &shown
	}
	rows, err := pack.Parameters(kept, domains)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		answer.Parameters = append(answer.Parameters, ParameterRow{
			Name: r.Name, Type: r.Type, Value: r.Value, Default: r.Default, From: list(r.From), Rules: list(r.Rules), Unused: r.Unused, About: r.About,
		})
	}
	return answer, nil
}

// ParameterChange answers `param set` and `param unset`.
type ParameterChange struct {
	File  FileInfo `json:"file"`
	Name  string   `json:"name"`
	Value *string  `json:"value"` // as it was typed; null: no longer set
	By    string   `json:"by"`
	At    string   `json:"at"`
}

// SetParameter keeps a parameter with the file's decisions, for every later judging.
func SetParameter(ctx context.Context, path, copyTo, name, value, by string, dirs []string, now time.Time) (*ParameterChange, error) {
	pack, err := loadRules(dirs)
	if err != nil {
		return nil, err
	}
	if err := pack.CheckParameter(name, value); err != nil {
		return nil, err
	}
	return changeParameter(ctx, path, copyTo, store.Parameter{At: now, By: by, Name: name, Value: value})
}

// UnsetParameter goes back to the default.
func UnsetParameter(ctx context.Context, path, copyTo, name, by string, now time.Time) (*ParameterChange, error) {
	f, err := Open(ctx, path)
	if err != nil {
		return nil, err
	}
	kept, err := f.parameters(ctx)
	f.Close()
	if err != nil {
		return nil, err
	}
	if _, set := kept[name]; !set {
		hint := "the file sets none"
		if len(kept) > 0 {
			hint = "the file sets " + strings.Join(slices.Sorted(maps.Keys(kept)), ", ")
		}
		p := Unknown("parameter", name, slices.Sorted(maps.Keys(kept)), hint)
		p.Title = fmt.Sprintf("the file does not set %q", name)
		return nil, p
	}
	return changeParameter(ctx, path, copyTo, store.Parameter{At: now, By: by, Name: name, Unset: true})
}

func changeParameter(ctx context.Context, path, copyTo string, p store.Parameter) (*ParameterChange, error) {
	var err error
	if p.By, err = Person(p.By); err != nil {
		return nil, err
	}
	answer := &ParameterChange{Name: p.Name, By: p.By, At: stamp(p.At)}
	if !p.Unset {
		answer.Value = &p.Value
	}
	err = Change(ctx, path, copyTo, func(f *File) error {
		answer.File = f.Info()
		return f.store.SetParameter(ctx, p)
	})
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// Person is who acts: the name given, else the one this machine knows its user by.
func Person(by string) (string, error) {
	if by = plainText(by); by != "" {
		return by, checkText("--by", by)
	}
	if u, err := user.Current(); err == nil {
		for _, name := range []string{u.Name, u.Username} {
			if name, _, _ = strings.Cut(name, ","); plainText(name) != "" { // GECOS: name,office,phone
				return plainText(name), nil
			}
		}
	}
	if name := plainText(os.Getenv("USER")); name != "" {
		return name, nil
	}
	return "", Usage("it is not known who decides", "--by NAME, or by = NAME in the config file")
}
