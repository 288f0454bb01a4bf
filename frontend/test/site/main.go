// Site is the pretend Atlassian site as a program, for journeys through the window: it prints where
// it listens and who may sign in, as one line of JSON, and ends when its input does, so that it
// never outlives who started it.
//
//	go run ./frontend/test/site -latency 20ms
//	go run ./frontend/test/site -content FOLDER -when 2026-11-16
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
	folder := flag.String("content", "", "a `folder` of content files instead of the pretend company's")
	when := flag.String("when", fakesite.Points[1], "the `date` at which the content is read")
	latency := flag.Duration("latency", 0, "the `time` that every answer takes at least")
	flag.Parse()
	site := &fakesite.Server{When: *when, Latency: *latency}
	if *folder != "" {
		site.Content = os.DirFS(*folder)
	}
	address, api, auth, err := site.Start()
	if err != nil {
		fmt.Fprintln(os.Stderr, "site:", err)
		os.Exit(1)
	}
	defer site.Close()
	json.NewEncoder(os.Stdout).Encode(map[string]string{
		"site": address, "api": api, "auth": auth, "email": fakesite.AuditorEmail, "token": fakesite.AuditorToken,
	})
	io.Copy(io.Discard, os.Stdin)
}
