package app

import (
	"cmp"
	"fmt"
	"strings"

	"plumbline/store"
)

// mentioned are the nodes that ways go through, to be named at once.
func mentioned(ways []way) []AccessNode {
	seen := map[AccessNode]bool{}
	var all []AccessNode
	add := func(kind, id string) {
		if n := (AccessNode{Kind: kind, ID: id}); kind != "" && !seen[n] {
			seen[n] = true
			all = append(all, n)
		}
	}
	for _, w := range ways {
		add(w.objectKind, w.objectID)
		add(w.subjectKind, w.subjectID)
		if w.group != "" {
			add("group", w.group)
		}
		switch {
		case w.throughKind == "share" && w.throughID != "":
			add("project", w.throughID)
		case w.throughKind == "project_role", w.throughKind == "permission_scheme", w.throughKind == "space_role":
			add(w.throughKind, w.throughID)
		}
	}
	return all
}

// path is a way as people read it.
func (s *accessSide) path(w *way) AccessPath {
	p := AccessPath{
		Subject: s.node(w.subjectKind, w.subjectID), Object: s.node(w.objectKind, w.objectID),
		Level: AccessLevel(w.level), Opens: w.opens, Links: []AccessRef{}, Causes: []LinkCause{},
	}
	if w.group != "" {
		via := s.node("group", w.group)
		p.Via = &via
	}
	p.Through = s.through(w)
	p.Grant = AccessNode{Kind: "permission", ID: w.permission, Key: w.permission, Name: w.permission}
	if w.permissions > 1 {
		p.Grant.Note = fmt.Sprintf("and %d more", w.permissions-1)
	}
	for _, link := range w.hangs {
		p.Links = append(p.Links, AccessRef{link.Resource, link.Key, s.linkWords(w, link)})
	}
	p.Words = s.pathWords(p, w)
	return p
}

// orgAdmin is the role of those who administer an organisation, and with it all its products.
const orgAdmin = "atlassian/org-admin"

func (s *accessSide) through(w *way) *AccessNode {
	n := AccessNode{Kind: w.throughKind, ID: w.throughID}
	switch w.throughKind {
	case "project_role", "space_role":
		n = s.node(w.throughKind, w.throughID)
		n.Note = "in " + cmp.Or(s.node(w.objectKind, w.objectID).Key, s.node(w.objectKind, w.objectID).Name)
	case "permission_scheme":
		n = s.node(w.throughKind, w.throughID)
		n.Note = "permission scheme"
	case "project_lead":
		n.Name = "Project lead"
	case "space_permission":
		n.Name = "Space permission"
	case "owner":
		n.Name = "Owner"
	case "share":
		n.Name = "Share"
		if w.throughID != "" {
			project := s.node("project", w.throughID)
			n.Name, n.Note = "Share with "+cmp.Or(project.Key, project.Name), "those who see the project"
			if w.projectGrant == "" {
				n.Note = "those in a role of the project"
			}
		}
	case "global_permission":
		n.Name, n.Note = map[bool]string{false: "Global permission", true: "Organisation administrator"}[w.permission == orgAdmin], "of all of "+strings.ToUpper(productOfWay(w)[:1])+productOfWay(w)[1:]
	case "product_access":
		n.Name, n.Note = "Product access", w.throughID
	}
	return &n
}

func productOfWay(w *way) string { return productOf(AccessNode{Kind: w.objectKind, ID: w.objectID}) }

// pathWords are a path as a sentence without its object.
func (s *accessSide) pathWords(p AccessPath, w *way) string {
	who := ""
	switch w.subjectKind {
	case "user":
		who = "Granted outright"
	case "group":
		who = "Group " + p.Subject.Name
	default:
		who = p.Subject.Name
		if p.Via != nil {
			who += ", through group " + p.Via.Name
		}
	}
	switch w.throughKind {
	case "project_role":
		if w.subjectKind == "user" {
			return "In project role " + p.Through.Name
		}
		return who + " in project role " + p.Through.Name
	case "permission_scheme":
		return who + " in permission scheme " + p.Through.Name
	case "project_lead":
		return "Project lead"
	case "space_permission":
		return who + ", by space permission"
	case "space_role":
		return who + " with space role " + p.Through.Name
	case "owner":
		return "Owner"
	case "share":
		if w.subjectKind == "user" && w.throughID == "" {
			return "Shared with the person"
		}
		return strings.TrimPrefix(who, "Granted outright") + ", by " + strings.ToLower(p.Through.Name[:1]) + p.Through.Name[1:]
	case "global_permission":
		if w.permission == orgAdmin {
			return strings.TrimPrefix(who+", administers the organisation", "Granted outright, ")
		}
		return who + ", by global permission " + w.permission
	case "product_access":
		return who + " opens " + cmp.Or(w.throughID, productOfWay(w))
	}
	return who
}

// linkWords say what an object is on a way.
func (s *accessSide) linkWords(w *way, link Ref) string {
	object := s.node(w.objectKind, w.objectID)
	called := cmp.Or(object.Key, object.Name)
	switch link.Resource {
	case "directory_group_member":
		return "member of " + s.node("group", cmp.Or(w.group, w.subjectID)).Name
	case "jira_role_actor":
		project := s.node("project", store.KeyParts(link.Key)[0])
		role := "a project role"
		if w.throughKind == "project_role" {
			role = "role " + s.node("project_role", w.throughID).Name
		}
		return "in " + role + " of " + cmp.Or(project.Key, project.Name)
	case "jira_project":
		return "project lead"
	case "jira_project_scheme":
		return "permission scheme of the project"
	case "jira_permission_grant":
		if w.throughKind == "share" {
			return "may see the project"
		}
		if w.permissions > 1 {
			return fmt.Sprintf("grant of %s and %d more", w.permission, w.permissions-1)
		}
		return "grant of " + w.permission
	case "confluence_space_permission":
		return "space permission " + w.permission + " in " + called
	case "confluence_space_role_assignment":
		return "space role " + s.node("space_role", w.throughID).Name + " in " + called
	case "confluence_space_role":
		return "what space role " + s.node("space_role", w.throughID).Name + " permits"
	case "jira_filter_share", "jira_dashboard_share":
		return "share for " + map[bool]string{true: "editing", false: "viewing"}[w.level == "edit"]
	case "jira_filter", "jira_dashboard":
		return "owner"
	case "jira_application_role_group":
		return "opens " + cmp.Or(store.KeyParts(link.Key)[0], "Jira")
	case "org_user_role", "org_group_role":
		return "administers the organisation"
	case "directory_group":
		if w.throughKind == "global_permission" || w.subjectKind == "access_class" {
			return "administers " + productOfWay(w)
		}
		return "opens " + productOfWay(w)
	}
	return "global permission " + w.permission
}
