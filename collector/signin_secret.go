package collector

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Secret is what a sign-in must keep to itself. It prints as a word in brackets however it is printed, and it refuses to
// become JSON: only the keychain sees its fields.
type Secret struct {
	Email        string // token, scoped-token
	Token        string // token, scoped-token, org-key, dc-token
	ClientID     string // 3lo
	ClientSecret string // 3lo
	RefreshToken string // 3lo; replaced at every refresh
}

const redacted = "[secret]"

// Format prints a word in brackets for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// Format prints whose app it is, and nothing else.
func (a *OAuthApp) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "OAuth app "+a.ClientID) }

// Format prints that it is one.
func (g *Grant) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "grant to "+g.app.ClientID) }

// LogValue is the same for log/slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON refuses.
func (Secret) MarshalJSON() ([]byte, error) {
	return nil, errors.New("a secret is never written as JSON")
}

// storedSecret is a Secret as the keychain holds it.
type storedSecret struct {
	Email        string `json:"email,omitempty"`
	Token        string `json:"token,omitempty"`
	ClientID     string `json:"client_id,omitempty"`
	ClientSecret string `json:"client_secret,omitempty"`
	RefreshToken string `json:"refresh_token,omitempty"`
}
