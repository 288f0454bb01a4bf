package collector

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// Grant is what an account has granted to an app: an access token that lives an hour, and a refresh token that is
// replaced whenever it is used. Its methods may be called from several goroutines; they refresh once.
type Grant struct {
	app  *OAuthApp
	kept RefreshToken // zero until the grant is kept

	turn    chan struct{} // held by whoever reads or changes what follows
	access  string
	ends    time.Time // of access; zero if not told
	life    time.Duration
	scopes  []string
	refresh string // the newest one
	unkept  bool   // it could not be kept yet: access is not given out before it is

	now func() time.Time
}

// Grant returns the grant whose refresh token is kept there. Nothing is asked of the network yet.
func (a *OAuthApp) Grant(kept RefreshToken) *Grant {
	return &Grant{app: a, kept: kept, turn: make(chan struct{}, 1), now: time.Now}
}

// Access returns an access token that will live for a while yet, refreshed if need be.
func (g *Grant) Access(ctx context.Context) (string, error) {
	if err := g.hold(ctx); err != nil {
		return "", err
	}
	defer g.leave()
	return g.current(ctx, g.stale())
}

// Renew returns an access token other than the one refused: that of another goroutine that was quicker, or a new one.
func (g *Grant) Renew(ctx context.Context, refused string) (string, error) {
	if err := g.hold(ctx); err != nil {
		return "", err
	}
	defer g.leave()
	return g.current(ctx, g.access == refused || g.stale())
}

// Scopes are those the sign-in server stated with the last token, sorted; empty before the first.
func (g *Grant) Scopes(ctx context.Context) []string {
	if g.hold(ctx) != nil {
		return nil
	}
	defer g.leave()
	return slices.Clone(g.scopes)
}

// newest is the refresh token to keep.
func (g *Grant) newest(ctx context.Context) string {
	if g.hold(ctx) != nil {
		return ""
	}
	defer g.leave()
	return g.refresh
}

func (g *Grant) hold(ctx context.Context) error {
	select {
	case g.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g *Grant) leave() { <-g.turn }

// stale: a token is renewed a minute before its end, a short-lived one when a tenth of its life is left.
func (g *Grant) stale() bool {
	if g.access == "" {
		return true
	}
	return !g.ends.IsZero() && !g.now().Before(g.ends.Add(-min(time.Minute, g.life/10)))
}

func (g *Grant) current(ctx context.Context, renew bool) (string, error) {
	if renew {
		if err := g.renew(ctx); err != nil {
			return "", err
		}
	}
	if g.unkept {
		if err := g.keep(ctx); err != nil {
			return "", err
		}
	}
	return g.access, nil
}

// renew spends the refresh token. From the moment it is sent the old one may be dead, so the answer is waited for a
// while and kept even if the caller gives up.
func (g *Grant) renew(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if g.unkept {
		if err := g.keep(ctx); err != nil {
			return err
		}
	}
	ctx, cancel := outlasting(ctx, 10*time.Second)
	defer cancel()
	refresh, write, abandon := g.refresh, func(string) error { return nil }, func() {}
	if g.kept.Read != nil {
		// Another run of this program may have replaced it meanwhile.
		var err error
		if refresh, err = g.kept.Read(ctx); err != nil {
			return err
		}
		if write, abandon, err = g.kept.Begin(ctx); err != nil {
			return err
		}
	}
	t, err := g.app.refresh(ctx, refresh)
	if errors.Is(err, ErrSignInLost) && g.kept.Read != nil {
		// Two runs at the same moment: the other one's new token is there by now.
		if newer, readErr := g.kept.Read(ctx); readErr == nil && newer != refresh {
			t, err = g.app.refresh(ctx, newer)
		}
	}
	if err != nil {
		abandon()
		return err
	}
	g.put(t)
	if g.unkept = g.kept.Read != nil && g.refresh != refresh; !g.unkept {
		abandon()
		return nil
	}
	if err := write(g.refresh); err != nil {
		return fmt.Errorf("keeping the new refresh token: %w", err)
	}
	g.unkept = false
	return nil
}

// outlasting is a context that ends some time after ctx does.
func outlasting(ctx context.Context, by time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(by, cancel) })
	return longer, func() { stop(); cancel() }
}

// keep tries again to keep a refresh token that came when it could not be kept.
func (g *Grant) keep(ctx context.Context) error {
	write, _, err := g.kept.Begin(context.WithoutCancel(ctx))
	if err == nil {
		err = write(g.refresh)
	}
	if err != nil {
		return fmt.Errorf("keeping the new refresh token: %w", err)
	}
	g.unkept = false
	return nil
}

func (g *Grant) put(t tokens) {
	g.access, g.life, g.ends = t.access, t.lifetime, time.Time{}
	if t.lifetime > 0 {
		g.ends = g.now().Add(t.lifetime)
	}
	if t.refresh != "" {
		g.refresh = t.refresh
	}
	if len(t.scopes) > 0 {
		slices.Sort(t.scopes)
		g.scopes = t.scopes
	}
}

// Credential returns the grant as the collector uses it.
func (g *Grant) Credential(name, site, account string, scopes []string) Credential {
	return Credential{
		Kind: ThreeLO, Name: name, Site: site, Account: account, Scopes: scopes,
		Authorise: func(r *http.Request) error {
			access, err := g.Access(r.Context())
			if err != nil {
				return err
			}
			r.Header.Set("Authorization", "Bearer "+access)
			return nil
		},
		Refresh: func(ctx context.Context) error {
			if err := g.hold(ctx); err != nil {
				return err
			}
			defer g.leave()
			_, err := g.current(ctx, true)
			return err
		},
		Reaches: g.Reaches,
	}
}

// Account is who a credential signs in.
type Account struct {
	ID    string // account id
	Name  string // display name
	Email string // "" where the profile hides it
	Kind  string // atlassian, app, customer
}

// Me asks whose the grant is (GET /me of the gateway, scope read:me).
func (g *Grant) Me(ctx context.Context) (Account, error) {
	var me struct {
		ID    string `json:"account_id"`
		Kind  string `json:"account_type"`
		Email string `json:"email"`
		Name  string `json:"name"`
	}
	if err := g.get(ctx, "/me", &me); err != nil {
		return Account{}, fmt.Errorf("asking whose the sign-in is: %w", err)
	}
	return Account{ID: me.ID, Name: me.Name, Email: me.Email, Kind: me.Kind}, nil
}

// Reaches asks what the grant opens (GET /oauth/token/accessible-resources of the gateway). Consenting for one more
// site widens the one grant of the app and the account, so there can be sites here that nobody meant.
func (g *Grant) Reaches(ctx context.Context) ([]Reach, error) {
	var entries []struct {
		ID     string   `json:"id"`
		Name   string   `json:"name"`
		URL    string   `json:"url"`
		Scopes []string `json:"scopes"`
	}
	if err := g.get(ctx, "/oauth/token/accessible-resources", &entries); err != nil {
		return nil, fmt.Errorf("asking which sites the grant reaches: %w", err)
	}
	var reaches []Reach
	for _, e := range entries {
		reaches = append(reaches, Reach{CloudID: e.ID, Name: e.Name, URL: e.URL, Scopes: e.Scopes})
	}
	return reaches, nil
}

// get reads one answer of the gateway, renewing the access token once if it is refused.
func (g *Grant) get(ctx context.Context, path string, into any) error {
	access, err := g.Access(ctx)
	if err != nil {
		return err
	}
	for attempt := 0; ; attempt++ {
		status, body, err := g.app.Atlassian.get(ctx, g.app.Atlassian.api()+path, "Bearer "+access)
		if err != nil {
			return err
		}
		switch {
		case status == http.StatusUnauthorized && attempt == 0 && !lacksScope(body):
			if access, err = g.Renew(ctx, access); err != nil {
				return err
			}
		case status == http.StatusUnauthorized || status == http.StatusForbidden:
			return fmt.Errorf("%w by the gateway (%d)", ErrSignInRefused, status)
		case status != http.StatusOK:
			return fmt.Errorf("the gateway answered %d", status)
		default:
			if err := json.Unmarshal(body, into); err != nil {
				return errors.New("the gateway's answer is not the JSON expected")
			}
			return nil
		}
	}
}

// lacksScope tells a good credential without the scope of a call from one that is refused: the gateway says 401 to both.
func lacksScope(body []byte) bool { return strings.Contains(string(body), "scope does not match") }

// get reads one small answer, which is not followed elsewhere. authorization may be "".
func (a Atlassian) get(ctx context.Context, address, authorization string) (status int, body []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, nil, ErrAddress
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "plumbline")
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	answer, err := a.client().Do(r)
	if err != nil {
		return 0, nil, networkError(r.URL.Host, err)
	}
	defer answer.Body.Close()
	if body, err = io.ReadAll(io.LimitReader(answer.Body, 1<<20)); err != nil {
		return 0, nil, networkError(r.URL.Host, err)
	}
	return answer.StatusCode, body, nil
}

// Products are what an entry of accessible-resources opens, told by its scopes: the id of an entry is not unique, it
// comes once for Jira and once for Confluence of the same site.
func (r Reach) Products() []Product {
	var products []Product
	for _, name := range r.Scopes {
		if s, ok := LookupScope(name); ok && s.Product != Platform && !slices.Contains(products, s.Product) {
			products = append(products, s.Product)
		}
	}
	slices.Sort(products)
	return products
}

// ReachesOf parts the entries of one site, known by any of these addresses, from those beyond it.
func ReachesOf(all []Reach, addresses ...string) (of, beyond []Reach) {
	return partition(all, func(r Reach) bool {
		return slices.ContainsFunc(addresses, func(a string) bool { return sameSite(a, r.URL) })
	})
}

func partition(all []Reach, is func(Reach) bool) (of, beyond []Reach) {
	for _, r := range all {
		if is(r) {
			of = append(of, r)
		} else {
			beyond = append(beyond, r)
		}
	}
	return of, beyond
}

// sameSite compares two addresses by their host, which is what names a Cloud site.
func sameSite(a, b string) bool {
	a, errA := CleanAddress(a)
	b, errB := CleanAddress(b)
	if errA != nil || errB != nil {
		return false
	}
	ua, _ := url.Parse(a)
	ub, _ := url.Parse(b)
	return strings.EqualFold(ua.Host, ub.Host)
}
