package fakesite

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// dcCall is one request to a Data Center while it is answered.
type dcCall struct {
	*call    // its path has the context path, its base is the address without it
	d        *DataCenter
	in       *installation
	of       *instance // the product asked
	product  string
	endpoint *dcEndpoint
	below    string // the path below the context path
	token    *PAT   // nil for an anonymous visitor
}

// serve answers one request to a product and records it.
func (d *DataCenter) serve(w http.ResponseWriter, r *http.Request, product, base string) {
	began := time.Now()
	d.mu.RLock()
	c := &dcCall{call: &call{s: &d.Server, site: d.site, w: w, r: r, path: r.URL.Path, base: base, face: product}, d: d, in: d.in, of: d.in.of[product], product: product}
	d.mu.RUnlock()
	c.failed = c.refuse
	c.identify()
	defer func() {
		email := ""
		if c.who.account != nil {
			email = c.who.account.Email
		}
		d.record(Request{began, product, r.Method, c.path, r.URL.RawQuery, c.who.kind, email, c.status})
	}()
	if d.Latency > 0 {
		time.Sleep(d.Latency)
	}
	below, ok := strings.CutPrefix(r.URL.Path, "/"+product)
	if !ok || c.of == nil {
		c.deliver(http.StatusNotFound, "text/html;charset=utf-8", []byte("<!doctype html><html lang=\"en\"><head><title>HTTP Status 404 – Not Found</title></head><body><h1>HTTP Status 404 – Not Found</h1></body></html>"))
		return
	}
	c.below = below
	c.route()
	c.headers()
	switch {
	case c.who.kind == "wrong" && d.WrongTokens != 0:
		c.refuse(d.WrongTokens, "Failed to authenticate with the personal access token")
	case d.strike(c.call):
	case c.limited():
	case c.endpoint == nil:
		c.elsewhere()
	case c.forbidden():
	default:
		c.endpoint.answer(c)
	}
}

// route finds the endpoint of the path, if the version has it, and the path's values.
func (c *dcCall) route() {
	asked := c.r.Clone(c.r.Context())
	asked.URL.Path, asked.URL.RawPath = c.below, strings.TrimPrefix(asked.URL.RawPath, "/"+c.product)
	for _, alias := range [][2]string{{"/rest/api/latest/", map[string]string{"jira": "/rest/api/2/", "confluence": "/rest/api/"}[c.product]},
		{"/rest/plugins/latest/", "/rest/plugins/1.0/"}, {"/rest/applinks/latest/", "/rest/applinks/1.0/"}, {"/rest/authconfig/latest/", "/rest/authconfig/1.0/"}} {
		if rest, ok := strings.CutPrefix(asked.URL.Path, alias[0]); ok {
			asked.URL.Path, asked.URL.RawPath = alias[1]+rest, ""
		}
	}
	if p := asked.URL.Path; p == "/rest/plugins/1.0" || p == "/rest/troubleshooting/1.0/check" {
		asked.URL.Path += "/"
	}
	rt := theDCRoutes()[c.product]
	_, pattern := rt.mux.Handler(asked)
	rt.mux.ServeHTTP(discard{}, asked) // sets the path's values
	c.r = asked
	for _, e := range rt.byID[pattern] {
		if e.in(c.of.Version) && (c.of.Desk != "" || !strings.Contains(pattern, "/servicedeskapi/")) {
			c.endpoint, c.e = e, &e.endpoint
		}
	}
}

// identify reads the credentials of a request: a personal access token, or none that is good.
func (c *dcCall) identify() {
	header := c.r.Header.Get("Authorization")
	secret, bearer := strings.CutPrefix(header, "Bearer ")
	kind := "none"
	if header != "" {
		kind = "wrong"
	}
	for i := range c.in.tokens {
		t := &c.in.tokens[i]
		if !bearer || t.Secret != secret || t.Expired || t.Product != "" && t.Product != c.product {
			continue
		}
		for _, a := range c.accounts(t.Account) {
			if !a.Inactive {
				c.token = t
				c.who = c.d.caller("token", &a, nil)
				return
			}
		}
	}
	c.who = c.d.caller(kind, nil, nil)
}

func (c *dcCall) accounts(name string) []account {
	if c.site.open {
		return []account{{Name: name, ID: AccountID(name), Type: "atlassian", Display: name, Email: name + "@site.example"}}
	}
	if a, ok := c.site.accounts.find(AccountID(name)); ok {
		return []account{a}
	}
	return nil
}

// headers are those that every answer has.
func (c *dcCall) headers() {
	h, name, reason := c.w.Header(), "anonymous", "OUT"
	if c.who.account != nil {
		name, reason = url.QueryEscape(c.who.account.Name), "OK"
	} else if c.who.kind == "wrong" {
		reason = "AUTHENTICATED_FAILED"
	}
	h.Set("X-AUSERNAME", name)
	h.Set("X-AREQUESTID", itoa64(number(c.path, time.Now().String())%10_000_000)+"x1")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-cache, no-store, no-transform")
	if c.product == "jira" || reason == "AUTHENTICATED_FAILED" {
		h.Set("X-Seraph-LoginReason", reason)
	}
	for _, n := range c.in.nodes {
		if n.Product == c.product && !n.Dead {
			h.Set("X-ANODEID", n.ID)
			break
		}
	}
}

// forbidden answers whoever may not ask and says whether it did.
func (c *dcCall) forbidden() bool {
	admin := c.who.may["ADMINISTER"]
	if c.product == "confluence" {
		admin = c.who.may["confluence:administer"]
	}
	switch who := c.endpoint.who; {
	case c.who.account == nil && who != "anonymous":
		c.refuse(http.StatusUnauthorized, "Client must be authenticated to access this resource.")
	case who == "admin" && !admin:
		c.refuse(http.StatusForbidden, "You do not have the administrator permission that this resource needs.")
	case who == "admin401" && !admin:
		c.refuse(http.StatusUnauthorized, "You are not authorised to perform this operation. Administrator privileges are required.")
	case c.product == "confluence" && !strings.HasPrefix(c.below, "/rest/applinks/") && (c.who.account != nil && !c.who.may["confluence"] || c.who.account == nil && !c.anonymousUse()):
		c.refuse(http.StatusForbidden, "User not permitted to use Confluence")
	case c.endpoint.experiment && c.r.Header.Get("X-ExperimentalApi") == "":
		c.refuse(http.StatusPreconditionFailed, "This API is experimental. You must set the header 'X-ExperimentalApi' to use it.")
	default:
		return false
	}
	return true
}

// refuse answers with the error body of the product.
func (c *dcCall) refuse(status int, message string) {
	switch {
	case c.product == "confluence":
		c.send(status, obj{"statusCode": status, "data": obj{"authorized": status != 401 && status != 403, "valid": status != 400, "allowedInReadOnlyMode": true, "errors": []any{}, "successful": false},
			"message": message, "reason": http.StatusText(status)})
	case status == http.StatusUnauthorized || c.endpoint == nil && status == http.StatusNotFound || status == http.StatusTooManyRequests:
		c.send(status, obj{"message": message, "status-code": status})
	case strings.HasPrefix(c.below, "/rest/servicedeskapi/"):
		c.send(status, obj{"errorMessage": message, "i18nErrorMessage": obj{"i18nKey": "sd.error", "parameters": []any{}}})
	default:
		c.send(status, obj{"errorMessages": []any{message}, "errors": obj{}})
	}
}

// lacksAll answers 403 unless the caller holds one of some permissions, and says whether it did.
func (c *dcCall) lacksAll(message string, permissions ...string) bool {
	for _, p := range permissions {
		if c.who.may[p] {
			return false
		}
	}
	c.refuse(http.StatusForbidden, message)
	return true
}

// RateLimit is a product's limit for each account: Bucket requests at once, Fill more in each Every
// (a whole number of seconds). The zero value is no limit.
type RateLimit struct {
	Bucket, Fill int
	Every        time.Duration
}

type bucket struct {
	left  int
	since time.Time
}

// limited answers 429 to an account whose bucket is empty; with a limit every answer tells of it.
func (c *dcCall) limited() bool {
	l := c.d.Limit
	if l.Bucket == 0 || c.who.account == nil {
		return false
	}
	every := max(l.Every, time.Second)
	now := time.Now()
	c.d.mu.Lock()
	b := c.d.buckets[c.product+" "+c.who.account.ID]
	if b == nil {
		b = &bucket{l.Bucket, now}
		c.d.buckets[c.product+" "+c.who.account.ID] = b
	}
	if n := int(now.Sub(b.since) / every); n > 0 {
		b.left, b.since = min(l.Bucket, b.left+n*max(l.Fill, 1)), b.since.Add(time.Duration(n)*every)
	}
	over := b.left == 0
	if !over {
		b.left--
	}
	left, wait := b.left, b.since.Add(every).Sub(now)
	c.d.mu.Unlock()
	h := c.w.Header()
	h.Set("X-RateLimit-Limit", itoa(l.Bucket))
	h.Set("X-RateLimit-Remaining", itoa(left))
	h.Set("X-RateLimit-FillRate", itoa(max(l.Fill, 1)))
	h.Set("X-RateLimit-Interval-Seconds", itoa(int(every.Seconds())))
	if over {
		h.Set("Retry-After", itoa(int((wait+time.Second-1)/time.Second)))
		c.refuse(http.StatusTooManyRequests, "Rate limit exceeded.")
	}
	return over
}
