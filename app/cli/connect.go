package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"plumbline/app"
)

func connectCommand(s *session) *cobra.Command {
	return group("connect", "Sign-ins: add, list, test, remove; and which scopes they need",
		`Sign-ins are kept in the system's keychain: never in the evidence file, a log, a flag
or the config file. For one run they may be given in the environment instead:

  PLUMBLINE_EMAIL, PLUMBLINE_TOKEN        an API token; alone, PLUMBLINE_TOKEN is a
                                          Data Center personal access token
  PLUMBLINE_ORG_KEY                       an organisation API key
  PLUMBLINE_CLIENT_ID, PLUMBLINE_CLIENT_SECRET, PLUMBLINE_REFRESH_TOKEN_FILE
                                          an OAuth 2.0 (3LO) grant

Use your own token, or an app that you registered yourself: Atlassian's terms forbid
programs that make their customers hand over tokens or register apps for them.`,
		connectAdd(s), connectList(s), connectTest(s), connectRemove(s), connectScopes(s))
}

// way is how the network is reached.
type way struct{ proxy, ca string }

func (w *way) flags(c *cobra.Command) {
	c.Flags().StringVar(&w.proxy, "proxy", "", "use the proxy at `URL` (default: as HTTPS_PROXY says)")
	c.Flags().StringVar(&w.ca, "ca", "", "trust the certificates in `FILE` besides the system's")
}

func (w *way) open() (*app.SignIns, error) {
	in, err := app.OpenSignIns(os.Getenv)
	if err != nil {
		return nil, err
	}
	return in, in.Through(w.proxy, w.ca)
}

func connectAdd(s *session) *cobra.Command {
	var way way
	var site, secretFile, email, clientID, redirect string
	var noBrowser, classic bool
	c := &cobra.Command{
		Use:   "add KIND --site URL",
		Short: "Try a sign-in and keep it in the keychain",
		Long: `KIND is one of
  token         API token without scopes: reads everything that the account may see
  scoped-token  API token with scopes
  3lo           OAuth 2.0 in the browser, with an app of your own
  org-key       organisation API key: reads the organisation, beside another sign-in
                for its site
  dc-token      Data Center personal access token, of one product: Jira and Confluence
                have tokens of their own

The secret is asked for, or read from --secret-file; it is never an argument. With an
API token goes the e-mail address of its account: asked for, --email, PLUMBLINE_EMAIL,
or in the file as EMAIL:TOKEN. A 3lo app has a client id and a secret: likewise
--client-id, PLUMBLINE_CLIENT_ID, or ID:SECRET.`,
		Example: `  plumbline connect add token --site https://harbourline.atlassian.net
  plumbline connect add scoped-token --site harbourline.atlassian.net --email me@harbourline.example --secret-file token.txt
  plumbline connect add 3lo --site harbourline.atlassian.net --no-browser
  plumbline connect add org-key --site harbourline.atlassian.net --secret-file key.txt
  plumbline connect add dc-token --site https://jira.harbourline.example/jira`,
		Args: between(1, 1), ValidArgs: app.Kinds(),
		RunE: func(c *cobra.Command, args []string) error {
			kind := args[0]
			if err := app.CheckKind(kind); err != nil {
				return err
			}
			if site == "" {
				return app.Usage("--site is missing", "usage: "+c.UseLine())
			}
			if err := app.CheckSite(site); err != nil {
				return err
			}
			in, err := way.open()
			if err != nil {
				return err
			}
			var added *app.Added
			if kind == "3lo" {
				secret, err := s.pair("Client id", "Client secret", firstOf(clientID, os.Getenv("PLUMBLINE_CLIENT_ID")), secretFile)
				if err != nil {
					return err
				}
				added, err = in.AddGrant(c.Context(), site, app.Secret{ClientID: secret[0], ClientSecret: secret[1]}, redirect, classic, s.browser(!noBrowser))
				if err != nil {
					return err
				}
			} else {
				var given [2]string
				if kind == "token" || kind == "scoped-token" {
					given, err = s.pair("E-mail address", "API token", firstOf(email, os.Getenv("PLUMBLINE_EMAIL")), secretFile)
				} else {
					given[1], err = s.secret("Token", secretFile)
				}
				if err != nil {
					return err
				}
				if added, err = in.AddToken(c.Context(), site, kind, app.Secret{Email: given[0], Token: given[1]}); err != nil {
					return err
				}
			}
			return s.added(added)
		},
	}
	f := c.Flags()
	f.StringVar(&site, "site", "", "the address of the site: `URL`")
	f.StringVar(&secretFile, "secret-file", "", "read the secret from `FILE`, - for stdin")
	f.StringVar(&email, "email", "", "e-mail `ADDRESS` of the token's account")
	f.StringVar(&clientID, "client-id", "", "3lo: client `ID` of the app")
	f.StringVar(&redirect, "redirect", "", "3lo: callback `URL` registered for the app (default "+app.DefaultRedirect+")")
	f.BoolVar(&noBrowser, "no-browser", false, "3lo: print the address instead of opening a browser")
	f.BoolVar(&classic, "classic", false, "3lo: ask for classic scopes where there are any")
	way.flags(c)
	return c
}

// added says what was kept.
func (s *session) added(a *app.Added) error {
	if a.ThisRun {
		s.say("! There is no keychain that can be used, so the sign-in is not kept: %s", a.Kept)
		s.say("! For a run of collect, give it in the environment: plumbline connect --help")
	}
	for _, site := range a.Beyond {
		s.say("! The grant also opens %s, which was not asked for; it is left alone", site)
	}
	err := s.show(a, func(p *page) {
		p.line(span{"Signed in", good}, span{" as " + orNobody(a.Account) + " at " + host(a.Site), plain})
		if len(a.Products) > 0 {
			p.say("Opens " + strings.Join(a.Products, " and ") + "; kept " + a.Kept)
		} else {
			p.say("Kept " + a.Kept)
		}
	})
	if err == nil && !a.ThisRun {
		s.next("Test", command("connect", "test", a.Name), "Collect", command("collect", "FILE.plumb.db", "--site", a.Site))
	}
	return err
}

// pair asks for a name and a secret; what is given already is not asked for. A secret file may
// hold both as NAME:SECRET.
func (s *session) pair(name, secret, given, file string) ([2]string, error) {
	if given == "" && file == "" {
		var err error
		if given, err = s.prompt(name); err != nil {
			return [2]string{}, err
		}
	}
	text, err := s.secret(secret, file)
	if err != nil {
		return [2]string{}, err
	}
	text = strings.TrimPrefix(text, given+":") // the file may hold both all the same
	if given == "" {
		var ok bool
		if given, text, ok = strings.Cut(text, ":"); !ok {
			return [2]string{}, missing(name, "give it as a flag or in the environment, or write "+strings.ToUpper(name)+":SECRET into the file")
		}
	}
	return [2]string{strings.TrimSpace(given), strings.TrimSpace(text)}, nil
}

func missing(what, hint string) error {
	return &app.Problem{Code: "sign-in-missing", Title: strings.ToLower(what) + " is missing", Hint: hint, Exit: app.NoSignIn}
}

// prompt asks for something that may be seen.
func (s *session) prompt(what string) (string, error) {
	if !s.inputTTY || s.noInput {
		return "", missing(what, "nobody can be asked here: use the flags, see plumbline connect add --help")
	}
	fmt.Fprintf(s.err, "%s: ", what)
	line, err := bufio.NewReader(s.in).ReadString('\n')
	if line = strings.TrimSpace(line); line == "" {
		return "", errors.Join(missing(what, ""), err)
	}
	return line, nil
}

// secret reads a secret from a file or stdin, or asks for it without showing it.
func (s *session) secret(what, file string) (string, error) {
	var text []byte
	var err error
	switch {
	case file == "-":
		text, err = io.ReadAll(io.LimitReader(s.in, 64<<10))
	case file != "":
		if info, statErr := os.Stat(file); statErr == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
			s.say("! %s can be read by others: chmod 600 %s", file, file)
		}
		text, err = os.ReadFile(file)
	case !s.inputTTY || s.noInput:
		return "", missing(what, "nobody can be asked here: --secret-file FILE, or - for stdin")
	default:
		terminal, ok := s.in.(*os.File)
		if !ok {
			return "", missing(what, "")
		}
		fmt.Fprintf(s.err, "%s (not shown): ", what)
		text, err = term.ReadPassword(int(terminal.Fd()))
		fmt.Fprintln(s.err)
	}
	if err != nil {
		return "", err
	}
	if secret := strings.TrimSpace(string(text)); secret != "" {
		return secret, nil
	}
	return "", missing(what, "")
}

// browser brings a person to the consent page and back.
func (s *session) browser(open bool) app.Browser {
	b := app.Browser{
		Open: open && !s.noInput,
		Show: func(address string, listening bool) {
			fmt.Fprintf(s.err, "Sign in here:\n\n  %s\n\n", app.Neutral(address))
			if !listening {
				fmt.Fprintln(s.err, "The port of the callback address is taken, so the browser will end on a page that does not open.")
			}
		},
	}
	if !s.noInput {
		lines := bufio.NewReader(s.in)
		b.Paste = func(ctx context.Context, wrong error) (string, error) {
			if wrong != nil {
				fmt.Fprintf(s.err, "! %s; take it whole, as it stands in the browser\n", wrong)
			}
			fmt.Fprint(s.err, "Waiting for the browser; or paste the address that it ended on: ")
			return readLine(ctx, lines)
		}
	}
	return b
}

// readLine reads one line and gives up with ctx; the read itself ends with the program.
func readLine(ctx context.Context, in *bufio.Reader) (string, error) {
	type answer struct {
		line string
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		line, err := in.ReadString('\n')
		if line != "" {
			err = nil
		}
		got <- answer{line, err}
	}()
	select {
	case a := <-got:
		return a.line, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func connectList(s *session) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "The sign-ins kept; it unlocks nothing", Args: between(0, 0),
		RunE: func(*cobra.Command, []string) error {
			in, err := app.OpenSignIns(os.Getenv)
			if err != nil {
				return err
			}
			all, err := in.List()
			if err != nil {
				return err
			}
			return s.show(all, func(p *page) {
				if len(all.SignIns) == 0 {
					p.say("No sign-in is kept. Add one: plumbline connect add token --site URL")
					return
				}
				t := &table{names: []string{"name", "account", "added", "scopes"}, fixed: map[int]bool{0: true}}
				for _, one := range all.SignIns {
					scopes := ""
					if n := len(one.Scopes); n > 0 {
						scopes = fmt.Sprint(n)
					}
					t.add(span{one.Name, bold}, span{text: one.Account}, span{text: day(one.Added)}, span{text: scopes})
				}
				p.table(t)
			})
		},
	}
}

func connectRemove(s *session) *cobra.Command {
	return &cobra.Command{
		Use: "remove NAME", Short: "Forget a sign-in", Args: between(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			in, err := app.OpenSignIns(os.Getenv)
			if err != nil {
				return err
			}
			name, err := in.Remove(c.Context(), args[0])
			if err != nil {
				return err
			}
			if s.json {
				return writeJSON(s.out, map[string]string{"name": name}, s.outTerminal)
			}
			s.say("Forgot %s. The token itself still works: revoke it at Atlassian if it is no longer needed.", name)
			return nil
		},
	}
}

func connectScopes(s *session) *cobra.Command {
	var kind string
	var globs []string
	var classic bool
	c := &cobra.Command{
		Use: "scopes", Short: "What a sign-in would ask for, why, and for which rules; no network",
		Long: `Lists the scopes that an OAuth grant or a scoped API token needs, what each reads and
which rules need that. Granular scopes are read-only throughout; of the classic ones
some could also write, which is said.`,
		Example: `  plumbline connect scopes
  plumbline connect scopes --rules 'CONF-*' --json`,
		Args: between(0, 0),
		RunE: func(*cobra.Command, []string) error {
			all, err := app.Scopes(kind, globs, classic)
			if err != nil {
				return err
			}
			return s.show(all, func(p *page) { scopesPage(p, all) })
		},
	}
	f := c.Flags()
	f.StringVar(&kind, "site-kind", "cloud", "`KIND` of the site: cloud or dc")
	f.StringArrayVar(&globs, "rules", nil, "only what the rules that match `GLOB` read (repeatable)")
	f.BoolVar(&classic, "classic", false, "classic scopes where there are any")
	return c
}

func scopesPage(p *page, all *app.ScopeList) {
	if all.SiteKind == "dc" {
		p.say("A Data Center personal access token has no scopes: it has the rights of its user.")
		return
	}
	t := &table{names: []string{"scope", "title", "", "reads", "rules"}, fixed: map[int]bool{0: true, 2: true}}
	for _, one := range all.Scopes {
		writes := span{"read-only", good}
		if one.Writes {
			writes = span{"could write", bad}
		}
		why := strings.Join(one.Resources, ", ")
		if why == "" {
			why = "to stay signed in"
			if one.Scope == "read:me" {
				why = "whose the sign-in is"
			}
		}
		t.add(span{one.Scope, bold}, span{one.Title, dim}, writes, span{text: why}, span{strings.Join(one.Rules, ", "), dim})
	}
	p.table(t)
	p.gap()
	p.say(fmt.Sprintf("%s; Atlassian advises fewer than %d for one app.", some(len(all.Scopes), "scope"), all.Limit))
	if len(all.Consents) > 1 {
		p.say("That is too many for one. Make an app for each product, and consent to each:")
		for _, c := range all.Consents {
			p.say(fmt.Sprintf("%s, %s: %s", strings.Join(c.Products, " and "), some(len(c.Scopes), "scope"), strings.Join(c.Scopes, " ")))
		}
	}
	for _, k := range all.Kinds {
		if k.Kind == "scoped-token" {
			p.say(fmt.Sprintf("An API token with scopes takes %d of them: it needs neither offline_access nor read:me.", len(k.Scopes)))
		}
	}
	if closed := slices.DeleteFunc(slices.Clone(all.Closed), func(name string) bool { return app.ProductOf(name) == "organisation" }); len(closed) > 0 {
		p.say("No scope opens " + strings.Join(closed, ", ") + ": an API token without scopes reads them.")
	}
	if len(all.Key) == 0 {
		return
	}
	p.gap()
	p.head("ORGANISATION API KEY")
	t = &table{names: []string{"scope", "title", "reads", "rules"}, indent: 2, fixed: map[int]bool{0: true}}
	for _, one := range all.Key {
		t.add(span{one.Scope, bold}, span{one.Title, dim}, span{text: strings.Join(one.Resources, ", ")}, span{strings.Join(one.Rules, ", "), dim})
	}
	p.table(t)
	p.gap()
	p.say("A key without scopes opens all of them. Only an administrator of the organisation can make one.")
}

func connectTest(s *session) *cobra.Command {
	var site string
	var way way
	c := &cobra.Command{
		Use: "test [NAME]", Short: "Pre-flight: who am I, what will be denied, which rules that costs",
		Long: `Signs in and asks who it is and what it may see, without collecting anything. NAME is
a kept sign-in; without it the only one, or with --site what is in the environment.`,
		Args: between(0, 1),
		RunE: func(c *cobra.Command, args []string) error {
			in, err := way.open()
			if err != nil {
				return err
			}
			name := ""
			if len(args) > 0 {
				name = args[0]
			}
			tried, err := in.Test(c.Context(), name, site)
			if err != nil {
				return err
			}
			if err := s.show(tried, func(p *page) { trialPage(p, tried) }); err != nil {
				return err
			}
			s.next("Collect", command("collect", "FILE.plumb.db", "--site", tried.Site))
			return nil
		},
	}
	c.Flags().StringVar(&site, "site", "", "the address of the site: `URL`")
	way.flags(c)
	return c
}

func trialPage(p *page, t *app.Trial) {
	p.line(span{"Signed in", good}, span{fmt.Sprintf(" as %s at %s, with %s", orNobody(t.Account), host(t.Site), t.Kind), plain})
	if len(t.Permissions) > 0 {
		p.say("Holds " + strings.Join(t.Permissions, ", "))
	}
	p.gap()
	if len(t.Resources) == 0 {
		p.line(span{"Nothing is known that it would be refused.", good})
	} else {
		p.head("WOULD NOT BE READ WHOLE")
		rows := &table{indent: 2, fixed: map[int]bool{0: true, 1: true}}
		t.Fold()
		for _, r := range t.Resources {
			row := app.CoverageRow{Outcome: r.Outcome, HTTPStatus: r.HTTPStatus, Reason: r.Reason, Missing: r.Missing, RulesLost: r.RulesLost}
			rows.add(span{r.Resource, bold}, span{statusText(row), warn}, span{text: gapText(row)})
		}
		p.table(rows)
		p.gap()
	}
	p.say(fmt.Sprintf("%d of %d rules could look.", t.Rules-len(t.RulesLost), t.Rules))
}
