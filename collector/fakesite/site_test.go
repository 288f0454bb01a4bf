package fakesite

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// client speaks to a server under test with one kind of credential.
type client struct {
	t      *testing.T
	base   string
	sign   func(*http.Request)
	header map[string]string
}

func basic(email, secret string) func(*http.Request) {
	return func(r *http.Request) { r.SetBasicAuth(email, secret) }
}

func bearer(token string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
}

func start(t *testing.T, s *Server) *Server {
	t.Helper()
	if _, _, _, err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// auditor speaks to a started server as Harbourline's auditor.
func auditor(t *testing.T, s *Server) client {
	return client{t: t, base: s.siteURL, sign: basic(AuditorEmail, AuditorToken)}
}

func (c client) do(method, path, body string) (*http.Response, []byte, error) {
	req, err := http.NewRequest(method, c.base+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if c.sign != nil {
		c.sign(req)
	}
	for k, v := range c.header {
		req.Header.Set(k, v)
	}
	r, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	return r, b, err
}

// ask requires an answer with a status and gives its JSON.
func (c client) ask(method, path, body string, status int) any {
	c.t.Helper()
	r, b, err := c.do(method, path, body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	if r.StatusCode != status {
		c.t.Fatalf("%s %s: status %d, want %d: %.300s", method, path, r.StatusCode, status, b)
	}
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		c.t.Fatalf("%s %s: %v: %.300s", method, path, err, b)
	}
	return v
}

func (c client) get(path string) any { c.t.Helper(); return c.ask("GET", path, "", 200) }

// at follows a dotted path into JSON; a number is an index.
func at(v any, path string) any {
	for p := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[p]
		case []any:
			i := int(atoi64(p))
			if i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

func list(v any, path string) []any {
	if path != "" {
		v = at(v, path)
	}
	l, _ := v.([]any)
	return l
}

// fields are the values of one member of all elements.
func fields(items []any, path string) []string {
	out := []string{}
	for _, it := range items {
		s, _ := at(it, path).(string)
		out = append(out, s)
	}
	return out
}

// asked is every endpoint with a request that the auditor gets an answer to, where the list is,
// which member names an element, and members that each element has.
var asked = []struct{ pattern, path, body, items, id, members string }{
	{"GET /rest/api/3/serverInfo", "", "", "", "", "baseUrl version deploymentType serverTitle"},
	{"GET /rest/api/3/myself", "?expand=groups,applicationRoles", "", "", "", "accountId accountType groups"},
	{"GET /rest/api/3/mypermissions", "?permissions=ADMINISTER,USER_PICKER,BROWSE_PROJECTS", "", "", "", "permissions"},
	{"GET /rest/api/3/configuration", "", "", "", "", "attachmentsEnabled timeTrackingConfiguration"},
	{"GET /rest/api/3/application-properties", "", "", ".", "key", "key value type"},
	{"GET /rest/api/3/application-properties/advanced-settings", "", "", ".", "key", "key value type"},
	{"GET /rest/api/3/announcementBanner", "", "", "", "", "message isEnabled visibility"},
	{"GET /rest/api/3/attachment/meta", "", "", "", "", "enabled uploadLimit"},
	{"GET /rest/api/3/instance/license", "", "", "applications", "id", "id plan"},
	{"GET /rest/api/3/applicationrole", "", "", ".", "key", "key groupDetails defaultGroupsDetails selectedByDefault hasUnlimitedSeats"},
	{"GET /rest/api/3/users/search", "", "", ".", "accountId", "accountId accountType active displayName"},
	{"GET /rest/api/3/user", "?accountId=ACCOUNT", "", "", "", "accountId accountType active"},
	{"GET /rest/api/3/user/search", "?query=", "", ".", "accountId", "accountId displayName"},
	{"GET /rest/api/3/user/picker", "?query=a", "", "users", "accountId", "accountId displayName"},
	{"GET /rest/api/3/groupuserpicker", "?query=a", "", "users.users", "accountId", "accountId"},
	{"GET /rest/api/3/group/bulk", "", "", "values", "groupId", "groupId name"},
	{"GET /rest/api/3/groups/picker", "?query=", "", "groups", "groupId", "groupId name managedBy usageType"},
	{"GET /rest/api/3/group/member", "?groupId=GROUP&includeInactiveUsers=true", "", "values", "accountId", "accountId accountType active"},
	{"GET /rest/api/3/permissions", "", "", "", "", "permissions"},
	{"POST /rest/api/3/permissions/check", "", `{"accountId":"ACCOUNT","globalPermissions":["ADMINISTER","USER_PICKER"]}`, "", "", "globalPermissions projectPermissions"},
	{"GET /rest/api/3/permissionscheme", "?expand=permissions", "", "permissionSchemes", "", "id name permissions"},
	{"GET /rest/api/3/permissionscheme/{scheme}/permission", "10014", "", "permissions", "", "id permission holder"},
	{"GET /rest/api/3/project/search", "?status=live&status=archived&expand=lead", "", "values", "id", "id key name projectTypeKey style simplified lead"},
	{"GET /rest/api/3/project/{project}/permissionscheme", "MOB?expand=permissions", "", "", "", "id name permissions scope"},
	{"GET /rest/api/3/role", "", "", ".", "", "id name actors"},
	{"GET /rest/api/3/project/{project}/role", "PAY", "", "", "", "Administrators Developers"},
	{"GET /rest/api/3/project/{project}/role/{id}", "OPS 10001", "", "actors", "", "id type displayName"},
	{"GET /rest/api/3/project/{project}/roledetails", "MOB", "", ".", "", "id name admin default type scope"},
	{"GET /rest/api/3/issuesecurityschemes", "", "", "issueSecuritySchemes", "", "id name"},
	{"GET /rest/api/3/issuesecurityschemes/level", "", "", "values", "id", "id name isDefault issueSecuritySchemeId"},
	{"GET /rest/api/3/issuesecurityschemes/level/member", "", "", "values", "id", "id issueSecurityLevelId issueSecuritySchemeId holder"},
	{"GET /rest/api/3/issuesecurityschemes/project", "", "", "values", "projectId", "issueSecuritySchemeId projectId"},
	{"GET /rest/api/3/project/{project}/issuesecuritylevelscheme", "PAY", "", "", "", "id name levels defaultSecurityLevelId"},
	{"GET /rest/api/3/filter/search", "?overrideSharePermissions=true&expand=owner,sharePermissions,editPermissions,jql,approximateLastUsed", "", "values", "id", "id name sharePermissions editPermissions jql"},
	{"GET /rest/api/3/dashboard/search", "?expand=owner,sharePermissions", "", "values", "id", "id name sharePermissions isWritable"},
	{"GET /rest/api/3/auditing/record", "", "", "records", "", "id summary created category"},
	{"GET /rest/api/3/search/jql", "?jql=attachments+is+not+EMPTY&fields=attachment,project", "", "issues", "id", "id key fields"},
	{"POST /rest/api/3/search/approximate-count", "", `{"jql":"attachments is not EMPTY"}`, "", "", "count"},
	{"GET /rest/api/3/data-policy", "", "", "", "", "anyContentBlocked"},
	{"GET /rest/plugins/1.0/{$}", "", "", "plugins", "key", "key name version enabled userInstalled vendor"},
	{"GET /_edge/tenant_info", "", "", "", "", "cloudId"},
	{"GET /rest/servicedeskapi/info", "", "", "", "", "version isLicensedForUse"},
	{"GET /rest/servicedeskapi/servicedesk", "", "", "values", "id", "id projectId projectKey projectName"},
	{"GET /rest/servicedeskapi/servicedesk/{desk}/customer", "4", "", "values", "accountId", "accountId displayName active"},
	{"GET /wiki/api/v2/spaces", "", "", "results", "id", "id key name type status"},
	{"GET /wiki/api/v2/spaces/{id}/permissions", "98310", "", "results", "id", "id principal operation"},
	{"GET /wiki/api/v2/space-role-mode", "", "", "", "", "mode"},
	{"GET /wiki/api/v2/space-roles", "", "", "results", "id", "id type name spacePermissions"},
	{"GET /wiki/api/v2/spaces/{id}/role-assignments", "98310", "", "results", "principal.principalId", "principal roleId"},
	{"GET /wiki/api/v2/space-permissions", "", "", "results", "id", "id displayName requiredPermissionIds"},
	{"GET /wiki/api/v2/pages", "", "", "results", "id", "id status title spaceId authorId createdAt version"},
	{"GET /wiki/api/v2/blogposts", "", "", "results", "id", "id status title spaceId version"},
	{"GET /wiki/api/v2/attachments", "", "", "results", "id", "id title mediaType fileSize status"},
	{"POST /wiki/api/v2/users-bulk", "", `{"accountIds":["ACCOUNT"]}`, "results", "accountId", "accountId accountType accountStatus isExternalCollaborator displayName"},
	{"GET /wiki/api/v2/data-policies/metadata", "", "", "", "", "anyContentBlocked"},
	{"GET /wiki/rest/api/settings/systemInfo", "", "", "", "", "cloudId commitHash baseUrl edition"},
	{"GET /wiki/rest/api/user/current", "?expand=operations", "", "", "", "type accountId accountType operations"},
	{"GET /wiki/rest/api/user/anonymous", "?expand=operations", "", "", "", "type displayName operations"},
	{"GET /wiki/rest/api/user/bulk", "?accountId=ACCOUNT", "", "results", "accountId", "accountId accountType isGuest"},
	{"GET /wiki/rest/api/search/user", "?cql=type%3Duser&sitePermissionTypeFilter=all", "", "results", "user.accountId", "user title url entityType lastModified"},
	{"GET /wiki/rest/api/group", "", "", "results", "id", "id type name managedBy"},
	{"GET /wiki/rest/api/group/{group}/membersByGroupId", "GROUP", "", "results", "accountId", "type accountId accountType isGuest"},
	{"GET /wiki/rest/api/content/{id}/restriction/byOperation", "110202", "", "", "", "read update"},
	{"GET /wiki/rest/api/content/{id}/restriction", "110202", "", "results", "operation", "operation restrictions"},
	{"GET /wiki/rest/api/content/search", "?cql=type+in+(page,blogpost)&expand=restrictions.read.restrictions.user,space,version", "", "results", "id", "id type status title restrictions space version"},
	{"GET /wiki/rest/api/audit", "", "", "results", "", "author creationDate summary category affectedObject changedValues"},
	{"GET /wiki/rest/api/audit/retention", "", "", "", "", "number units"},
	{"GET /wiki/rest/plugins/1.0/{$}", "", "", "plugins", "key", "key name version enabled userInstalled vendor"},
	{"GET /wiki/rest/api/space", "", "", "results", "key", "id key name type status"},
}

// fill makes a request of a pattern and what the table says of its path.
func fill(pattern, path, body string) (method, to, content string) {
	method, to, _ = strings.Cut(pattern, " ")
	to = strings.TrimSuffix(to, "{$}")
	parts, query, _ := strings.Cut(path, "?")
	for p := range strings.FieldsSeq(parts) {
		open, shut := strings.Index(to, "{"), strings.Index(to, "}")
		to = to[:open] + p + to[shut+1:]
	}
	if query != "" {
		to += "?" + query
	}
	swap := strings.NewReplacer("ACCOUNT", AccountID("maja"), "GROUP", GroupID("jira-users"))
	return method, swap.Replace(to), swap.Replace(body)
}

func TestEveryEndpointAnswersTheAuditor(t *testing.T) {
	for point := range Points {
		s := Harbourline(point + 1)
		s = start(t, s)
		s.Mend() // the incidents have a test of their own
		c := auditor(t, s)
		c.header = map[string]string{"X-ExperimentalApi": "opt-in"}
		for _, a := range asked {
			method, path, body := fill(a.pattern, a.path, a.body)
			v := c.ask(method, path, body, 200)
			elements := []any{v}
			if a.items == "." {
				elements = list(v, "")
			} else if a.items != "" {
				elements = list(v, a.items)
			}
			if len(elements) == 0 {
				t.Errorf("%s: no elements at %s", path, Points[point])
			}
			for _, e := range elements {
				for _, m := range strings.Fields(a.members) {
					if o, ok := e.(map[string]any); !ok || !has(o, m) {
						t.Errorf("%s: an element lacks %q: %.200v", path, m, e)
					}
				}
			}
		}
	}
}

func has(o map[string]any, member string) bool { _, ok := o[member]; return ok }

func TestTheTableIsWhatIsServed(t *testing.T) {
	served, told := []string{}, []string{}
	for _, e := range parseEndpoints(endpointsText) {
		served = append(served, e.pattern)
		if answers[e.pattern] == nil {
			t.Errorf("endpoints.txt has %q, but nothing answers it", e.pattern)
		}
		if e.size > e.most {
			t.Errorf("%s: a page of %d is more than the largest, %d", e.pattern, e.size, e.most)
		}
	}
	for p := range answers {
		if !slices.Contains(served, p) {
			t.Errorf("%q is answered, but endpoints.txt lacks it", p)
		}
	}
	for _, a := range asked {
		told = append(told, a.pattern)
	}
	for _, p := range served {
		if !slices.Contains(told, p) {
			t.Errorf("no test asks %q", p)
		}
	}
}

// pageParameters are the names of size and place, where pages are told by number.
func pageParameters(pattern string) (size, place string) {
	switch {
	case strings.Contains(pattern, "/wiki/"), strings.Contains(pattern, "/servicedeskapi/"):
		return "limit", "start"
	case strings.Contains(pattern, "/auditing/"):
		return "limit", "offset"
	}
	return "maxResults", "startAt"
}

// walk reads a list to its end the way its kind of paging wants it and gives the ids of each page.
func walk(c client, pattern, path, items, id string, size int) [][]string {
	c.t.Helper()
	sizeName, placeName := pageParameters(pattern)
	u, err := url.Parse(path)
	if err != nil {
		c.t.Fatal(err)
	}
	q := u.Query()
	q.Set(sizeName, itoa(size))
	u.RawQuery = q.Encode()
	next, place := u.String(), 0
	var pages [][]string
	for next != "" && len(pages) < 400 {
		v := c.get(next)
		if items == "." {
			items = ""
		}
		ids := fields(list(v, items), id)
		o, _ := v.(map[string]any)
		switch {
		case o == nil: // a bare array ends with an empty one
			place += size
			q.Set(placeName, itoa(place))
			if next = u.Path + "?" + q.Encode(); len(ids) == 0 {
				return pages
			}
		case at(v, "_links.next") != nil && strings.HasPrefix(pattern, "GET /wiki/api/v2/"):
			next = at(v, "_links.next").(string)
		case at(v, "_links.next") != nil && strings.HasPrefix(pattern, "GET /wiki/"):
			next = "/wiki" + at(v, "_links.next").(string)
		case has(o, "_links") || has(o, "issues"):
			next = ""
			if token, ok := o["nextPageToken"].(string); ok {
				q.Set("nextPageToken", token)
				next = u.Path + "?" + q.Encode()
			} else if l, ok := at(v, "_links.next").(string); ok {
				next = strings.TrimPrefix(l, c.base)
			}
		case has(o, "records"):
			place += len(ids)
			q.Set(placeName, itoa(place))
			if next = u.Path + "?" + q.Encode(); len(ids) == 0 {
				return pages
			}
		default:
			place += int(o["maxResults"].(float64))
			q.Set(placeName, itoa(place))
			if next = u.Path + "?" + q.Encode(); o["isLast"] == true {
				next = ""
			}
		}
		pages = append(pages, ids)
	}
	return pages
}

func TestEveryPagedListIsTheSameInSmallPages(t *testing.T) {
	s := start(t, Harbourline(2))
	s.Mend()
	c := auditor(t, s)
	c.header = map[string]string{"X-ExperimentalApi": "opt-in"}
	paged := 0
	for _, a := range asked {
		e := theRoutes().byID[a.pattern]
		if e.size == 0 || a.id == "" || strings.Contains(a.pattern, "picker") || strings.Contains(a.pattern, "restriction") {
			continue
		}
		paged++
		_, path, _ := fill(a.pattern, a.path, "")
		whole := slices.Concat(walk(c, a.pattern, path, a.items, a.id, e.most)...)
		small := walk(c, a.pattern, path, a.items, a.id, 2)
		if !slices.Equal(slices.Concat(small...), whole) || len(whole) == 0 {
			t.Errorf("%s: pages of 2 give %d elements, one page %d", a.pattern, len(slices.Concat(small...)), len(whole))
		}
		if distinct := slices.Compact(slices.Sorted(slices.Values(whole))); len(distinct) != len(whole) {
			t.Errorf("%s: %d of %d elements are distinct", a.pattern, len(distinct), len(whole))
		}
		for i, p := range small[:len(small)-1] {
			if len(p) != 2 {
				t.Errorf("%s: page %d of 2 has %d elements", a.pattern, i, len(p))
			}
		}
	}
	if paged < 18 {
		t.Errorf("only %d lists were paged", paged)
	}
}

func TestThePageSizeOfTheAnswerIsTheTruth(t *testing.T) {
	s := start(t, &Server{Caps: map[string]int{"GET /rest/api/3/group/bulk": 3}})
	c := auditor(t, s)
	v := c.get("/rest/api/3/group/bulk?maxResults=500")
	if at(v, "maxResults") != 3.0 || len(list(v, "values")) != 3 || at(v, "isLast") != false {
		t.Errorf("a page of 500 is answered with %v", v)
	}
	if v := c.get("/rest/api/3/group/member?maxResults=500&groupId=" + GroupID("confluence-users")); at(v, "maxResults") != 50.0 {
		t.Errorf("members come in pages of %v", at(v, "maxResults"))
	}
	if v := c.get("/rest/api/3/users/search"); len(list(v, "")) != 50 {
		t.Errorf("without a size users come in pages of %d", len(list(v, "")))
	}
	c.ask("GET", "/wiki/rest/api/group/"+GroupID("jira-users")+"/membersByGroupId?limit=201", "", 400)
}

func TestErrorsAreInTheProductsForm(t *testing.T) {
	s := start(t, Harbourline(1))
	c := auditor(t, s)
	for _, tc := range []struct{ path, at string }{
		{"/rest/api/3/nothing", "errorMessages.0"},
		{"/wiki/rest/api/nothing", "data.errors.0.message.translation"},
		{"/wiki/api/v2/nothing", "errors.0.title"},
		{"/rest/servicedeskapi/nothing", "errorMessage"},
	} {
		if v := c.ask("GET", tc.path, "", 404); at(v, tc.at) == nil {
			t.Errorf("%s: %v", tc.path, v)
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH"} {
		c.ask(method, "/rest/api/3/project", "{}", 405)
	}
	writes := 0
	for _, r := range s.Log() {
		if r.Status == 405 {
			writes++
		}
	}
	if writes != 4 {
		t.Errorf("%d writes are in the log, want 4", writes)
	}
}
