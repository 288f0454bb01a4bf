package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"plumbline/app"
)

func sealCommand(s *session) *cobra.Command {
	var q app.SealQuery
	c := &cobra.Command{
		Use:   "seal FILE [SNAPSHOT]",
		Short: "Sign what a snapshot holds, so that nobody can change it unnoticed",
		Long: `Signs a finished snapshot: its objects, when, from where and how it was seen, what
could not be seen, and every request. Labels, decisions, later snapshots, merges and
later versions of the program leave a seal whole. The file is looked through first;
one that is damaged, or no longer what was collected, is not sealed.

The key is an Ed25519 key of yours: --key FILE, else the only one in the SSH agent
(SSH_AUTH_SOCK). With FILE.pub the agent signs. Where there is none, Plumbline makes
a key and keeps it in the system's keychain. The public half goes among your trusted
keys; give it to whoever is to verify, by another way than the file.

` + aboutSnapshot,
		Example: `  plumbline seal harbourline.plumb.db
  plumbline seal harbourline.plumb.db "Q3 audit" --key ~/.ssh/id_ed25519
  plumbline seal harbourline.plumb.db --all --key ~/.ssh/id_ed25519.pub
  plumbline seal from-elsewhere.plumb.db -o sealed.plumb.db`,
		Args: between(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 1 {
				if q.Snapshot = args[1]; q.All {
					return app.Usage("a snapshot and --all do not go together", "usage: "+c.UseLine())
				}
			}
			q.Agent = os.Getenv("SSH_AUTH_SOCK")
			into, err := s.newFile()
			if err != nil {
				return err
			}
			done, err := app.Seal(c.Context(), args[0], into, q)
			if err != nil {
				return err
			}
			if done.Made {
				s.say("Made a key for seals; the system's keychain keeps it")
			}
			if !done.Trusted {
				s.say("! The key could not be written among your trusted keys, so verify will not know it")
			}
			if s.json {
				return writeJSON(s.out, done, s.outTerminal)
			}
			for _, n := range done.Snapshots {
				s.say("%s in %s", sealedWords(n, done), done.File.Path)
			}
			s.next("Verify", command("verify", done.File.Path), "There", command("verify", done.File.Path, "--trust", done.Signer))
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&q.Key, "key", "", "sign with the SSH key in `FILE`; of a public one the agent has the other half")
	f.BoolVar(&q.All, "all", false, "every finished snapshot")
	siteFlag(c, &q.Site)
	return c
}

func sealedWords(n app.SealedSnapshot, d *app.Sealing) string {
	word := "is sealed by"
	if n.Already {
		word = "was sealed before, " + moment(n.Sealed) + ", by"
	}
	return fmt.Sprintf("Snapshot %d %s %s", n.ID, word, signerWords(d.Signer, d.Comment))
}

func signerWords(fingerprint, comment string) string {
	if comment == "" {
		return fingerprint
	}
	return comment + " (" + fingerprint + ")"
}

func verifyCommand(s *session) *cobra.Command {
	var q app.VerifyQuery
	c := &cobra.Command{
		Use:   "verify FILE [SNAPSHOT]",
		Short: "Is every snapshot what was sealed, and by whom",
		Long: `Works out anew what the snapshots hold and compares it with what was signed. A seal is

  valid         whole, and by a key that you trust
  unknown key   whole; whose the key is, you would have to know
  broken        something was added, removed or altered since: what, is listed

and a snapshot without one is not sealed, which proves nothing either way: a seal can
be taken off. Trusted are the keys you seal with and those you add to trusted_keys in
your folder for configuration, one a line as in authorized_keys. With --trust that one
key counts and no other.

Ends with 6 where a seal is broken; with --trust also where one is by another key;
with --sealed also where a snapshot has none.`,
		Example: `  plumbline verify harbourline.plumb.db
  plumbline verify harbourline.plumb.db --trust SHA256:DxV7Kkk3CyzYt0Y3Bgv2jUzcKT1p1oHhTGBSc7Wm0Q8 --sealed
  plumbline verify harbourline.plumb.db "Q3 audit" --trust auditor.pub --json`,
		Args: between(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 1 {
				q.Snapshot = args[1]
			}
			f, err := app.Open(c.Context(), args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			v, err := f.Verify(c.Context(), q)
			if err != nil {
				return err
			}
			s.end(v.Exit())
			return s.show(v, func(p *page) { verifyPage(p, v, s.most(10)) })
		},
	}
	f := c.Flags()
	f.StringVar(&q.Trust, "trust", "", "trust this key alone: a public `KEY`, a file with one, or its fingerprint")
	f.BoolVar(&q.Sealed, "sealed", false, "end with 6 where a snapshot is not sealed")
	siteFlag(c, &q.Site)
	return c
}

// sealWords are the states as people read them.
var sealWords = map[string]struct {
	words string
	style style
}{
	app.SealBrokenState: {"broken", bad}, app.SealNone: {"not sealed", dim}, app.SealUnknownKey: {"unknown key", warn}, app.SealValid: {"valid", good},
}

func verifyPage(p *page, v *app.Verification, most int) {
	if len(v.Snapshots) == 0 {
		p.say("No snapshots yet.")
		return
	}
	t := &table{names: []string{"", "seal", "by", "key", "sealed"}, right: map[int]bool{0: true}, fixed: map[int]bool{0: true, 1: true, 3: true, 4: true}}
	for _, n := range v.Snapshots {
		if len(n.Seals) == 0 {
			t.add(span{fmt.Sprint(n.ID), bold}, span{"not sealed", dim}, span{}, span{}, span{})
		}
		for _, under := range n.Seals {
			w := sealWords[under.State]
			t.add(span{fmt.Sprint(n.ID), bold}, span{w.words, w.style}, span{text: under.Comment}, span{under.Signer, dim}, span{text: moment(under.Sealed)})
		}
	}
	p.table(t)
	for _, n := range v.Snapshots {
		if len(n.Differences) > 0 {
			differencesPart(p, fmt.Sprintf("SNAPSHOT %d IS NOT WHAT WAS SEALED", n.ID), n.Differences, most)
		}
	}
	if len(v.Differences) > 0 {
		differencesPart(p, "NOBODY COLLECTED", v.Differences, most)
	}
	if len(v.Unused) > 0 {
		p.gap()
		p.head("NAMED, AND NOTHING IS STORED OF THEM")
		for _, u := range v.Unused {
			p.say("  " + u.Table + " " + u.Name)
		}
		p.line(span{"  Left by snapshots that were dropped, named by another version of the program, or written by somebody else. No seal covers them.", dim})
	}
}

func differencesPart(p *page, head string, all []app.SealDifference, most int) {
	p.gap()
	p.head(head)
	shown := len(all)
	if most > 0 {
		shown = min(shown, most)
	}
	for _, d := range all[:shown] {
		p.say("  " + d.Words)
	}
	if shown < len(all) {
		p.line(span{fmt.Sprintf("  ... %d of %d; -v shows all", shown, len(all)), dim})
	}
}

// warnBroken says beside an answer that what it rests on was changed after it was sealed, where a verification found so.
func (s *session) warnBroken(f *app.File, snapshots ...app.Snapshot) {
	for _, n := range snapshots {
		if f.BrokenSeal(n.ID) && !s.asJSON() {
			s.say("! Snapshot %d is not what was sealed: %s says what differs", n.ID, command("verify", f.Info().Path))
		}
	}
}
