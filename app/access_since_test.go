package app

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plumbline/store"
)

// sideText is a snapshot as a text: RESOURCE ["key", ...] {body} a line. What covered does not name is read whole.
type sideText struct {
	text    string
	covered []store.Coverage
}

// sidesFile collects texts into one file, a month apart.
func sidesFile(t *testing.T, sides ...sideText) *File {
	t.Helper()
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "sides.plumb.db")
	f, err := store.OpenWritable(ctx, path)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(err)
	for n, side := range sides {
		c, err := f.Begin(ctx, store.Start{Site: siteA, Now: sealDay.AddDate(0, n, 0), Program: "1.0", PersonalData: "full"})
		must(err)
		must(c.SetVantage(ctx, store.Vantage{Account: "auditor"}))
		pages := map[string]*store.Page{}
		for _, name := range store.Resources() {
			pages[name] = &store.Page{Resource: name, End: &store.End{Outcome: store.Complete}}
		}
		for line := range strings.Lines(strings.TrimSpace(side.text)) {
			resource, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
			var key []string
			var body json.RawMessage
			d := json.NewDecoder(strings.NewReader(rest))
			must(d.Decode(&key))
			must(d.Decode(&body))
			pages[resource].Objects = append(pages[resource].Objects, store.Object{Resource: resource, Key: store.Key(key...), Body: body})
		}
		for _, name := range store.Resources() {
			cover := store.Coverage{Resource: name, Outcome: store.Complete, Lists: "all"}
			if i := slices.IndexFunc(side.covered, func(c store.Coverage) bool { return c.Resource == name }); i >= 0 {
				cover = side.covered[i]
			}
			pages[name].End.Outcome = cover.Outcome
			must(c.Write(ctx, *pages[name]))
			must(c.SetCoverage(ctx, cover))
		}
		_, err = c.Finish(ctx, sealDay.AddDate(0, n, 1))
		must(err)
	}
	must(f.Close())
	opened, err := Open(ctx, path)
	must(err)
	t.Cleanup(func() { opened.Close() })
	return opened
}

// became asks two snapshots and says what became of each row: "Ana: view lowered".
func became(t *testing.T, f *File, q AccessQuery) (rows string, a *Access) {
	t.Helper()
	a, err := f.Access(context.Background(), q)
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	var all []string
	for _, r := range a.Rows {
		all = append(all, strings.Join(strings.Fields(r.Node.Name+": "+string(r.Level)+" "+string(r.Since)), " "))
	}
	return strings.Join(all, ", "), a
}

const spaceAccess = `confluence_user ["u1"] {"accountId":"u1","accountType":"atlassian","accountStatus":"active","displayName":"Øyvind"}
confluence_user ["u2"] {"accountId":"u2","accountType":"atlassian","accountStatus":"active","displayName":"Ada"}
confluence_space ["100"] {"id":"100","key":"DOC","name":"Docs","status":"current"}
confluence_space_permission ["100","user","u1","read","space"] {"spaceId":"100","principal":{"type":"user","id":"u1"},"operation":{"key":"read","targetType":"space"}}
`

const mayUpdate = `confluence_space_permission ["100","user","u1","update","page"] {"spaceId":"100","principal":{"type":"user","id":"u1"},"operation":{"key":"update","targetType":"page"}}
confluence_space_permission ["100","user","u1","delete","page"] {"spaceId":"100","principal":{"type":"user","id":"u1"},"operation":{"key":"delete","targetType":"page"}}
`

// TestAccessMoved: a way that both sides have gives less only where the side that lacks a grant would have listed it.
func TestAccessMoved(t *testing.T) {
	broken := []store.Coverage{{Resource: "confluence_space_permission", Outcome: store.Partial, Lists: "all", Parts: []store.Part{{Parent: "100", Outcome: store.Failed}}}}
	q := AccessQuery{What: "space:DOC"}
	less := strings.Replace(spaceAccess, `{"spaceId":"100","principal":{"type":"user","id":"u1"},"operation":{"key":"read","targetType":"space"}}`, `{"spaceId":"100"}`, 1)
	for _, c := range []struct {
		name          string
		before, after sideText
		want          string
	}{
		{"taken away", sideText{text: spaceAccess + mayUpdate}, sideText{text: spaceAccess}, "Øyvind: view lowered"},
		{"given", sideText{text: spaceAccess}, sideText{text: spaceAccess + mayUpdate}, "Øyvind: edit raised"},
		{"not read after", sideText{text: spaceAccess + mayUpdate}, sideText{spaceAccess, broken}, "Øyvind: view not_comparable"},
		{"not read before", sideText{spaceAccess, broken}, sideText{text: spaceAccess + mayUpdate}, "Øyvind: edit not_comparable"},
		{"what opens was not read after", sideText{text: spaceAccess + mayUpdate}, sideText{mayUpdate + spaceAccess[:strings.Index(spaceAccess, "confluence_space_permission")], broken}, "Øyvind: not_comparable"},
		{"what opens does not tell whom after", sideText{text: spaceAccess + mayUpdate}, sideText{text: mayUpdate + less}, "Øyvind: not_comparable"},
	} {
		if got, a := became(t, sidesFile(t, c.before, c.after), q); got != c.want || strings.Contains(c.want, "not_") != (a.Rows[0].Reason != "") {
			t.Errorf("%s: %s (%s), want %s", c.name, got, a.Rows[0].Reason, c.want)
		}
	}
}

// TestAccessUntold: a grant that does not tell what it gives, or to whom, hides access and is told; what went meanwhile may not
// have gone.
func TestAccessUntold(t *testing.T) {
	roles := spaceAccess + `confluence_space_role_mode ["confluence"] {"mode":"ROLES"}
confluence_space_role_assignment ["100","USER","u2","r1"] {"spaceId":"100","principal":{"principalType":"USER","principalId":"u2"},"roleId":"r1"}
jira_project ["10"] {"id":"10","key":"BER","name":"Berths"}
jira_project_scheme ["10","99"] {"projectId":"10","id":99}
jira_filter ["5"] {"id":"5","name":"Late"}
jira_filter_share ["5","view","project-unknown","",""] {"filterId":"5","access":"view","type":"project-unknown"}
jira_filter ["6"] {"id":"6","name":"Early"}
jira_filter_share ["6","view","project","10",""] {"filterId":"6","access":"view","type":"project","project":{"id":"10"}}
`
	explained := roles + `confluence_space_role ["r1"] {"id":"r1","name":"Manager","spacePermissions":["read/space","administer/space"]}
jira_permission_scheme ["99"] {"id":99,"name":"Default"}
`
	f := sidesFile(t, sideText{text: explained}, sideText{text: roles})
	if got, _ := became(t, f, AccessQuery{What: "space:DOC"}); got != "Ada: not_comparable" {
		t.Error(got)
	}
	for what, want := range map[string]string{
		"space:DOC": "Grants in the space do not tell", "project:BER": "The permission scheme of the project is not told", "filter:5": "Shares of the filter do not tell",
		"filter:6": "The filter is shared with a project of which the permission scheme was not read",
		everything: "The permission scheme of 1 project is not told",
	} {
		_, a := became(t, f, AccessQuery{What: what})
		if !slices.ContainsFunc(a.Limits, func(l AccessLimit) bool { return l.Kind == "unknown" && strings.HasPrefix(l.Text, want) }) {
			t.Errorf("%s: %+v", what, a.Limits)
		}
		_, a = became(t, f, AccessQuery{What: what, Snapshot: "1"})
		if slices.ContainsFunc(a.Limits, func(l AccessLimit) bool { return l.Kind == "unknown" && strings.HasPrefix(l.Text, want) }) != (what == "filter:5") {
			t.Errorf("%s, explained: %+v", what, a.Limits)
		}
	}
}

// TestAccessAsked: a name is found in whatever case and alphabet, and who or what only the baseline has.
func TestAccessAsked(t *testing.T) {
	f := sidesFile(t, sideText{text: spaceAccess + `directory_group ["g1"] {"groupId":"g1","name":"Ärzte"}` + "\n"}, sideText{text: `directory_group ["g1"] {"groupId":"g1","name":"Ärzte"}`})
	for _, who := range []string{"group:ärzte", "group:Ärzte", "øyvind", "ØYVIND", "u1"} {
		if got, a := became(t, f, AccessQuery{Who: who}); (got == "Docs: gone") != (a.Subject.ID == "u1") {
			t.Errorf("%s: %s", who, got)
		}
	}
	if got, _ := became(t, f, AccessQuery{What: "space:DOC"}); got != "Øyvind: gone" {
		t.Error(got)
	}
	if _, err := f.Access(context.Background(), AccessQuery{Who: "øyvind", Alone: true}); Words(err).Code != "unknown-access" {
		t.Error(err)
	}
	two := strings.ReplaceAll(spaceAccess, "Ada", "Øyvind")
	if _, err := sidesFile(t, sideText{text: spaceAccess}, sideText{text: two}).Access(context.Background(), AccessQuery{Who: "Øyvind"}); err == nil || !strings.Contains(err.Error(), "is 2 of the site") {
		t.Errorf("of two of a name: %v", err)
	}
	names, err := f.AccessNames(context.Background(), "1", "", "who", "ØYV", 5)
	if err != nil || len(names) != 1 || names[0].Node.ID != "u1" {
		t.Errorf("%+v, %v", names, err)
	}
}

// TestAccessVoided: a permission that is still there and counts no more is gone with the cause.
func TestAccessVoided(t *testing.T) {
	mode := func(m string) string { return `confluence_space_role_mode ["confluence"] {"mode":"` + m + `"}` + "\n" }
	f := sidesFile(t, sideText{text: spaceAccess + mode("PRE_ROLES")}, sideText{text: spaceAccess + mode("ROLES")})
	got, a := became(t, f, AccessQuery{What: "space:DOC"})
	if got != "Øyvind: gone" || len(a.Rows[0].Causes) != 1 || a.Rows[0].Causes[0].Resource != "confluence_space_role_mode" || a.Paths[0].Reason != "the permission model of the spaces changed" {
		t.Errorf("%s, %+v, %+v", got, a.Rows, a.Paths)
	}
	unread := []store.Coverage{{Resource: "confluence_space_role_mode", Outcome: store.Denied, Lists: "all"}}
	if got, _ = became(t, sidesFile(t, sideText{spaceAccess, unread}, sideText{text: spaceAccess + mode("ROLES")}), AccessQuery{What: "space:DOC"}); got != "Øyvind: not_comparable" {
		t.Error(got)
	}
}

// TestAccessAllSince: everyone and everything say what became of each row, and of nothing that one side could not have seen.
func TestAccessAllSince(t *testing.T) {
	denied := []store.Coverage{{Resource: "confluence_space_permission", Outcome: store.Denied, Lists: "all", HTTPStatus: 403}}
	few := `jira_user ["u1"] {"accountId":"u1","displayName":"Øyvind"}
confluence_space ["100"] {"id":"100","key":"DOC","name":"Docs"}
`
	all := spaceAccess + mayUpdate
	for _, c := range []struct {
		name          string
		before, after sideText
		want          string // of the person: level, was, since, how many came, rose, fell, went, differ
	}{
		{"same", sideText{text: all}, sideText{text: all}, "edit edit same 0 0 0 0 0"},
		{"given", sideText{text: spaceAccess}, sideText{text: all}, "edit view raised 0 1 0 0 0"},
		{"taken", sideText{text: all}, sideText{text: spaceAccess}, "view edit lowered 0 0 1 0 0"},
		{"came", sideText{text: few}, sideText{text: all}, "edit  new 1 0 0 0 0"},
		{"went", sideText{text: all}, sideText{text: few}, " edit gone 0 0 0 1 0"},
		{"not read after", sideText{text: all}, sideText{few, denied}, " edit not_comparable 0 0 0 0 1"},
		{"not read before", sideText{few, denied}, sideText{text: all}, "edit  not_comparable 0 0 0 0 1"},
	} {
		f := sidesFile(t, c.before, c.after)
		for _, q := range []AccessQuery{{Who: everyone}, {What: everything}} {
			_, a := became(t, f, q)
			i := slices.IndexFunc(a.People, func(r AccessPeople) bool { return r.Node.ID == "u1" || r.Node.Key == "DOC" })
			r := a.People[i]
			got := fmt.Sprint(string(r.Level)+" "+string(r.Was)+" "+string(r.Since), " ", r.New, " ", r.Raised, " ", r.Lowered, " ", r.Gone, " ", r.NotComparable)
			if got != c.want || a.Before == nil || (r.Reason != "") != strings.Contains(c.name, "not read") {
				t.Errorf("%s, %s%s: %s (%s), want %s", c.name, q.Who, q.What, got, r.Reason, c.want)
			}
		}
	}
}

// TestAccessWith: the baseline may lie in another file of the same site.
func TestAccessWith(t *testing.T) {
	now, then := sidesFile(t, sideText{text: spaceAccess + mayUpdate}), sidesFile(t, sideText{text: spaceAccess})
	for _, q := range []AccessQuery{{What: "space:DOC"}, {Who: everyone}} {
		if q.With = then.store.Path(); q.Who == "" {
			if got, _ := became(t, now, q); got != "Øyvind: edit raised" {
				t.Error(got)
			}
			continue
		}
		_, a := became(t, now, q)
		if a.Counts.Raised != 1 || a.Before == nil {
			t.Errorf("%+v", a.Counts)
		}
	}
	if _, err := now.Access(context.Background(), AccessQuery{What: "space:DOC", With: then.store.Path(), Alone: true}); Words(err).Exit != WrongUse {
		t.Error(err)
	}
}

// TestAccessAllUnproven: everyone and everything say nothing of what one side could not have followed, and do not doubt what
// neither side could have missed.
func TestAccessAllUnproven(t *testing.T) {
	none := func(outcome store.Outcome, reason string, resources ...string) (all []store.Coverage) {
		for _, name := range resources {
			all = append(all, store.Coverage{Resource: name, Outcome: outcome, Lists: "all", Reason: reason})
		}
		return all
	}
	few := `confluence_user ["u1"] {"accountId":"u1","displayName":"Øyvind"}
confluence_space ["100"] {"id":"100","key":"DOC","name":"Docs"}
`
	group := `directory_group ["g1"] {"groupId":"g1","name":"pilots"}
directory_group_member ["g1","u1"] {"groupId":"g1","accountId":"u1"}
confluence_space ["100"] {"id":"100","key":"DOC","name":"Docs"}
confluence_space_permission ["100","group","g1","read","space"] {"spaceId":"100","principal":{"type":"group","id":"g1"},"operation":{"key":"read","targetType":"space"}}
`
	account := `jira_user ["u1"] {"accountId":"u1","displayName":"Øyvind"}` + "\n"
	mode := `confluence_space_role_mode ["confluence"] {"mode":"ROLES"}` + "\n"
	given := few + mode + `confluence_space_role_assignment ["100","USER","u1","r1"] {"spaceId":"100","principal":{"principalType":"USER","principalId":"u1"},"roleId":"r1"}` + "\n"
	role := `confluence_space_role ["r1"] {"id":"r1","name":"Manager","spacePermissions":["read/space","administer/space"]}` + "\n"
	filter := `jira_filter ["5"] {"id":"5","name":"Late"}
jira_filter_share ["5","view","project-unknown","",""] {"filterId":"5","access":"view","type":"project-unknown"}
`
	for _, c := range []struct {
		name          string
		before, after sideText
		want          string // of the person and of the space: level, was, since, how many came, rose, fell, went, differ
	}{
		{"no organisation key", sideText{spaceAccess, none(store.Unavailable, "no sign-in for it", "org_user_role", "org_group_role")}, sideText{few, none(store.Unavailable, "no sign-in for it", "org_user_role", "org_group_role")}, " view gone 0 0 0 1 0"},
		{"a product that neither looked at", sideText{spaceAccess, none(store.Unavailable, store.NoAddress+"Jira", "jira_instance", "jira_user", "jira_project")}, sideText{few, none(store.Unavailable, store.NoAddress+"Jira", "jira_instance", "jira_user", "jira_project")}, " view gone 0 0 0 1 0"},
		{"accounts not read after", sideText{text: account + group}, sideText{group, none(store.Denied, "", "jira_user")}, " view not_comparable 0 0 0 0 1"},
		{"Confluence's not read before", sideText{group, none(store.Denied, "", "confluence_user")}, sideText{text: few + group}, "view  not_comparable 0 0 0 0 1"},
		{"a role not explained after", sideText{text: given + role}, sideText{text: given}, " administer not_comparable 0 0 0 0 1"},
		{"a role not explained before", sideText{text: given}, sideText{text: given + role}, "administer  not_comparable 0 0 0 0 1"},
		{"which permissions count not read before", sideText{spaceAccess, none(store.Denied, "", "confluence_space_role_mode")}, sideText{text: spaceAccess + mode}, " view not_comparable 0 0 0 0 1"},
		{"something else does not tell", sideText{text: spaceAccess + filter}, sideText{text: few + filter}, " view gone 0 0 0 1 0"},
	} {
		f := sidesFile(t, c.before, c.after)
		for _, q := range []AccessQuery{{Who: everyone}, {What: everything}} {
			_, a := became(t, f, q)
			r := a.People[slices.IndexFunc(a.People, func(r AccessPeople) bool { return r.Node.ID == "u1" || r.Node.Key == "DOC" })]
			got := fmt.Sprint(string(r.Level)+" "+string(r.Was)+" "+string(r.Since), " ", r.New, " ", r.Raised, " ", r.Lowered, " ", r.Gone, " ", r.NotComparable)
			if got != c.want || (r.Reason != "") != strings.Contains(c.want, "not_") {
				t.Errorf("%s, %s%s: %s (%s), want %s", c.name, q.Who, q.What, got, r.Reason, c.want)
			}
		}
	}
}
