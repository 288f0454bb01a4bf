package app

import (
	"runtime"
	"runtime/debug"

	"plumbline/queries/rules"
)

var version = "dev"

// SetVersion says which version of the program this is; "" leaves it "dev", a build that is none.
func SetVersion(v string) {
	if v != "" {
		version = v
	}
}

// Version is the version of this program.
func Version() string { return version }

// VersionInfo answers `version`.
type VersionInfo struct {
	Version string `json:"version"`
	Commit  string `json:"commit"` // "" where the build did not know it
	Rules   string `json:"rules"`  // of the pack inside
	SQLite  string `json:"sqlite"` // module version of the SQLite inside
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
}

// Versions says what this program is made of.
func Versions() VersionInfo {
	v := VersionInfo{Version: Version(), Rules: rules.Version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v.Commit = s.Value
		}
	}
	for _, m := range info.Deps {
		if m.Path == "modernc.org/sqlite" {
			v.SQLite = m.Version
		}
	}
	return v
}
