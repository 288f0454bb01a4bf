package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"plumbline/collector"
	"plumbline/queries/rules"
	"plumbline/store"
)

// Exit is the exit code that a command ends with; docs/cli.md lists them.
type Exit int

// The exit codes. Programs of users rely on them: they only ever get added to.
const (
	Done        Exit = 0   // findings may exist
	Failed      Exit = 1   // or a rule that does not compile or ends in error
	WrongUse    Exit = 2   // also: unknown rule, resource, snapshot or parameter
	Incomplete  Exit = 3   // collected, but something was denied, partial or failed
	NoSignIn    Exit = 4   // sign-in missing or refused
	FailOn      Exit = 5   // --fail-on reached
	SealBroken  Exit = 6   // or the signer is not trusted
	BadFile     Exit = 7   // no Plumbline file, newer format, unknown schema, damaged, locked
	Interrupted Exit = 130 // collecting can be resumed
)

// seriousness orders the exit codes, the most serious first.
var seriousness = []Exit{WrongUse, Interrupted, SealBroken, BadFile, NoSignIn, Failed, FailOn, Incomplete}

// Worst returns the most serious of several exit codes.
func Worst(codes ...Exit) Exit {
	for _, s := range seriousness {
		for _, c := range codes {
			if c == s {
				return s
			}
		}
	}
	return Done
}

// Problem is an error as a person is told it: what is wrong, and what to do about it.
type Problem struct {
	Code  string `json:"code"`  // a stable word for scripts and the window
	Title string `json:"title"` // one sentence without its full stop
	Hint  string `json:"hint"`  // what to do next, "" if there is nothing to add
	Exit  Exit   `json:"-"`
	err   error
}

func (p *Problem) Error() string { return p.Title }
func (p *Problem) Unwrap() error { return p.err }

// Usage is a command line that cannot be understood.
func Usage(title, hint string) *Problem {
	return &Problem{Code: "usage", Title: title, Hint: hint, Exit: WrongUse}
}

// Unknown is a name that stands for nothing, with the nearest one that does.
func Unknown(kind, name string, candidates []string, list string) *Problem {
	p := &Problem{Code: "unknown-" + strings.ReplaceAll(kind, " ", "-"), Title: fmt.Sprintf("no %s %q", kind, name), Exit: WrongUse}
	if n := Nearest(name, candidates); n != "" {
		p.Hint = fmt.Sprintf("did you mean %q?", n)
	} else if list != "" {
		p.Hint = list
	}
	return p
}

// words are the sentinels of the rooms below and what is said of them. Where Title is empty the
// error's own words are the best there are.
var words = []struct {
	is    error
	code  string
	title string
	hint  string
	exit  Exit
}{
	{store.ErrNotPlumbline, "not-plumbline", "", "evidence files are made by: plumbline collect FILE --site URL", BadFile},
	{store.ErrNewerFormat, "newer-format", "", "open it with that version or a later one", BadFile},
	{store.ErrUnknownSchema, "unknown-schema", "", "it holds what its format does not have, or what says something else there; ask whoever sent it for an untouched copy", BadFile},
	{store.ErrLacking, "schema-lacking", "", "they keep its rows as they are, and somebody took them out; ask whoever sent it for an untouched copy", BadFile},
	{store.ErrDamaged, "damaged", "", "take another copy; plumbline doctor FILE says what is wrong with this one", BadFile},
	{store.ErrLocked, "locked", "", "wait until the other program is done with it, or work on a copy", BadFile},
	{store.ErrNeedsRecovery, "needs-recovery", "", "copy it together with the -wal or -journal beside it to a folder that can be written, and open the copy", BadFile},
	{store.ErrReadOnly, "read-only", "", "with -o COPY the file is copied first and the copy is written", Failed},
	{store.ErrFull, "disk-full", "", "make room, then run the same command again: what was written is kept", Failed},
	{store.ErrTooManyRows, "too-many-rows", "", "narrow the query with WHERE or LIMIT: an answer is never cut silently", Failed},
	{store.ErrDeadline, "deadline", "", "narrow the query", Failed},
	{store.ErrAltered, "altered", "", "plumbline doctor FILE says more; --broken takes it as it is", BadFile},
	{store.ErrOtherKind, "other-kind", "", "they cannot be one site: their objects have other names", WrongUse},
	{store.ErrNotAllowed, "not-allowed", "", "one SELECT that only reads", WrongUse},
	{store.ErrSealed, "sealed", "", "it was signed to be kept; plumbline snapshots drop FILE SNAPSHOT --sealed removes it all the same", Failed},
	{store.ErrNotFound, "not-found", "", "", WrongUse},

	{ErrSealBroken, "seal-broken", "", "plumbline verify FILE says what differs; take an untouched copy", SealBroken},

	{collector.ErrKeyType, "key-type", "", "ssh-keygen -t ed25519 makes one; --key FILE names it", Failed},
	{collector.ErrNoKeyFile, "key-file", "", "--key takes a private key of OpenSSH, or the public one of a key in the SSH agent", Failed},
	{collector.ErrPassphraseNeeded, "encrypted-identity", "", "--passphrase-file FILE gives it, - for stdin; or ssh-add the key and give its .pub", NoSignIn},
	{collector.ErrPassphrase, "passphrase-refused", "", "nothing was sealed", NoSignIn},
	{collector.ErrNotInAgent, "not-in-agent", "", "ssh-add it, or give the private key", Failed},
	{collector.ErrSeveralKeys, "several-keys", "", "--key FILE.pub says which", WrongUse},
	{collector.ErrNoSealKey, "no-key", "", "--key FILE names an SSH key; ssh-keygen -t ed25519 makes one", Failed},
	{collector.ErrDataCenter, "data-center", "", "plumbline connect add dc-token --site URL, or PLUMBLINE_TOKEN alone for one run", NoSignIn},
	{collector.ErrCloud, "cloud-site", "", "plumbline connect add token --site URL, or PLUMBLINE_EMAIL and PLUMBLINE_TOKEN for one run", NoSignIn},
	{collector.ErrPATRefused, "sign-in-refused", "", "make a new token in the profile of the account, in the same product", NoSignIn},
	{collector.ErrKeyRefused, "sign-in-refused", "", "make a new key: Atlassian Administration, Organisation settings, API keys", NoSignIn},
	{collector.ErrOtherOrganisation, "sign-in-refused", "", "take a key of the organisation that the site belongs to", NoSignIn},
	{collector.ErrSignInMissing, "sign-in-missing", "", "plumbline connect add token --site URL (of a Data Center, dc-token), or PLUMBLINE_EMAIL and PLUMBLINE_TOKEN for one run", NoSignIn},
	{collector.ErrNoSignIn, "unknown-sign-in", "", "plumbline connect list", WrongUse},
	{collector.ErrSecretGone, "sign-in-missing", "", "", NoSignIn},
	{collector.ErrNoKeychain, "no-keychain", "", "for one run, PLUMBLINE_EMAIL and PLUMBLINE_TOKEN need none", Failed},
	{collector.ErrNoRefreshFile, "sign-in-missing", "", "sign in anew, and put the refresh token into it, readable by you alone (chmod 600)", NoSignIn},
	{collector.ErrReadable, "secret-readable", "", "", NoSignIn},
	{collector.ErrSignInLost, "sign-in-lost", "", "sign in anew and run the same command again: it goes on where it stopped", NoSignIn},
	{collector.ErrNoConsent, "sign-in-refused", "", "run the same command again and accept: nothing is asked for but to read", NoSignIn},
	{collector.ErrNotPasted, "sign-in-refused", "", "run the same command again, and paste the whole address, as it stands in the browser", NoSignIn},
	{collector.ErrWrongApp, "sign-in-refused", "", "both stand in the settings of the app, in Atlassian's developer console", NoSignIn},
	{collector.ErrNotReached, "sign-in-refused", "", "run the same command again, and choose this site on the consent page", NoSignIn},
	{collector.ErrPortTaken, "port-taken", "", "end the program that has it, or register another address for the app and give it with --redirect", Failed},
	{collector.ErrSignInRefused, "sign-in-refused", "", "look at the e-mail address, and at the token: it may have expired or be for another site", NoSignIn},
	{collector.ErrNotAtlassian, "not-atlassian", "", "give the address that the site has in a browser, such as https://harbourline.atlassian.net", Failed},
	{collector.ErrAddress, "address", "", "an address reads https://harbourline.atlassian.net", WrongUse},
	{collector.ErrPlainHTTP, "plain-http", "", "use https://", WrongUse},
	{collector.ErrDNS, "no-such-host", "", "look at the spelling of the address, and at the network", Failed},
	{collector.ErrTLS, "tls", "", "behind an inspecting proxy: --ca FILE with its certificate", Failed},
	{collector.ErrProxy, "proxy", "", "--proxy URL names another", Failed},
	{collector.ErrUnreachable, "unreachable", "", "look at the network, or try again later", Failed},
	{collector.ErrOtherHost, "other-host", "", "give the address that it leads to", Failed},
	{collector.ErrInterrupted, "interrupted", "", "the same command goes on where it stopped", Interrupted},
	{collector.ErrUnknownResource, "unknown-resource", "", "", WrongUse},

	{rules.ErrOtherSite, "two-sites", "", "--site chooses one; --across-sites compares the two all the same", WrongUse},
	{rules.ErrUnknownRule, "unknown-rule", "", "", WrongUse},
	{rules.ErrRuleID, "rule-id", "", "", WrongUse},
	{rules.ErrDraft, "rule-draft", "", "", WrongUse},
	{rules.ErrUnknownParameter, "unknown-parameter", "", "", WrongUse},
	{rules.ErrBadParameter, "bad-parameter", "", "", WrongUse},
}

// Words turns any error into what a person is told. It is the only place that does.
func Words(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	for _, w := range words {
		if errors.Is(err, w.is) {
			title := w.title
			if title == "" {
				title = oneLine(err.Error())
			}
			return &Problem{Code: w.code, Title: title, Hint: w.hint, Exit: w.exit, err: err}
		}
	}
	p = &Problem{Code: "failed", Title: oneLine(err.Error()), Exit: Failed, err: err}
	var path *fs.PathError
	switch {
	case errors.Is(err, context.Canceled):
		p.Code, p.Title, p.Exit = "interrupted", "interrupted", Interrupted
	case errors.As(err, &path):
		p.Code = "file"
		p.Title = fmt.Sprintf("%s: %s", path.Path, plainCause(path.Err))
	}
	return p
}

// plainCause says what went wrong with a file without the system call's name.
func plainCause(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "no such file"
	case errors.Is(err, fs.ErrPermission):
		return "not permitted"
	case errors.Is(err, fs.ErrExist):
		return "exists already"
	}
	return err.Error()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
