package fakesite

// organisation is what owns the site: its directories and what opens them. The first table of users
// and of groups that a directory has is asked for by its id.
type organisation struct {
	ID          string         `json:"id"`
	Name        string         `json:"name"`
	Directories []orgDirectory `json:"directories"`

	workspaces []orgWorkspace
	domains    []orgDomain
	policies   []orgPolicy
	events     []orgEvent
	tokens     []orgToken // of people and of service accounts
	keys       []orgToken
	services   []orgService
	clients    []orgClient
}

type orgDirectory struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	users table[orgUser]
	roles func(group) []orgRole // what a group gives
	group table[group]
}

type orgWorkspace struct {
	ID      string `json:"id"` // ARI; "SITE" in it is the site's cloudId
	Name    string `json:"name"`
	Type    string `json:"type"` // typeKey
	Host    string `json:"host"` // "" is the site's own address
	Status  string `json:"status"`
	Realm   string `json:"realm"`
	Sandbox string `json:"sandbox"`
	Created string `json:"created"`
}

type orgDomain struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Type   string `json:"type"`
	Status string `json:"status"`
}

type orgPolicy struct {
	ID        string         `json:"id"`
	Type      string         `json:"type"`
	Name      string         `json:"name"`
	Status    string         `json:"status"`
	Rule      map[string]any `json:"rule"`
	Resources []string       `json:"resources"` // ARIs
	Created   string         `json:"created"`
}

// orgUser is an account in a directory. Every account of a person is in the first one, as its e-mail
// address and its groups have it; an entry of org_users.json says what is different, or puts it into another.
type orgUser struct {
	Account    string   `json:"account"`    // name of the account; its id after reading
	Directory  string   `json:"directory"`  // id; "" is the first
	Absent     bool     `json:"absent"`     // it is not in the directory
	Status     string   `json:"status"`     // active, inactive, closed; "" follows the account
	Membership string   `json:"membership"` // active, suspended, no_membership; "" is active
	Claim      string   `json:"claim"`      // managed, unmanaged; "" follows the verified domains
	Source     string   `json:"source"`     // invited, synced, null; "" is synced for the managed
	Factor     string   `json:"factor"`     // yes, no, untold; "" is yes for the managed, else untold
	Added      string   `json:"added"`      // day
	Roles      []string `json:"roles"`      // lines: "org-admin until 2026-10-01"
	Seen       string   `json:"seen"`       // day of last use of any product, never; "" is a few days ago
	Used       []string `json:"used"`       // lines "confluence 2026-05-04": of one product
	Products   []string `json:"products"`   // those of another directory: "jira-software ari:..."
	Policy     string   `json:"policy"`     // id of its authentication policy; "" is the organisation's own
	Omit       []string `json:"omit"`       // members that answers about it lack

	account  account
	products []orgProduct
	groups   []string
	since    int64 // milliseconds, under its policy
}

type orgProduct struct{ key, id, last string }

type orgRole struct {
	resource, owner string
	roles           []string
	standard        string
}

// orgToken is an API token of an account, or an API key of the organisation.
type orgToken struct {
	ID      string   `json:"id"`
	Label   string   `json:"label"`
	Owner   string   `json:"owner"`  // whose it is; of a key who made it
	Status  string   `json:"status"` // ALLOWED, BLOCKED, EXPIRED
	Type    string   `json:"type"`   // of a key
	Scopes  []string `json:"scopes"`
	Created string   `json:"created"` // RFC 3339, as the rest
	Expires string   `json:"expires"`
	Used    string   `json:"used"`
	Omit    []string `json:"omit"`
	owner   account
}

type orgService struct {
	Account string `json:"account"`
	Status  string `json:"status"`
	Creator string `json:"creator"`
	About   string `json:"about"`
	account account
}

type orgClient struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Account string   `json:"account"`
	Creator string   `json:"creator"`
	Scopes  []string `json:"scopes"`
	Created string   `json:"created"`
	Expires string   `json:"expires"`
	Revoked string   `json:"revoked"`
	account account
	creator account
}

type orgEvent struct {
	ID      string              `json:"id"`
	Time    string              `json:"time"` // RFC 3339
	Action  string              `json:"action"`
	Actor   string              `json:"actor"`
	Auth    string              `json:"auth"`  // how the actor had signed in; "" does not tell
	Token   string              `json:"token"` // id of the token
	Context []map[string]string `json:"context"`
	actor   account
}

// OrgKey is an organisation API key.
type OrgKey struct {
	Secret string   `json:"secret"`
	Scopes []string `json:"scopes"` // nil: without scopes
}
