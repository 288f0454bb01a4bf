package fakesite

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// startDC starts a Data Center and gives clients of its Jira and its Confluence, signed in as the auditor.
func startDC(t *testing.T, d *DataCenter) map[string]client {
	t.Helper()
	jira, wiki, err := d.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	h := map[string]string{"X-ExperimentalApi": "opt-in"}
	return map[string]client{"jira": {t: t, base: jira, sign: bearer(DCAuditorToken), header: h}, "confluence": {t: t, base: wiki, sign: bearer(DCAuditorToken), header: h}}
}

// askedDC is every endpoint with a request that the auditor gets an answer to: where the list is,
// which member names an element, and members that each element has.
var askedDC = []struct{ product, pattern, path, items, id, members string }{
	{"jira", "GET /rest/api/2/serverInfo", "", "", "", "baseUrl version versionNumbers deploymentType buildNumber serverTitle"},
	{"jira", "GET /rest/api/2/myself", "?expand=groups,applicationRoles", "", "", "key name active groups applicationRoles"},
	{"jira", "GET /rest/api/2/mypermissions", "", "", "", "permissions"},
	{"jira", "GET /rest/api/2/configuration", "", "", "", "attachmentsEnabled timeTrackingConfiguration"},
	{"jira", "GET /rest/api/2/application-properties", "", ".", "key", "id key value type defaultValue"},
	{"jira", "GET /rest/api/2/application-properties/advanced-settings", "", ".", "key", "id key value"},
	{"jira", "GET /rest/api/2/attachment/meta", "", "", "", "enabled uploadLimit"},
	{"jira", "GET /rest/api/2/applicationrole", "", ".", "key", "key groups defaultGroups selectedByDefault numberOfSeats remainingSeats userCount hasUnlimitedSeats platform"},
	{"jira", "GET /rest/api/2/user/list", "", "values", "key", "key name active displayName deleted"},
	{"jira", "GET /rest/api/2/user/search", "?username=.&includeInactive=true", ".", "key", "key name active"},
	{"jira", "GET /rest/api/2/user", "?username=maja", "", "", "key name active"},
	{"jira", "GET /rest/api/2/user/picker", "?query=a", "users", "key", "key name displayName"},
	{"jira", "GET /rest/api/2/groupuserpicker", "?query=a", "users.users", "key", "key name"},
	{"jira", "GET /rest/api/2/groups/picker", "?query=quay", "groups", "name", "name html labels"},
	{"jira", "GET /rest/api/2/group/member", "?groupname=jira-software-users&includeInactiveUsers=true", "values", "key", "key name active displayName"},
	{"jira", "GET /rest/api/2/permissions", "", "", "", "permissions"},
	{"jira", "GET /rest/api/2/permissionscheme", "?expand=permissions", "permissionSchemes", "", "id name permissions"},
	{"jira", "GET /rest/api/2/permissionscheme/{scheme}", "10000?expand=all", "", "", "id name permissions"},
	{"jira", "GET /rest/api/2/permissionscheme/{scheme}/permission", "10000", "permissions", "", "id holder permission"},
	{"jira", "GET /rest/api/2/project", "?includeArchived=true&expand=lead", ".", "id", "id key name archived lead projectTypeKey"},
	{"jira", "GET /rest/api/2/project/{project}", "PAY", "", "", "id key lead"},
	{"jira", "GET /rest/api/2/project/{project}/permissionscheme", "PAY", "", "", "id name"},
	{"jira", "GET /rest/api/2/project/{project}/issuesecuritylevelscheme", "PAY", "", "", "id name levels"},
	{"jira", "GET /rest/api/2/project/{project}/role", "PAY", "", "", "Administrators Developers"},
	{"jira", "GET /rest/api/2/project/{project}/role/{id}", "10101 10002", "actors", "", "id type name displayName"},
	{"jira", "GET /rest/api/2/role", "", ".", "", "id name actors"},
	{"jira", "GET /rest/api/2/issuesecurityschemes", "", "issueSecuritySchemes", "", "id name"},
	{"jira", "GET /rest/api/2/issuesecurityschemes/{id}", "10300", "", "", "id name levels"},
	{"jira", "GET /rest/api/2/filter/favourite", "", ".", "id", "id name owner sharePermissions"},
	{"jira", "GET /rest/api/2/filter/{id}", "10202", "", "", "id name owner sharePermissions jql"},
	{"jira", "GET /rest/api/2/filter/{id}/permission", "10202", ".", "", "id type view edit"},
	{"jira", "GET /rest/api/2/dashboard", "", "dashboards", "id", "id name view"},
	{"jira", "GET /rest/api/2/dashboard/{id}", "10502", "", "", "id name"},
	{"jira", "GET /rest/api/2/search", "?jql=attachments+is+not+EMPTY&fields=attachment", "issues", "id", "id key fields"},
	{"jira", "GET /rest/api/2/searchLimits/maxResultWindow", "", "", "", ""},
	{"jira", "GET /rest/api/2/cluster/nodes", "", ".", "nodeId", "nodeId state alive ip cacheListenerPort nodeVersion"},
	{"jira", "GET /rest/api/2/auditing/record", "", "records", "", "id summary created category"},
	{"jira", "GET /rest/webhooks/1.0/webhook", "", ".", "self", "name url enabled events filters excludeBody self"},
	{"jira", "GET /rest/jira-webhook/1.0/webhooks", "", ".", "", "id name url active events configuration sslVerificationRequired"},
	{"jira", "GET /rest/servicedeskapi/info", "", "", "", "version platformVersion"},
	{"jira", "GET /rest/servicedeskapi/servicedesk", "", "values", "id", "id projectId projectKey"},
	{"jira", "GET /rest/servicedeskapi/servicedesk/{desk}/customer", "1", "values", "key", "key name active"},

	{"confluence", "GET /rest/api/server-information", "", "", "", "baseUrl version buildNumber buildDate"},
	{"confluence", "GET /rest/api/user/current", "", "", "", "type username userKey displayName"},
	{"confluence", "GET /rest/api/user/anonymous", "?expand=operations", "", "", "type displayName operations"},
	{"confluence", "GET /rest/api/user", "?username=maja", "", "", "type username userKey"},
	{"confluence", "GET /rest/api/user/list", "?expand=status", "results", "userKey", "type username userKey displayName status"},
	{"confluence", "GET /rest/api/admin/users/list/active", "?expand=lastLogin", "results", "userKey", "type username userKey email lastLogin"},
	{"confluence", "GET /rest/api/user/memberof", "?username=maja", "results", "name", "type name"},
	{"confluence", "GET /rest/api/permissions", "", ".", "", "operation subject"},
	{"confluence", "GET /rest/api/permissions/anonymous", "", ".", "", "operation subject"},
	{"confluence", "GET /rest/api/permissions/unlicensed", "", "", "", ""},
	{"confluence", "GET /rest/api/space", "", "results", "key", "id key name type status"},
	{"confluence", "GET /rest/api/space/{space}", "HANDBOOK", "", "", "id key name"},
	{"confluence", "GET /rest/api/space/{space}/permissions", "SOCIAL", ".", "", "operation subject spaceKey spaceId"},
	{"confluence", "GET /rest/api/space/{space}/permissions/anonymous", "HANDBOOK", ".", "", "operation subject"},
	{"confluence", "GET /rest/api/content", "", "results", "id", "id type status title space version history"},
	{"confluence", "GET /rest/api/content/scan", "?expand=ancestors,restrictions.read.restrictions.user,children.attachment", "results", "id", "id type status title ancestors restrictions children"},
	{"confluence", "GET /rest/api/content/search", "?cql=type+%3D+attachment", "results", "id", "id type status title extensions"},
	{"confluence", "GET /rest/api/content/{id}", "110001", "", "", "id type title"},
	{"confluence", "GET /rest/api/content/{id}/restriction/byOperation", "110102", "", "", "read update"},
	{"confluence", "GET /rest/api/content/{id}/restriction/byOperation/{operation}", "110102 read?expand=restrictions.user", "", "", "operation restrictions"},
	{"confluence", "GET /rest/api/content/{id}/child/attachment", "110602", "results", "id", "id type title extensions metadata"},
	{"confluence", "GET /rest/api/group", "", "results", "name", "type name"},
	{"confluence", "GET /rest/api/group/{group}", "confluence-users", "", "", "type name"},
	{"confluence", "GET /rest/api/group/{group}/member", "confluence-users", "results", "userKey", "type username userKey"},
	{"confluence", "GET /rest/api/group/{group}/groupmember", "confluence-users", "results", "name", "type name"},
	{"confluence", "GET /rest/api/group/member", "?groupName=confluence-users", "results", "userKey", "type username userKey"},
	{"confluence", "GET /rest/api/webhooks", "", "results", "", "id name url active events sslVerificationRequired"},
	{"confluence", "GET /rest/api/cluster/nodes", "", "results", "", "nodeId buildStats"},
	{"confluence", "GET /rest/api/instance-metrics", "", "", "", "pages spaces users"},
	{"confluence", "GET /rest/api/accessmode", "", "", "", ""},
	{"confluence", "GET /rest/api/backup-restore/jobs", "?jobOperation=BACKUP", ".", "", "id jobOperation jobScope jobState createTime finishProcessingTime"},

	{"both", "GET /rest/applinks/1.0/manifest", "", "", "", "id typeId version name url"},
	{"both", "GET /rest/applinks/3.0/applinks", "", ".", "id", "id name type displayUrl rpcUrl"},
	{"both", "GET /rest/applinks/1.0/listApplicationlinks", "", "list", "application.id", "application"},
	{"both", "GET /rest/plugins/1.0/{$}", "", "plugins", "key", "key name version enabled userInstalled vendor"},
	{"both", "GET /rest/plugins/1.0/available/upgrades", "", "plugins", "key", "key name version"},
	{"both", "GET /rest/plugins/1.0/installed-marketplace", "?updates=true", "plugins", "key", "key name updateAvailable"},
	{"both", "GET /rest/basicauth/1.0/config", "", "", "", "block-requests allowed-paths allowed-users"},
	{"both", "GET /rest/authconfig/1.0/sso", "", "", "", "show-login-form enable-authentication-fallback"},
	{"both", "GET /rest/authconfig/1.0/idps", "", "", "", "results size"},
	{"both", "GET /rest/troubleshooting/1.0/check/{$}", "", "statuses", "completeKey", "completeKey name isHealthy failureReason severity"},
	{"both", "GET /rest/auditing/1.0/events", "", "entities", "", "timestamp author type affectedObjects changedValues source"},
	{"both", "GET /rest/pat/latest/tokens", "", ".", "", "id name expiringAt"},
}

// eachDC goes through askedDC, once for each product.
func eachDC(clients map[string]client, do func(c client, product, pattern, path, items, id, members string)) {
	for _, a := range askedDC {
		for _, product := range products {
			if a.product == product || a.product == "both" {
				_, path, _ := fill(a.pattern, a.path, "")
				do(clients[product], product, a.pattern, path, a.items, a.id, a.members)
			}
		}
	}
}

func TestDCEveryEndpointAnswersTheAuditor(t *testing.T) {
	for point := range DCPoints {
		d := HarbourlineDC(point + 1)
		d.Versions = map[string]string{"confluence": "10.2.14"} // the newest of its documents has everything
		clients := startDC(t, d)
		d.Mend()
		eachDC(clients, func(c client, product, pattern, path, items, id, members string) {
			if !theDCRoutes()[product].byID[pattern][0].in(d.in.of[product].Version) && len(theDCRoutes()[product].byID[pattern]) == 1 {
				if r, _, _ := c.do("GET", path, ""); r.StatusCode != 404 {
					t.Errorf("%s %s is not in %s, but answers %d", product, path, d.in.of[product].Version, r.StatusCode)
				}
				return
			}
			v := c.get(path)
			elements := []any{v}
			if items == "." {
				elements = list(v, "")
			} else if items != "" {
				elements = list(v, items)
			}
			if len(elements) == 0 && !(product == "confluence" && point == 0 && strings.HasSuffix(pattern, "/events")) {
				t.Errorf("%s %s: no elements at %s", product, path, DCPoints[point])
			}
			for _, e := range elements {
				for _, m := range strings.Fields(members) {
					if o, ok := e.(map[string]any); !ok || !has(o, m) {
						t.Errorf("%s %s: an element lacks %q: %.200v", product, path, m, e)
					}
				}
			}
		})
	}
}

func TestDCTheTableIsWhatIsServed(t *testing.T) {
	served := []string{}
	for _, l := range dcLines() {
		served = append(served, l.product+" "+l.pattern)
		if dcAnswers[l.product+" "+l.pattern] == nil {
			t.Errorf("dc_endpoints.txt has %s %q, but nothing answers it", l.product, l.pattern)
		}
		if l.size > l.most || !slices.Contains([]string{"anonymous", "user", "admin", "admin401"}, l.who) {
			t.Errorf("%s %s: pages of %d of at most %d for %q", l.product, l.pattern, l.size, l.most, l.who)
		}
		if !strings.HasPrefix(l.pattern, "POST ") && !slices.ContainsFunc(askedDC, func(a struct{ product, pattern, path, items, id, members string }) bool {
			return a.product == l.product && a.pattern == l.pattern
		}) {
			t.Errorf("no test asks %s %q", l.product, l.pattern)
		}
	}
	for p := range dcAnswers {
		if !slices.Contains(served, p) {
			t.Errorf("%q is answered, but dc_endpoints.txt lacks it", p)
		}
	}
}

// walkDC reads a list to its end the way its kind of paging wants it and gives the ids of each page.
func walkDC(c client, path, items, id string, size int) [][]string {
	c.t.Helper()
	with := func(path, more string) string {
		if strings.Contains(path, "?") {
			return path + "&" + more
		}
		return path + "?" + more
	}
	sizes := "maxResults=" + itoa(size) + "&limit=" + itoa(size)
	next, place := with(path, sizes), 0
	var pages [][]string
	for next != "" && len(pages) < 400 {
		v := c.get(next)
		ids := fields(list(v, strings.TrimPrefix(items, ".")), id)
		o, _ := v.(map[string]any)
		next = ""
		place += size
		switch {
		case o == nil:
			if len(ids) == 0 {
				return pages
			}
			next = with(path, sizes+"&startAt="+itoa(place))
		case at(v, "_links.next") != nil:
			next = strings.TrimPrefix(at(v, "_links.next").(string), c.base)
		case o["nextCursor"] != nil:
			next = with(path, sizes+"&cursor="+o["nextCursor"].(string))
		case at(v, "pagingInfo.nextPageCursor") != nil:
			next = with(path, sizes+"&pageCursor="+at(v, "pagingInfo.nextPageCursor").(string))
		case o["total"] != nil && place < int(o["total"].(float64)):
			next = with(path, sizes+"&startAt="+itoa(place))
		}
		pages = append(pages, ids)
	}
	return pages
}

func TestDCEveryPagedListIsTheSameInSmallPages(t *testing.T) {
	d := HarbourlineDC(2)
	d.Versions = map[string]string{"jira": "11.3.12", "confluence": "10.2.14"}
	clients := startDC(t, d)
	d.Mend()
	paged := 0
	eachDC(clients, func(c client, product, pattern, path, items, id, _ string) {
		es := theDCRoutes()[product].byID[pattern]
		e := es[len(es)-1]
		if e.most == 0 || strings.Contains(pattern, "picker") || !e.in(d.in.of[product].Version) {
			return
		}
		if strings.HasSuffix(pattern, "/events") {
			id = "timestamp"
		}
		if id == "" {
			return
		}
		paged++
		whole := slices.Concat(walkDC(c, path, items, id, e.most)...)
		small := walkDC(c, path, items, id, 2)
		if !slices.Equal(slices.Concat(small...), whole) || len(whole) == 0 {
			t.Errorf("%s %s: pages of 2 give %d elements, one page %d", product, pattern, len(slices.Concat(small...)), len(whole))
		}
		if distinct := slices.Compact(slices.Sorted(slices.Values(whole))); len(distinct) != len(whole) {
			t.Errorf("%s %s: %d of %d elements are distinct", product, pattern, len(distinct), len(whole))
		}
	})
	if paged < 18 {
		t.Errorf("only %d lists were paged", paged)
	}
}

func TestDCTokens(t *testing.T) {
	d := HarbourlineDC(1)
	clients := startDC(t, d)
	d.Mend() // nobody is asked to wait
	who := func(c client, path string) (int, string, string) {
		t.Helper()
		r, _, err := c.do("GET", path, "")
		if err != nil {
			t.Fatal(err)
		}
		return r.StatusCode, r.Header.Get("X-AUSERNAME"), r.Header.Get("X-Seraph-LoginReason")
	}
	jira, wiki := clients["jira"], clients["confluence"]
	if status, name, reason := who(jira, "/rest/api/2/serverInfo"); status != 200 || name != "auditor" || reason != "OK" {
		t.Errorf("a good token: %d as %q, %q", status, name, reason)
	}
	for _, token := range []string{"none-such", DCExpiredToken} {
		jira.sign, wiki.sign = bearer(token), bearer(token)
		if status, name, _ := who(jira, "/rest/api/2/serverInfo"); status != 200 || name != "anonymous" {
			t.Errorf("a bad token where visitors may ask: %d as %q, want 200 as anonymous", status, name)
		}
		if status, _, _ := who(jira, "/rest/api/2/myself"); status != 401 {
			t.Errorf("a bad token where they may not: %d, want 401", status)
		}
		if v := wiki.get("/rest/api/user/current"); at(v, "type") != "anonymous" {
			t.Errorf("Confluence takes a bad token for %v", at(v, "type"))
		}
	}
	d.WrongTokens = http.StatusUnauthorized
	if status, _, reason := who(jira, "/rest/api/2/serverInfo"); status != 401 || reason != "AUTHENTICATED_FAILED" {
		t.Errorf("a product that refuses bad tokens: %d, %q", status, reason)
	}
	jira.sign, wiki.sign = bearer(DCStaffToken), bearer(DCStaffToken)
	for path, want := range map[string]int{"/rest/api/2/applicationrole": 403, "/rest/api/2/cluster/nodes": 401, "/rest/api/2/project/PAY": 404, "/rest/api/2/user/search?username=.": 200, "/rest/plugins/1.0/": 403} {
		if status, _, _ := who(jira, path); status != want {
			t.Errorf("staff at Jira, %s: %d, want %d", path, status, want)
		}
	}
	for path, want := range map[string]int{"/rest/api/permissions": 403, "/rest/api/webhooks": 401, "/rest/api/space/FINCLOSE": 404, "/rest/api/space/SOCIAL/permissions": 200, "/rest/api/space/PILOT/permissions": 403, "/rest/api/group/finance/member": 403} {
		if status, _, _ := who(wiki, path); status != want {
			t.Errorf("staff at Confluence, %s: %d, want %d", path, status, want)
		}
	}
}

func TestDCVersionsLackWhatTheyLack(t *testing.T) {
	for _, tc := range []struct {
		product, version, path string
		want                   int
	}{
		{"jira", "9.12.18", "/rest/api/2/user/list", 404}, {"jira", "10.3.0", "/rest/api/2/user/list", 200}, {"jira", "11.3.10", "/rest/api/2/user/list", 200},
		{"jira", "9.12.18", "/rest/jira-webhook/1.0/webhooks", 404}, {"jira", "9.12.18", "/rest/webhooks/1.0/webhook", 200}, {"jira", "10.3.1", "/rest/webhooks/1.0/webhook", 404},
		{"jira", "9.12.18", "/rest/api/2/auditing/record", 200}, {"jira", "10.3.1", "/rest/api/2/auditing/record", 404}, {"jira", "10.3.1", "/rest/api/2/searchLimits/maxResultWindow", 404},
		{"confluence", "9.0.3", "/rest/api/server-information", 404}, {"confluence", "9.2.4", "/rest/api/server-information", 200}, {"confluence", "8.5.9", "/rest/api/permissions", 404},
		{"confluence", "9.2.4", "/rest/api/admin/users/list/active", 404}, {"confluence", "10.2.14", "/rest/api/admin/users/list/active", 200},
	} {
		d := HarbourlineDC(1)
		d.Versions = map[string]string{tc.product: tc.version}
		c := startDC(t, d)[tc.product]
		if r, _, _ := c.do("GET", tc.path, ""); r.StatusCode != tc.want {
			t.Errorf("%s %s, %s: %d, want %d", tc.product, tc.version, tc.path, r.StatusCode, tc.want)
		}
	}
	d := HarbourlineDC(1)
	d.NoProduct = "confluence"
	startDC(t, d)["jira"].get("/rest/api/2/serverInfo")
}

func TestDCVisitors(t *testing.T) {
	d := HarbourlineDC(1)
	clients := startDC(t, d)
	jira, wiki := clients["jira"], clients["confluence"]
	jira.sign, wiki.sign = nil, nil
	count := func(c client, path, items string) int { return len(list(c.get(path), items)) }
	before := []int{count(jira, "/rest/api/2/project", ""), count(jira, "/rest/api/2/dashboard", "dashboards"), count(jira, "/rest/api/2/user/picker?query=a", "users"), count(wiki, "/rest/api/space", "results")}
	_, form, _ := jira.do("GET", "/secure/Signup!default.jspa", "")
	if !strings.Contains(string(form), `id="signup"`) {
		t.Errorf("sign-up is open, but the page is %s", form)
	}
	if err := d.At(DCPoints[1]); err != nil {
		t.Fatal(err)
	}
	after := []int{count(jira, "/rest/api/2/project", ""), count(jira, "/rest/api/2/dashboard", "dashboards"), 0, count(wiki, "/rest/api/space", "results")}
	jira.ask("GET", "/rest/api/2/user/picker?query=a", "", 401)
	if _, form, _ = jira.do("GET", "/secure/Signup!default.jspa", ""); strings.Contains(string(form), "<form") {
		t.Errorf("sign-up is closed, but the page is %s", form)
	}
	if !slices.Equal(before, []int{1, 2, before[2], 2}) || before[2] == 0 || !slices.Equal(after, []int{2, 1, 0, 2}) {
		t.Errorf("visitors see %v, then %v", before, after)
	}
	for _, tc := range []struct {
		c          client
		path, want string
	}{{jira, "/rest/api/3/myself", "/jira/login.jsp"}, {jira, "/secure/admin/ViewApplicationProperties.jspa", "/jira/login.jsp"}, {wiki, "/admin/console.action", "/confluence/login.action"}, {wiki, "/", "/confluence/login.action"}, {jira, "", "https://"}} {
		r, _, err := tc.c.do("HEAD", tc.path, "")
		if err != nil || r.StatusCode/100 != 3 || !strings.Contains(r.Header.Get("Location"), tc.want) {
			t.Errorf("%s: %v %q, %v", tc.path, r.StatusCode, r.Header.Get("Location"), err)
		}
	}
}

func TestDCErrorsAreInTheProductsForm(t *testing.T) {
	clients := startDC(t, HarbourlineDC(1))
	jira, wiki := clients["jira"], clients["confluence"]
	for _, tc := range []struct {
		c      client
		path   string
		status int
		at     string
	}{
		{jira, "/rest/api/2/nothing", 404, "status-code"}, {jira, "/rest/api/2/permissionscheme/1", 404, "errorMessages.0"}, {jira, "/rest/api/2/search?jql=project=NONE", 400, "errorMessages.0"},
		{wiki, "/rest/api/nothing", 404, "statusCode"}, {wiki, "/rest/api/space/NONE", 404, "data.authorized"}, {wiki, "/rest/api/content/scan?cursor=x", 400, "reason"},
	} {
		if v := tc.c.ask("GET", tc.path, "", tc.status); at(v, tc.at) == nil {
			t.Errorf("%s: %v", tc.path, v)
		}
	}
	jira.ask("POST", "/rest/api/2/project", "{}", 405)
	wiki.ask("DELETE", "/rest/api/space/SOCIAL/permissions", "", 405)
}

func TestDCRateLimit(t *testing.T) {
	d := HarbourlineDC(1)
	d.Limit = RateLimit{Bucket: 3, Fill: 2, Every: time.Second}
	c := startDC(t, d)["jira"]
	var last *http.Response
	for i := range 4 {
		r, _, err := c.do("GET", "/rest/api/2/serverInfo", "")
		if err != nil {
			t.Fatal(err)
		}
		if want := map[bool]int{true: 200, false: 429}[i < 3]; r.StatusCode != want {
			t.Fatalf("request %d: %d, want %d", i+1, r.StatusCode, want)
		}
		last = r
	}
	for k, v := range map[string]string{"Retry-After": "1", "X-RateLimit-Limit": "3", "X-RateLimit-Remaining": "0", "X-RateLimit-FillRate": "2", "X-RateLimit-Interval-Seconds": "1"} {
		if last.Header.Get(k) != v {
			t.Errorf("%s is %q, want %q", k, last.Header.Get(k), v)
		}
	}
	c.sign = nil // visitors have no bucket
	c.get("/rest/api/2/serverInfo")
}

func TestDCGroups(t *testing.T) {
	c := startDC(t, HarbourlineDC(1))["jira"]
	v := c.get("/rest/api/2/groups/picker?maxResults=1000")
	if total := at(v, "total").(float64); len(list(v, "groups")) != 20 || total <= 20 {
		t.Errorf("the picker shows %d of %v groups", len(list(v, "groups")), total)
	}
	members := fields(list(c.get("/rest/api/2/group/member?groupname=jira-software-users"), "values"), "name")
	if !slices.Contains(members, "kofi") { // of a group inside a group inside it
		t.Errorf("members of groups within are not members: %v", members)
	}
	if slices.Contains(members, "lars") {
		t.Error("an account that is switched off is a member, though not asked for")
	}
	if at(c.get("/rest/api/2/group/member?maxResults=500&groupname=jira-software-users"), "maxResults") != 50.0 {
		t.Error("members come in other pages than of 50")
	}
}

func TestDCMadeUp(t *testing.T) {
	n := OrdinaryDC
	n.Users, n.Groups, n.MembersPerGroup, n.Projects, n.Spaces, n.Pages, n.Issues, n.Attachments = 2500, 30, 120, 20, 30, 50, 40, 90
	clients := startDC(t, &DataCenter{Server: Server{Sizes: &n}})
	jira, wiki := clients["jira"], clients["confluence"]
	users := slices.Concat(walkDC(jira, "/rest/api/2/user/list", "values", "key", 2000)...)
	members := slices.Concat(walkDC(jira, "/rest/api/2/group/member?groupname=group-00007&includeInactiveUsers=true", "values", "key", 50)...)
	spaces := slices.Concat(walkDC(wiki, "/rest/api/space", "results", "key", 10)...)
	files := slices.Concat(walkDC(wiki, "/rest/api/content/1000003/child/attachment", "results", "id", 50)...)
	issues := slices.Concat(walkDC(jira, "/rest/api/2/search?jql=project+%3D+P3", "issues", "id", 50)...)
	if distinct := slices.Compact(slices.Sorted(slices.Values(users))); len(distinct) != 2500 {
		t.Errorf("%d keys of 2500 users", len(distinct))
	}
	if len(users) != 2500 || len(members) != 120 || len(spaces) != 30 || len(files) != 2 || len(issues) != 2 {
		t.Errorf("%d users, %d members, %d spaces, %d files, %d issues", len(users), len(members), len(spaces), len(files), len(issues))
	}
	if !slices.Contains(users, members[0]) {
		t.Errorf("the member %s is no user", members[0])
	}
	for _, path := range []string{"/rest/api/2/applicationrole", "/rest/api/2/permissionscheme?expand=permissions", "/rest/api/2/project/1000003/role/10002", "/rest/plugins/1.0/"} {
		jira.get(path)
	}
	if len(list(wiki.get("/rest/api/space/S3/permissions"), "")) != 16 {
		t.Error("a space has not its permissions")
	}
}
