package fakesite

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"sync"
	"time"
)

// Server is one pretend site with its gateway and its sign-in server. The zero value is ready for
// use: the pretend company Harbourline at its newest date. Public fields are set before Start.
type Server struct {
	Content     fs.FS               // folder of the content files; nil is Harbourline
	When        string              // date (2006-01-02) at which the content is read; "" is the newest one in it
	Sizes       *Sizes              // a made-up site of these sizes instead of Content
	Addr        string              // address of the site; "" is 127.0.0.1:0
	Tokens      []Token             // API tokens beside those of the content
	OrgKeys     []OrgKey            // organisation keys beside those of the content
	OAuth       OAuth               // how the sign-in server behaves
	Permissions map[string][]string // e-mail -> global permissions held, instead of those its groups give
	Caps        map[string]int      // endpoint as in endpoints.txt ("GET /rest/api/3/users/search") -> largest page given
	Latency     time.Duration       // time that every answer takes at least
	Rate        int                 // requests a second; what comes beyond is answered 429; 0 is without limit
	Minute      time.Duration       // how long a minute of the organisation's limits is; 0 is a minute
	Neighbours  []*Server           // further sites that the same sign-in and gateway reach
	Faults      []Fault             // what goes wrong, beside the incidents of the content

	mu        sync.RWMutex
	site      *site
	tokens    []Token
	faults    []*fault
	log       []Request
	grants    grants
	listeners []net.Listener
	servers   []*http.Server
	siteURL   string
	apiBase   string
	authBase  string
	minutes   map[string]*minute // what the organisation limits a minute
	second    time.Time          // that inSecond counts
	inSecond  int
	leader    *Server    // the server whose gateway reaches this one; nil for itself
	closing   sync.Mutex // two may close at once
}

//go:embed content
var content embed.FS

// Points are the dates at which the pretend company Harbourline is told: before and after a quarter.
var Points = []string{"2026-08-17", "2026-11-16"}

// Sign-ins at Harbourline, as tokens.json has them: the auditor administers Jira and Confluence and
// sees most of it, the member of staff administers one project, from September on the guest may not browse users.
const (
	AuditorEmail = "auditor@harbourline.example"
	AuditorToken = "harbourline-auditor-token"
	StaffEmail   = "luisa@harbourline.example"
	StaffToken   = "harbourline-staff-token"
	GuestEmail   = "dana@brightpath.example"
	GuestToken   = "harbourline-guest-token"
)

// Harbourline is the pretend company at the first (1) or second (2) of Points.
func Harbourline(point int) *Server { return &Server{When: Points[point-1]} }

// New is a server of the content files in folder, read at a date (2006-01-02).
func New(folder fs.FS, when string) *Server { return &Server{Content: folder, When: when} }

// Start listens on 127.0.0.1 and gives the addresses of the site, of the gateway that Atlassian
// has at api.atlassian.com, and of the sign-in server at auth.atlassian.com.
func (s *Server) Start() (siteURL, apiBase, authBase string, err error) {
	if err := s.At(s.When); err != nil {
		return "", "", "", err
	}
	faces := []struct {
		addr    string
		handler http.HandlerFunc
		url     *string
	}{
		{s.Addr, s.serveSite, &s.siteURL},
		{"", s.serveGateway, &s.apiBase},
		{"", s.serveSignIn, &s.authBase},
	}
	for _, f := range faces {
		if f.addr == "" {
			f.addr = "127.0.0.1:0"
		}
		l, err := net.Listen("tcp", f.addr)
		if err != nil {
			s.Close()
			return "", "", "", fmt.Errorf("listening as a pretend site: %w", err)
		}
		*f.url = "http://" + l.Addr().String()
		s.listeners = append(s.listeners, l)
		s.servers = append(s.servers, &http.Server{Handler: f.handler})
	}
	for _, n := range s.Neighbours {
		n.leader = s
		if n.siteURL == "" {
			if _, _, _, err := n.Start(); err != nil {
				s.Close()
				return "", "", "", err
			}
		}
	}
	for i, srv := range s.servers {
		go func() { _ = srv.Serve(s.listeners[i]) }() // ends with ErrServerClosed
	}
	return s.siteURL, s.apiBase, s.authBase, nil
}

// Close ends the server and its neighbours, and cuts the connections that are open.
func (s *Server) Close() error {
	s.closing.Lock()
	defer s.closing.Unlock()
	var errs []error
	for _, n := range s.Neighbours {
		errs = append(errs, n.Close())
	}
	for i, srv := range s.servers {
		errs = append(errs, srv.Close(), ignoreClosed(s.listeners[i].Close()))
	}
	s.servers, s.listeners = nil, nil
	return errors.Join(errs...)
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// At moves the site to another date, also while it runs: addresses, cloudId and sign-ins stay, the
// incidents of the content begin anew. "" is the newest date in the content.
func (s *Server) At(when string) error {
	var made *site
	var err error
	if s.Sizes != nil {
		made = generate(*s.Sizes)
	} else {
		folder := s.Content
		if folder == nil {
			if folder, err = fs.Sub(content, "content/harbourline"); err != nil {
				return err
			}
		}
		if made, err = readSite(folder, when); err != nil {
			return fmt.Errorf("reading the pretend site's content: %w", err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.site, s.When = made, when
	s.tokens = append(append([]Token(nil), made.tokens...), s.Tokens...)
	s.faults = nil
	for _, f := range append(append([]Fault(nil), made.incidents...), s.Faults...) {
		s.faults = append(s.faults, &fault{Fault: f})
	}
	return nil
}

// CloudID names the site at the gateway; it is the same at every date.
func (s *Server) CloudID() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.site.about.CloudID
}

// Request is one request as it was received. It never holds a credential.
type Request struct {
	Time    time.Time
	Face    string // site, gateway or sign-in
	Method  string
	Path    string // without the gateway's prefix /ex/jira/{cloudId}
	Query   string
	Auth    string // none, token, scoped-token, 3lo, wrong
	Account string // e-mail address of the account it was answered for; "" for anonymous
	Status  int    // 0 when no answer was given
}

// Log is every request received so far, in the order in which they were answered.
func (s *Server) Log() []Request {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return append([]Request(nil), s.log...)
}

// ForgetLog empties the log.
func (s *Server) ForgetLog() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = nil
}
