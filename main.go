//go:build !bindings

// Command plumbline looks at an Atlassian site and says what stands crooked: it takes snapshots of
// the site's metadata into one local file, judges them by rules written in SQL, and compares them
// over time.
//
// Built without tags it is the command line, in pure Go. Built with the tags desktop, production and
// (on Linux) webkit2_41 it is the same with a window of its own.
package main

import (
	"os"

	"plumbline/app/cli"
)

// version is set by the build: -ldflags "-X main.version=1.2.3".
var version string

func main() { os.Exit(cli.Main(version, cli.Look{Page: page(), Icon: icon})) }
