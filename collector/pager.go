package collector

import "net/url"

// Pager says how a list goes on: which parameters ask for a page, and where an answer names the next one. It is data;
// pager_sweep.go walks it. There are two families: pages by offset, which can be asked for side by side, and chains,
// where only an answer tells how to ask for the next.
type Pager struct {
	Name string // as docs/resources.md prints it
	Size int    // items asked for a page; 0 sends no such parameter

	at   string                             // parameter of the offset; "" for chains and single answers
	size string                             // parameter of the page size
	done func(e envelope, after int64) bool // offsets: this page is the last; after is where the next would begin
	next func(e envelope) (set url.Values)  // chains: what to set in the next request; nil ends the list
}

// Single is one answer without pages.
func Single() Pager { return Pager{Name: "single", next: func(envelope) url.Values { return nil }} }

// OffsetArray pages a bare array by startAt and maxResults, until an empty array.
func OffsetArray(size int) Pager {
	return Pager{Name: "offset-array", Size: size, at: "startAt", size: "maxResults", done: never}
}

// Offset pages by startAt and maxResults, until isLast, the total or an empty page. The answer's maxResults is the truth.
func Offset(size int) Pager {
	return Pager{Name: "offset", Size: size, at: "startAt", size: "maxResults", done: lastOrTotal}
}

// CursorLink follows Confluence v2's _links.next, else its Link header.
func CursorLink(size int) Pager {
	return Pager{Name: "cursor-link", Size: size, size: "limit", next: nextLink}
}

// V1 pages Confluence v1 lists by start and limit while _links.next is there. Where that link carries a cursor, the
// cursor is followed instead.
func V1(size int) Pager {
	return Pager{Name: "v1", Size: size, at: "start", size: "limit", done: func(e envelope, _ int64) bool { return e.link == "" }}
}

// V1Cursor follows the cursor inside _links.next of Confluence v1 searches.
func V1Cursor(size int) Pager {
	return Pager{Name: "v1-cursor", Size: size, size: "limit", next: nextLink}
}

// JSM pages by start and limit, until isLastPage.
func JSM(size int) Pager {
	return Pager{Name: "jsm", Size: size, at: "start", size: "limit", done: lastOrTotal}
}

// Token follows nextPageToken of Jira's issue search.
func Token(size int) Pager {
	return Pager{Name: "token", Size: size, size: "maxResults", next: func(e envelope) url.Values {
		if e.token == "" || (e.last != nil && *e.last) {
			return nil
		}
		return url.Values{"nextPageToken": {e.token}}
	}}
}

// Audit pages Jira's audit log by offset and limit, with a total.
func Audit(size int) Pager {
	return Pager{Name: "audit", Size: size, at: "offset", size: "limit", done: lastOrTotal}
}

// BodyCursor follows the member cursor of an answer, sent back as the parameter cursor.
func BodyCursor(size int) Pager {
	return Pager{Name: "cursor-body", Size: size, size: "limit", next: func(e envelope) url.Values {
		if e.cursor == "" {
			return nil
		}
		return url.Values{"cursor": {e.cursor}}
	}}
}

func never(envelope, int64) bool { return false }

// lastOrTotal believes isLast where there is one: a total may change, or count what the account may not see.
func lastOrTotal(e envelope, after int64) bool {
	if e.last != nil {
		return *e.last
	}
	return e.total >= 0 && after >= e.total
}

// envelope is what an answer says about its page. A number that is not there is -1.
type envelope struct {
	total  int64  // total, totalSize
	size   int64  // maxResults, limit: how many the server gives a page, whatever was asked
	last   *bool  // isLast, isLastPage
	link   string // _links.next, links.next, or the Link header with rel="next"
	token  string // nextPageToken
	cursor string // cursor, nextCursor
}

// promises reports whether the answer says outright that there is more.
func (e envelope) promises() bool { return e.link != "" || (e.last != nil && !*e.last) }

// nextLink returns the parameters of the link to the next page. Only these are used, at the path that was asked: a link
// is relative to the site's address, to the gateway or to _links.base, depending on who asks, and one that names another
// host must not be followed at all.
func nextLink(e envelope) url.Values { return linkQuery(e.link) }

func linkQuery(link string) url.Values {
	if link == "" {
		return nil
	}
	u, err := url.Parse(link)
	if err != nil {
		return nil
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil || len(q) == 0 {
		return nil
	}
	return q
}
