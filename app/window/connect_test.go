package window

import (
	"strings"
	"testing"
	"time"

	"plumbline/collector/fakesite"
)

func TestSignIns(t *testing.T) {
	_, site := aSite(t)
	w := newWindow(t)
	empty, err := w.SignIns()
	if err != nil || len(empty.SignIns) != 0 || len(empty.Kinds) != 5 {
		t.Fatalf("%+v, %v", empty, err)
	}
	for _, bad := range []struct {
		in   NewSignIn
		want string
	}{
		{NewSignIn{Kind: "tokn", Site: site}, "unknown-kind-of-sign-in"},
		{NewSignIn{Kind: "token", Site: "http://"}, "address"},
		{NewSignIn{Kind: "token", Site: site, Email: fakesite.AuditorEmail, Token: "no-such-secret"}, "sign-in-refused"},
	} {
		_, err := w.AddSignIn(bad.in, "")
		if code(t, err) != bad.want || strings.Contains(err.Error(), "no-such-secret") {
			t.Errorf("%+v: %v, want %s", bad.in, err, bad.want)
		}
	}
	signedIn(t, w, site)
	kept, err := w.SignIns()
	if err != nil || len(kept.SignIns) != 1 || kept.SignIns[0].Kind != "token" {
		t.Fatalf("%+v, %v", kept, err)
	}
	trial, err := w.TestSignIn(kept.SignIns[0].Name, "")
	if err != nil || trial.Account == "" || trial.Rules == 0 || len(trial.Resources) == 0 || len(trial.Permissions) == 0 {
		t.Errorf("%+v, %v", trial, err)
	}
	if left, err := w.RemoveSignIn(kept.SignIns[0].Name); err != nil || len(left.SignIns) != 0 {
		t.Errorf("%+v, %v", left, err)
	}
	if _, err := w.TestSignIn("nobody/token", ""); code(t, err) != "sign-in-missing" {
		t.Error(err)
	}
}

// A consent waits for the browser; it can be given up.
func TestConsentCanBeCancelled(t *testing.T) {
	_, site := aSite(t)
	w := newWindow(t)
	if err := w.PasteConsent("http://localhost"); code(t, err) != "usage" {
		t.Error(err)
	}
	events, stop := w.hub.listen()
	defer stop()
	end := make(chan error)
	go func() {
		_, err := w.AddSignIn(NewSignIn{Kind: "3lo", Site: site, ClientID: fakesite.DefaultClientID, ClientSecret: fakesite.DefaultClientSecret}, "t")
		end <- err
	}()
	select {
	case e := <-events:
		if at, is := e.Data.(Consent); e.Name != "consent" || !is || !strings.Contains(at.Address, fakesite.DefaultClientID) {
			t.Errorf("told %+v", e)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("nobody was told where to sign in")
	}
	if err := w.PasteConsent("http://127.0.0.1:17380/callback?state=old&code=x"); err != nil {
		t.Error(err)
	}
	select {
	case e := <-events:
		if at, is := e.Data.(Consent); !is || at.Address == "" || !strings.Contains(at.Wrong, "another sign-in") {
			t.Errorf("after the address of another sign-in, told %+v", e)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("nobody was told that the address pasted is not it")
	}
	w.Cancel("t")
	if err := <-end; code(t, err) != "cancelled" {
		t.Error(err)
	}
}

func TestScopes(t *testing.T) {
	w := newWindow(t)
	all, err := w.Scopes("cloud", false, nil)
	if err != nil || len(all.Scopes) < 10 || all.Reach == 0 || all.Reach > all.Rules {
		t.Fatalf("%+v, %v", all, err)
	}
	one, err := w.Scopes("cloud", false, []string{"JIRA-ACCESS-001"})
	if err != nil || len(one.Scopes) >= len(all.Scopes) || one.Reach == 0 || one.Reach >= all.Reach {
		t.Errorf("%d scopes reach %d rules, all %d", len(one.Scopes), one.Reach, all.Reach)
	}
	if _, err := w.Scopes("moon", false, nil); code(t, err) != "unknown-site-kind" {
		t.Error(err)
	}
}
