package app

import "plumbline/queries/rules"

// LinkCause is a link that came, went or changed; see there.
type LinkCause = rules.Cause

// AccessQuery asks what somebody can reach, or who can reach something: exactly one of Who and What is given.
type AccessQuery struct {
	// Who reaches: user:ACCOUNT (account id, name or e-mail address), group:NAME, app:NAME, anonymous, licensed (any
	// licensed user), or everyone: all objects with how many people reach each. The prefix may be left out where the rest is unique.
	Who string
	// What is reached: site:jira, site:confluence, project:KEY, space:KEY, filter:ID, dashboard:ID, or everything: all people with
	// how many objects each reaches. The prefix may be left out where the rest is unique.
	What string

	Snapshot string // reference; "" is the latest
	Before   string // reference of the baseline; "" is the pinned or preceding one, where there is one
	With     string // a second file that the baseline is in; Before is then of that one, its latest of the same site if ""
	Alone    bool   // compare with no baseline
	Site     string
	Level    string // view, edit or administer: only rows of this level or higher; "" is any
	Product  string // jira or confluence; "" is both
	Findings bool   // say which findings are about each row; the snapshot is judged where it was not
	Judging         // by which rules, for Findings
}

// Access answers an AccessQuery. Paths are told once and rows name them by their place: many people come by the same way.
type Access struct {
	File      FileInfo  `json:"file"`
	Snapshot  Snapshot  `json:"snapshot"`
	Before    *Snapshot `json:"before"`    // the baseline; null where there is none
	Direction string    `json:"direction"` // who: rows are objects that the subject reaches; what: rows are people and others who reach the subject

	Subject AccessNode     `json:"subject"` // the person, group ... or the object that was asked for
	Facts   []AccessFact   `json:"facts"`   // what is known of the subject
	Counts  AccessCounts   `json:"counts"`
	Rows    []AccessRow    `json:"rows"`   // highest level first, then by kind and name; gone ones after those that reach
	Paths   []AccessPath   `json:"paths"`  // every path, that rows name by its place from 0; empty for everyone and everything
	Limits  []AccessLimit  `json:"limits"` // what keeps the answer from being the whole truth
	People  []AccessPeople `json:"people"` // only for everyone and everything: rows with counts instead of paths
}

// AccessLevel is how much a path gives: view, edit or administer; "" is none.
type AccessLevel string

// The levels, each more than the one before.
const (
	NoAccess   AccessLevel = ""
	View       AccessLevel = "view"
	Edit       AccessLevel = "edit"
	Administer AccessLevel = "administer"
)

// AccessLevels are the levels, lowest first.
func AccessLevels() []AccessLevel { return []AccessLevel{View, Edit, Administer} }

// AccessNode is a person, a group, a grant, an object: what a path goes through.
//
// Kind is one of: user, app, group, anonymous, signed_in (anybody with a sign-in), application (who may use a Jira
// application or Confluence; id is its key, "" any), access_class; project_role, project_lead, owner, space_role,
// space_permission, permission_scheme, share, global_permission, product_access; permission; project, space, filter,
// dashboard, site.
type AccessNode struct {
	Kind     string `json:"kind"`
	ID       string `json:"id"`       // as stored; "" where the kind says it all
	Key      string `json:"key"`      // what people call it: project or space key, filter or dashboard number, permission; may be ""
	Name     string `json:"name"`     // for people; never ""
	Note     string `json:"note"`     // a few words more: "24 members", "in PAY", "deactivated"; may be ""
	Spelling string `json:"spelling"` // what --who or --what takes to ask for it: group:jira-users; "" where it cannot be asked for
}

// AccessFact is one thing that is known of the subject: Account, Status, Last active, Two-step, Groups, Direct grants, Reaches.
type AccessFact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Tone  string `json:"tone"` // good, warn, bad, or "" for neither
}

// AccessCounts counts rows by level, whatever is filtered, and what became of them since the baseline.
type AccessCounts struct {
	View          int `json:"view"`
	Edit          int `json:"edit"`
	Administer    int `json:"administer"`
	New           int `json:"new"`            // reached now, not reached before
	Raised        int `json:"raised"`         // a higher level than before
	Lowered       int `json:"lowered"`        // a lower level than before
	Gone          int `json:"gone"`           // not reached any more, and that is proven
	NotComparable int `json:"not_comparable"` // one side could not have seen it
	Shown         int `json:"shown"`          // rows that passed the filters, gone ones too
}

// add counts one more who has a level, or is reached at it.
func (c *AccessCounts) add(level AccessLevel) {
	switch level {
	case View:
		c.View++
	case Edit:
		c.Edit++
	case Administer:
		c.Administer++
	}
}

// AccessSince is what became of a row or a path since the baseline: same, new, raised, lowered, gone or not_comparable;
// "" where there is no baseline.
type AccessSince string

// What became of access since the baseline.
const (
	AccessSame          AccessSince = "same"
	AccessNew           AccessSince = "new"
	AccessRaised        AccessSince = "raised"
	AccessLowered       AccessSince = "lowered"
	AccessGone          AccessSince = "gone"
	AccessNotComparable AccessSince = "not_comparable"
)

// AccessRow is one object reached, or one who reaches.
type AccessRow struct {
	Node     AccessNode      `json:"node"`
	Product  string          `json:"product"`  // jira or confluence; "" of a person
	Active   *bool           `json:"active"`   // of a person: false holds grants but cannot sign in; null not told, or no person
	Level    AccessLevel     `json:"level"`    // the highest that its paths give together; "" of a gone one, or where grants have no effect without a right to view
	Was      AccessLevel     `json:"was"`      // the level at the baseline
	Since    AccessSince     `json:"since"`    // of the row
	Reason   string          `json:"reason"`   // of not_comparable
	Paths    []int           `json:"paths"`    // places in Access.Paths, the strongest first; gone ones last
	News     []AccessSince   `json:"news"`     // what became of each of Paths, for this row: a path is new to a person who came into its group; empty without a baseline
	Causes   []rules.Cause   `json:"causes"`   // what made the row's level another: links that came, went or changed, with who did it where the audit log shows it
	Removing []AccessRemoval `json:"removing"` // what taking one link away would leave, links that change the level first

	Narrowed []string        `json:"narrowed"` // what may narrow it, in words: issue security, page restrictions
	Findings []AccessFinding `json:"findings"` // about this access, worst first; empty where not asked
}

// AccessPath is one way from a subject to an object: subject, role or other middle, grant. In the direction who it begins with
// the membership that brings the person to the subject; in the direction what it is told from the subject on, and the
// person's own membership is the row's.
type AccessPath struct {
	Subject AccessNode  `json:"subject"` // to whom it is granted: user, group, class
	Via     *AccessNode `json:"via"`     // the group that makes a person a licensed user; null otherwise
	Through *AccessNode `json:"through"` // project role, space role, share, project lead, owner ...; null where granted outright
	Grant   AccessNode  `json:"grant"`   // the strongest permission; Note says how many more: "and 9 more"
	Object  AccessNode  `json:"object"`
	Level   AccessLevel `json:"level"` // of its strongest permission
	Opens   bool        `json:"opens"` // it gives the right to view, without which view and edit have no effect
	Words   string      `json:"words"` // the path as a sentence: "group brightpath-contractors in project role Developers"
	Links   []AccessRef `json:"links"` // the objects that it hangs on, from the subject on: take one away and it is gone

	Since  AccessSince `json:"since"`
	Reason string      `json:"reason"` // of not_comparable; of new and gone where no link of the path came or went
	Causes []LinkCause `json:"causes"` // the links that came, went or changed, with who did it where the audit log shows it
}

// AccessRef is a stored object that a path hangs on.
type AccessRef struct {
	Resource string `json:"resource"`
	Key      string `json:"key"`
	Words    string `json:"words"` // what it is on this path: "member of brightpath-contractors", "in role Developers of PAY"
}

// AccessRemoval is what taking one link away would leave.
type AccessRemoval struct {
	Link  AccessRef   `json:"link"`
	Level AccessLevel `json:"level"` // that is left; "" none
	Paths int         `json:"paths"` // that are left
}

// AccessFinding is a finding about a row.
type AccessFinding struct {
	ID       string   `json:"id"`
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	Title    string   `json:"title"`
}

// AccessPeople is a row of everyone or everything: an object with how many people hold each level as their highest, or a
// person with how many objects.
type AccessPeople struct {
	Node       AccessNode  `json:"node"`
	Product    string      `json:"product"`
	Active     *bool       `json:"active"`
	Level      AccessLevel `json:"level"` // the highest that anybody holds; that is held of anything
	View       int         `json:"view"`
	Edit       int         `json:"edit"`
	Administer int         `json:"administer"`
	Anonymous  AccessLevel `json:"anonymous"` // what anybody on the internet holds

	Was           AccessLevel `json:"was"`            // the level at the baseline
	Since         AccessSince `json:"since"`          // of the level; not_comparable too where nothing that changed is proven
	Reason        string      `json:"reason"`         // of what is not comparable
	New           int         `json:"new"`            // people or objects reached now, not before
	Raised        int         `json:"raised"`         // that hold, or are held at, a higher level
	Lowered       int         `json:"lowered"`        // a lower level
	Gone          int         `json:"gone"`           // not any more, and that is proven
	NotComparable int         `json:"not_comparable"` // that differ where one side could not have seen all
}

// AccessLimit is one thing that keeps the answer from being the whole truth, to be said where the answer is.
type AccessLimit struct {
	Kind     string `json:"kind"` // unknown: there may be more access than shown; narrows: there may be less; by_issue: it depends on the single issue or field
	Product  string `json:"product"`
	Resource string `json:"resource"` // that was not read whole; "" where it was
	Outcome  string `json:"outcome"`  // what came of it
	Leg      string `json:"leg"`      // the part of paths that it concerns: group members, project roles, ...
	Text     string `json:"text"`     // a sentence
}

// AccessFlow is the picture of one row, as Access.Flow draws it: nodes in layers from left to right, and the links between. More than twelve
// nodes in a layer are folded: the weakest stand together as one node with their number.
type AccessFlow struct {
	Row    AccessRow    `json:"row"`
	Layers []FlowLayer  `json:"layers"`
	Links  []FlowLink   `json:"links"`
	Paths  []AccessPath `json:"paths"` // of the row, the strongest first: the table twin
	Says   string       `json:"says"`  // "3 paths. Removing the direct role entry lowers the level from administer to edit."
}

// FlowLayer is a column: Person, Member of, Granted through, Grant, Object.
type FlowLayer struct {
	Name  string     `json:"name"`
	Nodes []FlowNode `json:"nodes"`
}

// FlowNode is a node of a layer. A folded one stands for several.
type FlowNode struct {
	Node   AccessNode  `json:"node"`
	Number int         `json:"number"` // of the node within the picture; links name it
	Level  AccessLevel `json:"level"`  // the highest of the paths through it
	Strong bool        `json:"strong"` // on the strongest path
	Since  AccessSince `json:"since"`  // new or gone where all paths through it are
	Folded int         `json:"folded"` // how many nodes it stands for; 0 is itself alone
}

// FlowLink joins two nodes of neighbouring layers, or of more distant ones where a path skips a layer.
type FlowLink struct {
	From   int         `json:"from"`
	To     int         `json:"to"`
	Level  AccessLevel `json:"level"`
	Strong bool        `json:"strong"`
	Since  AccessSince `json:"since"`
}

// AccessName is one who or what that can be asked for, as File.AccessNames finds them for what was typed.
type AccessName struct {
	Node   AccessNode `json:"node"`
	Detail string     `json:"detail"` // e-mail address, "deactivated", project name
}
