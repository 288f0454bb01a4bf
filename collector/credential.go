package collector

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Kinds of credentials, as coverage, vantage and the command line spell them.
const (
	APIToken    = "token"        // e-mail and API token without scopes, at the site's own address
	ScopedToken = "scoped-token" // e-mail and API token with scopes, at the gateway
	ThreeLO     = "3lo"          // OAuth 2.0 access token, at the gateway
	OrgKey      = "org-key"      // organisation API key, at the gateway's /admin
	DCToken     = "dc-token"     // Data Center personal access token, at the site's own address
)

// AtlassianAPI and AtlassianAuth are the gateway of scoped tokens and OAuth 2.0, and the sign-in server.
const (
	AtlassianAPI  = "https://api.atlassian.com"
	AtlassianAuth = "https://auth.atlassian.com"
)

// Credential is one sign-in of one kind. What is secret lives inside its functions only, so that no way of printing a
// Credential, or an error that holds one, can show it. Its functions are called from several goroutines.
type Credential struct {
	Kind    string   // one of the constants above
	Name    string   // as `connect list` prints it; "environment" for one that was given for this run
	Site    string   // address of the site it was added for; "" for any
	Account string   // whose it is, for people; "" if unknown
	Scopes  []string // as the sign-in server stated them; nil if it states none: then a resource is asked for and the answer tells

	// Authorise puts the credential on a request to the site or the gateway. An error means that there is nothing to
	// put: the sign-in was revoked, or the keychain is locked. It wraps ErrSignInRefused.
	Authorise func(*http.Request) error

	// Refresh gets a new access token after a 401 or before an expiry; nil for kinds that cannot. It is called by one
	// goroutine at a time. An error means that the sign-in is lost, unless it is a network error.
	Refresh func(context.Context) error

	// Reaches lists what the grant opens, from accessible-resources; nil for kinds that belong to one site.
	Reaches func(context.Context) ([]Reach, error)
}

// Reach is one product of one site that a 3LO grant opens: an entry of accessible-resources. The same cloudId comes
// twice for a site with Jira and Confluence; the scopes tell the two apart.
type Reach struct {
	CloudID string
	Name    string
	URL     string // https://harbourline.atlassian.net
	Scopes  []string
}

// Gateway reports whether the credential is used at the gateway instead of the site's own address.
func (c Credential) Gateway() bool { return c.Kind == ScopedToken || c.Kind == ThreeLO }

// Base is the address that paths of an API are appended to: the site's own, or the gateway's for that product and site.
// gateway is AtlassianAPI or what stands for it in tests.
func (c Credential) Base(api API, site, gateway, cloudID string) string {
	if !c.Gateway() {
		return site
	}
	return gateway + "/ex/" + string(api) + "/" + url.PathEscape(cloudID)
}

// String names the credential without its secret.
func (c Credential) String() string { return c.Kind + " " + c.Name }

// Basic returns a credential of an e-mail address and an API token.
func Basic(kind, name, site, email, token string) Credential {
	header := "Basic " + base64.StdEncoding.EncodeToString([]byte(email+":"+token))
	return Credential{Kind: kind, Name: name, Site: site, Account: email, Authorise: authorisation(header)}
}

// Bearer returns a credential of a token that does not change during a run: organisation keys, Data Center tokens.
func Bearer(kind, name, site, token string) Credential {
	return Credential{Kind: kind, Name: name, Site: site, Authorise: authorisation("Bearer " + token)}
}

func authorisation(header string) func(*http.Request) error {
	return func(r *http.Request) error {
		r.Header.Set("Authorization", header)
		return nil
	}
}

// EnvironmentCredentials reads the credentials given for one run: PLUMBLINE_EMAIL and PLUMBLINE_TOKEN (API token),
// PLUMBLINE_TOKEN alone (Data Center token), PLUMBLINE_ORG_KEY. None given is no error. A secret with a line break or a
// control character is refused by the name of its variable, for it could never have worked.
func EnvironmentCredentials(getenv func(string) string) ([]Credential, error) {
	var all []Credential
	email, token, org := getenv("PLUMBLINE_EMAIL"), strings.TrimSpace(getenv("PLUMBLINE_TOKEN")), strings.TrimSpace(getenv("PLUMBLINE_ORG_KEY"))
	for name, v := range map[string]string{"PLUMBLINE_EMAIL": email, "PLUMBLINE_TOKEN": token, "PLUMBLINE_ORG_KEY": org} {
		if strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return nil, fmt.Errorf("%s holds a control character: %w", name, ErrSignInMissing)
		}
	}
	switch {
	case email != "" && token != "":
		all = append(all, Basic(APIToken, "environment", "", email, token))
	case token != "":
		all = append(all, Bearer(DCToken, "environment", "", token))
	case email != "":
		return nil, fmt.Errorf("PLUMBLINE_EMAIL is set without PLUMBLINE_TOKEN: %w", ErrSignInMissing)
	}
	if org != "" {
		all = append(all, Bearer(OrgKey, "environment", "", org))
	}
	return all, nil
}

// lacks returns the scopes that c would need for src beyond those stated: nil if it has enough, or states none.
func (c Credential) lacks(src Source) []string {
	if c.Scopes == nil {
		return nil
	}
	held := map[string]bool{}
	for _, s := range c.Scopes {
		held[s] = true
	}
	return lacking(src, held)
}

// may reports whether this kind of credential can ask src at all.
func (c Credential) may(src Source) bool {
	if c.Authorise == nil || (c.Kind == OrgKey) != (src.API == OrgAPI) {
		return false
	}
	return len(src.Credentials) == 0 || slices.Contains(src.Credentials, c.Kind)
}
