package collector

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"plumbline/store"
)

// keptOf reads one item and returns it as canonical JSON, or why it is left out.
func keptOf(t *testing.T, k *keeping, text string) string {
	t.Helper()
	d := jsontext.NewDecoder(strings.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	item, err := k.item(d)
	if err != nil {
		return "left out: " + err.Error()
	}
	if _, err := d.ReadToken(); err != io.EOF {
		t.Fatalf("%s: not read to its end: %v", text, err)
	}
	body, err := store.Canonical(item)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestKeep(t *testing.T) {
	keep := []string{"id", "owner.accountId", "labels[]", "permissions[].holder.type", "matrix[][]", "roles.*.name", "email"}
	k := newKeeping(keep, nil, PersonalFull)
	for text, want := range map[string]string{
		`{}`: `{}`,
		`{"id":1,"self":"x","avatar":{"16":"y"}}`:    `{"id":1}`,
		`{"id":9007199254740993}`:                    `{"id":"9007199254740993"}`,
		`{"id":{"secret":1}}`:                        `{}`,
		`{"id":["secret"]}`:                          `{}`,
		`{"id":null,"email":""}`:                     `{"email":"","id":null}`,
		`{"owner":{"accountId":"a","name":"n"}}`:     `{"owner":{"accountId":"a"}}`,
		`{"owner":"a"}`:                              `{}`,
		`{"owner":null}`:                             `{}`,
		`{"labels":["a",1,true,null,{"b":1},["c"]]}`: `{"labels":["a",1,true,null]}`,
		`{"labels":"a"}`:                             `{}`,
		`{"permissions":[{"holder":{"type":"group","x":1}},{"y":2}]}`:            `{"permissions":[{"holder":{"type":"group"}},{}]}`,
		`{"matrix":[[1,2],[],3]}`:                                                `{"matrix":[[1,2],[]]}`,
		`{"roles":{"Admin":{"name":"A","x":1},"User":{"name":"U"}}}`:             `{"roles":{"Admin":{"name":"A"},"User":{"name":"U"}}}`,
		`{"\u0069d":"escaped"}`:                                                  `{"id":"escaped"}`,
		`{"id":"\ud83d\ude00 \u00e9 \ufffd"}`:                                    `{"id":"😀 é �"}`,
		`{"id":1,"id":2}`:                                                        `left out: a member comes twice: id`,
		`{"id":1,"\u0069d":1}`:                                                   `left out: a member comes twice: id`,
		`{"self":1,"self":2,"id":3}`:                                             `{"id":3}`,
		`{"owner":{"accountId":"a","accountId":"b"}}`:                            `left out: a member comes twice: accountId`,
		`{"id":"\ud83d"}`:                                                        `left out: id holds text that is not valid Unicode`,
		`{"id":"\ude00\ud83d"}`:                                                  `left out: id holds text that is not valid Unicode`,
		"{\"id\":\"\xff\"}":                                                      `left out: id holds text that is not valid Unicode`,
		"{\"self\":\"\xff\",\"id\":1}":                                           `{"id":1}`,
		"{\"\xff\":1,\"id\":1}":                                                  `{"id":1}`,
		"{\"roles\":{\"\xff\":{\"name\":1}}}":                                    `left out: the name of a member holds text that is not valid Unicode`,
		`{"id":"` + strings.Repeat("x", longestText+1) + `"}`:                    `left out: id holds a text of more than a megabyte`,
		`{"self":"` + strings.Repeat("x", 10<<20) + `","id":1}`:                  `{"id":1}`,
		`{"self":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`: `{}`,
		`"id"`: `left out: not an object`,
		`[1]`:  `left out: not an object`,
		`7`:    `left out: not an object`,
	} {
		if got := keptOf(t, k, text); got != want {
			t.Errorf("%.80s\n got %.200s\nwant %.200s", text, got, want)
		}
	}
	personal := newKeeping([]string{"id", "displayName", "emailAddress", "user.email", "user.publicName"}, []string{"displayName", "emailAddress", "user.email", "user.publicName"}, PersonalDomain)
	for text, want := range map[string]string{
		`{"id":"1","displayName":"Ada Byron","emailAddress":"ada@harbourline.example"}`: `{"emailAddress":"@harbourline.example","id":"1"}`,
		`{"displayName":"ada@harbourline.example"}`:                                     `{}`,
		`{"emailAddress":"\"a@b\"@x.example","user":{"email":null,"publicName":"A"}}`:   `{"emailAddress":"@x.example","user":{"email":null}}`,
		`{"emailAddress":"none","user":{"email":""}}`:                                   `{"user":{}}`,
	} {
		if got := keptOf(t, personal, text); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

// Reading a share of what another list of paths keeps is the same as keeping that share at once.
func TestReduce(t *testing.T) {
	a, b := []string{"id", "x[].y", "z.*"}, []string{"name", "x[].w"}
	both := newKeeping(append(append([]string{}, a...), b...), nil, PersonalFull)
	text := `{"id":1,"name":"n","x":[{"y":1,"w":2,"v":3}],"z":{"p":1,"q":{"r":2}}}`
	read := func(k *keeping) any {
		item, err := k.item(jsontext.NewDecoder(strings.NewReader(text)))
		if err != nil {
			t.Fatal(err)
		}
		return item
	}
	for _, paths := range [][]string{a, b} {
		k := newKeeping(paths, nil, PersonalFull)
		reduced, _ := k.reduce(read(both))
		if !reflect.DeepEqual(reduced, read(k)) {
			t.Errorf("%v: %v, not %v", paths, reduced, read(k))
		}
	}
}

func TestReadPage(t *testing.T) {
	k := newKeeping([]string{"id"}, nil, PersonalFull)
	for _, c := range []struct{ items, text, want string }{
		{"", `[{"id":1},{"id":2}]`, "2 items, n 2, total -1"},
		{"", `{"errorMessages":[]}`, "the list is missing"},
		{"", `[{"id":1}`, "it ends after"},
		{"values", `{"values":[{"id":1}],"total":"7","isLast":false}`, "1 items, n 1, total 7"},
		{"values", `{"values":[{"id":1},{"id":1,"id":2},3]}`, "1 items, n 3, total -1"},
		{"values", `{"values":{"id":1}}`, "the list is missing"},
		{"values", `{"values":[],"values":[]}`, "a member comes twice: values"},
		{"values", `{"valuse":[]}`, "the list is missing: no member values"},
		{"a.b", `{"a":{"c":1,"b":[{"id":1}]},"total":-3}`, "1 items, n 1, total -1"},
		{"a.b", `{"a":[]}`, "the list is missing"},
		{".", `{"id":1,"x":2}`, "1 items, n 1, total -1"},
		{".", `[]`, "the list is missing"},
		{"values", `{"values":[]} x`, "not JSON after byte 14"},
		{"values", `{"values":[]}{}`, "there is more behind the end"},
		{"values", ``, "it is empty"},
		{"values", `{"values":[{"id":tru}]}`, "not JSON after byte 20"},
		{"values", `{"total":1e999,"values":[],"_links":{"next":7},"links":null}`, "0 items, n 0, total -1"},
	} {
		p, err := readPage(bufio.NewReader(strings.NewReader(c.text)), c.items, k)
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = fmt.Sprintf("%d items, n %d, total %d", len(p.items), p.n, p.total)
		}
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s in %s\n got %s\nwant %s", c.items, c.text, got, c.want)
		}
	}
}

// Nothing that keep lets through differs from what a plain decoder reads at the same place, and nothing else comes through.
func FuzzKeep(f *testing.F) {
	for _, s := range []string{`{"id":1,"a":{"b":[{"c":"x"}]}}`, `{"id":"\ud800"}`, `{"id":1,"id":1}`, "{\"a\":{\"\xff\":1}}", `{"m":{"x":1.50,"y":[1]}}`, `[{"id":1e400}]`, `{"id":"` + "\u2028" + `"}`} {
		f.Add([]byte(s))
	}
	k := newKeeping([]string{"id", "a.b[].c", "m.*"}, nil, PersonalFull)
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := readPage(bufio.NewReader(strings.NewReader(`{"values":[`+string(text)+`]}`)), "values", k)
		if err != nil {
			return
		}
		for _, item := range p.items {
			body, err := store.Canonical(item)
			if err != nil {
				continue // left out by the loop
			}
			if !json.Valid(body) {
				t.Fatalf("not JSON: %s", body)
			}
			again, err := itemOf(body)
			if err != nil {
				t.Fatal(err)
			}
			for name := range again {
				if name != "id" && name != "a" && name != "m" {
					t.Fatalf("%s came through", name)
				}
			}
			_ = fingerprint(item)
		}
	})
}

// Answers that others recorded: what the pagers make of them (testdata/recorded/SOURCES.md).
func TestPagersOnRecordedAnswers(t *testing.T) {
	for file, c := range map[string]struct {
		pager Pager
		items string
		n     int
		total int64
		size  int64
		after int64  // where the page ends, for pages by offset
		done  bool   // the last page
		next  string // parameters of the next one, for chains
	}{
		"offset_group_bulk.json":     {Offset(50), "values", 2, 2, 10, 2, true, ""},
		"offset_group_member.json":   {Offset(50), "values", 2, 5, 2, 5, false, ""},
		"offset_project_search.json": {Offset(50), "values", 2, 7, 2, 4, false, ""},
		"jsm_servicedesk.json":       {JSM(50), "values", 3, -1, 3, 3, false, ""},
		"cursor_link_spaces.json":    {CursorLink(250), "results", 2, -1, -1, 0, false, "cursor=next-page-token"},
	} {
		text, err := os.ReadFile(filepath.Join("testdata", "recorded", file))
		if err != nil {
			t.Fatal(err)
		}
		p, err := readPage(bufio.NewReader(bytes.NewReader(text)), c.items, newKeeping([]string{"name"}, nil, PersonalFull))
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		done, next := false, ""
		if c.pager.next != nil {
			set := c.pager.next(p.envelope)
			done, next = set == nil, set.Encode()
		} else {
			done = c.pager.done(p.envelope, c.after)
		}
		if len(p.items) != c.n || p.total != c.total || p.size != c.size || done != c.done || next != c.next {
			t.Errorf("%s: %d items of %d, size %d, last %v, next %q", file, len(p.items), p.total, p.size, done, next)
		}
	}
}

func TestWordsOfRecordedRefusals(t *testing.T) {
	for file, want := range map[string]string{
		"error_confluence_v1.json":  "org.codehaus.jackson.map.JsonMappingException: Instantiation of",
		"error_confluence_400.json": "Invalid request",
		"error_confluence_403.json": "Permission denied",
		"error_confluence_404.json": "The requested resource could not be found",
	} {
		text, err := os.ReadFile(filepath.Join("testdata", "recorded", file))
		if err != nil {
			t.Fatal(err)
		}
		if words, by := errorBody(bytes.NewReader(text), nil); !strings.HasPrefix(words, want) || by == "" {
			t.Errorf("%s: %q, the form of %q", file, words, by)
		}
	}
}

func BenchmarkKeep(b *testing.B) {
	user := `{"self":"https://harbourline.example/rest/api/3/user?accountId=5b10a2844c20165700ede21g","key":"","accountId":"5b10a2844c20165700ede21g","accountType":"atlassian","name":"","emailAddress":"mia@harbourline.example","avatarUrls":{"48x48":"https://x.example/48","24x24":"https://x.example/24","16x16":"https://x.example/16","32x32":"https://x.example/32"},"displayName":"Mia Okafor","active":true,"timeZone":"Europe/London","locale":"en_GB","groups":{"size":3,"items":[]},"applicationRoles":{"size":1,"items":[]}},`
	text := `[` + strings.TrimSuffix(strings.Repeat(user, 1000), ",") + `]`
	k := newKeeping([]string{"accountId", "accountType", "appType", "active", "guest", "displayName", "emailAddress"}, nil, PersonalFull)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		p, err := readPage(bufio.NewReader(strings.NewReader(text)), "", k)
		if err != nil || len(p.items) != 1000 {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "us/object")
}
