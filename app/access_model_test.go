package app

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"plumbline/store"
)

// modelSite is a small site as plain Go values, and what it would be stored as. Access is computed from it by brute force, by a
// reading of the API documents of its own: neither SQL nor anything of this package.
type modelSite struct {
	dc       bool
	users    []modelUser
	groups   []*modelGroup
	roleOf   map[string][]string // Jira application: groups that open it
	admins   []string            // Jira accounts that the site says administer
	org      map[string]bool     // accounts that administer the organisation; false: by a group, as the organisation says
	foreign  bool                // the organisation that was asked has other sites
	schemes  map[string][]modelGrant
	projects []*modelProject
	shared   []*modelShared
	mode     string
	roles    map[string][]string // of spaces: what each permits, operation/target
	spaces   []*modelSpace
	global   []modelGlobal // of Data Center's Confluence
}

type modelUser struct {
	id, name         string
	jira, confluence bool
}

type modelGroup struct {
	id, name, product string // product: Data Center only
	members           []string
	jira, confluence  []string
	org               bool // administers the organisation
}

type modelGrant struct{ permission, kind, who string }

type modelProject struct {
	id, scheme, lead string
	own              bool                // the scheme names the project, not the project its scheme
	actors           map[string][]string // by role: u:ACCOUNT or g:GROUP
}

type modelShare struct {
	kind, target, role string
	edit               bool
}

type modelShared struct {
	kind, id, owner string
	shares          []modelShare
}

type modelSpace struct {
	id          string
	permissions []modelGrant // permission is operation/target, kind user, group, anonymous, class
	assigned    []modelGrant // permission is the role
}

type modelGlobal struct{ kind, who, operation string }

// modelPath is a path as the model finds it; what SQL calls by the same names.
type modelPath struct {
	object, objectID, subject, subjectID, via, through, throughID string
	level                                                         int
	opens                                                         bool
}

func (p modelPath) String() string {
	return strings.Join([]string{p.object, p.objectID, p.subject, p.subjectID, p.via, p.through, p.throughID, fmt.Sprint(p.level), fmt.Sprint(p.opens)}, " | ")
}

// modelLevels is the model's own table: 3 administers, 2 edits, 1 sees; what it lacks makes no level.
var modelLevels = map[string]int{
	"ADMINISTER_PROJECTS": 3, "EDIT_ISSUES": 2, "CREATE_ISSUES": 2, "ADD_COMMENTS": 2, "TRANSITION_ISSUES": 2, "BROWSE_PROJECTS": 1,
	"administer/space": 3, "create/page": 2, "create/comment": 2, "delete/space": 2, "update/page": 2, "restrict_content/space": 2, "read/space": 1,
}

// sums are what several permissions of one holder give together; ok is false where they make no level.
func sums(permissions []string) (level int, opens, ok bool) {
	for _, p := range permissions {
		level = max(level, modelLevels[p])
		opens = opens || p == "BROWSE_PROJECTS" || p == "read/space"
	}
	return level, opens, level > 0
}

// granted is somebody named in a grant.
type granted struct{ kind, id string }

// projectWays are the ways into a project without those of the site's administrators: by whom, and through what.
func (m *modelSite) projectWays(p *modelProject) (all []modelPath) {
	by := map[granted][]string{}
	for _, g := range m.schemes[p.scheme] {
		by[granted{g.kind, g.who}] = append(by[granted{g.kind, g.who}], g.permission)
	}
	for holder, permissions := range by {
		level, opens, ok := sums(permissions)
		if !ok {
			continue
		}
		way := modelPath{object: "project", objectID: p.id, level: level, opens: opens}
		switch holder.kind {
		case "projectRole":
			for _, actor := range p.actors[holder.id] {
				w := way
				w.through, w.throughID = "project_role", holder.id
				w.subject, w.subjectID = map[string]string{"u": "user", "g": "group"}[actor[:1]], actor[2:]
				all = append(all, w)
			}
		case "projectLead":
			if p.lead != "" {
				way.subject, way.subjectID, way.through = "user", p.lead, "project_lead"
				all = append(all, way)
			}
		case "user", "group", "anyone", "applicationRole":
			way.subject = map[string]string{"user": "user", "group": "group", "anyone": "anonymous", "applicationRole": "application"}[holder.kind]
			way.subjectID, way.through, way.throughID = holder.id, "permission_scheme", p.scheme
			all = append(all, way)
		}
	}
	return all
}

// ways are all ways into everything, before it is asked who is met as what; administrators come apart.
func (m *modelSite) ways() (all []modelPath) {
	project := map[string]*modelProject{}
	for _, p := range m.projects {
		project[p.id] = p
		all = append(all, m.projectWays(p)...)
	}
	for _, s := range m.shared {
		if s.owner != "" {
			all = append(all, modelPath{s.kind, s.id, "user", s.owner, "", "owner", "", 3, true})
		}
		for _, share := range s.shares {
			way := modelPath{object: s.kind, objectID: s.id, through: "share", level: map[bool]int{false: 1, true: 2}[share.edit], opens: true}
			switch share.kind {
			case "user", "group":
				way.subject, way.subjectID = share.kind, share.target
				all = append(all, way)
			case "global", "loggedin":
				way.subject = map[string]string{"global": "anonymous", "loggedin": "signed_in"}[share.kind]
				all = append(all, way)
			case "projectRole":
				for _, actor := range project[share.target].actors[share.role] {
					way.subject, way.subjectID, way.throughID = map[string]string{"u": "user", "g": "group"}[actor[:1]], actor[2:], share.target
					all = append(all, way)
				}
			case "project":
				for _, in := range m.projectWays(project[share.target]) {
					if in.opens {
						way.subject, way.subjectID, way.throughID = in.subject, in.subjectID, share.target
						all = append(all, way)
					}
				}
			}
		}
	}
	for _, s := range m.spaces {
		all = append(all, m.spaceWays(s)...)
	}
	for application, groups := range m.roleOf {
		for _, g := range groups {
			all = append(all, modelPath{"site", "jira", "group", g, "", "product_access", application, 1, true})
		}
	}
	for _, g := range m.groups {
		told := false
		for _, groups := range m.roleOf {
			told = told || slices.Contains(groups, g.id)
		}
		if slices.Contains(g.jira, "user") && !told {
			all = append(all, modelPath{"site", "jira", "group", g.id, "", "product_access", "", 1, true})
		}
		if m.opensConfluence(g.id) {
			all = append(all, modelPath{"site", "confluence", "group", g.id, "", "product_access", "confluence", 1, true})
		}
	}
	return all
}

func (m *modelSite) spaceWays(s *modelSpace) (all []modelPath) {
	add := func(holder granted, permissions []string, through, id string) {
		level, opens, ok := sums(permissions)
		if !ok {
			return
		}
		switch {
		case holder.kind == "anonymous", holder.id == "anonymous-users":
			holder = granted{"anonymous", ""}
		case holder.id == "all-licensed-users":
			holder = granted{"application", "confluence"}
		case holder.id == "authenticated-users":
			holder = granted{"signed_in", ""}
		case holder.kind == "class":
			holder.kind = "access_class"
		}
		all = append(all, modelPath{"space", s.id, holder.kind, holder.id, "", through, id, level, opens})
	}
	if m.mode != "ROLES" {
		by := map[granted][]string{}
		for _, g := range s.permissions {
			by[granted{g.kind, g.who}] = append(by[granted{g.kind, g.who}], g.permission)
		}
		for holder, permissions := range by {
			add(holder, permissions, "space_permission", "")
		}
	}
	if m.mode != "PRE_ROLES" {
		for _, g := range s.assigned {
			add(granted{g.kind, g.who}, m.roles[g.permission], "space_role", g.permission)
		}
	}
	return all
}

func (m *modelSite) opensConfluence(group string) bool {
	for _, g := range m.groups {
		if g.id == group && slices.Contains(g.confluence, "user") {
			return true
		}
	}
	return slices.Contains(m.global, modelGlobal{"group", group, "use"})
}

// inOrg reports whether a group makes somebody an administrator of the organisation.
func (m *modelSite) inOrg(id string) bool {
	return !m.foreign && slices.ContainsFunc(m.groups, func(g *modelGroup) bool { return g.org && slices.Contains(g.members, id) })
}

// administrators of a product: groups, and people whom no group explains.
func (m *modelSite) administrators(product string) (all []granted) {
	explained := map[string]bool{}
	for _, g := range m.groups {
		told := map[string][]string{"jira": g.jira, "confluence": g.confluence}[product]
		if slices.Contains(told, "admin") || slices.Contains(told, "site-admin") || g.org && !m.foreign {
			all = append(all, granted{"group", g.id})
			for _, id := range g.members {
				explained[id] = true
			}
		}
	}
	if product == "jira" {
		for _, id := range m.admins {
			if !explained[id] && !m.inOrg(id) {
				all = append(all, granted{"user", id})
			}
		}
	}
	for id, direct := range m.org {
		if !m.foreign && (direct || !m.inOrg(id)) && !slices.Contains(all, granted{"user", id}) {
			all = append(all, granted{"user", id})
		}
	}
	for _, g := range m.global {
		if product == "confluence" && g.operation == "administer" {
			all = append(all, granted{g.kind, g.who})
		}
	}
	return all
}

// spread adds to ways what administrators reach: their product's site, and everything in it.
func (m *modelSite) spread(ways []modelPath) []modelPath {
	objects := map[string][][2]string{"jira": {{"site", "jira"}}, "confluence": {{"site", "confluence"}}}
	for _, p := range m.projects {
		objects["jira"] = append(objects["jira"], [2]string{"project", p.id})
	}
	for _, s := range m.shared {
		objects["jira"] = append(objects["jira"], [2]string{s.kind, s.id})
	}
	for _, s := range m.spaces {
		objects["confluence"] = append(objects["confluence"], [2]string{"space", s.id})
	}
	for product, list := range objects {
		for _, who := range m.administrators(product) {
			for _, o := range list {
				ways = append(ways, modelPath{o[0], o[1], who.kind, who.id, "", "global_permission", "", 3, true})
			}
		}
	}
	return ways
}

// groupMeans is what being in a group makes of somebody: the group's member, a user of applications, one of a class.
func (m *modelSite) groupMeans(group string) (all []granted) {
	all = append(all, granted{"group", group})
	jira := false
	for application, groups := range m.roleOf {
		if slices.Contains(groups, group) {
			all, jira = append(all, granted{"application", application}), true
		}
	}
	for _, g := range m.groups {
		jira = jira || g.id == group && slices.Contains(g.jira, "user")
	}
	if jira {
		all = append(all, granted{"application", ""})
	}
	if m.opensConfluence(group) {
		all = append(all, granted{"application", "confluence"})
	}
	if slices.Contains(m.administrators("confluence"), granted{"group", group}) {
		all = append(all, granted{"access_class", "all-product-admins"})
	}
	return all
}

// paths are every path of a person.
func (m *modelSite) paths(u modelUser, ways []modelPath) (all []modelPath) {
	take := func(as granted, via string) {
		for _, w := range ways {
			if w.subject == as.kind && w.subjectID == as.id {
				w.via = via
				all = append(all, w)
			}
		}
	}
	take(granted{"user", u.id}, "")
	take(granted{"anonymous", ""}, "")
	if !m.dc || u.jira {
		take(granted{"signed_in", ""}, "")
	}
	for _, g := range m.groups {
		if !slices.Contains(g.members, u.id) {
			continue
		}
		for _, as := range m.groupMeans(g.id) {
			via := g.id
			if as.kind == "group" {
				via = ""
			}
			take(as, via)
		}
	}
	return all
}

// modelLevel is what paths give together.
func modelLevel(paths []modelPath) AccessLevel {
	level, opens := 0, false
	for _, p := range paths {
		level, opens = max(level, p.level), opens || p.opens
	}
	if level == 3 {
		return Administer
	}
	if !opens {
		return NoAccess
	}
	return []AccessLevel{NoAccess, View, Edit}[level]
}

// object stores a value under a resource and the parts of its key.
func object(resource string, key []string, body map[string]any) store.Object {
	text, err := json.Marshal(body, json.Deterministic(true))
	if err != nil {
		panic(err)
	}
	return store.Object{Resource: resource, Key: store.Key(key...), Body: text}
}

// pick takes each of a list by chance.
func pick[T any](r *rand.Rand, list []T, chance float64) (picked []T) {
	for _, x := range list {
		if r.Float64() < chance {
			picked = append(picked, x)
		}
	}
	return picked
}

func one[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }
