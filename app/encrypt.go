package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"filippo.io/age/agessh"
)

// A file is handed over encrypted with age (age-encryption.org/v1), so that whoever receives it needs either Plumbline
// or the age tool, and nothing else that is ours.

// Lock says for whom a file is encrypted: for keys, or for whoever knows a passphrase. Not for both: a passphrase beside
// keys would be the weakest of them.
type Lock struct {
	To         []string // age1..., ssh-ed25519 AAAA..., ssh-rsa AAAA..., or the name of a file with one on each line
	Passphrase string
}

// Encrypted answers `encrypt`, and Decrypted `decrypt`.
type Encrypted struct {
	File       string   `json:"file"`
	Output     string   `json:"output"`
	Bytes      int64    `json:"bytes"`      // of the output
	SHA256     string   `json:"sha256"`     // of the output
	Recipients []string `json:"recipients"` // public keys; none with a passphrase
	Passphrase bool     `json:"passphrase"`
}

// Decrypted is a file as it was before it was encrypted.
type Decrypted struct {
	File   string `json:"file"`
	Output string `json:"output"`
	Bytes  int64  `json:"bytes"`  // of the output
	SHA256 string `json:"sha256"` // of the output
}

// recipients are whom the lock is for, as age takes them and as text.
func (l Lock) recipients() ([]age.Recipient, []string, error) {
	switch {
	case l.Passphrase != "" && len(l.To) > 0:
		return nil, nil, Usage("a file is encrypted for keys or with a passphrase, not for both", "encrypt it twice, into two files")
	case l.Passphrase != "":
		r, err := age.NewScryptRecipient(l.Passphrase)
		return []age.Recipient{r}, nil, err
	case len(l.To) == 0:
		return nil, nil, Usage("nobody is named who could open it", "--to names a key (age1..., ssh-ed25519 ...) or a file of keys; --passphrase asks for a passphrase")
	}
	var all []age.Recipient
	var names []string
	for _, to := range l.To {
		lines, err := recipientLines(to)
		if err != nil {
			return nil, nil, err
		}
		for _, line := range lines {
			r, err := recipient(line)
			if err != nil {
				return nil, nil, err
			}
			all, names = append(all, r), append(names, line)
		}
	}
	return all, names, nil
}

// Check says what is wrong with a lock before any work is done for it.
func (l Lock) Check() error {
	_, _, err := l.recipients()
	return err
}

// recipientLines is one key, or the keys in the file of that name.
func recipientLines(to string) ([]string, error) {
	if to = strings.TrimSpace(to); isRecipient(to) || isSecret(to) {
		return []string{to}, nil
	}
	text, err := os.ReadFile(to)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, Usage(fmt.Sprintf("%q is neither a key nor a file of keys", to), "a key begins with age1, ssh-ed25519 or ssh-rsa")
	}
	if err != nil {
		return nil, err
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return nil, Usage(to+" names no key", "one on each line: age1..., ssh-ed25519 ... or ssh-rsa ...")
	}
	return lines, nil
}

func isRecipient(s string) bool { return strings.HasPrefix(s, "age1") || strings.HasPrefix(s, "ssh-") }

// isSecret reports whether somebody gave away a secret key where a public one is wanted. It is not repeated.
func isSecret(s string) bool {
	return strings.Contains(strings.ToUpper(s), "SECRET-KEY") || strings.Contains(s, "PRIVATE KEY")
}

func recipient(line string) (age.Recipient, error) {
	switch {
	case isSecret(line):
		return nil, Usage("that is a secret key, and it now lies in your shell's history", "--to takes the public one, which begins with age1 or ssh-; make a new pair")
	case strings.HasPrefix(line, "ssh-"):
		if r, err := agessh.ParseRecipient(line); err == nil {
			return r, nil
		}
	default:
		if r, err := age.ParseRecipients(strings.NewReader(line)); err == nil {
			return r[0], nil
		}
	}
	return nil, Usage(fmt.Sprintf("%q is no key that a file can be encrypted for", line), "age1..., ssh-ed25519 AAAA... and ssh-rsa AAAA... are; look whether it was copied whole")
}

// EncryptedName is what a file is called once it is encrypted, where nobody says otherwise.
func EncryptedName(path string) string {
	for _, end := range []string{".plumb.db", ".plumb"} {
		if name, ok := strings.CutSuffix(path, end); ok && filepath.Base(path) != end {
			return name + ".plumb.age"
		}
	}
	return path + ".age"
}

// DecryptedName is what an encrypted file is called once it is opened up; "" where its name does not tell.
func DecryptedName(path string) string {
	if name, ok := strings.CutSuffix(path, ".plumb.age"); ok {
		return name + ".plumb.db"
	}
	name, _ := strings.CutSuffix(path, ".age")
	if name == path {
		return ""
	}
	return name
}

// Encrypt encrypts a file that is handed over, and keeps in the log that it was. An evidence file is looked at first, so
// that a damaged one, or one that is not all there, is not handed over; any other file, such as a report, is taken as it is.
func Encrypt(ctx context.Context, from, to string, lock Lock) (Encrypted, error) {
	return handEncrypted(ctx, from, to, lock, newPlace(to))
}

// EncryptInto is Encrypt into a stream, which the log calls "-".
func EncryptInto(ctx context.Context, from string, to io.Writer, lock Lock) (Encrypted, error) {
	return handEncrypted(ctx, from, "-", lock, func(write func(io.Writer) error) (int64, string, error) {
		sum := sha256.New()
		var size counter
		err := write(io.MultiWriter(to, sum, &size))
		return int64(size), hex.EncodeToString(sum.Sum(nil)), err
	})
}

// destination is where something is written that is whole or not there, with its size and SHA-256.
type destination func(write func(io.Writer) error) (int64, string, error)

func newPlace(to string) destination {
	return func(write func(io.Writer) error) (int64, string, error) { return placeNew(to, write) }
}

func handEncrypted(ctx context.Context, from, to string, lock Lock, into destination) (Encrypted, error) {
	line := HandOver{File: from, What: "encrypted", Format: "age", Output: to}
	if exists(from) == nil && !isEncrypted(from) && isEvidence(from) {
		f, err := Open(ctx, from)
		if err != nil {
			return Encrypted{}, err
		}
		all, err := f.store.Snapshots(ctx)
		f.Close()
		if err != nil {
			return Encrypted{}, err
		}
		line.Format = "plumb.age"
		for _, s := range all {
			if s.State.Finished() {
				line.Site, line.Snapshots = s.Site.Address, append(line.Snapshots, s.Digest)
			}
		}
	}
	done, err := enclose(ctx, from, to, lock, into)
	if err != nil {
		return done, err
	}
	line.SHA256, line.Recipients = done.SHA256, done.Recipients
	return done, line.Record()
}

// enclose writes a file, encrypted, to a place that is called to.
func enclose(ctx context.Context, from, to string, lock Lock, into destination) (Encrypted, error) {
	done := Encrypted{File: from, Output: to, Recipients: []string{}, Passphrase: lock.Passphrase != ""}
	recipients, names, err := lock.recipients()
	if err != nil {
		return done, err
	}
	done.Recipients = append(done.Recipients, names...)
	if err := exists(from); err != nil {
		return done, err
	}
	if isEncrypted(from) {
		return done, Usage(from+" is encrypted already", "plumbline decrypt opens it up")
	}
	if isEvidence(from) {
		if err := whole(ctx, from); err != nil {
			return done, err
		}
	}
	in, err := os.Open(from)
	if err != nil {
		return done, err
	}
	defer in.Close()
	done.Bytes, done.SHA256, err = into(func(w io.Writer) error {
		sealed, err := age.Encrypt(w, recipients...)
		if err != nil {
			if len(recipients) > 1 { // post-quantum keys beside others: age refuses the mixture
				return Usage("these keys cannot stand side by side: "+oneLine(err.Error()), "encrypt the file once for each kind")
			}
			return fmt.Errorf("encrypting %s: %w", from, err)
		}
		if _, err := io.Copy(sealed, reader{ctx, in}); err != nil {
			return err
		}
		return sealed.Close()
	})
	return done, err
}

// Decrypt writes what is in an encrypted file to a place where nothing is yet, with the keys of ctx.
func Decrypt(ctx context.Context, from, to string) (Decrypted, error) {
	done := Decrypted{File: from, Output: to}
	if err := exists(from); err != nil {
		return done, err
	}
	if !isEncrypted(from) {
		return done, Usage(from+" is not encrypted", "")
	}
	var err error
	done.Bytes, done.SHA256, err = placeNew(to, func(w io.Writer) error { return decrypt(ctx, from, w) })
	return done, err
}

// isEvidence reports whether a file is, or by its name claims to be, an evidence file.
func isEvidence(path string) bool {
	name := strings.ToLower(path)
	return strings.HasPrefix(beginning(path), "SQLite format 3\x00") || strings.HasSuffix(name, ".plumb.db") || strings.HasSuffix(name, ".plumb")
}

// beginning is the first bytes of a file, "" where it cannot be read.
func beginning(path string) string {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() { // opening a pipe would wait for whoever fills it
		return ""
	}
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	var b [64]byte
	n, _ := io.ReadFull(f, b[:])
	return string(b[:n])
}

// whole refuses what is no evidence file, and one whose last part still lies in a file beside it.
func whole(ctx context.Context, path string) error {
	f, err := Open(ctx, path)
	if err != nil {
		return err
	}
	defer f.Close()
	return alone(f.store.Path())
}

// placeNew writes a file where nothing is yet, whole or not at all, and gives its size and SHA-256.
func placeNew(to string, write func(io.Writer) error) (int64, string, error) {
	sum := sha256.New()
	var size counter
	err := makeNew(to, func(path string) error {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		err = write(io.MultiWriter(f, sum, &size))
		if closed := f.Close(); err == nil {
			err = closed
		}
		return err
	})
	return int64(size), hex.EncodeToString(sum.Sum(nil)), err
}

// makeNew has a file made in a folder beside it, and gives it its own name when it is whole and on the disk. Nothing is
// written over, also not what appears there meanwhile.
func makeNew(to string, do func(path string) error) error {
	if err := vacant(to); err != nil {
		return err
	}
	return beside(to, func(folder string) error {
		path := filepath.Join(folder, "new")
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		f.Close()
		if err := do(path); err != nil {
			return err
		}
		if err := flush(path); err != nil {
			return err
		}
		if os.Link(path, to) == nil { // a link is never made over a file
			return nil
		}
		if err := vacant(to); err != nil {
			return err
		}
		return os.Rename(path, to) // a file system without links
	})
}

// vacant refuses a place where something is.
func vacant(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return &Problem{Code: "file", Title: path + " exists already", Hint: "choose another name", Exit: Failed}
	}
	return nil
}

// flush waits until a file is on the disk.
func flush(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	err = f.Sync()
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

// counter counts what is written.
type counter int64

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

// reader ends with its context.
type reader struct {
	ctx context.Context
	io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}
