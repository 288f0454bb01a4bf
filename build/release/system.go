package main

import (
	"bytes"
	"context"
	"crypto/md5"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// linux is the tree that both the desktop archive and the Debian package unpack: below /usr/local, ~/.local or /usr.
func (r *release) linux(program, window entry) []entry {
	at := func(name string, e entry) entry { e.name = name; return e }
	from := func(name string, inside ...string) entry {
		return entry{name: name, mode: 0o644, from: filepath.Join(append([]string{r.root, "build"}, inside...)...)}
	}
	tree := []entry{
		at("bin/plumbline", program),
		at("bin/plumbline-desktop", window),
		from("share/applications/plumbline.desktop", "linux", "plumbline.desktop"),
		from("share/mime/packages/plumbline.xml", "linux", "plumbline-mime.xml"),
		from("share/icons/hicolor/scalable/apps/plumbline.svg", "appicon.svg"),
		from("share/icons/hicolor/scalable/mimetypes/plumbline-evidence.svg", "evidence.svg"),
	}
	for _, page := range r.manual {
		tree = append(tree, at("share/"+page.name, page))
	}
	tree = append(tree, entry{name: "share/man/man1/plumbline-desktop.1", mode: 0o644, data: []byte(".so man1/plumbline-open.1\n")}) // the same program: what it does with a window
	shells := map[string]string{
		"plumbline.bash": "share/bash-completion/completions/plumbline",
		"_plumbline":     "share/zsh/vendor-completions/_plumbline",
		"plumbline.fish": "share/fish/vendor_completions.d/plumbline.fish",
	}
	for _, script := range r.complete {
		if place := shells[path.Base(script.name)]; place != "" {
			tree = append(tree, at(place, script))
		}
	}
	return tree
}

// control is the Debian package's. What the desktop program needs of the system is named by hand, as dpkg-shlibdeps
// would, so that it does not depend on the machine that built it; the command line beside it needs nothing.
const control = `Package: plumbline
Version: %s
Architecture: %s
Maintainer: The Plumbline authors <release@plumbline.example>
Installed-Size: %d
Depends: libc6 (>= 2.34), libgtk-3-0 | libgtk-3-0t64, libglib2.0-0 | libglib2.0-0t64, libwebkit2gtk-4.1-0
Recommends: gnome-keyring | libsecret-1-0
Section: admin
Priority: optional
Description: what stands crooked in an Atlassian site, and what has changed
 Takes a snapshot of the metadata of an Atlassian site (Jira, Confluence,
 Service Management, an organisation; Cloud and Data Center) into one local
 file, judges it by rules written in SQL, and compares snapshots over time.
 .
 On the command line (plumbline) and in a window (plumbline-desktop).
`

// copyright is in the form that Debian's tools read.
const copyright = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: plumbline

Files: *
Copyright: 2026 The Plumbline authors
License: Expat
%s
 .
 The licences of what the programs are made of are in
 /usr/share/doc/plumbline/THIRD_PARTY_LICENSES.txt.gz.
`

// overrides says to lintian what is so on purpose.
const overrides = `# Go links its own library and all modules into the program; the command line runs on any Linux.
plumbline: statically-linked-binary [usr/bin/plumbline]
# No editor of the Debian archive was asked for a number.
plumbline: initial-upload-closes-no-bugs
`

// debian writes the package, by dpkg-deb.
func (r *release) debian(ctx context.Context, t target, tree []entry) error {
	licence, err := os.ReadFile(filepath.Join(r.root, "LICENSE"))
	if err != nil {
		return err
	}
	changes, err := os.ReadFile(filepath.Join(r.root, "CHANGELOG.md"))
	if err != nil {
		return err
	}
	version := debianVersion(r.version)
	doc := "share/doc/plumbline/"
	files := append([]entry{
		{name: doc + "copyright", mode: 0o644, data: fmt.Appendf(nil, copyright, indented(string(licence)))},
		{name: "share/lintian/overrides/plumbline", mode: 0o644, data: []byte(overrides)},
	}, tree...)
	for name, data := range map[string][]byte{
		"changelog.gz": fmt.Appendf(nil, "plumbline (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md.gz beside this file.\n\n -- The Plumbline authors <release@plumbline.example>  %s\n",
			version, r.when.Format("Mon, 02 Jan 2006 15:04:05 -0700")),
		"CHANGELOG.md.gz":             changes,
		"THIRD_PARTY_LICENSES.txt.gz": r.licences,
	} {
		packed, err := gzipped(data)
		if err != nil {
			return err
		}
		files = append(files, entry{name: doc + name, mode: 0o644, data: packed})
	}
	root := filepath.Join(r.scratch, "deb")
	size := 0
	var sums bytes.Buffer
	for _, f := range sorted(files) {
		data, err := f.bytes()
		if err != nil {
			return err
		}
		if strings.HasPrefix(f.name, "share/man/") {
			f.name += ".gz"
			if data, err = gzipped(data); err != nil {
				return err
			}
		}
		size += len(data)
		name := "usr/" + f.name
		fmt.Fprintf(&sums, "%x  %s\n", md5.Sum(data), name) // what dpkg --verify compares
		if err := r.lay(filepath.Join(root, filepath.FromSlash(name)), data, f.mode); err != nil {
			return err
		}
	}
	if err := r.lay(filepath.Join(root, "DEBIAN", "control"), fmt.Appendf(nil, control, version, t.arch, size/1024), 0o644); err != nil {
		return err
	}
	if err := r.lay(filepath.Join(root, "DEBIAN", "md5sums"), sums.Bytes(), 0o644); err != nil {
		return err
	}
	to, err := filepath.Abs(filepath.Join(r.dir, fmt.Sprintf("plumbline_%s_%s.deb", version, t.arch)))
	if err != nil {
		return err
	}
	return r.do(ctx, r.root, nil, "dpkg-deb", "--root-owner-group", "-Zxz", "--threads-max=1", "--build", root, to)
}

// debianVersion is a version as Debian orders them: what follows the number is after it, and what has no number is before all.
func debianVersion(version string) string {
	if numeric(version) == "0.0.0.0" && !strings.HasPrefix(version, "0.0.0") {
		return "0~" + strings.ReplaceAll(version, "-", "+")
	}
	number, rest, found := strings.Cut(version, "-")
	if !found {
		return number
	}
	if rest[0] >= '0' && rest[0] <= '9' { // commits since the tag
		return number + "+" + strings.ReplaceAll(rest, "-", "+")
	}
	return number + "~" + strings.ReplaceAll(rest, "-", ".") // rc.1 comes before
}

// indented is a licence as a field of Debian's copyright file.
func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimSpace(text)) {
		if line = strings.TrimSpace(line); line == "" {
			line = "."
		}
		b.WriteString(" " + line + "\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

// lay writes a file of a tree that a packer reads, with the release's time.
func (r *release) lay(name string, data []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(name, data, mode); err != nil {
		return err
	}
	if err := os.Chmod(name, mode); err != nil { // whatever the umask
		return err
	}
	return os.Chtimes(name, r.when, r.when)
}

// installer writes the one for Windows, by NSIS, of the same files as the archive.
func (r *release) installer(ctx context.Context, t target, name string, files []entry) error {
	tree := filepath.Join(r.scratch, "setup")
	for _, f := range files {
		data, err := f.bytes()
		if err != nil {
			return err
		}
		if err := r.lay(filepath.Join(tree, filepath.FromSlash(f.name)), data, f.mode); err != nil {
			return err
		}
	}
	to, err := filepath.Abs(filepath.Join(r.dir, name+"-setup.exe"))
	if err != nil {
		return err
	}
	return r.do(ctx, filepath.Join(r.root, "build", "windows"), nil, "makensis", "-V2", "-WX",
		"-DVERSION="+r.version, "-DNUMERIC="+numeric(r.version), "-DFILES="+tree, "-DOUT="+to, "plumbline.nsi")
}
