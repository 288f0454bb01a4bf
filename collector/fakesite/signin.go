package fakesite

import (
	"net/http"
	"slices"
)

// Token is an API token of the account with that e-mail address.
type Token struct {
	Email  string
	Secret string
	Scopes []string // nil: without scopes, good at the site's address only; else good at the gateway only
}

// signIn is a token as content files write it.
type signIn struct {
	Email  string   `json:"email"`
	Secret string   `json:"secret"`
	Scopes []string `json:"scopes"`
}

// caller is who asks.
type caller struct {
	kind    string   // none, token, scoped-token, 3lo, wrong
	account *account // nil is an anonymous visitor
	scopes  map[string]bool
	groups  map[string]bool // ids
	may     map[string]bool // Jira's global permissions, and "confluence" (may use it), "confluence:administer"
}

func (s *Server) accountOf(email string) (*account, bool) {
	s.mu.RLock()
	st := s.site
	s.mu.RUnlock()
	if st.open {
		return &account{ID: AccountID(email), Type: "atlassian", Display: email, Email: email}, true
	}
	for i := range st.accounts.n {
		if a := st.accounts.at(i); a.Email == email && email != "" {
			return &a, !a.Inactive
		}
	}
	return nil, false
}

// identifyAtSite reads the credentials of a request to the site's own address.
func (s *Server) identifyAtSite(r *http.Request) *caller {
	if r.Header.Get("Authorization") == "" {
		return s.caller("none", nil, nil)
	}
	if t, ok := s.token(r); ok && t.Scopes == nil {
		if a, ok := s.accountOf(t.Email); ok {
			return s.caller("token", a, nil)
		}
	}
	return s.caller("wrong", nil, nil)
}

// identifyAtGateway reads those of a request to the gateway.
func (s *Server) identifyAtGateway(r *http.Request) *caller {
	if r.Header.Get("Authorization") == "" {
		return s.caller("none", nil, nil)
	}
	if t, ok := s.token(r); ok && t.Scopes != nil {
		if a, ok := s.accountOf(t.Email); ok {
			return s.caller("scoped-token", a, t.Scopes)
		}
	}
	if email, scopes, ok := s.bearer(r); ok {
		if a, ok := s.accountOf(email); ok {
			return s.caller("3lo", a, scopes)
		}
	}
	return s.caller("wrong", nil, nil)
}

func (s *Server) token(r *http.Request) (Token, bool) {
	email, secret, ok := r.BasicAuth()
	if !ok {
		return Token{}, false
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, t := range s.tokens {
		if t.Email == email && t.Secret == secret {
			return t, true
		}
	}
	return Token{}, false
}

// Revoke ends an API token, at once.
func (s *Server) Revoke(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens = slices.DeleteFunc(slices.Clone(s.tokens), func(t Token) bool { return t.Secret == secret })
}

func (s *Server) caller(kind string, a *account, scopes []string) *caller {
	s.mu.RLock()
	st := s.site
	s.mu.RUnlock()
	c := &caller{kind: kind, account: a, scopes: map[string]bool{}, groups: map[string]bool{}, may: map[string]bool{}}
	for _, x := range scopes {
		c.scopes[x] = true
	}
	if a == nil {
		for p, groups := range st.globals {
			c.may[p] = slices.Contains(groups, "anyone")
		}
		return c
	}
	c.may = st.rights(*a)
	if given, ok := s.Permissions[a.Email]; ok {
		c.may = map[string]bool{}
		for _, p := range given {
			c.may[p] = true
		}
	}
	if st.memberOf != nil {
		for _, g := range st.memberOf(*a) {
			c.groups[g] = true
		}
	}
	return c
}

// rights are the global permissions that an account's groups give.
func (st *site) rights(a account) map[string]bool {
	may := map[string]bool{}
	if st.open {
		for _, p := range []string{"ADMINISTER", "USER_PICKER", "BULK_CHANGE", "SYSTEM_ADMIN", "confluence", "confluence:administer"} {
			may[p] = true
		}
		return may
	}
	in := map[string]bool{}
	for _, id := range st.memberOf(a) {
		g, _ := st.groups.find(id)
		in[g.Name] = true
	}
	held := func(permission string, groups []string) {
		for _, g := range groups {
			if in[g] || g == "anyone" {
				may[permission] = true
			}
		}
	}
	for p, groups := range st.globals {
		held(p, groups)
	}
	held("confluence", st.about.Users)
	held("confluence:administer", st.about.Admins)
	return may
}

// refused answers requests whose credentials do not do and says whether it did.
func (c *call) refused() bool {
	gateway := c.face == "gateway"
	switch c.who.kind {
	case "wrong":
		if gateway {
			c.send(http.StatusUnauthorized, obj{"code": 401, "message": "Unauthorized"})
			return true
		}
		// A wrong or expired token is answered as an anonymous visitor's where those may ask: only this header tells.
		c.w.Header().Set("X-Seraph-LoginReason", "AUTHENTICATED_FAILED")
		fallthrough
	case "none":
		if gateway {
			c.send(http.StatusUnauthorized, obj{"code": 401, "message": "Unauthorized"})
			return true
		}
		if !c.e.anonymous {
			c.fail(http.StatusUnauthorized, "Client must be authenticated to access this resource.")
			return true
		}
	case "token":
		c.w.Header().Set("X-Seraph-LoginReason", "OK")
	case "scoped-token", "3lo":
		if !c.e.allows(c.who.scopes) {
			c.send(http.StatusUnauthorized, obj{"code": 401, "message": "Unauthorized; scope does not match"})
			return true
		}
	}
	if c.confluence() && c.who.account != nil && !c.who.may["confluence"] {
		c.fail(http.StatusForbidden, "Current user not permitted to use Confluence")
		return true
	}
	return false
}

// lacks answers 403 unless the caller holds a global permission, and says whether it did.
func (c *call) lacks(permission, message string) bool {
	if c.who.may[permission] {
		return false
	}
	c.fail(http.StatusForbidden, message)
	return true
}
