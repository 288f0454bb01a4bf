package window

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"plumbline/app"
)

var testPage = fstest.MapFS{
	"index.html":    {Data: []byte("<!doctype html><title>the window</title>")},
	"assets/app.js": {Data: []byte("0")},
	"assets/.hid":   {Data: []byte("0")},
}

// served is a bridge that listens until the test ends.
func served(t *testing.T, w *Window) *Bridge {
	t.Helper()
	b, err := Listen(w, testPage)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- b.Serve(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return b
}

// browser is a client that keeps cookies as a browser does, let in.
func browser(t *testing.T, b *Bridge) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar}
	status, body := ask(t, c, "GET", b.Address, "", nil)
	if status != http.StatusOK || !strings.Contains(body, b.base) {
		t.Fatalf("%d %s", status, body)
	}
	return c
}

// ask sends a request; headers are name, value, ... and "Host" is the host.
func ask(t *testing.T, c *http.Client, method, address, body string, headers []string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	for name := range answer.Header {
		if strings.HasPrefix(name, "Access-Control-") {
			t.Errorf("%s %s: %s", method, address, name)
		}
	}
	if got := answer.Header.Get("Content-Security-Policy"); got != Policy {
		t.Errorf("%s %s has the policy %q", method, address, got)
	}
	return answer.StatusCode, string(text)
}

func (b *Bridge) at(path string) string { return "http://" + b.host + b.base + path }

// asPage are the headers that a browser sends with a call of the page.
func (b *Bridge) asPage() []string {
	return []string{"Origin", "http://" + b.host, "Content-Type", "application/json", "Sec-Fetch-Site", "same-origin"}
}

func TestBridgeServesThePage(t *testing.T) {
	b := served(t, onDemo(t))
	c := browser(t, b)
	for path, want := range map[string]string{"": "the window", "index.html": "the window", "assets/app.js": "0"} {
		if status, body := ask(t, c, "GET", b.at(path), "", nil); status != 200 || !strings.Contains(body, want) {
			t.Errorf("%q: %d %s", path, status, body)
		}
	}
	for _, path := range []string{"assets", "assets/", "none", "../open", "%2e%2e/%2e%2e/etc/passwd", "..%2f..%2fetc%2fpasswd", "assets//app.js", "call", "call/State"} {
		if status, body := ask(t, c, "GET", b.at(path), "", nil); status == 200 {
			t.Errorf("%q: %s", path, body)
		}
	}
	status, body := ask(t, c, "POST", b.at("call/State"), "[]", b.asPage())
	var s State
	if err := json.Unmarshal([]byte(body), &s); err != nil || status != 200 || s.File == nil || len(s.Sites) != 1 {
		t.Errorf("%d %s", status, body)
	}
	if status, body = ask(t, c, "POST", b.at("call/Cancel"), `["none"]`, b.asPage()); status != 200 || body != "null" {
		t.Errorf("%d %s", status, body)
	}
	status, body = ask(t, c, "POST", b.at("call/Open"), `["/none/here.plumb"]`, b.asPage())
	var p app.Problem
	if err := json.Unmarshal([]byte(body), &p); err != nil || status != http.StatusUnprocessableEntity || p.Code != "no-such-file" || p.Title == "" {
		t.Errorf("%d %s", status, body)
	}
}

func TestBridgeTellsEvents(t *testing.T) {
	w := newWindow(t)
	b := served(t, w)
	c := browser(t, b)
	r, _ := http.NewRequestWithContext(t.Context(), "GET", b.at("events"), nil)
	stream, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	lines := bufio.NewScanner(stream.Body)
	next := func() string {
		var e []string
		for lines.Scan() && lines.Text() != "" {
			e = append(e, lines.Text())
		}
		return strings.Join(e, "|")
	}
	if got := next(); got != "event: state|data: null" {
		t.Errorf("first %q", got)
	}
	w.hub.publish("offer", map[string]string{"path": "a\nb"})
	if got := next(); got != `event: offer|data: {"path":"a\nb"}` {
		t.Errorf("then %q", got)
	}
}

func TestBridgeTokenWorksOnce(t *testing.T) {
	b := served(t, newWindow(t))
	for _, token := range []string{"", "x", b.token[:len(b.token)-1], b.token + "x", strings.ToLower(b.token), b.cookie} {
		address := "http://" + b.host + "/open?token=" + url.QueryEscape(token)
		if status, _ := ask(t, http.DefaultClient, "GET", address, "", nil); status != http.StatusForbidden {
			t.Errorf("token %q: %d", token, status)
		}
	}
	if status, _ := ask(t, http.DefaultClient, "POST", b.Address, "", []string{"Origin", "http://" + b.host}); status == http.StatusOK {
		t.Error("a form may open the window")
	}
	answer, err := http.Get(b.Address)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	set := answer.Cookies()
	if len(set) != 1 || !set[0].HttpOnly || set[0].SameSite != http.SameSiteStrictMode || set[0].Path != b.base || set[0].Domain != "" || len(b.base) < 20 {
		t.Fatalf("cookies %v", set)
	}
	if strings.Contains(b.Address, set[0].Value) || strings.Contains(b.Address, b.base) {
		t.Error("the address gives away what it is exchanged for")
	}
	again, err := http.Get(b.Address)
	if err != nil {
		t.Fatal(err)
	}
	again.Body.Close()
	if again.StatusCode != http.StatusForbidden || len(again.Cookies()) != 0 {
		t.Errorf("the second time: %d, %v", again.StatusCode, again.Cookies())
	}
	if status, body := ask(t, http.DefaultClient, "GET", b.Address, "", []string{"Accept", "text/html,*/*"}); status != http.StatusForbidden || !strings.Contains(body, "<p>start plumbline serve again") {
		t.Errorf("a person is shown %d %s", status, body)
	}
	select {
	case <-b.Used():
	default:
		t.Error("nobody is told that the address was used")
	}
}

// Whoever is not the browser that was let in, and whatever page is not the bridge's own, gets nothing.
func TestBridgeUnderAttack(t *testing.T) {
	w := onDemo(t)
	b := served(t, w)
	c := browser(t, b)
	own := "http://" + b.host
	_, port, _ := strings.Cut(b.host, ":")
	good := b.asPage()
	if status, _ := ask(t, c, "POST", b.at("call/State"), "[]", good); status != 200 {
		t.Fatalf("the page itself gets %d", status)
	}
	with := func(headers ...string) []string { return append(slices.Clone(good), headers...) }
	calls := []struct {
		name    string
		client  *http.Client
		method  string
		path    string
		headers []string
		want    int
	}{
		{"no cookie", http.DefaultClient, "POST", "call/State", good, 403},
		{"no cookie, page", http.DefaultClient, "GET", "", nil, 403},
		{"no cookie, events", http.DefaultClient, "GET", "events", nil, 403},
		{"wrong cookie", http.DefaultClient, "POST", "call/State", with("Cookie", cookieName+"="+strings.Repeat("A", len(b.cookie))), 403},
		{"the token as cookie", http.DefaultClient, "POST", "call/State", with("Cookie", cookieName+"="+strings.TrimPrefix(b.Address, own+"/open?token=")), 403},
		{"empty cookie", http.DefaultClient, "POST", "call/State", with("Cookie", cookieName+"="), 403},

		{"rebound name", c, "POST", "call/State", with("Host", "evil.example:"+port, "Origin", "http://evil.example:"+port), 421},
		{"rebound name, page", c, "GET", "", []string{"Host", "evil.example:" + port}, 421},
		{"rebound name, no port", c, "GET", "events", []string{"Host", "evil.example"}, 421},
		{"localhost", c, "GET", "", []string{"Host", "localhost:" + port}, 421},
		{"another port", c, "GET", "", []string{"Host", "127.0.0.1:1"}, 421},
		{"ours within another", c, "GET", "", []string{"Host", b.host + ".evil.example"}, 421},

		{"foreign origin", c, "POST", "call/State", with("Origin", "https://evil.example"), 403},
		{"foreign origin, events", c, "GET", "events", []string{"Origin", "https://evil.example"}, 403},
		{"origin of another port", c, "POST", "call/State", with("Origin", "http://127.0.0.1:1"), 403},
		{"origin by https", c, "POST", "call/State", with("Origin", "https://"+b.host), 403},
		{"origin null", c, "POST", "call/State", with("Origin", "null"), 403},
		{"no origin", c, "POST", "call/State", []string{"Content-Type", "application/json"}, 403},
		{"said to be cross-site", c, "POST", "call/State", with("Sec-Fetch-Site", "cross-site"), 403},
		{"said to be same-site", c, "GET", "assets/app.js", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"preflight", c, "OPTIONS", "call/State", []string{"Origin", "https://evil.example", "Access-Control-Request-Method", "POST"}, 403},
		{"own preflight", c, "OPTIONS", "call/State", good, 405},

		{"a form's type", c, "POST", "call/State", with("Content-Type", "text/plain"), 415},
		{"no type", c, "POST", "call/State", []string{"Origin", own}, 415},
		{"put", c, "PUT", "call/State", good, 405},
		{"post to the page", c, "POST", "", good, 405},
		{"post to events", c, "POST", "events", good, 405},
	}
	for _, call := range calls {
		if status, body := ask(t, call.client, call.method, b.at(call.path), "[]", call.headers); status != call.want || strings.Contains(body, "Harbourline") {
			t.Errorf("%s: %d, want %d: %.80s", call.name, status, call.want, body)
		}
	}
	for _, name := range []string{"open", "replace", "Close", "New", "Run", "started", "closing", "state", "STATE", "", "State/", "State/x", "../State", "String", "Error"} {
		if status, body := ask(t, c, "POST", b.at("call/"+name), "[]", good); status == 200 {
			t.Errorf("%q is bound: %s", name, body)
		}
	}
	for name, arguments := range map[string]string{"Open": `[]`, "State": `["x"]`, "Cancel": `[1]`, "CloseFile": `{}`, "Forget": `not json`, "SaveSettings": `[[]]`, "Recents": ``} {
		if status, body := ask(t, c, "POST", b.at("call/"+name), arguments, good); status != 400 {
			t.Errorf("%s(%s): %d %s", name, arguments, status, body)
		}
	}
	large := `["` + strings.Repeat("a", mostBody) + `"]`
	if status, body := ask(t, c, "POST", b.at("call/Open"), large, good); status != http.StatusRequestEntityTooLarge || !strings.Contains(body, "too-large") {
		t.Errorf("%d %.80s", status, body)
	}
	if s, err := w.State(); err != nil || s.File == nil {
		t.Error("an attack closed the file")
	}
}

// A cookie is sent to every port of a host: another program's server on this machine must not get ours.
func TestCookieStaysWithTheBridge(t *testing.T) {
	b := served(t, newWindow(t))
	c := browser(t, b)
	got := make(chan string, 8)
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got <- r.Header.Get("Cookie") }))
	defer other.Close()
	for _, path := range []string{"/", "/open", "/call/State"} {
		answer, err := c.Get(other.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if cookie := <-got; cookie != "" {
			t.Errorf("%s was sent %s", path, cookie)
		}
	}
}

// Another user of this machine is not let in even with everything that the browser has.
func TestBridgeRefusesOtherUsers(t *testing.T) {
	if os.Getuid() != 0 {
		t.Fatal("to become another user this test must run as root, as make test does in a container")
	}
	b := served(t, newWindow(t))
	client := browser(t, b)
	address, _ := url.Parse(b.at(""))
	cookie := client.Jar.Cookies(address)[0]
	script := `exec 3<>/dev/tcp/${1%:*}/${1#*:} && cat >&3 && cat <&3`
	request := "GET " + b.base + " HTTP/1.1\r\nHost: " + b.host + "\r\nCookie: " + cookie.String() + "\r\nConnection: close\r\n\r\n"
	as := func(uid uint32) string {
		c := exec.Command("/bin/bash", "-c", script, "bash", b.host)
		c.Stdin = strings.NewReader(request)
		c.Dir = "/"
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	}
	if got := as(0); !strings.HasPrefix(got, "HTTP/1.1 200 ") {
		t.Errorf("the same user gets %s", got)
	}
	if got := as(65534); !strings.HasPrefix(got, "HTTP/1.1 403 ") || !strings.Contains(got, "another user") {
		t.Errorf("another user gets %s", got)
	}
}

func TestBridgeWithoutAPage(t *testing.T) {
	for _, page := range []fstest.MapFS{nil, {".gitkeep": {}}} {
		_, err := Listen(newWindow(t), page)
		if p := app.Words(err); p.Code != "no-window" || !strings.Contains(p.Hint, "make build") || p.Exit != app.Failed {
			t.Errorf("%+v", p)
		}
	}
}

// Every method answers as Wails and the bridge expect: an error, or one thing and an error.
func TestMethodsAreBindable(t *testing.T) {
	names := Methods()
	if !slices.Contains(names, "State") || slices.Contains(names, "Close") {
		t.Errorf("%v", names)
	}
	for _, name := range names {
		method, _ := reflect.TypeFor[*Window]().MethodByName(name)
		n := method.Type.NumOut()
		if n < 1 || n > 2 || method.Type.Out(n-1) != reflect.TypeFor[error]() {
			t.Errorf("%s answers %v", name, method.Type)
		}
	}
}
