// Release makes what people download, from one commit, the same bytes whoever makes it: the programs
// for every system, archives, a Debian package, an installer for Windows, what is in each (SBOM), the
// licences of it all, and checksums. docs/releasing.md says how it is used and what it promises.
//
//	go run ./build/release              everything, into dist/
//	go run ./build/release linux/amd64  one system's part of it
//	go run ./build/release licences     only whether every dependency's licence was read and is one that may be shipped
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// target is one system that the program is built for. The command line is built for each, the desktop
// program where desktop names its build tags.
type target struct {
	os, arch string
	desktop  string
	cgo      bool // the desktop program calls the system's webview through C, so it needs this very system
}

// targets are all. A desktop program for macOS needs a Mac: docs/releasing.md.
var targets = []target{
	{os: "linux", arch: "amd64", desktop: "desktop,production,webkit2_41", cgo: true},
	{os: "linux", arch: "arm64"},
	{os: "windows", arch: "amd64", desktop: "desktop,production"},
	{os: "windows", arch: "arm64"},
	{os: "darwin", arch: "amd64"},
	{os: "darwin", arch: "arm64"},
}

func main() {
	out := flag.String("o", "dist", "the folder to write")
	version := flag.String("version", "", "instead of what the commit's tag says")
	flag.Parse()
	run := func() error { return whole(context.Background(), *out, *version, flag.Arg(0)) }
	if flag.Arg(0) == "licences" {
		run = func() error { _, err := dependencies(context.Background(), "."); return err }
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// whole makes a release into dir, which it empties first: of all systems, or of one.
func whole(ctx context.Context, dir, version, only string) error {
	if only != "" && !slices.ContainsFunc(targets, func(t target) bool { return only == t.os+"/"+t.arch }) {
		return fmt.Errorf("%s is none of the systems that this is built for", only)
	}
	r, err := prepare(ctx, ".", dir, version)
	if err != nil {
		return err
	}
	defer os.RemoveAll(r.scratch)
	for _, t := range targets {
		if only != "" && only != t.os+"/"+t.arch {
			continue
		}
		if err := r.target(ctx, t); err != nil {
			return fmt.Errorf("%s/%s: %w", t.os, t.arch, err)
		}
	}
	if err := r.write("THIRD_PARTY_LICENSES.txt", r.licences); err != nil {
		return err
	}
	if err := r.record(ctx); err != nil {
		return err
	}
	return r.sum()
}

// target builds for one system and packs what was built.
func (r *release) target(ctx context.Context, t target) error {
	program, err := r.build(ctx, t, false)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("plumbline-%s-%s-%s", r.version, t.os, t.arch)
	if err := r.bill(ctx, t, name, program.from); err != nil {
		return err
	}
	if err := r.archive(t, name, append([]entry{program}, r.beside...)); err != nil {
		return err
	}
	if t.desktop == "" {
		return nil
	}
	window, err := r.build(ctx, t, true)
	if err != nil {
		return err
	}
	name = fmt.Sprintf("plumbline-desktop-%s-%s-%s", r.version, t.os, t.arch)
	if err := r.bill(ctx, t, name, window.from); err != nil {
		return err
	}
	if t.os == "linux" {
		tree := r.linux(program, window)
		if err := r.debian(ctx, t, tree); err != nil {
			return fmt.Errorf("the Debian package: %w", err)
		}
		return r.archive(t, name, append(tree, r.documents...))
	}
	files := append([]entry{program, window}, r.beside...)
	if err := r.installer(ctx, t, name, files); err != nil {
		return fmt.Errorf("the installer: %w", err)
	}
	return r.archive(t, name, files)
}

// build builds a program for a target and says where it lies and what it is called in an archive.
func (r *release) build(ctx context.Context, t target, window bool) (entry, error) {
	name, tags, cgo, mode, link := "plumbline", "", "0", "default", "-s -w -X main.version="+r.version
	if window {
		name, tags = "plumbline-desktop", t.desktop
		if t.cgo {
			cgo, mode = "1", "pie" // beside C code the addresses are drawn anew at each start
		}
		if t.os == "windows" {
			link += " -H windowsgui" // no console beside the window
		}
	}
	if t.os == "windows" {
		name += ".exe"
		resources := filepath.Join(r.root, "rsrc_windows_"+t.arch+".syso")
		defer os.Remove(resources)
		if err := r.do(ctx, filepath.Join(r.root, "build", "windows"), nil, "go", "tool", "-modfile=../../tools/go.mod", "go-winres", "make",
			"--in", "winres.json", "--arch", t.arch, "--out", "../../rsrc", "--product-version", r.version, "--file-version", numeric(r.version)); err != nil {
			return entry{}, err
		}
	}
	path := filepath.Join(r.scratch, t.os+"-"+t.arch, name)
	return entry{name: name, mode: 0o755, from: path}, r.do(ctx, r.root, []string{"GOOS=" + t.os, "GOARCH=" + t.arch, "CGO_ENABLED=" + cgo},
		"go", "build", "-trimpath", "-buildvcs=true", "-buildmode", mode, "-tags", tags, "-ldflags", link, "-o", path, ".")
}

// numeric is a version as Windows wants it in a file: three numbers, zeros where it has none.
func numeric(version string) string {
	var parts [3]int
	if n, _ := fmt.Sscanf(strings.TrimPrefix(version, "v"), "%d.%d.%d", &parts[0], &parts[1], &parts[2]); n != len(parts) {
		parts = [3]int{}
	}
	return fmt.Sprintf("%d.%d.%d.0", parts[0], parts[1], parts[2])
}
