package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"plumbline/app"
)

const aboutEncrypted = `An encrypted file is opened by every command and by the window, whatever it is called:
with the passphrase, which is asked for, or with a key: --identity FILE, else the SSH
keys ~/.ssh/id_ed25519 and ~/.ssh/id_rsa (with their passphrase where they have one).
While it is open, its content lies decrypted in a folder that only you can enter, below
the cache directory, together with all that is worked out of it; the folder is removed
at the end. If the program is killed, the next one to open any file removes it.`

func encryptCommand(s *session) *cobra.Command {
	c := &cobra.Command{
		Use: "encrypt FILE", Short: "Encrypt a file for whoever it is handed to",
		Long: `Encrypts an evidence file, or another file such as a report, with age
(age-encryption.org): for one or more public keys, or with a passphrase. Whoever
receives it opens it with Plumbline or with the age tool. FILE stays as it is. Without
-o the result lies beside it, as NAME.plumb.age; -o - makes it part of a pipe.

A passphrase is asked for with --passphrase; --passphrase-file FILE alone is enough to
encrypt with the one in FILE.

` + aboutEncrypted,
		Example: `  plumbline encrypt harbourline.plumb.db --to age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kudz6qyqs0c2yyz
  plumbline encrypt harbourline.plumb.db --to team-keys.txt --to ~/.ssh/id_ed25519.pub -o handover.plumb.age
  plumbline encrypt harbourline.plumb.db --passphrase
  plumbline encrypt harbourline.plumb.db --passphrase-file words.txt -o handover.plumb.age`,
		Args: between(1, 1),
	}
	var to []string
	var passphrase bool
	c.Flags().StringArrayVar(&to, "to", nil, "encrypt for `KEY` (age1..., ssh-ed25519 ..., ssh-rsa ...) or a file of keys; repeatable")
	c.Flags().BoolVar(&passphrase, "passphrase", false, "ask for a passphrase to encrypt with; --passphrase-file FILE says so too")
	c.RunE = func(c *cobra.Command, args []string) error {
		lock := app.Lock{To: to}
		if passphrase || s.passphraseFile != "" {
			if len(to) > 0 {
				return app.Usage("--to and a passphrase exclude each other", "a file is encrypted for keys or with a passphrase; encrypt it twice, into two files")
			}
			var err error
			if lock.Passphrase, err = s.newPassphrase(); err != nil {
				return err
			}
		}
		if err := lock.Check(); err != nil {
			return err
		}
		if s.dash {
			return s.encryptToStdout(c.Context(), args[0], lock)
		}
		output := s.output
		if output == "" {
			output = app.EncryptedName(args[0])
		}
		done, err := app.Encrypt(c.Context(), args[0], output, lock)
		if err != nil {
			return err
		}
		words := "Wrote %s, %s: it opens with the keys that were named."
		if done.Passphrase {
			words = "Wrote %s, %s: it opens with the passphrase. Tell that another way than you send the file."
		}
		return s.done(done, words, done.Output, size(done.Bytes))
	}
	return c
}

// encryptToStdout makes a part of a pipe of the encrypted file.
func (s *session) encryptToStdout(ctx context.Context, path string, lock app.Lock) error {
	switch {
	case s.json:
		return app.Usage("--json and -o - exclude each other", "stdout holds one of the two")
	case s.outTerminal:
		return app.Usage("a terminal cannot show an encrypted file", "-o NAME.plumb.age")
	}
	_, err := app.EncryptInto(ctx, path, s.out, lock)
	return err
}

func decryptCommand(s *session) *cobra.Command {
	return &cobra.Command{
		Use: "decrypt FILE", Short: "Open up an encrypted file, into a file of its own",
		Long: `Writes what is in an encrypted file: NAME.plumb.age becomes NAME.plumb.db beside it,
or what -o names. To look into one this is not needed.

` + aboutEncrypted,
		Example: `  plumbline decrypt handover.plumb.age
  plumbline decrypt handover.plumb.age --identity key.txt -o harbourline.plumb.db`,
		Args: between(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			output, err := s.newFile()
			if err != nil {
				return err
			}
			if output == "" {
				if output = app.DecryptedName(args[0]); output == "" {
					return app.Usage("what to call the result", "-o NAME says it")
				}
			}
			done, err := app.Decrypt(c.Context(), args[0], output)
			if err != nil {
				return err
			}
			return s.done(done, "Wrote %s, %s, which is not encrypted.", done.Output, size(done.Bytes))
		},
	}
}

// size is a size as people read it.
func size(n int64) string {
	if n >= 10<<20 {
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d KB", (n+1023)>>10)
}

// withKeys gives a command what encrypted files are opened with.
func (s *session) withKeys(ctx context.Context) context.Context {
	k := app.Keys{Identities: s.identities}
	if s.passphraseFile != "" || s.canAsk() {
		k.Ask = func(of string) (string, error) { return s.passphrase("Passphrase of " + of) }
	}
	return app.WithKeys(ctx, k)
}

// withoutAsking is a context for what has a page of its own to ask on.
func (s *session) withoutAsking(ctx context.Context) context.Context {
	return app.WithKeys(ctx, app.Keys{Identities: s.identities})
}

// canAsk reports whether a person sits there and may be asked.
func (s *session) canAsk() bool { return s.inputTTY && s.errTerm && !s.noInput }

// newPassphrase asks for one twice, so that a slip of the finger locks nobody out.
func (s *session) newPassphrase() (string, error) {
	if s.passphraseFile == "" && !s.canAsk() {
		return "", &app.Problem{Code: "passphrase-missing", Title: "a passphrase is missing", Hint: "nobody can be asked here: --passphrase-file FILE, or - for stdin", Exit: app.NoSignIn}
	}
	first, err := s.passphrase("New passphrase")
	if err != nil || s.passphraseFile != "" {
		return first, err
	}
	again, err := s.passphrase("The same again")
	if err == nil && again != first {
		err = app.Usage("the two passphrases differ", "nothing was written")
	}
	return first, err
}

// passphrase asks for one without showing it, or takes it from the file named for it.
func (s *session) passphrase(what string) (string, error) {
	var text []byte
	var err error
	switch s.passphraseFile {
	case "":
		terminal, ok := s.in.(*os.File)
		if !ok {
			return "", nil
		}
		fmt.Fprintf(s.err, "%s (not shown): ", app.Neutral(what))
		text, err = term.ReadPassword(int(terminal.Fd()))
		fmt.Fprintln(s.err)
	case "-":
		if s.passphraseRead == "" {
			text, err = io.ReadAll(io.LimitReader(s.in, 64<<10))
			s.passphraseRead = string(text)
		}
		text = []byte(s.passphraseRead)
	default:
		if info, statErr := os.Stat(s.passphraseFile); statErr == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
			s.say("! %s can be read by others: chmod 600 %s", s.passphraseFile, s.passphraseFile)
		}
		text, err = os.ReadFile(s.passphraseFile)
	}
	if err != nil {
		return "", err
	}
	given := strings.TrimRight(string(text), "\r\n") // spaces may belong to it
	if given == "" {
		return "", &app.Problem{Code: "passphrase-missing", Title: "the passphrase is empty", Exit: app.NoSignIn}
	}
	return given, nil
}
