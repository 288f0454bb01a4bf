package cli

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"plumbline/app"
)

func versionCommand(s *session) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "The version of this program and of what is in it",
		Args: between(0, 0),
		RunE: func(*cobra.Command, []string) error {
			v := app.Versions()
			return s.show(v, func(p *page) {
				p.line(span{"plumbline " + v.Version, bold}, span{" " + v.Commit, dim})
				p.say(fmt.Sprintf("rules %s, SQLite module %s, %s, %s/%s", v.Rules, v.SQLite, v.Go, v.OS, v.Arch))
			})
		},
	}
}

func doctorCommand(s *session) *cobra.Command {
	return &cobra.Command{
		Use: "doctor [FILE]", Short: "Check this machine and, if given, an evidence file",
		Long: `Checks what Plumbline needs of this machine: the keychain, the cache folder, the
rules inside. Given FILE, checks that too: its format and schema, that it is whole,
that it holds only what docs/resources.md says is kept, that its views answer, and
that every snapshot still has the digest it was finished with.

Uses no network. Ends with 1 if something is wrong, 7 if the file is.`,
		Args: between(0, 1),
		RunE: func(c *cobra.Command, args []string) error {
			path := ""
			if len(args) > 0 {
				path = args[0]
			}
			d := app.Examine(c.Context(), path)
			s.end(d.Exit())
			return s.show(d, func(p *page) {
				t := &table{fixed: map[int]bool{0: true, 1: true}}
				for _, check := range d.Checks {
					sign, style := "ok", good
					switch check.State {
					case "note":
						sign, style = "note", warn
					case "wrong":
						sign, style = "wrong", bad
					}
					t.add(span{sign, style}, span{check.What, bold}, span{text: check.Words})
				}
				p.table(t)
			})
		},
	}
}

// shells are those that completion writes for.
var shells = []string{"bash", "zsh", "fish", "powershell"}

func completionCommand(s *session) *cobra.Command {
	return &cobra.Command{
		Use: "completion SHELL", Short: "Completion for bash, zsh, fish or powershell",
		Long: `Prints the script that completes Plumbline's commands, flags and names in a shell.`,
		Example: `  plumbline completion bash > /etc/bash_completion.d/plumbline
  plumbline completion zsh > "${fpath[1]}/_plumbline"
  plumbline completion fish > ~/.config/fish/completions/plumbline.fish
  plumbline completion powershell | Out-String | Invoke-Expression`,
		Args: between(1, 1), ValidArgs: shells,
		RunE: func(c *cobra.Command, args []string) error {
			if !slices.Contains(shells, args[0]) {
				return app.Unknown("shell", args[0], shells, "there are bash, zsh, fish and powershell")
			}
			root := c.Root()
			return s.write(func(w io.Writer) error {
				switch args[0] {
				case "bash":
					return root.GenBashCompletionV2(w, true)
				case "zsh":
					return root.GenZshCompletion(w)
				case "fish":
					return root.GenFishCompletion(w, true)
				}
				return root.GenPowerShellCompletionWithDesc(w)
			})
		},
	}
}

func manCommand(*session) *cobra.Command {
	c := &cobra.Command{
		Use: "man DIR", Short: "Write the manual pages into a folder",
		Long: `Writes one manual page for each command into DIR: man -l DIR/plumbline.1`,
		Args: between(1, 1),
	}
	var markdown bool
	c.Flags().BoolVar(&markdown, "markdown", false, "write Markdown (docs/cli) instead")
	c.RunE = func(c *cobra.Command, args []string) error {
		if markdown {
			return writePages(c.Root(), args[0], ".md", markdownPage)
		}
		return writePages(c.Root(), args[0], ".1", manPage)
	}
	return c
}
