package cli

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"plumbline/app"
)

// The config file gives flags that were not given on the command line, one a line:
//
//	# of every command that has the flag
//	no-color = true
//	rules = /home/me/rules        a flag that may be repeated may be so here
//	[collect]                     of this command alone
//	rate = 20
//
// It is plumbline/config in the user's directory for configuration, or --config FILE. It never
// holds a secret: there is no flag for one.

// applyConfig sets the flags of c that the config file gives and the command line does not.
func applyConfig(c *cobra.Command, path string) error {
	named := path != ""
	if !named {
		dir, err := os.UserConfigDir()
		if err != nil {
			return nil
		}
		path = filepath.Join(dir, "plumbline", "config")
	}
	file, err := os.Open(path)
	if err != nil {
		if named {
			return err
		}
		return nil
	}
	defer file.Close()
	given := map[string]bool{}
	c.Flags().Visit(func(f *pflag.Flag) { given[f.Name] = true })

	section := ""
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		wrong := func(title, hint string) error {
			return app.Usage(fmt.Sprintf("%s, line %d: %s", path, n, title), hint)
		}
		switch {
		case line == "" || line[0] == '#':
			continue
		case line[0] == '[' && strings.HasSuffix(line, "]"):
			section = strings.TrimSpace(line[1 : len(line)-1])
			if _, rest, err := c.Root().Find(strings.Fields(section)); err != nil || len(rest) > 0 {
				return wrong(fmt.Sprintf("no command %q", section), "sections are named after commands, as in [collect]")
			}
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		name, value = strings.TrimSpace(name), strings.Trim(strings.TrimSpace(value), `"`)
		if !ok {
			return wrong("no \"=\" in it", "lines read: flag = value")
		}
		if secretWord(name) {
			return wrong(fmt.Sprintf("%q looks like a secret", name), "secrets are kept by plumbline connect add, never here")
		}
		known := flagNames(c.Root())
		if !slices.Contains(known, name) || name == "config" {
			hint := "the flags of a command: plumbline COMMAND --help"
			if near := app.Nearest(name, known); near != "" {
				hint = fmt.Sprintf("did you mean %q?", near)
			}
			return wrong(fmt.Sprintf("no flag %q", name), hint)
		}
		f := c.Flags().Lookup(name)
		if f == nil || given[name] || section != "" && section != strings.Join(commandWords(c), " ") {
			continue
		}
		if err := f.Value.Set(value); err != nil {
			return wrong(fmt.Sprintf("%s = %s: %v", name, value, err), "")
		}
	}
	return lines.Err()
}

// secretWord reports whether a name asks for what belongs into the keychain.
func secretWord(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"token", "password", "secret", "api-key", "apikey", "credential"} {
		if strings.Contains(name, word) && name != "secret-file" {
			return true
		}
	}
	return false
}

// flagNames are the flags of all commands.
func flagNames(c *cobra.Command) []string {
	seen := map[string]bool{}
	var all []string
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		for _, set := range []*pflag.FlagSet{c.LocalFlags(), c.PersistentFlags()} {
			set.VisitAll(func(f *pflag.Flag) {
				if !seen[f.Name] && f.Name != "help" && f.Name != "version" {
					seen[f.Name] = true
					all = append(all, f.Name)
				}
			})
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(c)
	return all
}
