package fakesite

import (
	_ "embed"
	"net/http"
	"strings"
	"sync"
)

//go:embed dc_endpoints.txt
var dcEndpointsText string

// dcEndpoint is one line of dc_endpoints.txt with the function that answers it.
type dcEndpoint struct {
	endpoint
	who         string // anonymous, user, admin, admin401
	from, until string // the first version that has it, the first that has it no more
	experiment  bool
	answer      func(*dcCall)
}

// dcRoutes are the endpoints of one product and the multiplexer that finds them. One path may be
// another endpoint in another version.
type dcRoutes struct {
	mux  *http.ServeMux
	byID map[string][]*dcEndpoint
}

var theDCRoutes = sync.OnceValue(func() map[string]*dcRoutes {
	out := map[string]*dcRoutes{}
	for _, product := range products {
		out[product] = &dcRoutes{mux: http.NewServeMux(), byID: map[string][]*dcEndpoint{}}
	}
	for _, l := range dcLines() {
		for _, product := range products {
			if l.product != "both" && l.product != product {
				continue
			}
			e := *l.dcEndpoint
			if e.answer = dcAnswers[product+" "+e.pattern]; e.answer == nil {
				e.answer = dcAnswers["both "+e.pattern]
			}
			rt := out[product]
			if rt.byID[e.pattern] == nil {
				rt.mux.HandleFunc(e.pattern, func(http.ResponseWriter, *http.Request) {})
			}
			rt.byID[e.pattern] = append(rt.byID[e.pattern], &e)
		}
	}
	return out
})

type dcLine struct {
	product string
	*dcEndpoint
}

func dcLines() []dcLine {
	var out []dcLine
	for l := range strings.Lines(dcEndpointsText) {
		if l = strings.TrimSpace(l); l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		f := strings.Split(l, "|")
		for i := range f {
			f[i] = strings.TrimSpace(f[i])
		}
		e := &dcEndpoint{endpoint: endpoint{pattern: f[1]}}
		if n := strings.Fields(f[2]); len(n) == 2 {
			e.size, e.most = int(atoi64(n[0])), int(atoi64(n[1]))
		}
		e.who, e.experiment = strings.TrimSuffix(f[3], " experimental"), strings.HasSuffix(f[3], " experimental")
		for _, w := range strings.Split(f[4], ",") {
			if v, ok := strings.CutPrefix(strings.TrimSpace(w), "from "); ok {
				e.from = v
			} else if v, ok := strings.CutPrefix(strings.TrimSpace(w), "until "); ok {
				e.until = v
			}
		}
		out = append(out, dcLine{f[0], e})
	}
	return out
}

// in says whether a version has the endpoint.
func (e *dcEndpoint) in(version string) bool {
	return (e.from == "" || newer(version, e.from)) && (e.until == "" || !newer(version, e.until))
}
