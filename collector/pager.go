package collector

import (
	"cmp"
	"net/url"
	"strings"
)

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
	post bool                               // the parameters go into the body of a POST
	bare bool                               // a request with a cursor has no other parameters
	poll bool                               // the list never stops naming a next page: empty ones are its end
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
		return cursorOf("cursor", cmp.Or(e.next, e.cursor))
	}}
}

// Admin follows the cursor of the organisation API's lists, which links.next or meta.next gives, bare or inside an
// address. Every other parameter is sent again with it: v2 discards them, the audit log and api-access need them.
//
// Source: Atlassian Administration, Organizations REST API ("Pagination"; cursorParam of v2: "If present, all other
// parameters are discarded"); jira.atlassian.com ACCESS-1603 for the audit log.
func Admin() Pager { return Pager{Name: "admin", next: adminNext} }

// AdminV2 is Admin with a page size, limit.
func AdminV2(size int) Pager {
	return Pager{Name: "admin-v2", Size: size, size: "limit", next: adminNext}
}

// AdminPoll is AdminV2 for the stream of audit log events. Its last page has a cursor too, for the events to come:
// nothing but empty pages tells that those of today were read.
//
// Source: Organizations REST API, "Poll audit log events": "Can be used when last page is reached to poll for new events".
func AdminPoll(size int) Pager {
	return Pager{Name: "admin-poll", Size: size, size: "limit", next: adminNext, poll: true}
}

// AdminPost is AdminV2 for searches: limit and cursor are members of the body.
func AdminPost(size int) Pager {
	return Pager{Name: "admin-post", Size: size, size: "limit", next: adminNext, post: true}
}

// AdminPostBare is AdminPost for a search whose cursor stands alone in the body.
//
// Source: Organizations REST API, "Get list of workspaces": "When a cursor is provided in the request body, no other
// properties may be present".
func AdminPostBare(size int) Pager {
	return Pager{Name: "admin-post-bare", Size: size, size: "limit", next: adminNext, post: true, bare: true}
}

// APIAccess is Admin for the lists of tokens and keys, whose page size is pageSize.
//
// Source: API Access REST API, "you must re-supply all other parameters".
func APIAccess(size int) Pager {
	return Pager{Name: "api-access", Size: size, size: "pageSize", next: adminNext}
}

// DCCursor follows nextCursor of Jira Data Center's list of users, until isLast.
//
// Source: Jira Data Center REST API 10.3, GET user/list.
func DCCursor(size int) Pager {
	return Pager{Name: "dc-cursor", Size: size, size: "maxResults", next: func(e envelope) url.Values {
		if e.last != nil && *e.last {
			return nil
		}
		return cursorOf("cursor", e.next)
	}}
}

// Scan follows the cursor of Confluence Data Center's content/scan: nextCursor, else the one inside _links.next.
//
// Source: Confluence Data Center REST API 10.2, GET content/scan.
func Scan(size int) Pager {
	return Pager{Name: "scan", Size: size, size: "limit", next: func(e envelope) url.Values {
		return cursorOf("cursor", cmp.Or(e.next, linkQuery(e.link).Get("cursor")))
	}}
}

// Auditing follows pagingInfo.nextPageCursor of Data Center's audit log, until lastPage.
//
// Source: "Audit log improvements for developers", GET rest/auditing/1.0/events.
func Auditing(size int) Pager {
	return Pager{Name: "auditing", Size: size, size: "limit", next: func(e envelope) url.Values {
		if e.last != nil && *e.last {
			return nil
		}
		return cursorOf("pageCursor", e.next)
	}}
}

// cursorOf sets a parameter to a cursor; nil if there is none.
func cursorOf(parameter, cursor string) url.Values {
	if cursor == "" {
		return nil
	}
	return url.Values{parameter: {cursor}}
}

// adminNext takes the cursor out of links.next, else meta.next. An address without a cursor is followed as it is.
func adminNext(e envelope) url.Values {
	if !strings.Contains(e.link, "?") && !strings.Contains(e.link, "://") {
		return cursorOf("cursor", cmp.Or(e.link, e.next))
	}
	set := linkQuery(e.link)
	switch {
	case set.Get("cursor") != "":
		return cursorOf("cursor", set.Get("cursor"))
	case e.next != "":
		return cursorOf("cursor", e.next)
	case set == nil:
		return url.Values{} // it promises more and does not say where: back to the first page
	}
	return set
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
	total  int64  // total, totalSize, meta.total
	size   int64  // maxResults, limit: how many the server gives a page, whatever was asked
	last   *bool  // isLast, isLastPage, pagingInfo.lastPage
	link   string // _links.next, links.next, or the Link header with rel="next"
	token  string // nextPageToken
	cursor string // cursor
	next   string // nextCursor, meta.next, pagingInfo.nextPageCursor
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
