package fakesite

type space struct {
	ID          string   `json:"id"`
	Key         string   `json:"key"`
	Name        string   `json:"name"`
	Type        string   `json:"type"`
	Archived    bool     `json:"archived"`
	Author      string   `json:"author"`
	Owner       string   `json:"owner"`
	Created     string   `json:"created"`
	Home        string   `json:"home"`
	Permissions []string `json:"permissions"` // lines: "user dana: read space, create page from 2026-09-14"
	Roles       []string `json:"roles"`       // lines: "group finance Collaborator", "class anonymous-users Viewer"
	permissions []spacePermission
	roles       []spaceRoleAssignment
}

type spacePermission struct {
	id, kind, principal, operation, target string
}

type spaceRoleAssignment struct {
	kind, principal, role string
}

type spaceRole struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Type        string   `json:"type"`
	About       string   `json:"about"`
	Permissions []string `json:"permissions"` // "read/space"
}

// page is a page or a blog post.
type page struct {
	ID       string   `json:"id"`
	Kind     string   `json:"kind"` // page, blogpost; "" is page
	Space    string   `json:"space"`
	Title    string   `json:"title"`
	Status   string   `json:"status"`
	Parent   string   `json:"parent"`
	Author   string   `json:"author"`
	Owner    string   `json:"owner"`
	Created  string   `json:"created"`
	Version  int      `json:"version"`
	Edited   string   `json:"edited"`
	Restrict []string `json:"restrict"` // lines: "read group finance", "update user draftwell from 2026-09-01"
	limits   []limit
}

// limit is one subject of a restriction.
type limit struct {
	operation      string // read, update
	account, group string // ids, one of them
}

type file struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Size    int64  `json:"size"`
	Media   string `json:"media"`
	Page    string `json:"page"`
	Created string `json:"created"`
	Author  string `json:"author"`
	Status  string `json:"status"`
	page    *page
}

type confluenceEvent struct {
	Created  string              `json:"created"` // RFC 3339
	Author   string              `json:"author"`
	Remote   string              `json:"remote"`
	Summary  string              `json:"summary"`
	About    string              `json:"about"`
	Category string              `json:"category"`
	Object   map[string]string   `json:"object"`
	Changes  []map[string]string `json:"changes"`
}
