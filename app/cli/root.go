package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"plumbline/app"
)

const longHelp = `Plumbline looks at an Atlassian site and says what stands crooked.

It takes a snapshot of the site's metadata into one local file, judges it by
rules written in SQL, and compares snapshots over time. Nothing but connect and
collect uses the network, and nothing is ever sent anywhere but to the site.`

// newRoot builds the whole tree of commands; help, completion, man pages and docs/cli all come of it.
func newRoot(s *session) *cobra.Command {
	root := &cobra.Command{
		Use:               "plumbline",
		Short:             "What stands crooked in an Atlassian site, and what has changed",
		Long:              longHelp,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		Version:           app.Version(),
		Args:              commandOrFile,
		RunE:              s.withoutCommand,
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			err := applyConfig(c, s.config)
			s.takeOutput()
			c.SetContext(s.withKeys(c.Context()))
			return err
		},
	}
	root.SetVersionTemplate("plumbline {{.Version}}\n")
	root.SetFlagErrorFunc(flagError)
	root.SetUsageTemplate(usageTemplate)
	root.SetHelpTemplate(helpTemplate)
	cobra.EnableCommandSorting = false

	f := root.PersistentFlags()
	f.BoolVar(&s.json, "json", false, "print one JSON document; lines of them while collecting")
	f.StringVarP(&s.output, "output", "o", "", "write to `FILE` instead of stdout, which - names (.md: Markdown, .json: JSON)")
	f.BoolVarP(&s.quiet, "quiet", "q", false, "print the answer and errors only")
	f.BoolVarP(&s.verbose, "verbose", "v", false, "print everything, also what is usually cut")
	f.BoolVar(&s.noColor, "no-color", false, "no colours (also NO_COLOR, TERM=dumb)")
	f.BoolVar(&s.noProgress, "no-progress", false, "no progress while collecting")
	f.BoolVar(&s.noInput, "no-input", false, "never ask; what is missing is an error")
	f.StringArrayVar(&s.identities, "identity", nil, "open encrypted files with the age or SSH key in `FILE`; repeatable")
	f.StringVar(&s.passphraseFile, "passphrase-file", "", "read the passphrase of an encrypted file, or the one to encrypt with, from `FILE`, - for stdin")
	f.StringVar(&s.config, "config", "", "read flags from `FILE`, one a line: rate = 20")

	root.AddGroup(
		&cobra.Group{ID: "window", Title: "The window"},
		&cobra.Group{ID: "collect", Title: "Collect"},
		&cobra.Group{ID: "look", Title: "Look"},
		&cobra.Group{ID: "decide", Title: "Decide"},
		&cobra.Group{ID: "hand", Title: "Hand over"},
		&cobra.Group{ID: "rules", Title: "Rules"},
		&cobra.Group{ID: "machine", Title: "This machine"},
	)
	add := func(group string, commands ...*cobra.Command) {
		for _, c := range commands {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	add("window", openCommand(s), serveCommand(s))
	add("collect", demoCommand(s), connectCommand(s), collectCommand(s), snapshotsCommand(s))
	add("look", findingsCommand(s), compareCommand(s), coverageCommand(s), scoreCommand(s), explainCommand(s), accessCommand(s), objectsCommand(s), sqlCommand(s))
	add("decide", decideCommand(s), decisionsCommand(s), attestCommand(s), paramCommand(s))
	add("hand", reportCommand(s), sealCommand(s), verifyCommand(s), redactCommand(s), mergeCommand(s), encryptCommand(s), decryptCommand(s))
	add("rules", rulesCommand(s))
	add("machine", doctorCommand(s), versionCommand(s), completionCommand(s), manCommand(s))
	root.SetHelpCommand(helpCommand())
	return root
}

// group is a command that only holds others.
func group(use, short, long string, commands ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{
		Use: use, Short: short, Long: long, Args: unknownCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(commands...)
	return c
}

// unknownCommand refuses words that are no command, with the nearest one that is.
func unknownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return app.Unknown("command", args[0], names(c), command(commandWords(c, "--help")...)+" lists them")
}

func names(c *cobra.Command) []string {
	var names []string
	for _, sub := range c.Commands() {
		if !sub.Hidden {
			names = append(names, sub.Name())
		}
	}
	return names
}

// commandWords are the words that lead to a command, without the program's name.
func commandWords(c *cobra.Command, more ...string) []string {
	return append(strings.Fields(c.CommandPath())[1:], more...)
}

// between refuses too few or too many arguments with the command's own usage.
func between(least, most int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		wrong := ""
		switch {
		case len(args) < least:
			wrong = "something is missing"
		case len(args) > most && c.Parent().Name() == "connect": // it may be a secret: not repeated
			wrong = "one word too many; secrets are asked for, or read from --secret-file"
		case len(args) > most:
			wrong = fmt.Sprintf("%q is one word too many", args[most])
		default:
			return nil
		}
		return app.Usage(wrong, "usage: "+c.UseLine())
	}
}

// flagError tells a wrong flag with the nearest one that exists.
func flagError(c *cobra.Command, err error) error {
	var missing *pflag.NotExistError
	if errors.As(err, &missing) && missing.GetSpecifiedShortnames() == "" {
		var known []string
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden {
				known = append(known, f.Name)
			}
		})
		p := app.Unknown("flag", "--"+missing.GetSpecifiedName(), nil, command(commandWords(c, "--help")...)+" lists them")
		p.Title = "no flag --" + missing.GetSpecifiedName()
		if n := app.Nearest(missing.GetSpecifiedName(), known); n != "" {
			p.Hint = "did you mean --" + n + "?"
		}
		return p
	}
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		wanted := map[string]string{"int": "a whole number", "float64": "a number", "duration": "a time such as 90s or 45m", "bool": "true or false"}[invalid.GetFlag().Value.Type()]
		return app.Usage(fmt.Sprintf("--%s takes %s, not %q", invalid.GetFlag().Name, wanted, invalid.GetValue()), command(commandWords(c, "--help")...)+" lists the flags")
	}
	return app.Usage(err.Error(), command(commandWords(c, "--help")...)+" lists the flags")
}

func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]", Short: "Help about a command", GroupID: "machine",
		RunE: func(c *cobra.Command, args []string) error {
			at := c.Root()
			for _, name := range args {
				i := slices.IndexFunc(at.Commands(), func(sub *cobra.Command) bool { return sub.Name() == name })
				if i < 0 {
					return unknownCommand(at, []string{name})
				}
				at = at.Commands()[i]
			}
			return at.Help()
		},
	}
}

const helpTemplate = `{{with or .Long .Short}}{{. | trimTrailingWhitespaces}}

{{end}}{{.UsageString}}{{with index .Annotations "more"}}
{{.}}
{{end}}`

const usageTemplate = `Usage
  {{if .HasAvailableSubCommands}}{{.CommandPath}} COMMAND{{else}}{{.UseLine}}{{end}}
{{if .HasExample}}
Examples
{{.Example}}
{{end}}{{if .HasAvailableSubCommands}}{{$cmds := .Commands}}{{if .Groups}}{{range $g := .Groups}}
{{.Title}}{{range $cmds}}{{if and (eq .GroupID $g.ID) .IsAvailableCommand}}
  {{rpad .Name .NamePadding}}  {{.Short}}{{end}}{{end}}
{{end}}{{else}}
Commands{{range $cmds}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}}  {{.Short}}{{end}}{{end}}
{{end}}{{end}}{{if .HasAvailableLocalFlags}}{{if .HasParent}}
Flags
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}
{{end}}{{end}}{{if .HasParent}}
Flags of every command
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}
{{else}}
Flags of every command
{{.PersistentFlags.FlagUsages | trimTrailingWhitespaces}}

More about one: plumbline COMMAND --help
{{end}}`
