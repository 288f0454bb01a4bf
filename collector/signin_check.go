package collector

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"
)

// Checked is what a site said of a credential when it was tried.
type Checked struct {
	Account  Account
	Products []Product // that know the account: Jira, Confluence
	CloudID  string    // "" if it was not asked for
	Site     string    // of Data Center: the product's own address, where that of a page was given; else ""
}

// What a refused token can be told apart as. Each is an ErrSignInRefused.
var (
	// ErrTokenRefused: Atlassian answers a wrong, an expired and a revoked token alike.
	ErrTokenRefused = fmt.Errorf("%w: the token is wrong, expired or revoked, or belongs to another e-mail address (API tokens live a year at most)", ErrSignInRefused)
	// ErrTokenExpired: the few answers that say so.
	ErrTokenExpired = fmt.Errorf("%w: the token has expired", ErrSignInRefused)
	// ErrTokenHasScopes: it is good at the gateway, and the site's own address does not take it.
	ErrTokenHasScopes = fmt.Errorf("%w: this API token has scopes, which the site's own address does not take: add it as scoped-token", ErrSignInRefused)
	// ErrTokenHasNoScopes: it is good at the site's own address, and the gateway does not take it.
	ErrTokenHasNoScopes = fmt.Errorf("%w: this API token has no scopes: add it as token", ErrSignInRefused)
	// ErrNoProduct: the credential is good, and its account may use neither Jira nor Confluence of this site.
	ErrNoProduct = fmt.Errorf("%w: the account may use neither Jira nor Confluence of this site", ErrSignInRefused)
)

// trial is one product's answer to "who am I".
type trial struct {
	account Account
	known   bool   // the answer names an account
	scope   bool   // the credential is good and lacks the scope of this very call
	status  int    // HTTP status
	words   string // the answer, for what it says of an expiry
}

// Check tries a token or a key at the site and tells apart what can be wrong with it.
func (a Atlassian) Check(ctx context.Context, site, kind string, s Secret) (Checked, error) {
	if kind == OrgKey || kind == DCToken {
		return a.checkBearer(ctx, site, kind, s)
	}
	if s.Email == "" || s.Token == "" {
		return Checked{}, fmt.Errorf("%w: an API token goes with the e-mail address of its account", ErrSignInMissing)
	}
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(s.Email+":"+s.Token))
	var checked Checked
	if kind == ScopedToken {
		id, err := a.cloudID(ctx, site)
		if err != nil {
			return Checked{}, err
		}
		checked.CloudID = id
	}
	jira, confluence, err := a.whoAmI(ctx, kind == ScopedToken, site, checked.CloudID, basic)
	if err != nil {
		return Checked{}, err
	}
	for _, t := range []struct {
		trial
		product Product
	}{{confluence, Confluence}, {jira, Jira}} {
		if t.known || t.scope {
			checked.Products = append(checked.Products, t.product)
		}
		if t.known {
			checked.Account = t.account
		}
	}
	if len(checked.Products) > 0 {
		return checked, nil
	}
	return Checked{}, a.diagnose(ctx, kind, site, basic, jira, confluence)
}

// diagnose says why nobody was known. It asks the other address only now, because a good token needs no second one.
func (a Atlassian) diagnose(ctx context.Context, kind, site, basic string, jira, confluence trial) error {
	if strings.Contains(jira.words+confluence.words, "expired") {
		return ErrTokenExpired
	}
	id, idErr := a.cloudID(ctx, site)
	if idErr != nil && kind == APIToken && jira.status != http.StatusUnauthorized {
		return idErr // nothing here is Atlassian Cloud
	}
	if kind == ScopedToken || idErr == nil {
		j, c, err := a.whoAmI(ctx, kind == APIToken, site, id, basic)
		if err == nil && (j.known || j.scope || c.known || c.scope) {
			if kind == APIToken {
				return ErrTokenHasScopes
			}
			return ErrTokenHasNoScopes
		}
	}
	if jira.status == http.StatusForbidden || confluence.status == http.StatusForbidden {
		return ErrNoProduct
	}
	return ErrTokenRefused
}

// whoAmI asks both products, at the gateway or at the site's own address.
func (a Atlassian) whoAmI(ctx context.Context, gateway bool, site, cloudID, authorization string) (jira, confluence trial, err error) {
	base := func(api API) string {
		if gateway {
			return a.api() + "/ex/" + string(api) + "/" + url.PathEscape(cloudID)
		}
		return site
	}
	if jira, err = a.try(ctx, base(JiraAPI)+"/rest/api/3/myself", authorization); err != nil {
		return jira, confluence, err
	}
	confluence, err = a.try(ctx, base(ConfluenceAPI)+"/wiki/rest/api/user/current", authorization)
	return jira, confluence, err
}

func (a Atlassian) try(ctx context.Context, address, authorization string) (trial, error) {
	status, body, err := a.get(ctx, address, authorization)
	if err != nil {
		return trial{}, fmt.Errorf("asking who signs in: %w", err)
	}
	t := trial{status: status, words: string(body)}
	t.scope = status == http.StatusUnauthorized && lacksScope(body)
	var me struct {
		AccountID    string `json:"accountId"`
		AccountType  string `json:"accountType"`
		DisplayName  string `json:"displayName"` // Jira, Confluence
		EmailAddress string `json:"emailAddress"`
		Email        string `json:"email"`
	}
	// Confluence answers an anonymous visitor with 200 and no account id.
	if status == http.StatusOK && json.Unmarshal(body, &me) == nil && me.AccountID != "" {
		t.known = true
		t.account = Account{ID: me.AccountID, Name: me.DisplayName, Email: me.EmailAddress + me.Email, Kind: me.AccountType}
	}
	return t, nil
}

// cloudID asks the site for the id it has at the gateway, without credentials, and tells whether it is one of
// Atlassian's Cloud at all. (GET /_edge/tenant_info is commonly used, though not documented.)
func (a Atlassian) cloudID(ctx context.Context, site string) (string, error) {
	status, body, err := a.get(ctx, site+"/_edge/tenant_info", "")
	if err != nil {
		return "", fmt.Errorf("asking the site for its cloud id: %w", err)
	}
	var tenant struct {
		CloudID string `json:"cloudId"`
	}
	if status == http.StatusOK && json.Unmarshal(body, &tenant) == nil && tenant.CloudID != "" {
		return tenant.CloudID, nil
	}
	i := a.identifier()
	switch err := i.find(ctx, []string{site}); {
	case err != nil:
		return "", err
	case i.site.Kind == dcKind:
		return "", fmt.Errorf("%w: %s", ErrDataCenter, shownAddress(i.typed))
	case i.site.cloudID == "":
		return "", fmt.Errorf("%s does not tell its cloud id", site)
	}
	return i.site.cloudID, nil
}
