package app

import (
	"fmt"

	"plumbline/store"
)

// untoldGrants are the objects of which the snapshot holds a grant that nobody can follow: kind, id, how many, and of a share
// whether it is with a project of which nobody can say who sees it.
const untoldGrants = `WITH open (project_id) AS (SELECT l.project_id FROM jira_scheme_project AS l JOIN jira_permission_scheme AS c ON c.scheme_id = l.scheme_id)
	SELECT 'project', p.project_id, 1, 0 FROM jira_project AS p
	WHERE p.project_id IS NOT NULL AND p.project_id NOT IN (SELECT project_id FROM open WHERE project_id IS NOT NULL)
	UNION ALL
	SELECT 'space', g.space_id, count(DISTINCT g.source_key), 0 FROM confluence_space_grant AS g
	WHERE g.space_id IS NOT NULL AND (g.operation IS NULL OR g.target_type IS NULL OR g.subject_id IS NULL OR coalesce(g.subject_kind, 'unknown') = 'unknown') GROUP BY g.space_id
	UNION ALL
	SELECT s.object_kind, s.object_id, count(*), s.share_kind = 'project' FROM jira_share AS s
	WHERE s.share_kind = 'unknown' OR s.share_kind = 'project' AND s.target NOT IN (SELECT project_id FROM open WHERE project_id IS NOT NULL) GROUP BY 1, 2, 4`

// untoldGrant is an object with such grants.
type untoldGrant struct {
	object      AccessNode
	withProject bool // a share with a project of which nobody can say who sees it
}

// readUntold reads them into s.untold and s.untoldAs.
func (s *accessSide) readUntold() error {
	found, err := s.rows(untoldGrants, map[string]any{})
	s.untold, s.untoldAs = map[AccessNode]int{}, map[untoldGrant]bool{}
	for _, v := range found {
		n := AccessNode{Kind: said(v[0]), ID: said(v[1])}
		s.untold[n] += number64(v[2])
		s.untoldAs[untoldGrant{n, number64(v[3]) == 1}] = true
	}
	return err
}

// untoldLegs are the parts of paths that such grants are missing from: in words of one object, and of several after how many
// they are. What was not read whole explains itself in accessLegs already.
var untoldLegs = []struct {
	kind        string
	withProject bool
	leg         string
	one, many   string
	read        []string // resources
}{
	{"project", false, "permission schemes of projects", "The permission scheme of the project is not told, or not listed", "The permission scheme of %s is not told, or not listed", []string{"jira_project_scheme", "jira_permission_scheme"}},
	{"space", false, "space permissions", "Grants in the space do not tell what they allow or to whom", "In %s grants do not tell what they allow or to whom", []string{"confluence_space_role"}},
	{"filter", false, "shares of filters", "Shares of the filter do not tell with whom", "Shares of %s do not tell with whom", nil},
	{"dashboard", false, "shares of dashboards", "Shares of the dashboard do not tell with whom", "Shares of %s do not tell with whom", nil},
	{"filter", true, "shares of filters", "The filter is shared with a project of which the permission scheme was not read", "Shared with a project of which the permission scheme was not read: %s", nil},
	{"dashboard", true, "shares of dashboards", "The dashboard is shared with a project of which the permission scheme was not read", "Shared with a project of which the permission scheme was not read: %s", nil},
}

// unexplained says which objects have grants that nobody can follow.
func (s *accessSide) unexplained(a *Access, q AccessQuery) {
	one := q.What != "" && q.What != everything
	for _, l := range untoldLegs {
		product := productOf(AccessNode{Kind: l.kind})
		if q.Product != "" && q.Product != product || one && a.Subject.Kind != l.kind || !s.readWhole(l.read) {
			continue
		}
		n, text := 0, l.one
		for g := range s.untoldAs {
			if g.object.Kind == l.kind && g.withProject == l.withProject && (!one || g.object.ID == a.Subject.ID) {
				n++
			}
		}
		if !one {
			text = fmt.Sprintf(l.many, plural(n, l.kind))
		}
		if n > 0 {
			a.Limits = append(a.Limits, AccessLimit{Kind: "unknown", Product: product, Leg: l.leg, Text: text + ": there may be more access than is shown"})
		}
	}
}

func (s *accessSide) readWhole(resources []string) bool {
	for _, resource := range resources {
		if c := s.coverage[resource]; c.Outcome != store.Complete {
			return false
		}
	}
	return true
}
