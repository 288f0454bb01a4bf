package collector

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
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
	ClientSecret string // required: Atlassian documents no sign-in without it
	Redirect     string // the callback address registered for the app; "" is DefaultRedirect. On this machine only
	Atlassian    Atlassian

	form atomic.Bool // the sign-in server was seen to take form encoding only
}

// DefaultRedirect is the callback address to register for an app. The port is fixed because Atlassian compares the
// whole address; 17380 lies below the ports that systems hand out by themselves.
const DefaultRedirect = "http://127.0.0.1:17380/callback"

// Errors of signing in. ErrSignInRefused and ErrSignInLost are those of every credential.
var (
	ErrSignInTimeout  = errors.New("nobody signed in within the time limit")
	ErrWrongApp       = fmt.Errorf("%w: the client id or the client secret is wrong", ErrSignInRefused)
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
	return a.config(slices.Compact(all)).AuthCodeURL(state,
		oauth2.SetAuthURLParam("audience", "api.atlassian.com"),
		oauth2.SetAuthURLParam("prompt", "consent"))
}

func (a *OAuthApp) exchange(ctx context.Context, code string) (tokens, error) {
	t, err := a.config(nil).Exchange(a.context(ctx), code)
	return a.tokens(t, err, "exchanging the code for a token")
}

// refresh spends a refresh token. The answer's own is the only one that counts from then on.
func (a *OAuthApp) refresh(ctx context.Context, refresh string) (tokens, error) {
	t, err := a.config(nil).TokenSource(a.context(ctx), &oauth2.Token{RefreshToken: refresh}).Token()
	return a.tokens(t, err, "refreshing the token")
}

func (a *OAuthApp) tokens(t *oauth2.Token, err error, doing string) (tokens, error) {
	if err != nil {
		return tokens{}, fmt.Errorf("%s: %w", doing, tokenError(err))
	}
	scope, _ := t.Extra("scope").(string)
	return tokens{t.AccessToken, t.RefreshToken, time.Duration(t.ExpiresIn) * time.Second, strings.Fields(scope)}, nil
}

// tokenError keeps of a refusal what may be shown: x/oauth2 would print the body, and nobody knows what a server repeats in it.
func tokenError(err error) error {
	var refusal *oauth2.RetrieveError
	if !errors.As(err, &refusal) {
		return err // the network's own words, or "missing access_token"
	}
	e := &TokenError{Status: refusal.Response.StatusCode, Code: oneWord(refusal.ErrorCode), Description: clip(refusal.ErrorDescription, 200)}
	switch e.Code {
	case "invalid_grant":
		return lost{e}
	case "access_denied", "unauthorized_client", "invalid_client":
		return fmt.Errorf("%w (%w)", ErrWrongApp, e)
	}
	return e
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

// oneWord keeps an error code only if it looks like one.
func oneWord(s string) string {
	if len(s) > 60 || strings.ContainsFunc(s, func(r rune) bool {
		return !(r == '_' || r == '.' || r == '-' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9')
	}) {
		return ""
	}
	return s
}

// clip makes one short printable line of a server's words.
func clip(s string, n int) string {
	s = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)), " ")
	if len(s) > n {
		s = strings.ToValidUTF8(s[:n], "") + "..."
	}
	return s
}
