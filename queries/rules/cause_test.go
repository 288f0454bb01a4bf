package rules

import (
	"slices"
	"strings"
	"testing"
)

// The cause is what the finding rests on: not whatever else its site tells of itself on that day.
func TestCausesOfShippedRules(t *testing.T) {
	shipped, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	p := &Pack{Version: shipped.Version, reference: shipped.reference}
	for _, r := range shipped.Rules {
		if slices.Contains([]string{"CDC-ADMIN-001", "DC-VER-003", "GRANT-COVER-001", "JDC-SHARE-001"}, r.ID) {
			p.Rules = append(p.Rules, r)
		}
	}
	f := written(t, `-- all/grant --
token {"kind": "dc-token"}
-- all/confluence_instance --
confluence {"baseUrl": "https://wiki.harbourline.example", "version": "10.2.19"}
-- all/confluence_global_permission --
["group", "wiki-crew", "administer/application"] {"principal": {"type": "group", "id": "confluence\u001fwiki-crew", "name": "wiki-crew"}, "operation": "administer", "targetType": "application"}
-- all/directory_group_member --
`+crewOf("u01", "u02", "u03", "u04", "u05", "u06", "u07", "u08", "u09", "u10")+`
-- 1 --
site: dc
-- 1/jira_instance --
jira {"serverInfo": {"baseUrl": "https://jira.harbourline.example", "version": "10.3.25"}}
-- 1/jira_setting --
jira.option.globalsharing {"key": "jira.option.globalsharing", "value": "true"}
-- 2 --
site: dc
coverage: health_check denied 403
-- 2/jira_instance --
jira {"serverInfo": {"baseUrl": "https://jira.harbourline.example", "version": "10.3.26"}}
-- 2/jira_setting --
jira.option.globalsharing {"key": "jira.option.globalsharing", "value": "false"}
-- 2/directory_group_member --
`+crewOf("u11"))
	got, err := p.Compare(t.Context(), Side{f, 1}, Side{f, 2}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, x := range got.Findings {
		line := string(x.Change) + " " + x.Rule
		for _, cause := range x.CausedBy {
			line += "; " + string(cause.Change) + " " + cause.Resource + " " + shown(cause.Key) + " " + strings.Join(cause.Fields, ",")
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	want := []string{
		"new CDC-ADMIN-001; added directory_group_member confluence / wiki-crew / u11 ",
		"new GRANT-COVER-001",
		"resolved DC-VER-003; changed jira_instance jira serverInfo.version",
		"resolved JDC-SHARE-001; changed jira_setting jira.option.globalsharing value",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
}

// Which permissions count is decided by one object for all spaces: where nothing nearer changed, that is the cause.
func TestCauseIsTheSwitch(t *testing.T) {
	shipped, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	p := &Pack{Version: shipped.Version, reference: shipped.reference}
	for _, r := range shipped.Rules {
		if r.ID == "CONF-ACCESS-001" {
			p.Rules = append(p.Rules, r)
		}
	}
	f := written(t, `-- all/confluence_space --
2 {"id": "2", "key": "BOARD", "name": "Notice board"}
-- all/confluence_content --
21 {"id": "21", "type": "page", "status": "current", "title": "Tides", "spaceId": "2"}
-- all/confluence_space_permission --
["2", "role", "ANONYMOUS", "create", "page"] {"spaceId": "2", "principal": {"type": "role", "id": "ANONYMOUS"}, "operation": {"key": "create", "targetType": "page"}}
-- 1 --
-- 1/confluence_space_role_mode --
confluence {"mode": "ROLES_TRANSITION"}
-- 2 --
-- 2/confluence_space_role_mode --
confluence {"mode": "ROLES"}
`)
	got, err := p.Compare(t.Context(), Side{f, 1}, Side{f, 2}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Findings) != 1 || got.Findings[0].Change != Resolved {
		t.Fatalf("%+v", got.Findings)
	}
	if c := got.Findings[0].CausedBy; len(c) != 1 || c[0].Resource != "confluence_space_role_mode" || c[0].Change != Changed || !slices.Equal(c[0].Fields, []string{"mode"}) {
		t.Errorf("caused by %+v", c)
	}
}

func crewOf(accounts ...string) (lines string) {
	for _, a := range accounts {
		lines += `["confluence", "wiki-crew", "` + a + `"] {"product": "confluence", "groupName": "wiki-crew", "userKey": "` + a + `"}` + "\n"
	}
	return lines
}
