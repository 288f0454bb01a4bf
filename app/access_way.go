package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"plumbline/queries/rules"
	"plumbline/store"
)

// accessRelations are the relations that an answer about access reads; what they are made of comes with them.
var accessRelations = []string{"access_path", "jira_issue_grant", "jira_permission_scheme", "jira_role", "confluence_space_role", "jira_project_security",
	"org_user", "org_user_product"}

// accessSide is one snapshot as access is asked of it.
type accessSide struct {
	ctx context.Context
	side
	relation *store.Relations
	coverage map[string]store.Coverage
	names    map[AccessNode]AccessNode // by kind and id alone: what was looked up
	active   map[string]bool           // of accounts looked up, where it is told
	untold   map[AccessNode]int        // by kind and id alone: how many of an object's grants nobody can follow, see readUntold
	untoldAs map[untoldGrant]bool

	unknownToJira map[string]bool // accounts of Data Center's Confluence alone
}

func accessSideOf(ctx context.Context, of side) (*accessSide, error) {
	file, s := of.file, of.snapshot
	relations, err := file.Relations(ctx, s.ID, accessRelations, rules.ShippedReference()...)
	if err != nil {
		return nil, fmt.Errorf("reading snapshot %d: %w", s.ID, err)
	}
	side := &accessSide{ctx: ctx, side: of, relation: relations, coverage: map[string]store.Coverage{}, names: map[AccessNode]AccessNode{}, active: map[string]bool{}}
	covered, err := file.Coverage(ctx, s.ID)
	if err != nil {
		relations.Close()
		return nil, err
	}
	for _, c := range covered {
		side.coverage[c.Resource] = c
	}
	return side, nil
}

// rows answers a SELECT; args are texts, or lists that become JSON.
func (s *accessSide) rows(query string, args map[string]any) ([][]any, error) {
	for name, v := range args {
		if _, ok := v.(string); !ok {
			text, err := json.Marshal(v)
			if err != nil {
				return nil, err
			}
			args[name] = string(text)
		}
	}
	found, err := s.relation.Select(s.ctx, query, args, personal)
	if err != nil {
		return nil, fmt.Errorf("reading access: %w", err)
	}
	return found.Values, nil
}

func said(v any) string {
	text, _ := v.(string)
	return text
}

func number64(v any) int {
	n, _ := v.(int64)
	return int(n)
}

// truth is a column of 1, 0 or NULL.
func truth(v any) *bool {
	n, ok := v.(int64)
	if !ok {
		return nil
	}
	yes := n != 0
	return &yes
}

// way is a row of access_grant for one subject, with the group that makes somebody this subject.
type way struct {
	objectKind, objectID           string
	subjectKind, subjectID         string
	throughKind, throughID         string
	permission, level              string
	permissions, rank              int
	opens                          bool
	actor, sourceResource, source  string
	scheme, projectGrant           string
	group, groupResource, groupKey string // of an application or a class: the group, and the object that says so
	member                         string // key of the directory_group_member that brings the asked person to it; "" where none does
	hangs                          []Ref  // links, made once
}

const wayColumns = "g.object_kind, g.object_id, g.subject_kind, g.subject_id, g.through_kind, g.through_id, g.permission, g.permissions, g.level, g.rank, g.opens, g.actor_key, g.source_resource, g.source_key, g.scheme_key, g.project_grant_key"

// globalColumns are the same of somebody who administers a product, for an object in it.
const globalColumns = "t.subject_kind, t.subject_id, 'global_permission', '', t.permission, 1, 'administer', 399, 1, NULL, t.source_resource, t.source_key, NULL, NULL"

func wayOf(v []any) way {
	return way{
		objectKind: said(v[0]), objectID: said(v[1]), subjectKind: said(v[2]), subjectID: said(v[3]), throughKind: said(v[4]), throughID: said(v[5]),
		permission: said(v[6]), permissions: number64(v[7]), level: said(v[8]), rank: number64(v[9]), opens: number64(v[10]) == 1,
		actor: said(v[11]), sourceResource: said(v[12]), source: said(v[13]), scheme: said(v[14]), projectGrant: said(v[15]),
	}
}

// identity names a way the same in every snapshot.
func (w *way) identity() string {
	share := ""
	if w.throughKind == "share" {
		share = w.source
	}
	return strings.Join([]string{w.objectKind, w.objectID, w.subjectKind, w.subjectID, w.group, w.throughKind, w.throughID, w.actor, share}, "\x1e")
}

// subject is as what somebody is met in grants.
type subject struct{ kind, id, group, member, groupResource, groupKey string }

func (s subject) row() []string {
	return []string{s.kind, s.id, s.group, s.member, s.groupResource, s.groupKey}
}

var anybody = subject{kind: "anonymous"}

// subjects are those of a person, a group or a class.
func (s *accessSide) subjects(who AccessNode) ([]subject, error) {
	switch who.Kind {
	case "anonymous":
		return []subject{anybody}, nil
	case "signed_in":
		return []subject{{kind: "signed_in"}, anybody}, nil
	case "application": // any licensed user: what the licence alone gives, of either product
		all := []subject{{kind: "application"}, {kind: "application", id: "confluence"}, {kind: "signed_in"}, anybody}
		found, err := s.rows("SELECT DISTINCT application FROM access_application_group WHERE application NOT IN ('', 'confluence')", nil)
		if err == nil && len(found) == 1 { // who uses Jira uses this one
			all = append(all, subject{kind: "application", id: said(found[0][0])})
		}
		return all, err
	case "group":
		all := []subject{{kind: "group", id: who.ID}, anybody}
		if !strings.HasPrefix(who.ID, "confluence\x1f") { // Data Center's Confluence grants nothing to anybody with a sign-in
			all = append(all, subject{kind: "signed_in"})
		}
		found, err := s.rows(`SELECT 'application', application, source_resource, source_key FROM access_application_group WHERE group_id = :group
			UNION ALL SELECT 'access_class', 'all-product-admins', source_resource, source_key FROM access_administrator WHERE product = 'confluence' AND subject_kind = 'group' AND subject_id = :group`, map[string]any{"group": who.ID})
		for _, v := range found {
			all = append(all, subject{said(v[0]), said(v[1]), who.ID, "", said(v[2]), said(v[3])})
		}
		return all, err
	}
	all := []subject{}
	found, err := s.rows("SELECT subject_kind, subject_id, via_group, member_key, via_resource, via_key FROM access_subject WHERE account_id = :account", map[string]any{"account": who.ID})
	for _, v := range found {
		all = append(all, subject{said(v[0]), said(v[1]), said(v[2]), said(v[3]), said(v[4]), said(v[5])})
	}
	if !slices.ContainsFunc(all, func(x subject) bool { return x.kind == "user" }) { // an account that only grants name
		all = append(all, subject{kind: "user", id: who.ID}, anybody)
	}
	return all, err
}

// reached are the ways of subjects to everything.
func (s *accessSide) reached(subjects []subject) ([]way, error) {
	list := [][]string{}
	for _, x := range subjects {
		list = append(list, x.row())
	}
	found, err := s.rows(`WITH s (kind, id, row) AS MATERIALIZED (SELECT value ->> 0, value ->> 1, key FROM json_each(:subjects))
		SELECT `+wayColumns+`, s.row FROM s JOIN access_grant AS g ON g.subject_kind = s.kind AND g.subject_id = s.id
		UNION ALL
		SELECT o.object_kind, o.object_id, `+globalColumns+`, s.row FROM s
		JOIN access_administrator AS t ON t.subject_kind = s.kind AND t.subject_id = s.id
		JOIN access_object AS o ON o.product = t.product AND o.object_kind <> 'site'`, map[string]any{"subjects": list})
	if err != nil {
		return nil, err
	}
	ways := make([]way, len(found))
	for i, v := range found {
		ways[i] = wayOf(v)
		x := subjects[number64(v[16])]
		ways[i].group, ways[i].member, ways[i].groupResource, ways[i].groupKey = x.group, x.member, x.groupResource, x.groupKey
	}
	return ways, nil
}

// reaching are the ways to an object, for each subject that one is granted to.
func (s *accessSide) reaching(what AccessNode) ([]way, error) {
	found, err := s.rows(`SELECT `+wayColumns+` FROM access_grant AS g WHERE g.object_kind = :kind AND g.object_id = :id
		UNION ALL
		SELECT :kind, :id, `+globalColumns+` FROM access_administrator AS t WHERE :kind <> 'site' AND t.product = :product`,
		map[string]any{"kind": what.Kind, "id": what.ID, "product": productOf(what)})
	ways := make([]way, len(found))
	for i, v := range found {
		ways[i] = wayOf(v)
	}
	return ways, err
}

// productOf is the product that an object is of.
func productOf(n AccessNode) string {
	switch {
	case n.Kind == "site":
		return n.ID
	case n.Kind == "space":
		return "confluence"
	case slices.Contains([]string{"project", "filter", "dashboard"}, n.Kind):
		return "jira"
	}
	return ""
}
