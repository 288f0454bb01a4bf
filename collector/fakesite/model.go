package fakesite

// site is everything the pretend site holds at one date.
type site struct {
	about     about
	tokens    []Token
	incidents []Fault
	open      bool // made up: everybody signed in sees everything, so that nothing is searched

	accounts  table[account]
	groups    table[group]
	members   func(group) []string   // account ids
	memberOf  func(account) []string // group ids
	globals   map[string][]string    // Jira's global permissions -> group names
	projects  table[project]
	schemes   table[scheme] // permission schemes, those of team-managed projects too
	roles     table[role]
	appRoles  []appRole
	security  []securityScheme
	filters   []shared
	boards    []shared // dashboards
	issues    table[issue]
	issuesOf  func(project) table[issue] // of one project, where that needs no search
	settings  []setting
	plugins   []plugin
	desks     []desk
	jiraAudit []jiraEvent

	spaces          table[space]
	spaceRoles      []spaceRole
	pages           table[page] // pages and blog posts
	files           table[file] // attachments of Confluence
	confluenceAudit []confluenceEvent

	orgs    []*organisation
	orgKeys []OrgKey
}

// about is what the site says of itself.
type about struct {
	CloudID     string            `json:"cloudId"`
	Title       string            `json:"title"`
	Edition     string            `json:"edition"`
	Now         string            `json:"now"` // the server's clock, RFC 3339
	Plans       map[string]string `json:"plans"`
	UploadLimit int64             `json:"uploadLimit"`
	RoleMode    string            `json:"roleMode"`
	Retention   retention         `json:"retention"`
	Anonymous   []string          `json:"anonymous"` // Confluence operations of anonymous visitors: "use application"
	Banner      string            `json:"banner"`
	Global      map[string][]any  `json:"global"` // permission -> groups, as lines with dates
	Admins      []string          `json:"admins"` // groups that administer Confluence
	Users       []string          `json:"users"`  // groups that may use Confluence
	Blocked     bool              `json:"blocked"`
}

type retention struct {
	Number int    `json:"number"`
	Units  string `json:"units"`
}

// account is a person, an app or a customer. Name is how the content files speak of it.
type account struct {
	Name     string   `json:"name"`
	ID       string   `json:"id"`
	Type     string   `json:"type"` // atlassian, app, customer, unknown, or what no document lists
	App      string   `json:"app"`  // service, agent, unknown
	Display  string   `json:"display"`
	Email    string   `json:"email"`
	Hidden   string   `json:"hidden"` // how a hidden e-mail address shows: null, absent, empty
	Inactive bool     `json:"inactive"`
	Guest    bool     `json:"guest"`
	Status   string   `json:"status"`  // Confluence's account status; "" follows Inactive
	Legacy   string   `json:"legacy"`  // accountType as Confluence's first API gives it; "" follows Type
	Missing  []string `json:"missing"` // members that answers about it lack
	Zone     string   `json:"zone"`
	Login    string   `json:"login"` // RFC 3339, last login; of a Data Center account alone
}

type group struct {
	Name       string   `json:"name"`
	ID         string   `json:"id"`
	Jira       []string `json:"jira"`       // user, admin, site-admin
	Confluence []string `json:"confluence"` // likewise
	Managed    string   `json:"managed"`
	Usage      string   `json:"usage"`
	Members    []string `json:"members"` // lines: "dana", "dana from 2026-09-14"
	Groups     []string `json:"groups"`  // lines: groups inside it; of Data Center alone
}

type project struct {
	ID       string              `json:"id"`
	Key      string              `json:"key"`
	Name     string              `json:"name"`
	Type     string              `json:"type"`
	Team     bool                `json:"team"` // team-managed
	Private  bool                `json:"private"`
	Archived bool                `json:"archived"`
	Lead     string              `json:"lead"`
	Category string              `json:"category"`
	Scheme   int64               `json:"scheme"`
	Security int64               `json:"security"`
	Issues   int                 `json:"issues"`
	Roles    map[string][]string `json:"roles"` // role name -> lines: "group brightpath", "user dana from 2026-09-14"
	actors   map[int64][]actor   // role id -> who is in it
}

type actor struct {
	id      int64
	account string // account id, or
	group   string // group id
}

type scheme struct {
	ID      int64    `json:"id"`
	Name    string   `json:"name"`
	About   string   `json:"about"`
	Project string   `json:"project"` // key of the team-managed project that it belongs to
	Grants  []string `json:"grants"`  // lines: "BROWSE_PROJECTS anyone until 2026-09-02"
	grants  []grant
}

type grant struct {
	id                     int64
	permission             string
	holder, parameter, val string
}

type role struct {
	ID      int64    `json:"id"`
	Name    string   `json:"name"`
	About   string   `json:"about"`
	Admin   bool     `json:"admin"`
	Default bool     `json:"default"`
	Project string   `json:"project"` // key, of a team-managed project's role
	Actors  []string `json:"actors"`  // default actors
	actors  []actor
}

type appRole struct {
	Key      string   `json:"key"`
	Name     string   `json:"name"`
	Groups   []string `json:"groups"`
	Default  []string `json:"default"`
	Selected bool     `json:"selected"`
	Seats    int      `json:"seats"` // 0 is without limit
	Users    int      `json:"users"`
	Platform bool     `json:"platform"`
	groups   []group
	defaults []group
}

type securityScheme struct {
	ID      int64           `json:"id"`
	Name    string          `json:"name"`
	About   string          `json:"about"`
	Default int64           `json:"default"`
	Levels  []securityLevel `json:"levels"`
}

type securityLevel struct {
	ID      int64    `json:"id"`
	Name    string   `json:"name"`
	About   string   `json:"about"`
	Members []string `json:"members"` // lines: "group finance", "projectRole Administrators", "reporter"
	members []grant
}

// shared is a filter or a dashboard.
type shared struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	About   string   `json:"about"`
	Owner   string   `json:"owner"` // "" has no owner
	JQL     string   `json:"jql"`
	Used    string   `json:"used"`   // RFC 3339; "" is never
	Shares  []string `json:"shares"` // lines: "global", "project PAY", "role PAY Administrators", "group x", "user y", "authenticated"
	Edits   []string `json:"edits"`
	System  bool     `json:"system"`
	Starred []string `json:"starred"` // lines: accounts whose favourite it is; asked on Data Center alone
	shares  []share
	edits   []share
}

type share struct {
	id                            int64
	kind                          string // the API's own: global, project, group, user, authenticated, loggedin
	project, group, account, role string
}

type issue struct {
	ID      string       `json:"id"`
	Key     string       `json:"key"`
	Project string       `json:"project"` // key
	Files   []attachment `json:"files"`
}

type attachment struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Size    int64  `json:"size"`
	Mime    string `json:"mime"`
	Created string `json:"created"` // RFC 3339
	Author  string `json:"author"`
}

type setting struct {
	Key      string `json:"key"`
	Value    string `json:"value"`
	Default  string `json:"default"`
	Name     string `json:"name"`
	Type     string `json:"type"`
	Advanced bool   `json:"advanced"`
}

type plugin struct {
	Product   string `json:"product"` // jira, confluence
	Key       string `json:"key"`
	Name      string `json:"name"`
	Version   string `json:"version"`
	Disabled  bool   `json:"disabled"`
	Installed bool   `json:"installed"` // by the customer
	Vendor    string `json:"vendor"`
}

type desk struct {
	ID        string   `json:"id"`
	Project   string   `json:"project"` // key
	Customers []string `json:"customers"`
}

type jiraEvent struct {
	ID       int64               `json:"id"`
	Created  string              `json:"created"` // RFC 3339
	Author   string              `json:"author"`  // "" is the system: no author members at all
	Remote   string              `json:"remote"`
	Summary  string              `json:"summary"`
	Category string              `json:"category"`
	Object   map[string]string   `json:"object"`
	Changes  []map[string]string `json:"changes"`
	Items    []map[string]string `json:"items"`
}
