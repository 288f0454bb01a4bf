package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"plumbline/app"
)

func redactCommand(s *session) *cobra.Command {
	q := app.RedactQuery{}
	var level, lookup string
	c := &cobra.Command{
		Use:   "redact FILE -o COPY --key-file K [--level people|names|structure] [--to RECIPIENT]",
		Short: "Make a copy in which pseudonyms stand for people, or for all names",
		Long: `Makes a copy of an evidence file that opens, judges and compares like any other, in
which pseudonyms stand for what the level redacts:

  people     accounts, names, e-mail addresses and domains, labels of tokens, what the
             site's own messages and audit log say of people, the reasons of decisions.
             The same rules give the same findings, counts and comparisons.
  names      names and keys of projects, spaces, groups, filters, pages, files, apps
             and of the site too. A rule that reads such a name as text (a file's
             extension, a group's name) is not evaluated: redacted.
  structure  and every id that the site made. Kinds, states, times, counts and
             versions stay.

Pseudonyms are made with the key in --key-file, the same one for the same person in
every copy made with that key; it is made where it is not there. Whoever has it can
find out who is who: it stays with you, as does --map, a list of all codes and what
they stand for. --lookup CODE says it of one, from FILE, and makes no copy.

What is left in clear is searched for the names, accounts and addresses of people that
the file knows. A name that it does not know, or a first name by itself, may still
stand in the title of a page or a file: the levels names and structure leave no titles.

Seals are not carried over, for they are about what is no longer there; the copy names
the digest of what it was made of, and can be sealed itself. A file whose seal is broken,
or whose objects are not those it was finished with, is refused: its copy would look
whole. plumbline verify and plumbline doctor say what differs. Snapshots that are not
finished are left out.

Nothing is written over. A copy that does not come to its end leaves nothing behind; if
the program is killed, the next to write into the same folder takes away what is left.`,
		Example: `  plumbline redact harbourline.plumb.db -o for-audit.plumb.db --key-file harbourline.key
  plumbline redact harbourline.plumb.db -o for-audit.plumb.age --key-file harbourline.key --level names --to auditor.pub
  plumbline redact harbourline.plumb.db --key-file harbourline.key --lookup person-kxtrnbqwzdfghj`,
		Args: between(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			var err error
			if q.File, q.Level = args[0], app.Level(level); lookup == "" {
				if q.Copy, err = s.newFile(); err != nil {
					return err
				}
			}
			if lookup != "" {
				s.output = ""
				found, err := app.Lookup(c.Context(), q.File, q.KeyFile, lookup)
				if err != nil {
					return err
				}
				return s.show(found, func(p *page) {
					for _, f := range found {
						p.say(f.Original)
					}
				})
			}
			if q.Copy == "" {
				return app.Usage("where to is missing", "-o COPY names the copy; the file itself stays as it is")
			}
			var end func()
			q.Told, end = s.howFar()
			done, err := app.Redact(c.Context(), q)
			end()
			if err != nil {
				return err
			}
			if s.json {
				return writeJSON(s.out, done, s.outTerminal)
			}
			s.redacted(done, q)
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&q.KeyFile, "key-file", "", "the key that pseudonyms are made with: `K`; made where it is not there")
	f.StringVar(&level, "level", string(app.LevelPeople), "what is redacted: `LEVEL` people, names or structure")
	f.StringVar(&q.Map, "map", "", "write every code and what it stands for to `FILE` (CSV)")
	f.StringArrayVar(&q.Lock.To, "to", nil, "encrypt the copy for `KEY` (age1..., ssh-ed25519 ...) or a file of keys; repeatable")
	f.StringVar(&lookup, "lookup", "", "say what `CODE` of a copy stands for, and make none")
	return c
}

// redacted says what came of it.
func (s *session) redacted(done *app.Redacted, q app.RedactQuery) {
	if done.KeyMade {
		s.say("Made the key %s: it tells who is who, so it stays with you, and the next copy needs it for the same codes.", q.KeyFile)
	} else if done.KeyOpen {
		s.say("! %s may be read by others of this machine: chmod 600 %s", q.KeyFile, quote(q.KeyFile))
	}
	s.say("%s: level %s, key %s; %s objects rewritten, snapshots: %d", done.Copy, done.Level, done.Key, count(done.Objects), done.Snapshots)
	if n := len(done.LeftOut); n > 0 {
		s.say("Left out, for they are not finished: snapshots %s", strings.Trim(fmt.Sprint(done.LeftOut), "[]"))
	}
	if n := len(done.Ordinary); n > 0 {
		s.say("Not looked for in titles and texts, for they are too short or everyday words: %s", strings.Join(done.Ordinary[:min(n, 8)], ", ")+more(n-8))
	}
	if len(done.Recipients) > 0 {
		s.say("Encrypted for %s", strings.Join(done.Recipients, ", "))
	}
	if done.Map != "" {
		s.say("Who is who: %s", done.Map)
	}
	if len(done.Recipients) == 0 {
		s.output = "" // it was the copy's
		s.next("Findings", command("findings", done.Copy), "Seal it", command("seal", done.Copy))
	}
}

func more(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf(" and %d more", n)
}
