package collector

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"
	"golang.org/x/oauth2"
)

// Atlassian is where the gateway and the sign-in server are, and how they are spoken to.
type Atlassian struct {
	API  string       // "" is AtlassianAPI; PLUMBLINE_API_BASE moves it
	Auth string       // "" is AtlassianAuth; PLUMBLINE_AUTH_BASE moves it
	HTTP *http.Client // nil: the standard one. Redirects are never followed: no secret moves on
}

// OAuthApp is an OAuth 2.0 (3LO) app as Atlassian's developer console knows it.
// Source of all addresses and members: Atlassian's page "OAuth 2.0 (3LO) apps".
type OAuthApp struct {
	ClientID     string
	ClientSecret string `json:"-"` // required: Atlassian documents no sign-in without it
	Redirect     string // the callback address registered for the app; "" is DefaultRedirect. On this machine only
	Atlassian    Atlassian

	form  atomic.Bool   // the sign-in server was seen to take form encoding only
	pause time.Duration // before a refresh is tried again, doubled each time; 0 is a second
}

// DefaultRedirect is the callback address to register for an app. The port is fixed because Atlassian compares the
// whole address; 17380 lies below the ports that systems hand out by themselves.
const DefaultRedirect = "http://127.0.0.1:17380/callback"

// Errors of signing in. ErrSignInRefused and ErrSignInLost are those of every credential.
var (
	ErrSignInTimeout = errors.New("nobody signed in within the time limit")
	ErrWrongApp      = fmt.Errorf("%w: the client id or the client secret is wrong", ErrSignInRefused)
	// ErrNoConsent: whoever was asked on the consent page did not agree.
	ErrNoConsent = fmt.Errorf("%w on the consent page", ErrSignInRefused)
	// ErrNotPasted: what was pasted is not where the browser ended on this sign-in.
	ErrNotPasted = fmt.Errorf("%w: what was pasted is not the address that the browser ended on", ErrSignInRefused)
	// ErrPortTaken: nothing listens for the browser, and nobody can paste.
	ErrPortTaken      = errors.New("the port of the callback address is taken")
	ErrNoSecret       = fmt.Errorf("%w: an OAuth app needs its client id and its client secret", ErrSignInMissing)
	ErrNoRefreshToken = errors.New("the sign-in server gave no refresh token: the app must be allowed offline_access")
)

// TokenError is the sign-in server's refusal, without a word of what was sent.
type TokenError struct {
	Status      int    // HTTP status, 0 if there was no answer
	Code        string // invalid_grant ...
	Description string
}

func (e *TokenError) Error() string {
	words := strings.Join(slices.DeleteFunc([]string{e.Code, e.Description}, func(s string) bool { return s == "" }), ": ")
	if words == "" {
		words = "no reason given"
	}
	return fmt.Sprintf("the sign-in server answered %d, %s", e.Status, words)
}

// lost is the end of a grant. It is a refusal when nothing was read yet, and a loss midway: whoever meets it knows which.
type lost struct{ *TokenError }

func (e lost) Error() string {
	return "the grant was revoked or ran out, or its refresh token was spent elsewhere: sign in again (" + e.TokenError.Error() + ")"
}
func (e lost) Is(target error) bool { return target == ErrSignInLost || target == ErrSignInRefused }
func (e lost) Unwrap() error        { return e.TokenError }

// tokens is one answer of the token endpoint.
type tokens struct {
	access, refresh string
	lifetime        time.Duration // 0: not told
	scopes          []string
}

func (a Atlassian) api() string  { return strings.TrimRight(cmp.Or(a.API, AtlassianAPI), "/") }
func (a Atlassian) auth() string { return strings.TrimRight(cmp.Or(a.Auth, AtlassianAuth), "/") }

func (a Atlassian) client() *http.Client {
	client := http.Client{Timeout: 30 * time.Second}
	if a.HTTP != nil {
		client = *a.HTTP
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client
}

func (a *OAuthApp) config(scopes []string) *oauth2.Config {
	return &oauth2.Config{
		ClientID:     a.ClientID,
		ClientSecret: a.ClientSecret,
		RedirectURL:  cmp.Or(a.Redirect, DefaultRedirect),
		Scopes:       scopes,
		Endpoint: oauth2.Endpoint{
			AuthURL:   a.Atlassian.auth() + "/authorize",
			TokenURL:  a.Atlassian.auth() + "/oauth/token",
			AuthStyle: oauth2.AuthStyleInParams,
		},
	}
}

// check refuses an app that could not sign in, or that would send its secret in the clear.
func (a *OAuthApp) check() error {
	if a.ClientID == "" || a.ClientSecret == "" {
		return ErrNoSecret
	}
	for _, address := range []string{a.Atlassian.auth(), a.Atlassian.api()} {
		if _, err := CleanAddress(address); err != nil {
			return err
		}
	}
	return nil
}

// AuthorizeURL is the page where a person consents. The two scopes that every sign-in needs are added.
func (a *OAuthApp) AuthorizeURL(scopes []string, state string) string {
	all := slices.Concat(scopes, []string{OfflineAccess, ReadMe})
	slices.Sort(all)
	address := a.config(slices.Compact(all)).AuthCodeURL(state,
		oauth2.SetAuthURLParam("audience", "api.atlassian.com"),
		oauth2.SetAuthURLParam("prompt", "consent"))
	return strings.ReplaceAll(address, "+", "%20") // blanks as Atlassian's page spells them; a plus is %2B already
}

func (a *OAuthApp) exchange(ctx context.Context, code string) (tokens, error) {
	t, err := a.config(nil).Exchange(a.context(ctx), code)
	return a.tokens(t, err, "exchanging the code for a token", code)
}

// refresh spends a refresh token. The answer's own is the only one that counts from then on. A server that does not
// answer, or is in trouble, is asked again: Atlassian takes the same refresh token for ten minutes more.
func (a *OAuthApp) refresh(ctx context.Context, refresh string) (tokens, error) {
	for attempt := 0; ; attempt++ {
		t, err := a.config(nil).TokenSource(a.context(ctx), &oauth2.Token{RefreshToken: refresh}).Token()
		got, err := a.tokens(t, err, "refreshing the access token", refresh)
		if attempt == 3 || !errors.Is(err, ErrUnreachable) {
			return got, err
		}
		select {
		case <-time.After(cmp.Or(a.pause, time.Second) << attempt):
		case <-ctx.Done():
			return tokens{}, ctx.Err()
		}
	}
}

func (a *OAuthApp) tokens(t *oauth2.Token, err error, doing string, secrets ...string) (tokens, error) {
	if err != nil {
		return tokens{}, fmt.Errorf("%s: %w", doing, a.tokenError(err, append(secrets, a.ClientSecret)))
	}
	scope, _ := t.Extra("scope").(string)
	return tokens{t.AccessToken, t.RefreshToken, time.Duration(t.ExpiresIn) * time.Second, strings.Fields(scope)}, nil
}

// tokenError keeps of a refusal what may be shown: x/oauth2 would print the body, and nobody knows what a server repeats
// in it.
func (a *OAuthApp) tokenError(err error, secrets []string) error {
	var refusal *oauth2.RetrieveError
	var network *url.Error
	switch {
	case errors.As(err, &refusal):
	case errors.As(err, &network):
		return networkError(hostOf(a.Atlassian.auth()), err)
	default:
		return fmt.Errorf("%w: the sign-in server's answer holds no token", ErrUnreachable)
	}
	e := &TokenError{refusal.Response.StatusCode, clean(refusal.ErrorCode, secrets), clean(refusal.ErrorDescription, secrets)}
	switch {
	case e.Code == "invalid_grant":
		return lost{e}
	case e.Code == "access_denied" || e.Code == "unauthorized_client" || e.Code == "invalid_client":
		return fmt.Errorf("%w (%w)", ErrWrongApp, e)
	case e.Status >= 500 || e.Status == http.StatusTooManyRequests:
		return fmt.Errorf("%w: %w", ErrUnreachable, e)
	}
	return fmt.Errorf("%w: %w", ErrSignInRefused, e)
}

// context hands x/oauth2 our client with jsonFirst in front of its transport.
func (a *OAuthApp) context(ctx context.Context) context.Context {
	client := *a.Atlassian.client()
	client.Transport = &jsonFirst{next: client.Transport, form: &a.form}
	return context.WithValue(ctx, oauth2.HTTPClient, &client)
}

// jsonFirst sends the form of x/oauth2 as the JSON that Atlassian documents, and as a form where JSON is not understood.
// A server that did not understand has spent neither code nor token; one that answers invalid_grant has understood.
type jsonFirst struct {
	next http.RoundTripper
	form *atomic.Bool
}

func (j *jsonFirst) RoundTrip(r *http.Request) (*http.Response, error) {
	next := j.next
	if next == nil {
		next = http.DefaultTransport
	}
	body, err := io.ReadAll(r.Body)
	r.Body.Close()
	if err != nil {
		return nil, err
	}
	send := func(contentType string, body []byte) (*http.Response, error) {
		again := r.Clone(r.Context())
		again.Header.Set("Content-Type", contentType)
		again.Header.Set("Accept", "application/json")
		again.Body, again.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		again.GetBody = nil
		return next.RoundTrip(again)
	}
	const form = "application/x-www-form-urlencoded"
	if j.form.Load() {
		return send(form, body)
	}
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, errors.New("the token request is not a form")
	}
	members := map[string]string{}
	for name := range values {
		members[name] = values.Get(name)
	}
	asJSON, err := json.Marshal(members)
	if err != nil {
		return nil, err
	}
	answer, err := send("application/json", asJSON)
	if err != nil || !notUnderstood(answer) {
		return answer, err
	}
	second, err := send(form, body)
	if err != nil {
		return nil, err
	}
	if second.StatusCode < 300 {
		answer.Body.Close()
		j.form.Store(true)
		return second, nil
	}
	// Neither was taken. The answer with a reason is the one to show; of two reasons, the documented form's.
	if notUnderstood(second) {
		second.Body.Close()
		return answer, nil
	}
	answer.Body.Close()
	return second, nil
}

// notUnderstood tells a refusal of the encoding from one of what was asked. It leaves the body to be read again.
func notUnderstood(answer *http.Response) bool {
	switch answer.StatusCode {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotAcceptable,
		http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity:
	default:
		return false
	}
	text, _ := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	answer.Body.Close()
	answer.Body = io.NopCloser(bytes.NewReader(text))
	var refusal struct {
		Error string `json:"error"`
	}
	if kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type")); kind == "application/json" {
		_ = json.Unmarshal(text, &refusal)
	}
	return refusal.Error != "invalid_grant"
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
