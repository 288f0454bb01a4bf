package fakesite

// installation is everything that a Data Center has beyond what the Cloud site's model holds. The
// people, groups, projects and spaces of both are the same kinds of things and lie in site.
type installation struct {
	of         map[string]*instance // by product
	nodes      []node
	links      []link
	checks     []check
	apps       []app
	hooks      []hook
	backups    []backup
	globals    []spacePermission // Confluence's global permissions; principal is an account id, a group or "ANONYMOUS"
	unlicensed []spacePermission
	tokens     []PAT
}

// instance is one product of an installation, as installation.json has it.
type instance struct {
	Product  string   `json:"product"` // jira, confluence
	Version  string   `json:"version"`
	Desk     string   `json:"desk"` // version of Service Management; "" is not installed
	Base     string   `json:"base"` // the address that it states of itself
	Title    string   `json:"title"`
	Server   string   `json:"server"` // server id, as the manifest of application links gives it
	Built    string   `json:"built"`  // day
	Signup   bool     `json:"signup"` // anyone may make an account
	Portal   bool     `json:"portal"` // the same on the customer portal
	Redirect bool     `json:"redirect"`
	Basic    *basicOf `json:"basic"`
	SSO      ssoOf    `json:"sso"`
}

type basicOf struct {
	Block bool     `json:"block"`
	Paths []string `json:"paths"`
	Users []string `json:"users"`
}

type ssoOf struct {
	Form      bool `json:"form"` // the log-in form is shown
	Fallback  bool `json:"fallback"`
	Providers []struct {
		ID       int64  `json:"id"`
		Name     string `json:"name"`
		Type     string `json:"type"` // SAML, OIDC
		Disabled bool   `json:"disabled"`
		Issuer   string `json:"issuer"`
	} `json:"providers"`
}

// node is one machine of a cluster. A product without one is not clustered.
type node struct {
	Product string `json:"product"`
	ID      string `json:"id"`
	State   string `json:"state"`
	IP      string `json:"ip"`
	Port    int64  `json:"port"`
	Dead    bool   `json:"dead"`
}

// link is an application link.
type link struct {
	Product string `json:"product"`
	ID      string `json:"id"`
	Name    string `json:"name"`
	Type    string `json:"type"`
	Shown   string `json:"shown"` // displayUrl
	Calls   string `json:"calls"` // rpcUrl
	System  bool   `json:"system"`
}

// check is one result of the health checks.
type check struct {
	Product  string `json:"product"`
	ID       int64  `json:"id"`
	Key      string `json:"key"`
	Name     string `json:"name"`
	About    string `json:"about"`
	Healthy  bool   `json:"healthy"`
	Reason   string `json:"reason"`
	Severity string `json:"severity"`
	Tag      string `json:"tag"`
}

// app is a plugin as the plugin manager lists it.
type app struct {
	Product   string `json:"product"`
	Key       string `json:"key"`
	Name      string `json:"name"`
	Version   string `json:"version"`
	Newer     string `json:"newer"` // version that waits; "" is none
	Disabled  bool   `json:"disabled"`
	Installed bool   `json:"installed"` // by a person
	Vendor    string `json:"vendor"`
}

// hook is a webhook.
type hook struct {
	Product  string   `json:"product"`
	ID       int64    `json:"id"`
	Name     string   `json:"name"`
	URL      string   `json:"url"`
	Events   []string `json:"events"`
	JQL      string   `json:"jql"`
	NoBody   bool     `json:"noBody"`
	Disabled bool     `json:"disabled"`
	NoTLS    bool     `json:"noTLS"` // certificates are not verified
	Changed  string   `json:"changed"`
}

// backup is a job of Confluence's backup and restore.
type backup struct {
	ID        int64    `json:"id"`
	Operation string   `json:"operation"`
	Scope     string   `json:"scope"`
	State     string   `json:"state"`
	Created   string   `json:"created"`
	Finished  string   `json:"finished"`
	Owner     string   `json:"owner"`
	Spaces    []string `json:"spaces"`
	Error     string   `json:"error"`
}

// PAT is a personal access token of an account, as tokens.json of a Data Center has it.
type PAT struct {
	Account string `json:"account"` // name of the account
	Secret  string `json:"secret"`
	Product string `json:"product"` // the product it was made in; "" is both
	Expired bool   `json:"expired"`
}
