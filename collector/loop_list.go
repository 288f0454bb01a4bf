package collector

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"plumbline/store"
)

// list is one list being asked for: a source, for a parent, with a sign-in.
type list struct {
	part    *part
	source  *Source
	keep    *keeping
	session *session // nil: without credentials
	body    any      // of a POST, without what the pager adds
	call    call     // what every page has in common
}

// newList fills in the templates of a source. A *Refusal means that the parent lacks what they name.
func (p *part) newList(src *Source, parent Item, s *session) (*list, error) {
	l := &list{part: p, source: src, session: s, keep: p.run.keeps(src)}
	path, err := p.fill(src.Path, parent, url.PathEscape)
	if err != nil {
		return nil, err
	}
	query, err := p.fill(src.Query, parent, url.QueryEscape)
	if err != nil {
		return nil, err
	}
	l.call = call{resource: p.run.resource.Name, parent: p.parent, path: path, post: src.Method == http.MethodPost,
		header: src.Header, session: s, open: len(src.Classic)+len(src.Granular) == 0, retries: src.Retries}
	l.call.pace = p.run.loop.client.pace(src.Path+" "+organisation.FindString(path), src.PerMinute)
	if l.call.query, err = url.ParseQuery(query); err != nil {
		return nil, fmt.Errorf("the parameters of %s: %w", src.Path, err)
	}
	if src.Pager.size != "" && src.Pager.Size > 0 {
		l.call.query.Set(src.Pager.size, strconv.Itoa(src.Pager.Size))
	}
	if src.Body != nil {
		l.body = src.Body(parent)
	}
	if src.Pager.post {
		l.call.query.Del(src.Pager.size)
		err = l.fillBody(&l.call, url.Values{src.Pager.size: {strconv.Itoa(src.Pager.Size)}})
	} else if src.Body != nil {
		l.call.body, err = store.Canonical(l.body)
	}
	if err != nil {
		return nil, fmt.Errorf("the body for %s: %w", src.Path, err)
	}
	if s == nil {
		l.call.base = p.run.loop.site.base(src.API)
	} else {
		l.call.base = s.bases[src.API]
	}
	return l, nil
}

// organisation is the part of a path that says whose list it is.
var organisation = regexp.MustCompile(`/orgs/[^/]+`)

// fill replaces {member} and the times of the window in a template.
func (p *part) fill(template string, parent Item, escape func(string) string) (string, error) {
	var b strings.Builder
	for rest := template; ; {
		before, name, found := strings.Cut(rest, "{")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		name, rest, _ = strings.Cut(name, "}")
		from, to := p.run.loop.window()
		var s string
		ok := true
		switch name {
		case "@from":
			s = from.UTC().Format("2006-01-02T15:04:05.000Z")
		case "@to":
			s = to.UTC().Format("2006-01-02T15:04:05.000Z")
		case "@fromMillis":
			s = strconv.FormatInt(from.UnixMilli(), 10)
		case "@toMillis":
			s = strconv.FormatInt(to.UnixMilli(), 10)
		default:
			v, _ := member(parent, name)
			s, ok = text(v)
			ok = ok && s != "" && s != "." && s != ".." && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' })
		}
		if !ok {
			return "", &Refusal{Outcome: store.Skipped, Reason: "the parent has no usable " + name}
		}
		b.WriteString(escape(s))
	}
}

// ask sends one request of the list and counts it.
func (l *list) ask(ctx context.Context, set url.Values, chain bool) (*batch, error) {
	c := l.call
	c.chain = chain
	if l.source.Pager.post && len(set) > 0 {
		if err := l.fillBody(&c, set); err != nil {
			return nil, err
		}
	} else {
		c.query = cloneValues(l.call.query)
		for name, values := range set {
			c.query[name] = values
		}
	}
	var got *batch
	err := l.part.run.loop.client.do(ctx, &c, func(status int, h http.Header, body *bufio.Reader) (err error) {
		if got, err = readPage(body, l.source.Items, l.keep); err != nil {
			return err
		}
		got.status = status
		got.link = cmp.Or(got.link, linkHeader(h))
		return nil
	}, l.part.log)
	if err != nil {
		return nil, err
	}
	l.part.count(&c, got.n, got.status)
	return got, nil
}

// fillBody makes the body of a POST that the pager's parameters are members of: a number for the page size.
func (l *list) fillBody(c *call, set url.Values) (err error) {
	body, pager := Item{}, l.source.Pager
	if first, ok := l.body.(Item); ok && !(pager.bare && set.Has("cursor")) {
		body = maps.Clone(first)
	}
	if pager.Size > 0 && !pager.bare {
		body[pager.size] = store.Number(strconv.Itoa(pager.Size))
	}
	for name := range set {
		if v := set.Get(name); name == pager.size {
			body[name] = store.Number(v)
		} else {
			body[name] = v
		}
	}
	c.body, err = store.Canonical(body)
	return err
}

func cloneValues(q url.Values) url.Values {
	clone := make(url.Values, len(q)+2)
	for name, values := range q {
		clone[name] = slices.Clone(values)
	}
	return clone
}

// refusal makes an outcome of an error. What is no answer of the site to this very question (the user stopped, the
// sign-in is lost, the site is gone) is returned as it is, and ends the run.
func (l *list) refusal(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var a *answerError
	var b *brokenBody
	where := fmt.Sprintf("%s %s: ", method(l.call.post), l.call.path)
	switch {
	case errors.Is(err, ErrSignInLost):
		return fatal{err}
	case isNetwork(err):
		if e := l.part.run.loop.reachable(ctx, l.session); e != nil {
			return fatal{err}
		}
		return &Refusal{Outcome: store.Failed, Reason: where + clean(err.Error(), nil)}
	case errors.As(err, &b) && errors.Is(b, errNothing) && l.source.ofParent():
		return &Refusal{Outcome: store.Partial, Status: http.StatusNoContent, Reason: where + b.Error()} // of this parent: the others may tell
	case errors.As(err, &b):
		return &Refusal{Outcome: store.Failed, Status: http.StatusOK, Reason: where + b.Error()}
	case !errors.As(err, &a):
		return err
	}
	r := &Refusal{Outcome: store.Failed, Status: a.status, Reason: where + cmp.Or(a.words, http.StatusText(a.status), "HTTP "+strconv.Itoa(a.status))}
	switch a.status {
	case http.StatusUnauthorized:
		r.Outcome, r.source, r.doubt = store.Denied, !l.source.Apart && !l.source.ofParent(), !l.source.Apart && l.source.ofParent()
	case http.StatusForbidden, http.StatusUnavailableForLegalReasons:
		r.Outcome = store.Denied
	case http.StatusNotFound:
		// Both products hide what one may not see: unless the list is one that sites lack, or that answers so when it is
		// empty, a 404 of a product that is there says no more than a 403.
		r.Outcome = cmp.Or(l.source.NotFound, store.Denied)
		if r.Outcome == store.Complete && !a.known {
			r.Outcome = store.Denied // a page that stands for the whole site says nothing about this list
		}
	case http.StatusPaymentRequired:
		r.Outcome = store.Unavailable
	case http.StatusMethodNotAllowed, http.StatusGone, http.StatusNotImplemented:
		// The way to ask is shut or was taken away; what it would list is there all the same, and no rule may take it for absent.
	}
	if since := l.source.Since; since != "" && a.status == http.StatusNotFound && r.Outcome == store.Unavailable {
		r.Missing = []string{since}
	}
	if a.login {
		r.Outcome, r.source, r.doubt = store.Denied, !l.source.ofParent(), l.source.ofParent()
	}
	if (a.status == http.StatusUnauthorized || a.login) && !a.account && l.session != nil {
		if err := l.part.run.loop.stillSignedIn(ctx, l.session); err != nil {
			return err
		}
	}
	if r.Outcome == store.Denied {
		scope := strings.Contains(strings.ToLower(a.words), "scope")
		r.source = r.source || scope
		r.Missing = l.missing(scope || a.status == http.StatusUnauthorized && (r.source || r.doubt))
	}
	return r
}

// missing names what would have opened the list, as far as that is known.
func (l *list) missing(scope bool) []string {
	var names []string
	if l.session != nil {
		names = l.session.lacks(*l.source)
		if l.session.Kind == OrgKey {
			return slices.Clone(l.source.Granular) // a key without scopes opens all: this one has some, and not these
		}
		if names == nil && scope && l.session.Gateway() && l.session.Scopes == nil {
			names = slices.Clone(l.source.Granular)
			if len(l.source.Classic) > 0 {
				names = slices.Clone(l.source.Classic)
			}
		}
	}
	if want := l.part.run.resource.Permission; want != "" && l.part.run.loop.holds(want) != yes && !scope {
		names = append(names, want)
	}
	return names
}

// fatal ends the run, and not just a resource.
type fatal struct{ err error }

func (f fatal) Error() string { return f.err.Error() }
func (f fatal) Unwrap() error { return f.err }
