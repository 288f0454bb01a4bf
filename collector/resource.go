package collector

import (
	"context"
	"strings"

	"plumbline/store"
)

// Product is a part of a site that has resources of its own.
type Product string

// The products of a site. Platform is what belongs to no single one (probes, grant, apps); Organisation is what a Cloud
// site's organisation keeps.
const (
	Jira              Product = "jira"
	ServiceManagement Product = "servicemanagement"
	Confluence        Product = "confluence"
	Platform          Product = "platform"
	Organisation      Product = "organisation"
)

// Lists says what an absence from a resource proves.
type Lists string

// All: the answer holds every object if Permission is held. Seen: only what the account may see.
const (
	All  Lists = "all"
	Seen Lists = "seen"
)

// Item is one element of an answer after everything not kept was dropped: JSON objects as
// map[string]any, arrays as []any, numbers as store.Number, so that nothing is rounded.
type Item = map[string]any

// Made is one object that an item yields: the parts of its key and its body.
type Made struct {
	Key  []string
	Body Item
}

// Resource is a kind of thing a site lists, as data: what to ask, what to keep, how to name it.
// The one loop of this package walks these literals; only Collect is code of its own.
type Resource struct {
	Name       string // as in docs/resources.md: jira_user
	About      string // one sentence, for the data protection officer
	Product    Product
	Revision   int // raised whenever Keep, Key or Objects change what is written; starts at 1
	Lists      Lists
	Permission string   // All holds only with this global permission: ADMINISTER, USER_PICKER, confluence:administer; "A|B" is either, "" none
	Event      bool     // read for a window of 90 days before the snapshot's start
	Keep       []string // members kept, dotted paths, [] steps into arrays; all else is dropped before anything is written (keep.go)
	Personal   []string // those of Keep that are names or e-mail addresses (an e-mail address: the last step contains "mail")

	Each     string          // parent resource: the sources are asked once for each of its objects
	Where    func(Item) bool // which parents are asked; nil for all. Takes the parent's body
	ByParent bool            // every key begins with the parent's whole key, so that a part can be cleared alone
	Inside   string          // comes out of the answers to that resource's requests; has no sources of its own
	After    []string        // resources that must have ended before (read through Walk.Seen)

	Sources []Source // in order of preference: the next stands in where one is refused or unknown
	Union   bool     // all Sources are read and together make up the resource

	Demands []string                       // members (of the item) without which it tells nothing of this resource: "a|b" is either. An item that lacks one is left out, and the part is partial
	Key     []string                       // members that make up the key, dotted; "^id" is the parent's member id; "=jira" is the constant jira. Used when Objects is nil
	With    map[string]string              // members added to each body: name -> "^member" of the parent or a constant. Used when Objects is nil
	Objects func(item, parent Item) []Made // for items that are not simply one object each

	Collect func(ctx context.Context, w *Walk) error // the few resources that no list of sources describes
}

// Source is one way to ask for a resource.
//
// In Path and Query, {groupId} stands for that member of the parent's body (dotted: {scope.project.id}), escaped. In
// Query, {@from} and {@to} stand for the window of an event resource in RFC 3339, {@fromMillis} and {@toMillis} for the
// same in milliseconds since 1970. The pager adds its own parameters.
type Source struct {
	API         API                   // which base address: JiraAPI, ConfluenceAPI
	Method      string                // "" is GET; POST for the few read-only searches (client.go lists them)
	Path        string                // "/rest/api/3/group/member"
	Query       string                // fixed parameters, as in a URL
	Body        func(parent Item) any // of a POST
	Header      map[string]string
	Pager       Pager         // Single, OffsetArray(1000), Offset(50), CursorLink(250), V1(200), V1Cursor(100), JSM(50), Token(500), Audit(1000); the rest: pager.go
	Items       string        // member that holds the list: "values", "results", dotted; "" is a bare array; "." the answer itself
	Keep        []string      // members kept of this source's items, where they differ from the resource's Keep (for Collect)
	NotFound    store.Outcome // what a 404 stands for where the product is there: "" is Denied (it is hidden); Unavailable, where an edition may lack the list; Complete, where there is none
	Since       string        // what brought the call, where that lacks on older installations though the thing itself is there: a 404 is then named as missing it, and proves nothing
	PerMinute   int           // requests a minute that an organisation takes of this, all parents' together; 0: no such limit
	Retries     int           // at most, after failures; 0: as the client's manners say
	Anyone      bool          // asked as somebody without any sign-in: what is answered is the datum, whatever it is
	Apart       bool          // a 401 is about one parent, as the document says: the others are asked however many are refused so
	Classic     []string      // OAuth 2.0 scopes, classic
	Granular    []string      // OAuth 2.0 scopes, granular
	Credentials []string      // kinds that may ask; empty for all
	Doc         string        // API page or document of the facts above
}

// API is a family of endpoints with one base address per credential kind.
type API string

// Paths of ConfluenceAPI begin with /wiki on Cloud; those of OrgAPI, at the gateway, with /admin or /users.
const (
	JiraAPI       API = "jira"
	ConfluenceAPI API = "confluence"
	OrgAPI        API = "admin"
)

// ofParent reports whether the source asks about a parent, so that a refusal may be about that one.
func (s *Source) ofParent() bool {
	return s.Body != nil || strings.Contains(strings.ReplaceAll(s.Path+s.Query, "{@", ""), "{")
}
