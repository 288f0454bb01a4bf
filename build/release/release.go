package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// release is one being made. All times in it are the commit's, so that it is the same whenever it is made.
type release struct {
	root, dir, scratch string
	version            string
	when               time.Time
	deps               []dependency
	licences           []byte  // the text of all
	documents          []entry // README, licences, docs/
	manual, complete   []entry // man pages, completions: made by the program itself
	beside             []entry // what lies beside a program in its archive: all of the above
}

// entry is one file of an archive, by a path with slashes; its bytes are data, or those of the file from.
type entry struct {
	name string
	mode os.FileMode
	data []byte
	from string
}

func (e entry) bytes() ([]byte, error) {
	if e.from == "" {
		return e.data, nil
	}
	return os.ReadFile(e.from)
}

// prepare reads the commit at root, judges the licences, and makes the pages that go into every archive
// with a program built for this machine.
func prepare(ctx context.Context, root, dir, version string) (*release, error) {
	r := &release{root: root, dir: dir, version: version}
	var err error
	if r.version == "" {
		if r.version, err = describe(ctx, root); err != nil {
			return nil, err
		}
	}
	stamp, err := output(ctx, root, "git", "log", "-1", "--format=%ct")
	if err != nil {
		return nil, err
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(stamp), 10, 64)
	if err != nil {
		return nil, fmt.Errorf("the commit's time: %w", err)
	}
	r.when = time.Unix(seconds, 0).UTC()
	if r.deps, err = dependencies(ctx, root); err != nil {
		return nil, err
	}
	r.licences = notices(r.deps)
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if r.scratch, err = os.MkdirTemp("", "plumbline-release-*"); err != nil {
		return nil, err
	}
	if err := r.pages(ctx); err != nil {
		os.RemoveAll(r.scratch)
		return nil, err
	}
	return r, nil
}

// describe is the version of the commit at root: 1.2.3 at the tag v1.2.3, 1.2.3-4-gabcdef0 four commits
// later, the commit's short name before any tag; with -dirty where files differ from the commit.
func describe(ctx context.Context, root string) (string, error) {
	said, err := output(ctx, root, "git", "describe", "--tags", "--match", "v[0-9]*", "--always", "--dirty")
	return strings.TrimPrefix(strings.TrimSpace(said), "v"), err
}

// completions are the shells, and what each calls its file.
var completions = []struct{ shell, file string }{
	{"bash", "plumbline.bash"}, {"zsh", "_plumbline"}, {"fish", "plumbline.fish"}, {"powershell", "plumbline.ps1"},
}

// pages gathers the documents and has the program write its manual and completions. That program says
// its version first, and it must be the release's.
func (r *release) pages(ctx context.Context) error {
	program, err := r.build(ctx, target{os: runtime.GOOS, arch: runtime.GOARCH}, false)
	if err != nil {
		return err
	}
	said, err := output(ctx, r.root, program.from, "version")
	if err != nil {
		return err
	}
	if first, _, _ := strings.Cut(said, "\n"); first != "plumbline "+r.version && !strings.HasPrefix(first, "plumbline "+r.version+" ") {
		return fmt.Errorf("the program says %q, the release is %s", first, r.version)
	}
	manual := filepath.Join(r.scratch, "man")
	if err := r.do(ctx, r.root, nil, program.from, "man", manual); err != nil {
		return err
	}
	pages, err := filepath.Glob(filepath.Join(manual, "*.1"))
	if err != nil || len(pages) == 0 {
		return errors.Join(err, errors.New("the program wrote no manual"))
	}
	for _, page := range pages {
		r.manual = append(r.manual, entry{name: "man/man1/" + filepath.Base(page), mode: 0o644, from: page})
	}
	for _, c := range completions {
		script, err := output(ctx, r.root, program.from, "completion", c.shell)
		if err != nil {
			return err
		}
		r.complete = append(r.complete, entry{name: "completions/" + c.file, mode: 0o644, data: []byte(script)})
	}
	tracked, err := output(ctx, r.root, "git", "ls-files", "README.md", "CHANGELOG.md", "LICENSE", "docs")
	if err != nil {
		return err
	}
	for _, name := range strings.Fields(tracked) {
		if filepath.Ext(name) != ".go" { // docs/generate writes pages and is none
			r.documents = append(r.documents, entry{name: name, mode: 0o644, from: filepath.Join(r.root, filepath.FromSlash(name))})
		}
	}
	r.documents = append(r.documents, entry{name: "THIRD_PARTY_LICENSES.txt", mode: 0o644, data: r.licences})
	r.beside = slices.Concat(r.manual, r.complete, r.documents)
	return nil
}

// record writes down what the release was made with: the same makes the same bytes.
func (r *release) record(ctx context.Context) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "version %s\nSOURCE_DATE_EPOCH %d\n", r.version, r.when.Unix())
	for _, ask := range []struct {
		what string
		by   []string
	}{
		{"commit", []string{"git", "rev-parse", "HEAD"}},
		{"", []string{"go", "version"}},
		{"node", []string{"node", "--version"}},
		{"", []string{"gcc", "--version"}},
		{"", []string{"dpkg-deb", "--version"}},
		{"makensis", []string{"makensis", "-VERSION"}},
		{"webkit2gtk-4.1", []string{"pkg-config", "--modversion", "webkit2gtk-4.1"}},
	} {
		said, err := output(ctx, r.root, ask.by[0], ask.by[1:]...)
		if err != nil {
			return err
		}
		line, _, _ := strings.Cut(said, "\n")
		fmt.Fprintln(&b, strings.TrimSpace(ask.what+" "+line))
	}
	return r.write("plumbline-"+r.version+".buildinfo", b.Bytes())
}

// sum writes SHA256SUMS of everything in the folder, as `sha256sum -c` reads it.
func (r *release) sum() error {
	files, err := os.ReadDir(r.dir) // sorted by name
	if err != nil {
		return err
	}
	var b bytes.Buffer
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(r.dir, f.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%x  %s\n", sha256.Sum256(data), f.Name())
	}
	return r.write("SHA256SUMS", b.Bytes())
}

func (r *release) write(name string, data []byte) error {
	return os.WriteFile(filepath.Join(r.dir, name), data, 0o644)
}

// do runs a command in dir with more in its environment; what it says is shown when it fails.
func (r *release) do(ctx context.Context, dir string, env []string, name string, args ...string) error {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "SOURCE_DATE_EPOCH="+strconv.FormatInt(r.when.Unix(), 10), "TZ=UTC", "LC_ALL=C.UTF-8")
	c.Env = append(c.Env, env...)
	if said, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, said)
	}
	return nil
}

// output is what a command says.
func output(ctx context.Context, dir, name string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = dir
	said, err := c.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		err = fmt.Errorf("%w\n%s", err, failed.Stderr)
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", strings.Join(append([]string{name}, args...), " "), err)
	}
	return string(said), nil
}
