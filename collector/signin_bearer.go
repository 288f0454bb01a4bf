package collector

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"plumbline/store"
)

// What a refused organisation key or Data Center token can be told apart as. Each is an ErrSignInRefused.
var (
	// ErrPATRefused: a wrong, an expired and a revoked personal access token are answered alike, by a refusal or as nobody.
	ErrPATRefused = fmt.Errorf("%w: the personal access token is wrong, expired or revoked, or was made in the other product: Jira and Confluence have tokens of their own", ErrSignInRefused)
	// ErrKeyRefused: likewise an organisation API key.
	ErrKeyRefused = fmt.Errorf("%w: the organisation API key is wrong, expired or revoked (keys live a year at most)", ErrSignInRefused)
	// ErrKeyOpensNothing: the key is good, and no organisation is behind it.
	ErrKeyOpensNothing = fmt.Errorf("%w: the organisation API key opens no organisation", ErrSignInRefused)
	// ErrOtherOrganisation: the key is good, and the site is none of its organisation's.
	ErrOtherOrganisation = fmt.Errorf("%w: this site does not belong to the organisation that the key opens", ErrSignInRefused)
)

// checkBearer tries an organisation key or a Data Center token at a site, the way that collecting uses it.
func (a Atlassian) checkBearer(ctx context.Context, site, kind string, secret Secret) (Checked, error) {
	i := a.identifier()
	sessions, v, held, err := i.see(ctx, []string{site}, []Credential{Bearer(kind, kind, "", secret.Token)})
	switch {
	case errors.Is(err, ErrSignInRefused) && kind == OrgKey:
		return Checked{}, fmt.Errorf("%w (%w)", ErrKeyRefused, i.orgWords)
	case errors.Is(err, ErrSignInRefused):
		return Checked{}, fmt.Errorf("%w (%w)", ErrPATRefused, err)
	case err != nil:
		return Checked{}, err
	}
	checked := Checked{Account: Account{ID: v.Account, Name: v.AccountName}, CloudID: i.site.cloudID}
	if kind == DCToken {
		checked.Site = i.typed
		for _, d := range i.site.dc {
			checked.Products = append(checked.Products, d.product)
		}
		return checked, nil
	}
	checked.Products = []Product{Organisation}
	if held[orgAdmin] == no {
		return Checked{}, ErrKeyOpensNothing
	}
	if held[orgAdmin] == unknown {
		return Checked{}, fmt.Errorf("%w: the gateway of the organisation's API, %s", ErrUnreachable, hostOf(i.gateway))
	}
	elsewhere, err := i.elsewhere(ctx, sessions[0])
	if err == nil && elsewhere {
		err = fmt.Errorf("%w: it opens %s", ErrOtherOrganisation, strings.Join(i.organisationNames(), ", "))
	}
	return checked, err
}

// identifier looks at a site the way that collecting does.
func (a Atlassian) identifier() *identifier {
	transport := a.client().Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	m := goodManners()
	m.retries = 1
	return &identifier{client: newClient(transport, m, "plumbline"), gateway: a.api(), log: func(store.Request) {}}
}

// elsewhere reports whether the workspaces of the key's organisations prove that the site is none of theirs. A key that may
// not list them proves nothing.
func (i *identifier) elsewhere(ctx context.Context, s *session) (bool, error) {
	var all []Item
	for _, org := range i.orgs {
		ask := &call{resource: "org_workspace", post: true, base: i.gateway, path: strings.ReplaceAll(orgWorkspaces.Path, "{id}", textAt(org, "id")), session: s, body: []byte(`{"limit":1000}`)}
		var got *batch
		err := i.client.do(ctx, ask, func(_ int, _ http.Header, body *bufio.Reader) (err error) {
			got, err = readPage(body, orgWorkspaces.Items, newKeeping([]string{"id", "attributes.hostUrl"}, nil, PersonalFull))
			return err
		}, i.log)
		if ctx.Err() != nil {
			return false, context.Cause(ctx)
		}
		if err != nil || adminNext(got.envelope) != nil {
			return false, nil
		}
		all = append(all, got.items...)
	}
	return foreign(i.site.Site, all), nil
}

// organisationNames are the names of the organisations that a key opens, their ids where they have none.
func (i *identifier) organisationNames() []string {
	var names []string
	for _, org := range i.orgs {
		name := textAt(org, "attributes.name")
		if name == "" {
			name = textAt(org, "id")
		}
		names = append(names, clean(name, nil))
	}
	return names
}
