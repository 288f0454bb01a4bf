package app

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// namespace is what keeps a signature under a seal from being taken for one of a commit or a mail: OpenSSH's
// PROTOCOL.sshsig.
const namespace = "plumbline-seal"

// sign signs a statement as `ssh-keygen -Y sign -n plumbline-seal` does.
func sign(statement string, key ssh.Signer) (string, error) {
	signature, err := sshsig.Sign(strings.NewReader(statement), key, sshsig.HashSHA512, namespace)
	if err != nil {
		return "", fmt.Errorf("signing: %w", err)
	}
	text := string(sshsig.Armor(signature))
	if _, err := signer(statement, text); err != nil { // an agent may sign what it likes
		return "", fmt.Errorf("signing: %w", err)
	}
	return text, nil
}

// signer is the key that signed a statement. Only the one form of a signature counts that is written here, so that
// nobody can add to it.
func signer(statement, signature string) (ssh.PublicKey, error) {
	s, err := sshsig.Unarmor([]byte(signature))
	if err != nil {
		return nil, fmt.Errorf("the signature cannot be read: %w", err)
	}
	if !bytes.Equal(sshsig.Armor(s), []byte(signature)) || s.HashAlgorithm != sshsig.HashSHA512 || s.PublicKey.Type() != ssh.KeyAlgoED25519 {
		return nil, errors.New("the signature is not of the form that seals have")
	}
	if err := sshsig.Verify(strings.NewReader(statement), s, s.PublicKey, s.HashAlgorithm, namespace); err != nil {
		return nil, fmt.Errorf("the signature is not one of the statement: %w", err)
	}
	return s.PublicKey, nil
}

// trustedKey is a key that a person trusts, by its fingerprint.
type trustedKey struct{ fingerprint, comment string }

// TrustedKeysPath is where the keys stand that seals are trusted by: plumbline/trusted_keys in the user's directory for
// configuration, a line each, as in OpenSSH's authorized_keys or allowed_signers.
func TrustedKeysPath() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("finding the directory for configuration: %w", err)
	}
	return filepath.Join(dir, "plumbline", "trusted_keys"), nil
}

// trustedKeys reads them; none where there is no file.
func trustedKeys() ([]trustedKey, error) {
	path, err := TrustedKeysPath()
	if err != nil {
		return nil, nil //nolint:nilerr // a machine without such a directory trusts nobody
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return keysIn(string(text)), nil
}

// keysIn are the Ed25519 keys of a text, a line each: [WHO] [OPTIONS] ssh-ed25519 KEY [COMMENT]. A line with an option
// that limits the key to something else (another namespace, a time, certificates, a command) is passed over.
func keysIn(text string) []trustedKey {
	var keys []trustedKey
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		at := strings.Index(" "+line, " "+ssh.KeyAlgoED25519+" ")
		if line == "" || line[0] == '#' || at < 0 {
			continue
		}
		key, comment, _, _, err := ssh.ParseAuthorizedKey([]byte(line[at:]))
		if err != nil {
			continue
		}
		before := strings.Fields(line[:at])
		if len(before) > 0 && !isOwner(before[0]) {
			continue
		}
		if len(before) > 1 && !allows(strings.Join(before[1:], " ")) {
			continue
		}
		if comment == "" && len(before) > 0 {
			comment = before[0]
		}
		keys = append(keys, trustedKey{ssh.FingerprintSHA256(key), comment})
	}
	return keys
}

// isOwner says whether the first word of a line says whose key it is: not an option of authorized_keys (cert-authority,
// command="..."), nor, as !WHO, whose it is not.
func isOwner(who string) bool {
	return who != "cert-authority" && !strings.ContainsAny(who, `!="`)
}

// allows says whether the options of an allowed_signers line leave the key to seals.
func allows(options string) bool {
	list, ok := strings.CutPrefix(options, `namespaces="`)
	if list, ok = strings.CutSuffix(list, `"`); !ok {
		return false
	}
	for _, n := range strings.Split(list, ",") {
		if n == namespace || n == "*" {
			return true
		}
	}
	return false
}

// trust writes a key that a person signs with among the trusted ones, unless it is there.
func trust(key ssh.PublicKey, comment string) error {
	known, err := trustedKeys()
	if err != nil {
		return err
	}
	for _, k := range known {
		if k.fingerprint == ssh.FingerprintSHA256(key) {
			return nil
		}
	}
	path, err := TrustedKeysPath()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	line := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))) + " " + oneLine(comment) + "\n"
	_, err = file.WriteString(line)
	return errors.Join(err, file.Close())
}

// namedKey is what --trust names: a fingerprint, a public key, or a file of public keys.
func namedKey(text string) ([]trustedKey, error) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "SHA256:") {
		return []trustedKey{{fingerprint: strings.TrimRight(text, "=")}}, nil
	}
	if keys := keysIn(text); len(keys) > 0 {
		return keys, nil
	}
	content, err := os.ReadFile(text)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, Usage(fmt.Sprintf("--trust %q is no key", text), "give a public key (ssh-ed25519 AAAA...), a file with one, or a fingerprint (SHA256:...)")
		}
		return nil, err
	}
	keys := keysIn(string(content))
	if len(keys) == 0 {
		return nil, Usage(text+" holds no Ed25519 public key", "seals are signed with Ed25519 keys only")
	}
	return keys, nil
}
