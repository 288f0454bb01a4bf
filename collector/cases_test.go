package collector

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"plumbline/store"
)

// runCases collects from the sites of testdata/DIR and returns the names of the resources that were collected.
//
// A case is an archive. Its files are answers, named by what is asked:
//
//	GET /wiki/api/v2/spaces?status=current     path and parameters, of which the request may have more
//	GET /wiki/api/v2/space-role-mode 404       with a status other than 200
//	GET /jira/rest/api/2/project anonymous     as to somebody who has not signed in, whatever the sign-in
//	POST /wiki/api/v2/users-bulk {"accountIds":["a1"]}   with the members that the body must have
//
// HEAD answers with the headers that its file holds. "site jira confluence" makes it a Data Center installation, each
// product under the path of its name.
//
// What must have come of it: "collect NAME..." says which resources to ask for ("level domain": without names; "scopes
// NAME...": with a sign-in that has only these), "not asked" holds parts of addresses that must not have been asked for, and
// each file named by a SELECT holds its rows, values parted by " | ". What is not answered in the archive is answered as base
// and more say, else with 404.
func runCases(t *testing.T, dir, more string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", dir, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	collected := map[string]bool{}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			site, level, only := &answering{}, PersonalFull, []string(nil)
			for _, f := range append(archive.Files, txtar.Parse([]byte(more)).Files...) {
				switch words := strings.Fields(f.Name); words[0] {
				case "GET", "POST", "HEAD":
					site.add(t, f.Name, f.Data)
				case "site":
					site.dc = words[1:]
				case "level":
					level = words[1]
				case "scopes":
					site.scopes = words[1:]
				case "collect":
					only = words[1:]
					for _, name := range only {
						collected[name] = true
					}
				}
			}
			relations := site.collect(t, level, only)
			for _, f := range archive.Files {
				switch {
				case f.Name == "not asked":
					for path := range strings.FieldsSeq(string(f.Data)) {
						if slices.ContainsFunc(site.asked, func(asked string) bool { return strings.Contains(asked, path) }) {
							t.Errorf("%s was asked for", path)
						}
					}
				case strings.HasPrefix(f.Name, "SELECT"):
					rows, err := relations.Select(context.Background(), f.Name, nil, store.Limits{})
					if err != nil {
						t.Errorf("%s: %v", f.Name, err)
						continue
					}
					if got, want := rowsText(rows), strings.TrimSpace(string(f.Data)); got != want {
						t.Errorf("%s\n got:\n%s\nwant:\n%s", f.Name, got, want)
					}
				}
			}
			if t.Failed() {
				t.Log("asked: " + strings.Join(site.asked, "\n       "))
			}
		})
	}
	return collected
}

// answering is a site that answers from an archive.
type answering struct {
	mu      sync.Mutex
	answers []answerFile
	scopes  []string // of the sign-in, nil if they are not known
	dc      []string // products of a Data Center installation, nil for a Cloud site
	asked   []string
}

type answerFile struct {
	method, path string
	query        url.Values
	body         map[string]any
	status       int
	text         []byte
	header       map[string]string
}

// base is what every case's site says of itself: a Confluence without Jira, and an administrator who asks.
const base = `
-- GET /_edge/tenant_info --
{"cloudId":"11111111-2222-3333-4444-555555555555"}
-- GET /wiki/rest/api/user/current --
{"type":"known","accountId":"me","accountType":"atlassian","displayName":"Auditor","operations":[{"operation":"administer","targetType":"application"},{"operation":"use","targetType":"application"}]}
-- GET /wiki/rest/api/settings/systemInfo --
{"cloudId":"11111111-2222-3333-4444-555555555555","baseUrl":"https://harbourline.atlassian.net/wiki","siteTitle":"Harbourline"}
`

func (a *answering) add(t *testing.T, name string, text []byte) {
	t.Helper()
	words := strings.Fields(name)
	f := answerFile{method: words[0], status: 200, text: text}
	target, err := url.Parse(words[1])
	if err != nil {
		t.Fatal(err)
	}
	f.path, f.query = target.Path, target.Query()
	for _, word := range words[2:] {
		if status, err := strconv.Atoi(word); err == nil {
			f.status = status
		} else if word == "anonymous" {
			f.header = map[string]string{"X-AUSERNAME": word}
		} else if err := json.Unmarshal([]byte(word), &f.body); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	if f.method == http.MethodHead {
		f.header = map[string]string{}
		for line := range strings.Lines(string(text)) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			f.header[name] = value
		}
	}
	a.answers = append(a.answers, f)
}

// fits says how many parameters and members of a request the answer names, -1 if one differs.
func (f answerFile) fits(r *http.Request, body map[string]any) int {
	if f.method != r.Method || f.path != r.URL.Path {
		return -1
	}
	for name, values := range f.query {
		if !slices.Equal(values, r.URL.Query()[name]) {
			return -1
		}
	}
	for name, v := range f.body {
		if !reflect.DeepEqual(v, body[name]) {
			return -1
		}
	}
	return len(f.query) + len(f.body)
}

func (a *answering) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body map[string]any
	if sent, _ := io.ReadAll(r.Body); len(sent) > 0 {
		_ = json.Unmarshal(sent, &body)
	}
	best, most := answerFile{status: 404, text: []byte(`{"statusCode":404,"message":"not here"}`)}, -1
	for _, f := range a.answers {
		if n := f.fits(r, body); n > most {
			best, most = f, n
		}
	}
	a.mu.Lock()
	a.asked = append(a.asked, fmt.Sprintf("%s %s %v -> %d", r.Method, r.URL, body, best.status))
	a.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	for name, value := range best.header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(best.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(best.text)
	}
}

// addBase adds the answers of base, which those of the case come before.
func (a *answering) addBase(t *testing.T) {
	t.Helper()
	text := base
	if a.dc != nil {
		text = dcBase
	}
	for _, f := range txtar.Parse([]byte(text)).Files {
		a.add(t, f.Name, f.Data)
	}
}

// dcBase is what the products of a case's Data Center installation say of themselves, and of an administrator who asks.
const dcBase = `
-- GET /jira/rest/api/2/serverInfo --
{"baseUrl":"https://work.harbourline.example/jira","version":"10.3.24","deploymentType":"Server","serverTitle":"Harbourline Jira"}
-- GET /jira/rest/applinks/1.0/manifest --
{"id":"11111111-aaaa-3333-bbbb-555555555555","name":"Harbourline Jira","typeId":"jira","version":"10.3.24","url":"https://work.harbourline.example/jira"}
-- GET /jira/rest/api/2/myself --
{"key":"JIRAUSER10000","name":"auditor","displayName":"Auditor","groups":{"size":1,"items":[{"name":"jira-administrators"}]}}
-- GET /jira/rest/api/2/mypermissions --
{"permissions":{"ADMINISTER":{"key":"ADMINISTER","havePermission":true},"SYSTEM_ADMIN":{"key":"SYSTEM_ADMIN","havePermission":true},"USER_PICKER":{"key":"USER_PICKER","havePermission":true}}}
-- GET /confluence/rest/applinks/1.0/manifest --
{"id":"22222222-aaaa-3333-bbbb-555555555555","name":"Harbourline Wiki","typeId":"confluence","version":"10.2.14","buildNumber":9112,"url":"https://work.harbourline.example/confluence"}
-- GET /confluence/rest/api/user/current --
{"type":"known","username":"auditor","userKey":"2c9a0000000000000000000000000000","displayName":"Auditor"}
-- GET /confluence/rest/api/user/memberof --
{"results":[{"type":"group","name":"confluence-administrators"}],"start":0,"limit":200,"size":1,"_links":{}}
-- GET /confluence/rest/api/permissions --
[]
`

func (a *answering) options(file *store.File, address, level string, only []string) Options {
	m := *quick()
	m.retries, m.minute = 1, time.Second
	credential := Basic(APIToken, "test", "", "auditor@harbourline.example", "secret")
	credential.Scopes = a.scopes
	addresses := []string{address}
	if a.dc != nil {
		credential, addresses = Bearer(DCToken, "test", "", "secret"), nil
		for _, product := range a.dc {
			addresses = append(addresses, address+"/"+product)
		}
	}
	credentials := []Credential{credential}
	if slices.ContainsFunc(a.answers, func(f answerFile) bool { return strings.HasPrefix(f.path, "/admin/") }) {
		credentials = append(credentials, Bearer(OrgKey, "test", "", "organisation"))
	}
	return Options{File: file, Addresses: addresses, APIBase: address, Only: only, PersonalData: level, Credentials: credentials,
		Program: "test", Now: func() time.Time { return time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC) }, manners: &m}
}

// collect takes a snapshot of the site and returns its relations.
func (a *answering) collect(t *testing.T, level string, only []string) *store.Relations {
	t.Helper()
	a.addBase(t)
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	t.Setenv("PLUMBLINE_CACHE", t.TempDir())
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "case.plumb.db")
	file, err := store.OpenWritable(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	result, err := Collect(ctx, a.options(file, server.URL, level, only))
	if err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if file, err = store.Open(ctx, path); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	relations, err := file.Relations(ctx, result.Snapshot.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { relations.Close() })
	return relations
}

// rowsText writes rows one a line, values parted by " | "; NULL is told from the empty text.
func rowsText(rows *store.Rows) string {
	var lines []string
	for _, row := range rows.Values {
		var values []string
		for _, v := range row {
			switch v := v.(type) {
			case nil:
				values = append(values, "NULL")
			case string:
				values = append(values, strings.ReplaceAll(v, "\x1f", "/"))
			default:
				values = append(values, fmt.Sprint(v))
			}
		}
		lines = append(lines, strings.TrimRight(strings.Join(values, " | "), " "))
	}
	return strings.Join(lines, "\n")
}
