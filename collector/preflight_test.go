package collector

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"testing"

	"plumbline/collector/fakesite"
	"plumbline/store"
)

// foreseen runs the pre-flight with one credential, and says what was foreseen of each resource.
func foreseen(t *testing.T, site string, a Atlassian, c Credential) (Forecast, map[string]Foreseen) {
	t.Helper()
	f, err := Preflight(t.Context(), Options{Addresses: []string{site}, Credentials: []Credential{c}, APIBase: a.API})
	if err != nil {
		t.Fatal(err)
	}
	noSecret(t, f)
	by := map[string]Foreseen{}
	for _, r := range f.Resources {
		by[r.Resource] = r
		if r.Outcome == "" || r.Outcome != store.Complete && r.Reason == "" {
			t.Errorf("%s: %q without a reason", r.Resource, r.Outcome)
		}
	}
	if len(by) != len(store.Resources()) {
		t.Errorf("%d of %d resources", len(by), len(store.Resources()))
	}
	if hooks, probe := by["jira_webhook"], by["http_probe"]; hooks.Outcome != store.Unavailable || hooks.Lacking || probe.Outcome != store.Unavailable || !probe.Lacking {
		t.Errorf("what no call lists: %+v; what only Data Center has: %+v", hooks, probe)
	}
	return f, by
}

// TestPreflight: an administrator, a member of staff, and exactly the scopes of the seed pages.
func TestPreflight(t *testing.T) {
	s, site, a := harbourline(t, func(s *fakesite.Server) {
		s.Tokens = append(s.Tokens, fakesite.Token{Email: fakesite.AuditorEmail, Secret: planted + "-seed", Scopes: strings.Fields(twoForJira + " " + sevenForConfluence)})
	})
	t.Run("administrator", func(t *testing.T) {
		s.ForgetLog()
		f, by := foreseen(t, site, a, Basic(APIToken, "admin", site, "maja@harbourline.example", "harbourline-admin-token"))
		if f.Vantage.AccountName != "Maja Lindqvist" || !slices.Contains(f.Vantage.Permissions, "ADMINISTER") || len(f.Site.IDs) == 0 {
			t.Errorf("vantage %+v", f.Vantage)
		}
		for _, name := range []string{"jira_user", "jira_setting", "jira_role_actor", "jira_application_role_group", "confluence_space_permission"} {
			if r := by[name]; r.Outcome != store.Complete {
				t.Errorf("%+v", r)
			}
		}
		if by["jira_user"].Lists != All || !by["jira_user"].Tried || by["jira_role_actor"].Tried {
			t.Errorf("%+v %+v", by["jira_user"], by["jira_role_actor"])
		}
		if n := len(s.Log()); n > 2*len(Resources()) {
			t.Errorf("%d requests are not few", n)
		}
	})
	t.Run("staff", func(t *testing.T) {
		_, by := foreseen(t, site, a, Basic(APIToken, "staff", site, "luisa@harbourline.example", "harbourline-staff-token"))
		for _, name := range []string{"jira_setting", "jira_application_role", "jira_application_role_group", "jira_audit_event", "confluence_audit_event"} {
			status := map[string]int{"jira_setting": 404, "jira_application_role_group": by[name].HTTPStatus}[name]
			if r := by[name]; r.Outcome != store.Denied || len(r.Missing) == 0 || r.HTTPStatus != cmp.Or(status, 403) {
				t.Errorf("%+v", r)
			}
		}
		if r := by["jira_project"]; r.Outcome != store.Complete || r.Lists != Seen {
			t.Errorf("%+v", r)
		}
	})
	t.Run("seed scopes", func(t *testing.T) {
		// A scoped token states no scopes, a grant does: tried with the one, foretold with the other, the same comes out.
		_, tried := foreseen(t, site, a, Basic(ScopedToken, "seed", site, fakesite.AuditorEmail, planted+"-seed"))
		app := (&signInServer{t: t}).app()
		app.Atlassian = a
		g := app.Grant(memory(s.Grant(fakesite.AuditorEmail, strings.Fields(twoForJira+" "+sevenForConfluence)...)))
		if _, err := g.Access(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, told := foreseen(t, site, a, g.Credential("seed", site, "", g.Scopes(t.Context())))
		for _, o := range WithScopes(strings.Fields(twoForJira + " " + sevenForConfluence)) {
			for way, r := range map[string]Foreseen{"tried": tried[o.Resource], "told": told[o.Resource]} {
				opens := r.Outcome == store.Complete || r.Outcome == store.Partial
				if o.Resource == "anonymous_probe" && r.Outcome != store.Complete {
					t.Errorf("what anybody may ask, %s: %+v", way, r)
				}
				if want := o.Outcome == store.Complete || o.Outcome == store.Partial; opens != want {
					t.Errorf("%s, %s: %s (%s), and by its scopes it is %s", o.Resource, way, r.Outcome, r.Reason, o.Outcome)
				}
			}
		}
	})
	t.Run("data center", func(t *testing.T) {
		d := fakesite.HarbourlineDC(2)
		jira, confluence := startDC(t, d)
		d.Mend()
		f, err := Preflight(t.Context(), dcOptions(nil, jira, confluence))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range f.Resources {
			if r.Resource == "anonymous_probe" && (r.Outcome != store.Complete || r.Tried) {
				t.Errorf("what anybody may ask: %+v", r)
			}
		}
		for _, r := range d.Log() {
			if strings.Contains(r.Path, "ignup") { // it would be asked for again and again: a page is no answer to a sign-in
				t.Errorf("%s was tried", r.Path)
			}
		}
	})
	t.Run("refused", func(t *testing.T) {
		o := Options{Addresses: []string{site}, APIBase: a.API, Credentials: []Credential{Basic(APIToken, "wrong", site, fakesite.AuditorEmail, planted)}}
		_, err := Preflight(t.Context(), o)
		if !errors.Is(err, ErrSignInRefused) {
			t.Errorf("a wrong token: %v", err)
		}
		noSecret(t, err)
		o.Only = []string{"nonsense"}
		if _, err := Preflight(t.Context(), o); !errors.Is(err, ErrUnknownResource) {
			t.Errorf("an unknown resource: %v", err)
		}
	})
}
