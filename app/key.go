package app

import (
	"bufio"
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"filippo.io/age/agessh"
	"filippo.io/age/armor"
	"golang.org/x/crypto/ssh"
)

// Keys are what encrypted files are opened with.
type Keys struct {
	// Identities are files with age identities or an SSH private key. Without any, the user's own SSH keys are tried.
	Identities []string
	// Ask asks a person for the passphrase of a file or of a key; nil where nobody can be asked.
	Ask func(of string) (string, error)
}

type keysOfContext struct{}

// WithKeys gives what is done under a context keys to open encrypted files with.
func WithKeys(ctx context.Context, k Keys) context.Context {
	return context.WithValue(ctx, keysOfContext{}, k)
}

func keysOf(ctx context.Context) Keys {
	k, _ := ctx.Value(keysOfContext{}).(Keys)
	return k
}

const ageHeader = "age-encryption.org/v1\n" // C2SP age specification, "Header"

// isEncrypted reports whether a file is encrypted with age, by what it holds and not by its name.
func isEncrypted(path string) bool {
	b := beginning(path)
	return strings.HasPrefix(b, ageHeader) || strings.HasPrefix(b, armor.Header)
}

// dearmored reads an age file in either of its forms.
func dearmored(r io.Reader) io.Reader {
	b := bufio.NewReader(r)
	if start, _ := b.Peek(len(armor.Header)); string(start) == armor.Header {
		return armor.NewReader(b)
	}
	return b
}

// decrypt writes what is in an encrypted file, with the keys of ctx. Where it fails, what was written is worth nothing.
func decrypt(ctx context.Context, path string, w io.Writer) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	header, err := age.ExtractHeader(dearmored(f))
	if err != nil {
		return cutShort(path, err)
	}
	o := opener{keys: keysOf(ctx), path: path}
	identities, err := o.identities(bytes.Contains(header, []byte("\n-> scrypt ")))
	if err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	in, err := age.Decrypt(dearmored(f), identities...)
	var none *age.NoIdentityMatchError
	switch {
	case o.failed != nil:
		return o.failed
	case errors.As(err, &none) && o.passphrase:
		return &Problem{Code: "passphrase-refused", Title: path + " does not open with that passphrase", Hint: "capitals and spaces count; ask whoever sent the file", Exit: NoSignIn}
	case errors.As(err, &none):
		return &Problem{
			Code: "key-refused", Exit: NoSignIn, Title: fmt.Sprintf("%s is encrypted for other keys than %s", path, strings.Join(o.tried, ", ")),
			Hint: "--identity FILE names another; or ask whoever sent it to encrypt it for yours",
		}
	case err != nil:
		return cutShort(path, err)
	}
	_, err = io.Copy(w, reader{ctx, authentic{in, path}})
	return err
}

// authentic tells an encrypted file that was cut or altered from what goes wrong with the copy of it.
type authentic struct {
	io.Reader
	path string
}

func (a authentic) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	if err != nil && err != io.EOF {
		err = cutShort(a.path, err)
	}
	return n, err
}

func cutShort(path string, err error) error {
	return &Problem{
		Code: "damaged", Exit: BadFile, Title: path + " was cut short or altered after it was encrypted", err: err,
		Hint: "nothing of it is used; ask whoever sent it for another copy",
	}
}

// opener finds the keys for one file.
type opener struct {
	keys       Keys
	path       string
	passphrase bool     // it opens with a passphrase
	tried      []string // the files whose keys were tried
	failed     error    // what went wrong while a key was asked for its passphrase, which age does not hand on
}

func (o *opener) identities(passphrase bool) ([]age.Identity, error) {
	if o.passphrase = passphrase; passphrase {
		given, err := o.ask(o.path, "encrypted-passphrase", o.path+" is encrypted with a passphrase")
		if err != nil {
			return nil, err
		}
		i, err := age.NewScryptIdentity(given)
		return []age.Identity{i}, err
	}
	var all []age.Identity
	for _, file := range o.keys.Identities {
		found, err := o.read(file)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	if len(o.keys.Identities) == 0 {
		for _, file := range userKeys() {
			if found, err := o.read(file); err == nil {
				all = append(all, found...)
			}
		}
	}
	if len(all) == 0 {
		return nil, &Problem{
			Code: "encrypted-key", Exit: NoSignIn, Title: o.path + " is encrypted for somebody's key, and there is none here",
			Hint: "--identity FILE names an age identity or an SSH private key",
		}
	}
	return all, nil
}

// userKeys are the user's SSH keys of the kinds that age knows, those that are there.
func userKeys() []string {
	home, err := os.UserHomeDir()
	if err != nil {
		return nil
	}
	var there []string
	for _, name := range []string{"id_ed25519", "id_rsa"} {
		path := filepath.Join(home, ".ssh", name)
		if _, err := os.Stat(path); err == nil {
			there = append(there, path)
		}
	}
	return there
}

func (o *opener) ask(of, code, title string) (string, error) {
	if o.keys.Ask == nil {
		return "", &Problem{Code: code, Title: title, Hint: "--passphrase-file FILE gives it, - for stdin", Exit: NoSignIn}
	}
	given, err := o.keys.Ask(of)
	if err == nil && given == "" {
		err = &Problem{Code: code, Title: title + ", and none was given", Exit: NoSignIn}
	}
	return given, err
}

const mostIdentity = 1 << 20 // bytes of a file of keys

// read reads a file of keys: age identities, an SSH private key, or age identities encrypted with a passphrase.
func (o *opener) read(file string) ([]age.Identity, error) {
	f, err := os.Open(file)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, &Problem{Code: "identity", Title: file + ": no such file", Hint: "--identity takes the name of a file that holds the key", Exit: NoSignIn, err: err}
		}
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostIdentity))
	if err != nil {
		return nil, err
	}
	o.tried = append(o.tried, file)
	if isEncrypted(file) {
		return o.unwrap(file, text)
	}
	found, err := age.ParseIdentities(bytes.NewReader(text))
	if err == nil {
		return found, nil
	}
	one, err := agessh.ParseIdentity(text)
	var locked *ssh.PassphraseMissingError
	if errors.As(err, &locked) && locked.PublicKey != nil {
		one, err = agessh.NewEncryptedSSHIdentity(locked.PublicKey, text, func() ([]byte, error) { return o.sshPassphrase(file, text) })
	}
	if err != nil { // its words may hold what is in the file
		return nil, &Problem{
			Code: "identity", Exit: NoSignIn, Title: file + " holds no key that opens files",
			Hint: "an age identity begins with AGE-SECRET-KEY-, an SSH private key is of kind ed25519 or RSA; a public key or an agent opens nothing",
		}
	}
	return []age.Identity{one}, nil
}

// sshPassphrase is asked for when a file is encrypted for that very key.
func (o *opener) sshPassphrase(file string, key []byte) ([]byte, error) {
	given, err := o.ask(file, "encrypted-identity", "the key "+file+" has a passphrase")
	if err == nil {
		if _, wrong := ssh.ParseRawPrivateKeyWithPassphrase(key, []byte(given)); errors.Is(wrong, x509.IncorrectPasswordError) {
			err = notIts(file)
		}
	}
	o.failed = err
	return []byte(given), err
}

// unwrap opens age identities that are themselves encrypted with a passphrase.
func (o *opener) unwrap(file string, text []byte) ([]age.Identity, error) {
	given, err := o.ask(file, "encrypted-identity", "the key "+file+" has a passphrase")
	if err != nil {
		return nil, err
	}
	i, err := age.NewScryptIdentity(given)
	if err != nil {
		return nil, err
	}
	in, err := age.Decrypt(dearmored(bytes.NewReader(text)), i)
	if err != nil {
		return nil, notIts(file)
	}
	found, err := age.ParseIdentities(io.LimitReader(in, mostIdentity))
	if err != nil {
		return nil, &Problem{Code: "identity", Exit: NoSignIn, Title: file + " holds no key that opens files"}
	}
	return found, nil
}

func notIts(file string) error {
	return &Problem{Code: "passphrase-refused", Title: "that is not the passphrase of " + file, Exit: NoSignIn}
}
