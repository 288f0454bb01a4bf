// Package fakesite is a pretend Atlassian Cloud site on loopback: Jira, Service Management and
// Confluence, the organisation, the gateway and the sign-in server, for tests and for the demonstration;
// and a pretend Data Center installation, one Jira and one Confluence (DataCenter).
//
// It promises to answer as the published API descriptions say, with their paging, caps, error
// bodies and permissions, to record every request it gets, and to fail on demand in the ways that
// networks and servers fail. It reads its content from text files at one date, or makes up a site
// of any size. It imports nothing of the rest of the program and listens on 127.0.0.1 only.
package fakesite
