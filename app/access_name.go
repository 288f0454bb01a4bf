package app

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"plumbline/store"
)

// classNames are the classes of people, as sentences name them.
var classNames = map[string]string{
	"anonymous": "Anyone on the internet", "signed_in": "Anyone signed in", "application": "Any licensed user",
	"application/confluence": "Any Confluence user", "access_class/all-product-admins": "All Confluence administrators",
	"access_class/jsm-project-admins": "Administrators of service projects",
}

// lookups are how nodes of a kind are named: a SELECT of id, key, name and note for the ids in :ids.
var lookups = map[string]string{
	"user": `SELECT a.account_id, NULL, coalesce(nullif(a.display_name, ''), a.account_id),
		CASE WHEN a.active = 0 THEN 'deactivated' WHEN a.account_type = 'app' THEN 'app' WHEN a.account_type = 'customer' THEN 'portal customer' WHEN coalesce(a.is_guest, a.is_external_collaborator) = 1 THEN 'guest' WHEN a.resolved = 0 THEN 'unknown to the site' END, a.active, a.account_type
		FROM json_each(:ids) AS j CROSS JOIN account AS a ON a.account_id = j.value`,
	"group": `SELECT g.group_id, NULL, coalesce(nullif(g.name, ''), g.group_id), (SELECT count(*) FROM directory_group_member AS m WHERE m.group_id = g.group_id), NULL, g.product
		FROM directory_group AS g WHERE g.group_id IN (SELECT value FROM json_each(:ids))`,
	"project_role": `SELECT role_id, NULL, name, NULL, NULL, NULL FROM jira_role WHERE role_id IN (SELECT value FROM json_each(:ids)) AND name <> ''
		UNION SELECT role_id, NULL, role_name, NULL, NULL, NULL FROM jira_role_actor WHERE role_id IN (SELECT value FROM json_each(:ids)) AND role_name <> ''`,
	"permission_scheme": "SELECT scheme_id, NULL, name, NULL, NULL, NULL FROM jira_permission_scheme WHERE scheme_id IN (SELECT value FROM json_each(:ids)) AND name <> ''",
	"space_role":        "SELECT role_id, NULL, name, NULL, NULL, NULL FROM confluence_space_role WHERE role_id IN (SELECT value FROM json_each(:ids)) AND name <> ''",
}

// objectLookup is the same of what access is granted to.
const objectLookup = `SELECT o.object_id, o.object_key, o.name, iif(o.archived = 1, 'archived', NULL), NULL, NULL
	FROM json_each(:ids) AS j CROSS JOIN access_object AS o ON o.object_kind = :kind AND o.object_id = j.value`

// name looks up nodes of any kinds at once.
func (s *accessSide) name(nodes []AccessNode) error {
	wanted := map[string]map[string]bool{}
	for _, n := range nodes {
		if _, known := s.names[AccessNode{Kind: n.Kind, ID: n.ID}]; !known {
			if wanted[n.Kind] == nil {
				wanted[n.Kind] = map[string]bool{}
			}
			wanted[n.Kind][n.ID] = true
		}
	}
	for kind, set := range wanted {
		ids := make([]string, 0, len(set))
		for id := range set {
			ids = append(ids, id)
		}
		args := map[string]any{"ids": ids}
		query := lookups[kind]
		if slices.Contains([]string{"project", "space", "filter", "dashboard"}, kind) {
			query, args["kind"] = objectLookup, kind
		}
		for _, id := range ids {
			s.names[AccessNode{Kind: kind, ID: id}] = plainNode(kind, id)
		}
		if query == "" {
			continue
		}
		found, err := s.rows(query, args)
		if err != nil {
			return err
		}
		for _, v := range found {
			bare := AccessNode{Kind: kind, ID: said(v[0])}
			n := s.names[bare]
			n.Key, n.Name, n.Note = said(v[1]), cmp.Or(said(v[2]), said(v[1]), n.Name), said(v[3])
			switch kind {
			case "user":
				if a := truth(v[4]); a != nil {
					s.active[n.ID] = *a
				}
				if said(v[5]) == "app" {
					n.Kind, n.Spelling = "app", "app:"+n.ID
				}
			case "group":
				n.Note, n.Spelling = plural(number64(v[3]), "member"), "group:"+n.Name
				if product := said(v[5]); product != "" { // Data Center: each product has groups of its own
					n.Note, n.Spelling = n.Note+", of "+product, "group:"+product+"/"+n.Name
				}
			case "project", "space":
				n.Spelling = kind + ":" + cmp.Or(n.Key, n.ID)
			}
			s.names[bare] = n
		}
	}
	return nil
}

// plainNode is a node that nothing is told of but its id.
func plainNode(kind, id string) AccessNode {
	n := AccessNode{Kind: kind, ID: id}
	switch kind {
	case "user":
		n.Name, n.Note, n.Spelling = id, "unknown to the site", "user:"+id
	case "group":
		parts := store.KeyParts(id)
		n.Name, n.Note, n.Spelling = parts[len(parts)-1], "not listed", "group:"+parts[len(parts)-1]
	case "anonymous", "signed_in":
		n.Name = classNames[kind]
		if kind == "anonymous" {
			n.Spelling = "anonymous"
		}
	case "application", "access_class":
		n.Name = cmp.Or(classNames[strings.TrimSuffix(kind+"/"+id, "/")], "Any user of "+id)
		if kind == "application" && id == "" {
			n.Spelling = "licensed"
		}
		if kind == "access_class" && classNames[kind+"/"+id] == "" {
			n.Name = "The class " + id
		}
	case "site":
		n.Name, n.Spelling = strings.ToUpper(id[:1])+id[1:], "site:"+id
	case "project_role":
		n.Name = "role " + id
	case "permission_scheme":
		n.Name = "scheme " + id
	case "space_role":
		n.Name = "role " + id
	case "project", "space", "filter", "dashboard":
		n.Name, n.Spelling = kind+" "+id, kind+":"+id
	default:
		n.Name = cmp.Or(id, kind)
	}
	return n
}

// node is a node by its name; name has looked it up.
func (s *accessSide) node(kind, id string) AccessNode {
	if n, ok := s.names[AccessNode{Kind: kind, ID: id}]; ok {
		return n
	}
	return plainNode(kind, id)
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
