package fakesite

import (
	"fmt"
	"io/fs"
	"net"
	"net/http"
)

// DataCenter is a pretend Data Center installation: one Jira and one Confluence, each at an address
// of its own, below the context paths /jira and /confluence. What it shares with the Cloud site is
// that site's: content, date, faults, latency, the log. The zero value is the pretend company
// Harbourline at its newest date. Public fields are set before Start.
type DataCenter struct {
	Server

	Versions    map[string]string // product -> version, instead of the content's: what it lacks, it answers 404
	PATs        []PAT             // personal access tokens beside those of the content
	WrongTokens int               // status that a wrong or expired token is answered with; 0 answers it as an anonymous visitor
	Limit       RateLimit         // of each account; the zero value is off, as it is in a new installation
	NoProduct   string            // product that is not installed

	in      *installation
	buckets map[string]*bucket
}

// Products of a Data Center installation, in the order of their addresses.
var products = []string{"jira", "confluence"}

// DCPoints are the dates at which the Data Center of the pretend company is told; those of the Cloud site.
var DCPoints = Points

// Personal access tokens at the pretend company's Data Center, as pats.json has them: the auditor
// administers Jira and Confluence, the member of staff nothing.
const (
	DCAuditor      = "auditor"
	DCAuditorToken = "harbourline-dc-auditor-token"
	DCStaffToken   = "harbourline-dc-staff-token"
	DCExpiredToken = "harbourline-dc-expired-token"
)

// DCJiraAddress is the address that the pretend company's Jira states of itself, which is not where it listens.
const DCJiraAddress = "https://jira.harbourline.example/jira"

// HarbourlineDC is the pretend company's Data Center at the first (1) or second (2) of DCPoints.
func HarbourlineDC(point int) *DataCenter {
	return &DataCenter{Server: Server{When: DCPoints[point-1]}}
}

// Start listens on 127.0.0.1 and gives the addresses of Jira and of Confluence, context paths included.
func (d *DataCenter) Start() (jira, confluence string, err error) {
	if err := d.At(d.When); err != nil {
		return "", "", err
	}
	at := map[string]string{}
	for _, product := range products {
		addr := "127.0.0.1:0"
		if product == "jira" && d.Addr != "" {
			addr = d.Addr
		}
		l, err := net.Listen("tcp", addr)
		if err != nil {
			d.Close()
			return "", "", fmt.Errorf("listening as a pretend Data Center: %w", err)
		}
		base := "http://" + l.Addr().String()
		at[product] = base + "/" + product
		d.listeners = append(d.listeners, l)
		d.servers = append(d.servers, &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { d.serve(w, r, product, base) })})
	}
	for i, srv := range d.servers {
		go func() { _ = srv.Serve(d.listeners[i]) }() // ends with ErrServerClosed
	}
	return at["jira"], at["confluence"], nil
}

// At moves the installation to another date, also while it runs: addresses, ids and tokens stay,
// the incidents of the content begin anew. "" is the newest date in the content.
func (d *DataCenter) At(when string) error {
	st, in, err := d.read(when)
	if err != nil {
		return fmt.Errorf("reading the pretend Data Center's content: %w", err)
	}
	for product, version := range d.Versions {
		if x := in.of[product]; x != nil {
			x.Version = version
		}
	}
	delete(in.of, d.NoProduct)
	in.tokens = append(in.tokens, d.PATs...)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.site, d.in, d.When, d.buckets = st, in, when, map[string]*bucket{}
	d.faults = nil
	for _, f := range append(append([]Fault(nil), st.incidents...), d.Faults...) {
		d.faults = append(d.faults, &fault{Fault: f})
	}
	return nil
}

func (d *DataCenter) read(when string) (*site, *installation, error) {
	if d.Sizes != nil {
		st, in := generateDC(*d.Sizes)
		return st, in, nil
	}
	folder := d.Content
	if folder == nil {
		var err error
		if folder, err = fs.Sub(content, "content/harbourline-dc"); err != nil {
			return nil, nil, err
		}
	}
	if when == "" {
		var err error
		if when, err = newest(folder); err != nil {
			return nil, nil, err
		}
	}
	return readInstallation(folder, when)
}
