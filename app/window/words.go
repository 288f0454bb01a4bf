package window

import (
	"regexp"

	"plumbline/app"
)

// hints are what to do in the window, where app tells what to type in a terminal.
var hints = map[string]string{
	"no-such-file":     "look where it went, or open another",
	"not-plumbline":    "New snapshot makes an evidence file",
	"damaged":          "take another copy of the file",
	"read-only":        "open a copy that can be written",
	"disk-full":        "make room, then do the same again: what was written is kept",
	"unknown-snapshot": "collect one, or choose another in the bar above the screen",
	"unknown-rule":     "Rule packs lists them",
	"sign-in-missing":  "add a sign-in under Connect",
	"unknown-sign-in":  "Connect lists those that are kept",
	"no-keychain":      "it can be kept until Plumbline ends",
	"sign-in-lost":     "sign in anew under Connect, then resume: it goes on where it stopped",
	"tls":              "behind an inspecting proxy, Settings takes the file with its certificate",
	"proxy":            "Settings takes the address of another",
	"interrupted":      "Resume goes on where it stopped",
	"two-sites":        "choose the site in the bar above the screen",
	"unknown-finding":  "the list of findings has those there are",
	"unknown-resource": "Inventory lists them",
}

// forTerminal is a hint for a terminal: it names a command, or an option.
var forTerminal = regexp.MustCompile(`\bplumbline [a-z]+|(^|[\s(])--?[a-z]`)

// said is an error in words for the window: app's own, without what only a terminal could follow.
func said(err error) *app.Problem {
	p := app.Words(err)
	if !forTerminal.MatchString(p.Hint) {
		return p
	}
	in := *p
	in.Hint = hints[p.Code]
	return &in
}
