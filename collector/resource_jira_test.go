package collector

import (
	"bufio"
	"cmp"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"plumbline/store"
)

// entry is a line of testdata/dictionary.txt.
type entry struct {
	name  string
	parts int
	where string
}

func dictionary(t *testing.T) []entry {
	t.Helper()
	f, err := os.Open("testdata/dictionary.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []entry
	for s := bufio.NewScanner(f); s.Scan(); {
		if line := s.Text(); !strings.HasPrefix(line, "#") {
			f := regexp.MustCompile(` {2,}`).Split(line, 3)
			all = append(all, entry{f[0], strings.Count(f[1], ",") + 1, f[2]})
		}
	}
	return all
}

// TestDictionary: every resource is a relation, every one that a Cloud site has is collected, and there are no others.
func TestDictionary(t *testing.T) {
	views, resources := store.Resources(), map[string]Resource{}
	for _, r := range Resources() {
		if _, twice := resources[r.Name]; twice {
			t.Errorf("%s is listed twice", r.Name)
		}
		resources[r.Name] = r
	}
	known := map[string]bool{}
	for _, e := range dictionary(t) {
		known[e.name] = true
		r, collected := resources[e.name]
		if !slices.Contains(views, e.name) {
			t.Errorf("%s has no view", e.name)
		}
		if !collected && strings.Contains(e.where, "cloud") {
			t.Errorf("%s is not collected", e.name)
		}
		if collected && r.Key != nil && len(r.Key) != e.parts {
			t.Errorf("%s: the key has %d parts, want %d", e.name, len(r.Key), e.parts)
		}
	}
	for _, name := range views {
		if !known[name] {
			t.Errorf("the view %s is of no resource", name)
		}
	}
	for name := range resources {
		if !known[name] {
			t.Errorf("%s is collected and not in the dictionary", name)
		}
	}
}

// TestLiterals: what every resource must say about itself.
func TestLiterals(t *testing.T) {
	names := map[string]Resource{}
	for _, r := range Resources() {
		names[r.Name] = r
	}
	for _, r := range Resources() {
		fail := func(format string, args ...any) { t.Helper(); t.Errorf(r.Name+": "+format, args...) }
		if !strings.HasSuffix(r.About, ".") || r.Product == "" || r.Revision < 1 || r.Lists != All && r.Lists != Seen {
			fail("About (a sentence), Product, Revision and Lists are needed")
		}
		kept := slices.Clone(r.Keep)
		for _, src := range r.Sources {
			kept = append(kept, src.Keep...)
		}
		for _, path := range r.Personal {
			if !slices.Contains(kept, path) {
				fail("%s is personal and not kept", path)
			}
		}
		for _, of := range slices.Concat(r.After, []string{cmp.Or(r.Each, r.Name), cmp.Or(r.Inside, r.Name)}) {
			if _, ok := names[of]; !ok {
				fail("%s does not exist", of)
			}
		}
		if r.Inside != "" && (len(r.Sources) > 0 || r.Objects == nil) {
			fail("what comes out of another resource's answers has no sources, and makes its objects itself")
		}
		for _, part := range r.Key {
			constant, parent := strings.HasPrefix(part, "="), strings.HasPrefix(part, "^")
			if r.Objects == nil && r.Collect == nil && !constant && !parent && !slices.Contains(r.Keep, part) {
				fail("%s is a part of the key and not kept", part)
			}
		}
		if r.ByParent && r.Objects == nil && r.Collect == nil && !strings.HasPrefix(r.Key[0], "^") {
			fail("the key does not begin with the parent's")
		}
		for _, src := range r.Sources {
			if src.Doc == "" || !strings.HasPrefix(src.Path, "/") || strings.HasPrefix(src.Path, "/wiki/") != (src.API == ConfluenceAPI) {
				fail("%s needs a Doc, and an API that fits the path", src.Path)
			}
			for _, scope := range slices.Concat(src.Classic, src.Granular) {
				if _, ok := LookupScope(scope); !ok {
					fail("%s: no scope is called %s", src.Path, scope)
				}
			}
		}
	}
}

// volatile are members that change without anybody's doing, or that are content: no resource keeps them.
var volatile = regexp.MustCompile(`(?i)(^|\.)(self|avatar.*|icon.*|expand|_links|lastlogin.*|lastviewed.*|.*lastused|content|body|comment|password|token|jql|timezone|locale|buildnumber|servertime|thumbnail)(\.|\[|$)`)

// TestKept: nothing volatile is kept, and nothing is kept for nothing: every member is in a column of the view, in the
// key, or named below with the reason.
func TestKept(t *testing.T) {
	reasons := map[string]string{
		"jira_instance.serverInfo.defaultLocale.locale": "of the site, not of a person",
		"jira_setting.key":                "the key is the object's key",
		"jira_role_actor.id":              "becomes roleId",
		"jira_role_actor.name":            "becomes roleName",
		"jira_filter_share.id":            "becomes filterId",
		"jira_dashboard_share.id":         "becomes dashboardId",
		"jira_permission_grant.id":        "becomes schemeId",
		"jira_application_role_group.key": "becomes roleKey",
	}
	// What Objects makes of an item: members that stand elsewhere in the body than in the answer.
	moved := strings.NewReplacer("fields.attachment[].", "", "fields.project.", "project.", "actors[].", "", "permissions[].", "",
		"sharePermissions[].", "", "editPermissions[].", "", "defaultGroupsDetails[].", "", "groupDetails[].", "", "defaultGroups[]", "name", "groups[]", "name")
	views := map[string]string{}
	for _, v := range store.Views() {
		views[v.Name] = v.SQL
	}
	for _, r := range slices.Concat(jiraResources(), serviceManagementResources(), platformResources()) {
		for _, path := range r.Keep {
			if volatile.MatchString(path) && reasons[r.Name+"."+path] == "" {
				t.Errorf("%s keeps %s, which is volatile or content", r.Name, path)
			}
			shown := false
			list, _, _ := strings.Cut(path, "[]")
			for _, p := range []string{path, list, moved.Replace(path)} {
				shown = shown || strings.Contains(views[r.Name], "'$."+p+"'")
			}
			if r.Name == "jira_attachment" && !shown {
				shown = strings.Contains(views[r.Name], "'$.issue."+path+"'")
			}
			if !shown && reasons[r.Name+"."+path] == "" {
				t.Errorf("%s keeps %s, which no column shows", r.Name, path)
			}
		}
	}
}

// TestCallScopes: the scopes of every call are those that the table of the pretend site has, which was made from Atlassian's
// documents by another hand.
func TestCallScopes(t *testing.T) {
	f, err := os.Open("fakesite/endpoints.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	template := regexp.MustCompile(`\{[^}]*\}`)
	scopes := map[string][2]string{}
	for s := bufio.NewScanner(f); s.Scan(); {
		if fields := strings.Split(s.Text(), "|"); len(fields) == 5 && !strings.HasPrefix(s.Text(), "#") {
			scopes[template.ReplaceAllString(strings.TrimSpace(fields[0]), "{}")] = [2]string{sorted(fields[3]), sorted(fields[4])}
		}
	}
	probed := map[string]bool{}
	for _, p := range probes() {
		probed[p.Path] = true // asked without a sign-in
	}
	for _, r := range slices.Concat(jiraResources(), serviceManagementResources(), platformResources(), confluenceResources()) {
		for _, src := range r.Sources {
			call := cmp.Or(src.Method, "GET") + " " + template.ReplaceAllString(src.Path, "{}")
			want, known := scopes[call]
			got := [2]string{sorted(strings.Join(src.Classic, " ")), sorted(strings.Join(src.Granular, " "))}
			switch {
			case r.Name == "anonymous_probe" && probed[src.Path]:
			case r.Name == "app" && slices.Equal(src.Credentials, []string{APIToken}): // in no document, so without scopes
			case !known:
				t.Errorf("%s: %s is not in the table", r.Name, call)
			case got != want:
				t.Errorf("%s: %s\n needs %q\n want %q", r.Name, call, got, want)
			}
		}
	}
}

func sorted(list string) string {
	words := slices.DeleteFunc(strings.Fields(list), func(w string) bool { return w == "-" }) // a set that does not exist
	slices.Sort(words)
	return strings.Join(words, " ")
}
