// Site is the pretend Atlassian site as a program, for journeys through the window: it prints where
// it listens and who may sign in, as one line of JSON, and ends when its input does, so that it
// never outlives who started it. Its editions are the cloud site and the Data Center.
//
//	go run ./frontend/test/site -latency 20ms
//	go run ./frontend/test/site -content FOLDER -when 2026-11-16
//	go run ./frontend/test/site -edition dc
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"

	"plumbline/collector/fakesite"
)

func main() {
	edition := flag.String("edition", "cloud", "`cloud`, or dc: a Data Center with Jira and Confluence")
	folder := flag.String("content", "", "a `folder` of content files instead of the pretend company's")
	when := flag.String("when", fakesite.Points[1], "the `date` at which the content is read")
	latency := flag.Duration("latency", 0, "the `time` that every answer takes at least")
	flag.Parse()
	site := &fakesite.Server{When: *when, Latency: *latency}
	if *folder != "" {
		site.Content = os.DirFS(*folder)
	}
	start := map[string]func(*fakesite.Server) (map[string]string, func() error, error){"cloud": cloud, "dc": dataCenter}[*edition]
	if start == nil {
		fmt.Fprintln(os.Stderr, "site: -edition is cloud or dc")
		os.Exit(2)
	}
	told, stop, err := start(site)
	if err != nil {
		fmt.Fprintln(os.Stderr, "site:", err)
		os.Exit(1)
	}
	defer stop()
	json.NewEncoder(os.Stdout).Encode(told)
	io.Copy(io.Discard, os.Stdin)
}

func cloud(site *fakesite.Server) (map[string]string, func() error, error) {
	address, api, auth, err := site.Start()
	return map[string]string{"site": address, "api": api, "auth": auth, "email": fakesite.AuditorEmail, "token": fakesite.AuditorToken, "org_key": fakesite.OrgKeySecret,
		"client_id": fakesite.DefaultClientID, "client_secret": fakesite.DefaultClientSecret}, site.Close, err
}

func dataCenter(site *fakesite.Server) (map[string]string, func() error, error) {
	installation := &fakesite.DataCenter{Server: fakesite.Server{Content: site.Content, When: site.When, Latency: site.Latency}}
	jira, confluence, err := installation.Start()
	return map[string]string{"jira": jira, "confluence": confluence, "token": fakesite.DCAuditorToken}, installation.Close, err
}
