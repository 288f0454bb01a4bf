package fakesite

import (
	_ "embed"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

//go:embed endpoints.txt
var endpointsText string

// endpoint is one line of endpoints.txt with the function that answers it.
type endpoint struct {
	pattern           string // "GET /rest/api/3/project/{project}/role"
	size, most        int    // page size if none is asked, largest page given
	anonymous         bool
	tokenOnly         bool
	optIn             bool
	classic, granular []string // scopes: all of one set; nil is a set that does not exist
	scoped            bool     // a token with scopes needs one of the sets
	answer            func(*call)
}

// table of endpoints and the multiplexer that finds them.
type routes struct {
	mux  *http.ServeMux
	byID map[string]*endpoint
}

var theRoutes = sync.OnceValue(func() *routes {
	rt := &routes{mux: http.NewServeMux(), byID: map[string]*endpoint{}}
	for _, e := range parseEndpoints(endpointsText) {
		e.answer = answers[e.pattern]
		rt.byID[e.pattern] = e
		rt.mux.HandleFunc(e.pattern, func(http.ResponseWriter, *http.Request) {})
	}
	return rt
})

func parseEndpoints(text string) []*endpoint {
	var out []*endpoint
	for l := range strings.Lines(text) {
		l = strings.TrimRight(l, "\n")
		if l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		f := strings.Split(l, "|")
		for i := range f {
			f[i] = strings.TrimSpace(f[i])
		}
		e := &endpoint{pattern: f[0]}
		if n := strings.Fields(f[1]); len(n) == 2 {
			e.size, _ = strconv.Atoi(n[0])
			e.most, _ = strconv.Atoi(n[1])
		}
		for _, flag := range strings.Fields(f[2]) {
			switch flag {
			case "anonymous":
				e.anonymous = true
			case "token":
				e.tokenOnly = true
			case "opt-in":
				e.optIn = true
			}
		}
		set := func(s string) []string {
			if s == "-" {
				return nil
			}
			return append([]string{}, strings.Fields(s)...)
		}
		e.classic, e.granular = set(f[3]), set(f[4])
		e.scoped = f[3] != "" || f[4] != ""
		out = append(out, e)
	}
	return out
}

// allows says whether a token with these scopes may ask.
func (e *endpoint) allows(scopes map[string]bool) bool {
	if e.tokenOnly {
		return false
	}
	if !e.scoped {
		return true
	}
	for _, set := range [][]string{e.classic, e.granular} {
		if set == nil {
			continue
		}
		all := true
		for _, s := range set {
			all = all && scopes[s]
		}
		if all {
			return true
		}
	}
	return false
}
