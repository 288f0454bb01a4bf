package store

import "time"

// Outcome says what came of collecting a resource, or one parent's part of it.
type Outcome string

// The outcomes of design: a resource that was not looked at is never an empty one.
const (
	Complete    Outcome = "complete"    // the last page was reached, no key twice, the total agreed
	Partial     Outcome = "partial"     // some of it: bounded, drifting totals, refused parts
	Denied      Outcome = "denied"      // 401, 403 or what stands for it
	Unavailable Outcome = "unavailable" // the site's edition, version or product lacks it
	Failed      Outcome = "failed"      // errors after all retries
	Skipped     Outcome = "skipped"     // not asked: flags, a stop, a parent list that was not read
)

// State is how far a snapshot got.
type State string

// NoAddress begins the reason of what is unavailable because its product was not looked at: a Data Center installation of
// which only the other product's address was given. It proves nothing about the product.
const NoAddress = "no address of "

// A snapshot is collecting until it is finished; only complete and partial ones are ever "latest".
const (
	StateCollecting  State = "collecting"
	StateInterrupted State = "interrupted"
	StateComplete    State = "complete" // every resource complete or unavailable
	StatePartial     State = "partial"  // finished with something denied, partial, failed or skipped; what no sign-in was given for aside
)

// Finished reports whether the snapshot can never change again.
func (s State) Finished() bool { return s == StateComplete || s == StatePartial }

// Site is what a file has snapshots of.
type Site struct {
	ID      int64    // row in this file
	IDs     []string // every id the site was known by (cloudId, server id, stated base URL); the first is the one in finding ids
	Kind    string   // "cloud" or "dc"
	Address string   // as the site states it
	Name    string
}

// SiteID is the id that finding ids are made of.
func (s Site) SiteID() string {
	if len(s.IDs) == 0 {
		return ""
	}
	return s.IDs[0]
}

// Vantage is from where a snapshot was seen. Slices are sorted and never nil once read from a file.
type Vantage struct {
	Account     string // account id of the collecting account, "" if unknown
	AccountName string
	Credentials []string // credential kinds: token, scoped-token, 3lo, org-key, dc-token
	Scopes      []string // as the token's own answer states them; empty for an unscoped token
	Groups      []string // group ids of the account; on Data Center jira/NAME and confluence/NAME
	Permissions []string // global permissions held: ADMINISTER, USER_PICKER, confluence:administer ...
}

// Snapshot is what the collector saw of a site at one time.
type Snapshot struct {
	ID           int64 // the number people type; also the ordinal of spans; never reused
	Site         Site
	Label        string
	Pinned       bool
	Started      time.Time
	Finished     time.Time // zero while collecting or interrupted
	State        State
	Digest       string // "sha256:" and 64 hex digits once finished, else ""
	Program      string // version of the program that collected it
	PersonalData string // "full" or "domain"
	Vantage      Vantage
	Objects      int64 // objects seen, events included
	Sealed       bool  // a seal stands under it, be it whole or broken
}

// Coverage is what came of one resource in one snapshot.
type Coverage struct {
	Resource   string
	Outcome    Outcome
	HTTPStatus int       // of the answer that decided the outcome, 0 if none
	Reason     string    // in words, the server's own where it gave any
	Missing    []string  // scopes or permissions that would have opened it
	Lists      string    // "all": an absence proves something; "seen": only what the account may see
	Event      bool      // objects are events of a window, cited but never compared
	WindowFrom time.Time // zero unless Event
	Objects    int64
	Requests   int64
	Duplicates int64    // keys met with two different bodies
	Revision   int      // revision of the members kept
	Members    []string // the members kept, dotted paths
	Parts      []Part   // only those that are not complete, sorted by parent key
}

// Part is the outcome of one parent's share of a resource.
type Part struct {
	Parent     string // key of the parent object
	Outcome    Outcome
	HTTPStatus int
	Reason     string
}

// Object is one thing of a resource as one snapshot saw it.
type Object struct {
	Resource string
	Key      string
	Body     []byte // canonical JSON
}

// Request is one row of the request log: never a credential, never an answer's body.
type Request struct {
	Resource string
	Parent   string
	Method   string
	Path     string // with the query, without the host
	Status   int    // 0 if no answer came
	At       time.Time
	Duration time.Duration
	Rows     int
	Requests int    // how many requests this row stands for (1 for failures, retries and waits)
	Note     string // "retry", "wait 2s", "broken body", ...
}

// Page is what one transaction writes: objects and where to go on from.
type Page struct {
	Resource string
	Parent   string   // key of the parent object, "" for a resource that is asked once
	Restart  bool     // first clear what this snapshot saw of this resource (of this parent's part only, where ByParent)
	ByParent bool     // every key of the part begins with the parent's key, so it can be cleared alone
	Clears   []string // with Restart: resources that come out of the same answers and are cleared with it
	Objects  []Object
	Cursor   string // of the next page, opaque to the store
	End      *End   // set when the part (or the resource, if Parent is "") has ended
	Requests []Request
}

// End is how a part, or a resource that is asked once, came out.
type End struct {
	Outcome    Outcome
	HTTPStatus int
	Reason     string
	Missing    []string
}

// Progress is where an interrupted collection stands on one part.
type Progress struct {
	Cursor string
	End    *End // nil while more pages are to come
}

// Start names the snapshot to begin.
type Start struct {
	Site         Site // ID is ignored: any of IDs finds the site, else it is added
	Now          time.Time
	Program      string
	PersonalData string // "full" or "domain"
	Label        string
	New          bool          // end an interrupted snapshot (its rest: skipped, "interrupted") instead of resuming it
	Together     int           // objects that one transaction gathers at most; 0 means 5,000 at first and up to 40,000 later, 1 commits every page
	ResumeWithin time.Duration // an interrupted snapshot older than this is ended and a new one begun; 0 means 24 hours
}

// Presence is one object on the two sides of a comparison; a nil body means not seen on that side.
type Presence struct {
	Resource string
	Key      string
	Before   []byte
	After    []byte
}
