package collector

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
)

// session is a credential in use at one site: where it is used, and whether it still works.
type session struct {
	Credential
	bases map[API]string // without an entry the credential does not open that API here

	renewing sync.Mutex // held while a new access token is fetched

	mu         sync.Mutex
	generation int   // of the access token
	good       *call // the last one that was answered: what a doubted session is tried with
}

// authorise puts the credential on r and tells which generation of it that is.
func (s *session) authorise(r *http.Request) (int, error) {
	s.mu.Lock()
	generation := s.generation
	s.mu.Unlock()
	return generation, s.Authorise(r)
}

// refresh replaces an access token that was refused, once for all who were refused with it. fresh: asking again makes
// sense. The error is ErrSignInLost, or that of the network.
func (s *session) refresh(ctx context.Context, refused int) (fresh bool, err error) {
	if s.Refresh == nil {
		return false, nil
	}
	s.renewing.Lock()
	defer s.renewing.Unlock()
	s.mu.Lock()
	now := s.generation
	s.mu.Unlock()
	if now != refused {
		return true, nil
	}
	if err := s.Refresh(ctx); err != nil {
		if ctx.Err() != nil || isNetwork(err) {
			return false, err
		}
		return false, fmt.Errorf("%w: %w", ErrSignInLost, err)
	}
	s.mu.Lock()
	s.generation++
	s.mu.Unlock()
	return true, nil
}

// worked remembers a call that was answered.
func (s *session) worked(ask *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.good == nil && !ask.post && !ask.open {
		s.good = ask
	}
}

// isNetwork reports whether err is about the way to the site, not about the site.
func isNetwork(err error) bool {
	return slices.ContainsFunc([]error{ErrDNS, ErrTLS, ErrProxy, ErrUnreachable}, func(e error) bool { return errors.Is(err, e) })
}
