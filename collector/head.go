package collector

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"plumbline/store"
)

// headTimeout is how long a HEAD may take: nobody waits longer for a port that a firewall keeps silent.
const headTimeout = 10 * time.Second

// head asks what stands at an address: one HEAD, without a credential and without following where it leads. It is the only
// request that may be plain http to another machine, because whether that is answered is what it asks. The error is the
// transport's own.
func (c *client) head(ctx context.Context, address string) (*http.Response, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	t := c.host(u)
	if err := t.enter(ctx, false); err != nil {
		return nil, err
	}
	defer t.leave()
	ctx, cancel := context.WithTimeout(ctx, headTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", c.agent)
	c.sent.Add(1)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	return resp, resp.Body.Close()
}

// isClosed reports whether an error says that nothing took the connection: it was refused, or nobody answered the knock.
// Whether it was the site that did not, or a proxy on the way, the error does not say.
func isClosed(err error) bool {
	var op *net.OpError
	return errors.Is(err, syscall.ECONNREFUSED) || errors.As(err, &op) && op.Op == "dial" && op.Timeout() || errors.Is(err, context.DeadlineExceeded)
}

// collectHeads asks each product's address over plain http and over https. A closed port is an answer too.
func collectHeads(ctx context.Context, w *Walk) error {
	for _, api := range []API{JiraAPI, ConfluenceAPI} {
		product := productOf[api]
		if !w.Has(product) {
			continue
		}
		for _, scheme := range []string{"http", "https"} {
			address, err := overScheme(w.loop.site.base(api), scheme)
			if err != nil {
				return err
			}
			row := store.Request{Resource: w.resource.Name, Method: http.MethodHead, Path: "/", At: time.Now(), Requests: 1, Note: "over " + scheme}
			resp, err := w.loop.client.head(ctx, address)
			if parent := context.Cause(ctx); parent != nil {
				return parent
			}
			body := Item{"product": string(product), "scheme": scheme}
			if err != nil {
				err = w.unanswered(body, address, err)
				row.Note += ": " + err.Error()
			} else {
				row.Status = resp.StatusCode
				answered(body, resp)
			}
			row.Duration = time.Since(row.At)
			w.part.log(row)
			w.Emit(Made{[]string{string(product), scheme}, body})
		}
	}
	return nil
}

// unanswered says in body why an address was not answered, and returns that.
func (w *Walk) unanswered(body Item, address string, err error) error {
	u, _ := url.Parse(address)
	proxied := false
	if t, ok := w.loop.client.http.Transport.(*http.Transport); ok && t.Proxy != nil {
		proxy, _ := t.Proxy(&http.Request{URL: u})
		proxied = proxy != nil
	}
	words := networkError(u.Host, err)
	if isClosed(err) && !proxied {
		body["closed"] = true
	}
	body["reason"] = clean(words.Error(), nil)
	return words
}

// answered takes of an answer what tells how connections are kept safe. Parameters of the address that it leads to may be
// anybody's secret.
func answered(body Item, resp *http.Response) {
	body["status"], body["closed"] = resp.StatusCode, false
	if to, _, _ := strings.Cut(resp.Header.Get("Location"), "?"); to != "" {
		to, _, _ = strings.Cut(to, "#")
		body["location"] = clean(to, nil)
	}
	if policy := resp.Header.Values("Strict-Transport-Security"); len(policy) > 0 {
		body["strictTransportSecurity"] = clean(policy[0], nil) // the first one counts: RFC 6797, 8.1
	}
	if resp.TLS != nil {
		body["tlsVersion"] = tls.VersionName(resp.TLS.Version)
	}
}

// overScheme is an address under a scheme: under its own as it is, under the other at that one's usual port.
func overScheme(base, scheme string) (string, error) {
	u, err := url.Parse(base)
	if err != nil {
		return "", err
	}
	if u.Scheme != scheme {
		if u.Scheme, u.Host = scheme, u.Hostname(); strings.Contains(u.Host, ":") {
			u.Host = "[" + u.Host + "]"
		}
	}
	return u.Scheme + "://" + u.Host + strings.TrimRight(u.EscapedPath(), "/") + "/", nil
}

// askPage asks for a web page without a sign-in, and takes of it nothing but what page says of it.
func (p probe) askPage(ctx context.Context, w *Walk, product string) (Made, error) {
	body := Item{"product": product, "path": p.Path}
	ask := &call{resource: w.resource.Name, base: w.loop.site.base(p.API), path: p.Path, header: map[string]string{"Accept": "text/html"}, page: true, open: true}
	err := w.loop.client.do(ctx, ask, func(status int, _ http.Header, page *bufio.Reader) error {
		text, err := io.ReadAll(io.LimitReader(page, longestText))
		if err != nil {
			return err
		}
		body["status"] = status
		if count, told := p.page(string(text)); told && looksLikeHTML(text) {
			body["itemCount"], body["keys"] = count, []any{}
		}
		return nil
	}, w.part.log)
	var refused *answerError
	if errors.As(err, &refused) {
		body["status"] = refused.status
		return Made{[]string{product, p.Path}, body}, nil
	}
	if err == nil {
		w.part.count(ask, 1, http.StatusOK)
	}
	return Made{[]string{product, p.Path}, body}, err
}
