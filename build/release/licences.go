package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// dependency is one thing made by others that is linked into a program or built into its page.
type dependency struct {
	name, version string // a Go module's path, or npm: and a package's name
	licence       string // SPDX expression, as a person read it
	texts         []text
}

// text is one licence file, by its path inside the dependency.
type text struct{ name, body string }

// digest stands for the licence files: when it changes, a person reads them again.
func (d dependency) digest() string {
	h := sha256.New()
	for _, t := range d.texts {
		fmt.Fprintf(h, "%s\n%s\n", t.name, t.body)
	}
	return fmt.Sprintf("%x", h.Sum(nil))[:12]
}

// shippable are the licences that may be in what is shipped: those that ask for no more than to be
// named and quoted. Fonts come under the Open Font License; "blessing" is SQLite's, in the public domain.
var shippable = []string{"MIT", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "ISC", "0BSD", "Zlib", "CC0-1.0", "Unlicense", "BlueOak-1.0.0", "OFL-1.1", "blessing"}

// judged is the list of what people have read: a name, an SPDX expression joined by AND, a digest.
const judged = "build/licences.txt"

// dependencies are all that the programs of every target and the page hold, each with a licence that
// somebody read and that may be shipped. The error names every one of which that is not so.
func dependencies(ctx context.Context, root string) ([]dependency, error) {
	modules, err := linked(ctx, root)
	if err != nil {
		return nil, err
	}
	parts, err := bundled(filepath.Join(root, "frontend", "dist", "licences.json"))
	if err != nil {
		return nil, err
	}
	known, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(judged)))
	if err != nil {
		return nil, err
	}
	all := append(modules, parts...)
	return all, judge(all, string(known))
}

// judge gives every dependency the licence that the list has for it.
func judge(all []dependency, known string) error {
	type line struct {
		licence, digest string
		used            bool
	}
	read := map[string]*line{}
	var wrong []error
	for l := range strings.Lines(known) {
		fields := strings.Fields(l)
		if len(fields) == 0 || strings.HasPrefix(l, "#") {
			continue
		}
		if len(fields) < 3 {
			return fmt.Errorf("%s: %q is no name, licence and digest", judged, l)
		}
		last := len(fields) - 1
		read[fields[0]] = &line{licence: strings.Join(fields[1:last], " "), digest: fields[last]}
	}
	for i := range all {
		d := &all[i]
		l := read[d.name]
		switch {
		case len(d.texts) == 0:
			wrong = append(wrong, fmt.Errorf("%s has no licence file", d.name))
			continue
		case l == nil:
			wrong = append(wrong, fmt.Errorf("%s: nobody has read its licence. Read it, then add to %s: %[1]s LICENCE %[3]s", d.name, judged, d.digest()))
			continue
		case l.digest != d.digest():
			wrong = append(wrong, fmt.Errorf("%s: its licence files are not those that were read. Read them, then write %s into %s", d.name, d.digest(), judged))
		}
		l.used = true
		d.licence = l.licence
		for id := range strings.SplitSeq(l.licence, " AND ") {
			if !slices.Contains(shippable, id) {
				wrong = append(wrong, fmt.Errorf("%s is under %s, which may not be shipped", d.name, id))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(read)) {
		if !read[name].used {
			wrong = append(wrong, fmt.Errorf("%s is in %s and in no program", name, judged))
		}
	}
	return errors.Join(wrong...)
}

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents|unlicense|copyright)([-_.].*)?$`)

// linked are Go's own library and the modules whose packages are linked into the program of any target,
// with the licence files that lie on the way from those packages to the module's root.
func linked(ctx context.Context, root string) ([]dependency, error) {
	type module struct {
		version, dir string
		files        map[string]bool
	}
	found := map[string]*module{}
	for _, t := range targets {
		for _, tags := range slices.Compact([]string{"", t.desktop}) {
			cgo := "0"
			if tags != "" && t.cgo {
				cgo = "1"
			}
			said, err := output(ctx, root, "env", "GOOS="+t.os, "GOARCH="+t.arch, "CGO_ENABLED="+cgo, "go", "list", "-deps", "-tags", tags,
				"-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}\t{{$.Dir}}{{end}}{{end}}", ".")
			if err != nil {
				return nil, err
			}
			for l := range strings.Lines(said) {
				f := strings.Split(strings.TrimSpace(l), "\t")
				if len(f) != 4 {
					continue // Go's own, and ours
				}
				m := found[f[0]]
				if m == nil {
					m = &module{version: f[1], dir: f[2], files: map[string]bool{}}
					found[f[0]] = m
				}
				for dir := f[3]; len(dir) >= len(f[2]); dir = filepath.Dir(dir) {
					if err := licenceFiles(dir, m.files); err != nil {
						return nil, err
					}
				}
			}
		}
	}
	goroot, err := output(ctx, root, "go", "env", "GOROOT", "GOVERSION")
	if err != nil {
		return nil, err
	}
	own, version, _ := strings.Cut(strings.TrimSpace(goroot), "\n")
	std := &module{version: version, dir: own, files: map[string]bool{}}
	if err := licenceFiles(own, std.files); err != nil {
		return nil, err
	}
	found["std"] = std
	var all []dependency
	for _, name := range slices.Sorted(maps.Keys(found)) {
		m := found[name]
		d := dependency{name: name, version: m.version}
		for _, file := range slices.Sorted(maps.Keys(m.files)) {
			body, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			inside, err := filepath.Rel(m.dir, file)
			if err != nil {
				return nil, err
			}
			d.texts = append(d.texts, text{name: filepath.ToSlash(inside), body: string(body)})
		}
		all = append(all, d)
	}
	return all, nil
}

// licenceFiles adds those of one folder.
func licenceFiles(dir string, into map[string]bool) error {
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		if f.Type().IsRegular() && licenceFile.MatchString(f.Name()) && filepath.Ext(f.Name()) != ".go" {
			into[filepath.Join(dir, f.Name())] = true
		}
	}
	return nil
}

// bundled are the packages of the page, from the list that Vite writes of what it put into it.
func bundled(list string) ([]dependency, error) {
	data, err := os.ReadFile(list)
	if err != nil {
		return nil, fmt.Errorf("the page is not built (make page): %w", err)
	}
	var parts []struct{ Name, Version, Text string }
	if err := json.Unmarshal(data, &parts); err != nil {
		return nil, fmt.Errorf("%s: %w", list, err)
	}
	var all []dependency
	for _, p := range parts {
		d := dependency{name: "npm:" + p.Name, version: p.Version}
		if p.Text != "" {
			d.texts = []text{{name: "LICENSE", body: p.Text}}
		}
		all = append(all, d)
	}
	return all, nil
}

// notices is the full text of every licence, one after the other.
func notices(all []dependency) []byte {
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	fmt.Fprintln(w, "Plumbline is made of its own code, whose licence is in LICENSE, and of what follows.")
	rule := strings.Repeat("=", 100)
	for _, d := range all {
		fmt.Fprintf(w, "\n%s\n%s %s\n%s\n", rule, d.name, d.version, d.licence)
		for _, t := range d.texts {
			fmt.Fprintf(w, "\n---- %s\n\n%s\n", t.name, strings.TrimRight(t.body, "\n"))
		}
	}
	w.Flush()
	return b.Bytes()
}
