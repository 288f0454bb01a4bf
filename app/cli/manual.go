package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"plumbline/app"
)

// The manual is made from the commands themselves: docs/cli/*.md for the repository, *.1 for man.
// It names no date and no version, so that it changes only when a command does.

// writePages writes one page for each command that is not hidden.
func writePages(c *cobra.Command, dir, extension string, page func(*bytes.Buffer, *cobra.Command)) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var b bytes.Buffer
	page(&b, c)
	name := strings.ReplaceAll(c.CommandPath(), " ", "-") + extension
	err := app.WriteFile(filepath.Join(dir, name), func(w io.Writer) error {
		_, err := w.Write(b.Bytes())
		return err
	})
	if err != nil {
		return err
	}
	for _, sub := range documented(c) {
		if err := writePages(sub, dir, extension, page); err != nil {
			return err
		}
	}
	return nil
}

func documented(c *cobra.Command) []*cobra.Command {
	var subs []*cobra.Command
	for _, sub := range c.Commands() {
		if !sub.Hidden && sub.Name() != "help" {
			subs = append(subs, sub)
		}
	}
	return subs
}

// flagSets are a command's own flags and those of every command.
func flagSets(c *cobra.Command) (own, common []*pflag.Flag) {
	visit := func(set *pflag.FlagSet, into *[]*pflag.Flag) {
		set.VisitAll(func(f *pflag.Flag) {
			if !f.Hidden && f.Name != "help" && f.Name != "version" {
				*into = append(*into, f)
			}
		})
	}
	if c.HasParent() {
		visit(c.NonInheritedFlags(), &own)
	}
	visit(c.Root().PersistentFlags(), &common)
	return own, common
}

// flagText is how a flag is written and what it does.
func flagText(f *pflag.Flag) (name, about string) {
	value, about := pflag.UnquoteUsage(f)
	if name = "--" + f.Name; f.Shorthand != "" {
		name = "-" + f.Shorthand + ", " + name
	}
	if value != "" {
		name += " " + value
	}
	return name, about
}

func usageLine(c *cobra.Command) string {
	if len(documented(c)) > 0 {
		return c.CommandPath() + " COMMAND"
	}
	return c.UseLine()
}

func markdownPage(b *bytes.Buffer, c *cobra.Command) {
	fmt.Fprintf(b, "# %s\n\n%s.\n\n```\n%s\n```\n\n", c.CommandPath(), c.Short, usageLine(c))
	if c.Long != "" {
		b.WriteString("```text\n" + strings.TrimSpace(c.Long) + "\n```\n\n")
	}
	if subs := documented(c); len(subs) > 0 {
		b.WriteString("## Commands\n\n")
		for _, sub := range subs {
			fmt.Fprintf(b, "* [%s](%s.md): %s\n", sub.CommandPath(), strings.ReplaceAll(sub.CommandPath(), " ", "-"), sub.Short)
		}
		b.WriteString("\n")
	}
	own, common := flagSets(c)
	if len(own) > 0 {
		b.WriteString("## Flags\n\n| flag | |\n|---|---|\n")
		for _, f := range own {
			name, about := flagText(f)
			fmt.Fprintf(b, "| `%s` | %s |\n", name, escapeMarkdown(about))
		}
		b.WriteString("\n")
	}
	if !c.HasParent() {
		b.WriteString("## Flags of every command\n\n| flag | |\n|---|---|\n")
		for _, f := range common {
			name, about := flagText(f)
			fmt.Fprintf(b, "| `%s` | %s |\n", name, escapeMarkdown(about))
		}
		b.WriteString("\n")
	}
	if c.Example != "" {
		fmt.Fprintf(b, "## Examples\n\n```sh\n%s\n```\n\n", strings.ReplaceAll(strings.TrimSpace(c.Example), "\n  ", "\n"))
	}
	if c.HasParent() {
		fmt.Fprintf(b, "Part of [%s](%s.md). Exit codes and JSON: [docs/cli.md](../cli.md).\n",
			c.Parent().CommandPath(), strings.ReplaceAll(c.Parent().CommandPath(), " ", "-"))
	} else {
		b.WriteString("Exit codes and JSON: [docs/cli.md](../cli.md).\n")
	}
}

// exitCodes are printed in the manual's first page; docs/cli.md has them at length.
const exitCodes = `0 done, findings may exist; 1 failed; 2 wrong use; 3 collected but incomplete;
4 sign-in missing or refused; 5 --fail-on reached; 6 seal broken; 7 no evidence file,
a newer format, damaged or locked; 130 interrupted, can be resumed.`

// manPage writes troff with the macros of man(7).
func manPage(b *bytes.Buffer, c *cobra.Command) {
	title := strings.ToUpper(strings.ReplaceAll(c.CommandPath(), " ", "-"))
	fmt.Fprintf(b, ".TH %s 1 \"\" Plumbline \"Plumbline Manual\"\n", troff(title))
	fmt.Fprintf(b, ".SH NAME\n%s \\- %s\n", troff(strings.ReplaceAll(c.CommandPath(), " ", "-")), troff(c.Short))
	fmt.Fprintf(b, ".SH SYNOPSIS\n.B %s\n", troff(usageLine(c)))
	if c.Long != "" {
		b.WriteString(".SH DESCRIPTION\n.nf\n" + troffLines(c.Long) + ".fi\n")
	}
	if subs := documented(c); len(subs) > 0 {
		b.WriteString(".SH COMMANDS\n")
		for _, sub := range subs {
			fmt.Fprintf(b, ".TP\n.B %s\n%s\n", troff(sub.CommandPath()), troff(sub.Short))
		}
	}
	own, common := flagSets(c)
	for _, set := range []struct {
		head  string
		flags []*pflag.Flag
	}{{"FLAGS", own}, {"FLAGS OF EVERY COMMAND", common}} {
		if len(set.flags) == 0 {
			continue
		}
		fmt.Fprintf(b, ".SH %s\n", set.head)
		for _, f := range set.flags {
			name, about := flagText(f)
			fmt.Fprintf(b, ".TP\n.B %s\n%s\n", troff(name), troff(about))
		}
	}
	if c.Example != "" {
		b.WriteString(".SH EXAMPLES\n.nf\n" + troffLines(c.Example) + ".fi\n")
	}
	b.WriteString(".SH EXIT STATUS\n.nf\n" + troffLines(exitCodes) + ".fi\n")
	if c.HasParent() {
		fmt.Fprintf(b, ".SH SEE ALSO\n.BR %s (1)\n", troff(strings.ReplaceAll(c.Parent().CommandPath(), " ", "-")))
	}
}

// troff escapes what the formatter would read as a request.
func troff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	return s
}

func troffLines(s string) string {
	var b strings.Builder
	for _, line := range strings.Split(strings.Trim(s, "\n"), "\n") {
		b.WriteString(troff(line) + "\n")
	}
	return b.String()
}
