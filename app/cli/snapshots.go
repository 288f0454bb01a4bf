package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"plumbline/app"
)

func snapshotsCommand(s *session) *cobra.Command {
	return group("snapshots", "The snapshots of a file: list, label, pin, drop",
		`A file holds many snapshots, of one site or of several. A snapshot never changes once
it is finished; its label and pin are notes beside it.

`+aboutSnapshot,
		snapshotsList(s), snapshotsLabel(s), snapshotsPin(s), snapshotsDrop(s))
}

func snapshotsList(s *session) *cobra.Command {
	var site string
	c := &cobra.Command{
		Use: "list FILE", Short: "The snapshots, oldest first",
		Args: between(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			f, err := app.Open(c.Context(), args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			all, err := f.Snapshots(c.Context(), site)
			if err != nil {
				return err
			}
			err = s.show(all, func(p *page) { snapshotsPage(p, all) })
			if err != nil {
				return err
			}
			switch len(all.Snapshots) {
			case 0:
				s.next("First", "plumbline collect "+quote(args[0])+" --site URL")
			case 1:
				s.next("Findings", command("findings", args[0]))
			default:
				s.next("Findings", command("findings", args[0]), "Change", command("compare", args[0]))
			}
			return nil
		},
	}
	siteFlag(c, &site)
	return c
}

func snapshotsPage(p *page, all app.SnapshotList) {
	if len(all.Snapshots) == 0 {
		p.say("No snapshots yet.")
		return
	}
	t := &table{
		names: []string{"", "started", "site", "state", "objects", "label", "digest"},
		right: map[int]bool{0: true, 4: true}, fixed: map[int]bool{0: true, 1: true, 3: true, 4: true},
	}
	for _, r := range all.Snapshots {
		style, label := good, r.Label
		if r.State != "complete" {
			style = warn
		}
		if r.Pinned {
			label += " (pinned)"
		}
		t.add(span{fmt.Sprint(r.ID), bold}, span{text: moment(r.Started)}, span{text: host(r.Site)}, span{string(r.State), style},
			span{text: count(r.Objects)}, span{text: label}, span{cutDigest(r.Digest), dim})
	}
	p.table(t)
}

func cutDigest(digest string) string {
	const long = len("sha256:") + 12
	if len(digest) > long {
		return digest[:long]
	}
	return digest
}

// writing runs do on the file opened for writing, or on the copy that -o asks for.
func writing(s *session, c *cobra.Command, path string, do func(*app.File) (app.Snapshot, string, error)) error {
	into, err := s.newFile()
	if err != nil {
		return err
	}
	f, err := app.OpenWritable(c.Context(), path, into)
	if err != nil {
		return err
	}
	defer f.Close()
	done, words, err := do(f)
	if err != nil {
		return err
	}
	if s.json {
		return writeJSON(s.out, done, s.outTerminal)
	}
	s.say("%s in %s", words, f.Info().Path)
	return nil
}

func snapshotsLabel(s *session) *cobra.Command {
	var site string
	c := &cobra.Command{
		Use: "label FILE [SNAPSHOT] LABEL", Short: "Name a snapshot; an empty LABEL takes the name away",
		Example: `  plumbline snapshots label harbourline.plumb.db 7 "Q3 audit"`,
		Args:    between(2, 3),
		RunE: func(c *cobra.Command, args []string) error {
			ref, label := "", args[len(args)-1]
			if len(args) > 2 {
				ref = args[1]
			}
			if err := app.CheckLabel(label); err != nil {
				return err
			}
			return writing(s, c, args[0], func(f *app.File) (app.Snapshot, string, error) {
				done, err := f.Label(c.Context(), ref, site, label)
				return done, fmt.Sprintf("Snapshot %d is now called %q", done.ID, done.Label), err
			})
		},
	}
	siteFlag(c, &site)
	return c
}

func snapshotsPin(s *session) *cobra.Command {
	var site string
	var off bool
	c := &cobra.Command{
		Use: "pin FILE [SNAPSHOT]", Short: "Make a snapshot the one that later ones are compared with",
		Args: between(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			ref := ""
			if len(args) > 1 {
				ref = args[1]
			}
			return writing(s, c, args[0], func(f *app.File) (app.Snapshot, string, error) {
				done, err := f.Pin(c.Context(), ref, site, off)
				word := "pinned"
				if off {
					word = "no longer pinned"
				}
				return done, fmt.Sprintf("Snapshot %d is %s", done.ID, word), err
			})
		},
	}
	c.Flags().BoolVar(&off, "off", false, "take the pin away")
	siteFlag(c, &site)
	return c
}

func snapshotsDrop(s *session) *cobra.Command {
	var site string
	var sealed bool
	c := &cobra.Command{
		Use: "drop FILE SNAPSHOT", Short: "Remove a snapshot for good",
		Long: `Removes a snapshot and what only it held, for good; the space is overwritten. On a
terminal it asks first. A sealed snapshot stays unless --sealed is given; the seals of
the others stay whole.`,
		Args: between(2, 2),
		RunE: func(c *cobra.Command, args []string) error {
			f, err := app.Open(c.Context(), args[0])
			if err != nil {
				return err
			}
			snapshot, err := f.Find(c.Context(), args[1], site)
			f.Close()
			if err != nil {
				return err
			}
			if !s.ask(fmt.Sprintf("Remove snapshot %d of %s, %s, for good?", snapshot.ID, host(snapshot.Site), moment(snapshot.Started))) {
				return app.Usage("nothing removed", "")
			}
			return writing(s, c, args[0], func(f *app.File) (app.Snapshot, string, error) {
				done, err := f.Drop(c.Context(), fmt.Sprint(snapshot.ID), "", sealed)
				return done, fmt.Sprintf("Snapshot %d is gone; nothing of it is left", done.ID), err
			})
		},
	}
	c.Flags().BoolVar(&sealed, "sealed", false, "also one that is sealed; its seals go with it")
	siteFlag(c, &site)
	return c
}
