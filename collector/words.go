package collector

import (
	"encoding/base64"
	"html"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// longestWords is how much of a server's own words is kept, in bytes.
const longestWords = 300

// serverWords returns what the body of a refusal says, in one line: the messages of Jira, Confluence v1 and v2, the
// gateway, the organisation APIs and OAuth, the title of an HTML page, else the beginning of the text. It is what the
// other side chose to say, so credentials that it may repeat (secrets) are taken out, and it is never long.
func serverWords(body io.Reader, secrets []string) string {
	said, _ := errorBody(body, secrets)
	return said
}

// errorBody is serverWords, and whose form of a refusal the body has: Jira's, Confluence's, the gateway's (Platform), "" for
// none of Atlassian's.
func errorBody(body io.Reader, secrets []string) (line string, by Product) {
	b, _ := io.ReadAll(io.LimitReader(body, 64<<10))
	var v any
	var said []string
	err := json.Unmarshal(b, &v, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	switch {
	case err == nil:
		said = messages(v, nil)
		if m, ok := v.(map[string]any); ok {
			told := m["message"] != nil || m["data"] != nil
			switch {
			case m["errorMessages"] != nil:
				by = Jira
			case m["statusCode"] != nil && told:
				by = Confluence
			case (m["status-code"] != nil || m["code"] != nil) && told:
				by = Platform
			}
		}
	case looksLikeHTML(b):
		said = append(said, html.UnescapeString(pageTitle(string(b))))
	default:
		said = append(said, string(b))
	}
	return clean(strings.Join(said, "; "), secrets), by
}

// pageTitle is what stands in the title of an HTML page.
func pageTitle(page string) string {
	lower := strings.ToLower(page)
	if len(lower) != len(page) {
		page = lower // a letter whose lower case is longer: positions would not fit
	}
	_, rest, _ := strings.Cut(lower, "<title")
	_, rest, found := strings.Cut(rest, ">")
	if !found {
		return ""
	}
	text := page[len(page)-len(rest):]
	if end := strings.Index(rest, "</title"); end >= 0 {
		return text[:end]
	}
	return ""
}

// messages walks the error bodies known: errorMessages, errors (an object of texts, or a list of {title, detail} or
// {message}), message (a text or {translation}), data.errors, error_description, error, reason, detail, title.
func messages(v any, said []string) []string {
	add := func(s string) {
		if s = strings.TrimSpace(s); s != "" && !contains(said, s) {
			said = append(said, s)
		}
	}
	switch v := v.(type) {
	case string:
		add(v)
	case []any:
		for _, e := range v[:min(len(v), 5)] {
			said = messages(e, said)
		}
	case map[string]any:
		for _, name := range []string{"errorMessages", "errorMessage", "message", "translation", "title", "detail", "error_description", "error", "reason", "data"} {
			if e, ok := v[name]; ok {
				said = messages(e, said)
			}
		}
		switch errors := v["errors"].(type) {
		case []any:
			said = messages(errors, said)
		case map[string]any:
			for _, field := range slices.Sorted(maps.Keys(errors)) {
				if s, ok := errors[field].(string); ok {
					add(field + ": " + s)
				}
			}
		}
	}
	return said
}

func contains(said []string, s string) bool {
	for _, have := range said {
		if strings.Contains(have, s) {
			return true
		}
	}
	return false
}

// clean makes one short line of foreign text, without control characters and without secrets.
func clean(s string, secrets []string) string {
	for _, secret := range secrets {
		s = strings.ReplaceAll(s, secret, "[removed]")
	}
	var b strings.Builder
	blank := false
	for _, r := range s {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			blank = b.Len() > 0
			continue
		}
		if !unicode.IsPrint(r) || r == utf8.RuneError {
			r = '?'
		}
		if blank {
			b.WriteByte(' ')
			blank = false
		}
		if b.Len()+utf8.RuneLen(r) > longestWords {
			b.WriteString(" ...")
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}

// secretsOf are the texts of a request that must never come back in words: what stands behind "Bearer" or "Basic", and
// the token inside the latter.
func secretsOf(r *http.Request) []string {
	_, value, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || value == "" {
		return nil
	}
	secrets := []string{value}
	if decoded, err := base64.StdEncoding.DecodeString(value); err == nil {
		if _, token, ok := strings.Cut(string(decoded), ":"); ok && token != "" {
			secrets = append(secrets, string(decoded), token)
		}
	}
	return secrets
}

func looksLikeHTML(b []byte) bool {
	s := strings.ToLower(strings.TrimLeft(string(b[:min(len(b), 512)]), "\ufeff \t\r\n"))
	return strings.HasPrefix(s, "<")
}

// looksLikeLogin tells a log-in page from another page, by what log-in pages of Atlassian and of single sign-on have.
func looksLikeLogin(b []byte) bool {
	s := strings.ToLower(string(b))
	for _, sign := range []string{"log in", "login", "log-in", "sign in", "signin", "type=\"password\"", "samlrequest"} {
		if strings.Contains(s, sign) {
			return true
		}
	}
	return false
}

// leadsToLogin tells a redirect to a log-in page, Data Center's login.jsp, login.action and WebSudo's among them.
func leadsToLogin(to *url.URL) bool {
	where := strings.ToLower(to.Host + to.Path)
	return looksLikeLogin([]byte(where)) || strings.Contains(where, "websudo") || strings.HasSuffix(where, "/authenticate.action")
}
