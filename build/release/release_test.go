package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestDescribe tags commits of a repository and asks for their versions.
func TestDescribe(t *testing.T) {
	dir := t.TempDir()
	git := func(args ...string) {
		t.Helper()
		c := exec.Command("git", append([]string{"-c", "user.name=Ida Holm", "-c", "user.email=ida.holm@harbourline.example", "-c", "tag.gpgSign=false", "-c", "commit.gpgSign=false"}, args...)...)
		c.Dir = dir
		if said, err := c.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, said)
		}
	}
	is := func(want string) {
		t.Helper()
		got, err := describe(t.Context(), dir)
		if err != nil || got != want && !strings.HasPrefix(got, want+"-g") {
			t.Errorf("version %q, %v; want %s", got, err, want)
		}
	}
	git("init", "-q")
	git("commit", "-q", "--allow-empty", "-m", "one")
	if got, err := describe(t.Context(), dir); err != nil || strings.Contains(got, ".") {
		t.Errorf("before any tag: %q, %v", got, err)
	}
	git("tag", "v1.2.3")
	git("tag", "nightly")
	is("1.2.3")
	git("commit", "-q", "--allow-empty", "-m", "two")
	is("1.2.3-1")
	git("tag", "v1.3.0-rc.1")
	is("1.3.0-rc.1")
}

func TestVersionsElsewhere(t *testing.T) {
	for _, c := range []struct{ version, windows, debian string }{
		{"1.2.3", "1.2.3.0", "1.2.3"},
		{"1.2.3-4-gabcdef0", "1.2.3.0", "1.2.3+4+gabcdef0"},
		{"1.3.0-rc.1", "1.3.0.0", "1.3.0~rc.1"},
		{"abcdef0-dirty", "0.0.0.0", "0~abcdef0+dirty"},
		{"1234567", "0.0.0.0", "0~1234567"},
	} {
		if got := numeric(c.version); got != c.windows {
			t.Errorf("%s is %s for Windows, want %s", c.version, got, c.windows)
		}
		if got := debianVersion(c.version); got != c.debian {
			t.Errorf("%s is %s for Debian, want %s", c.version, got, c.debian)
		}
	}
}

// TestArchives packs what an archive of the command line holds, twice, as both kinds: the bytes are the
// same, everything is in there, and the program that comes out of it says the version that was asked for.
func TestArchives(t *testing.T) {
	made := func() *release {
		r := &release{root: filepath.Join("..", ".."), dir: t.TempDir(), scratch: t.TempDir(), version: "1.2.3-test", when: time.Unix(1790000000, 0).UTC(), licences: []byte("licences\n")}
		if err := r.pages(t.Context()); err != nil {
			t.Fatal(err)
		}
		host := target{os: runtime.GOOS, arch: runtime.GOARCH}
		program, err := r.build(t.Context(), host, false)
		if err != nil {
			t.Fatal(err)
		}
		files := append([]entry{program}, r.beside...)
		for _, system := range []string{"linux", "windows"} {
			if err := r.archive(target{os: system}, "plumbline", files); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.sum(); err != nil {
			t.Fatal(err)
		}
		return r
	}
	one, two := made(), made()
	sums := func(r *release) string {
		b, err := os.ReadFile(filepath.Join(r.dir, "SHA256SUMS"))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if sums(one) != sums(two) {
		t.Errorf("made twice:\n%s\n%s", sums(one), sums(two))
	}
	program := "plumbline"
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	unpacked := filepath.Join(t.TempDir(), program)
	names := map[string][]string{"tar.gz": untar(t, filepath.Join(one.dir, "plumbline.tar.gz"), "plumbline/"+program, unpacked), "zip": unzip(t, filepath.Join(one.dir, "plumbline.zip"))}
	for kind, names := range names {
		for _, want := range []string{program, "README.md", "LICENSE", "CHANGELOG.md", "THIRD_PARTY_LICENSES.txt", "docs/guide.md", "docs/images/overview.png", "man/man1/plumbline.1", "man/man1/plumbline-collect.1",
			"completions/plumbline.bash", "completions/_plumbline", "completions/plumbline.fish", "completions/plumbline.ps1"} {
			if !slices.Contains(names, "plumbline/"+want) {
				t.Errorf("%s lacks %s", kind, want)
			}
		}
		if !slices.IsSorted(names) || slices.ContainsFunc(names, func(n string) bool { return strings.HasSuffix(n, ".go") || strings.Contains(n, "..") }) {
			t.Errorf("%s: %v", kind, names)
		}
	}
	said, err := exec.Command(unpacked, "version").Output()
	if err != nil || !strings.HasPrefix(string(said), "plumbline 1.2.3-test") {
		t.Errorf("the program says %q, %v", said, err)
	}
}

// untar lists an archive and unpacks one file of it.
func untar(t *testing.T, path, one, to string) (names []string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, h.Name)
		if h.Uid != 0 || h.Gid != 0 || h.Uname != "" {
			t.Errorf("%s belongs to %d:%d %s", h.Name, h.Uid, h.Gid, h.Uname)
		}
		if h.Name == one {
			b, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(to, b, os.FileMode(h.Mode)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func unzip(t *testing.T, path string) (names []string) {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		names = append(names, f.Name)
	}
	return names
}

func TestJudge(t *testing.T) {
	one := dependency{name: "example.com/one", texts: []text{{"LICENSE", "do as you like"}}}
	line := one.name + " MIT AND ISC " + one.digest() + "\n"
	good := []dependency{one}
	if err := judge(good, "# what was read\n"+line); err != nil || good[0].licence != "MIT AND ISC" {
		t.Errorf("read and fine: %q, %v", good[0].licence, err)
	}
	for _, c := range []struct {
		what  string
		all   []dependency
		known string
		want  string
	}{
		{"unknown", []dependency{one}, "", "nobody has read"},
		{"changed", []dependency{{name: one.name, texts: []text{{"LICENSE", "pay"}}}}, line, "not those that were read"},
		{"copyleft", []dependency{one}, strings.Replace(line, "ISC", "GPL-3.0-only", 1), "under GPL-3.0-only"},
		{"one or another", []dependency{one}, strings.Replace(line, "MIT AND ISC", "MIT OR GPL-3.0-only", 1), "may not be shipped"},
		{"no text", []dependency{{name: one.name}}, line, "no licence file"},
		{"gone", nil, line, "in no program"},
		{"half a line", nil, "example.com/one MIT\n", "no name, licence and digest"},
	} {
		if err := judge(c.all, c.known); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.what, err)
		}
	}
	if text := string(notices(good)); !strings.Contains(text, "example.com/one") || !strings.Contains(text, "do as you like") || !bytes.HasSuffix([]byte(text), []byte("\n")) {
		t.Errorf("the notices: %q", text)
	}
}
