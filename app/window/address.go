package window

import (
	"context"
	"encoding/json"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"plumbline/app"
)

// addresses are where a Cloud site shows an object to people, below the site's own address: a member of the stored body
// stands in braces. Atlassian's OpenAPI of Jira Cloud states those of filters (viewUrl) and dashboards (view); the others
// are what its support pages and public links to Cloud sites have. What is only likely is left out: pages of groups, and
// those of Data Center, where a site has one address for two products.
var addresses = map[string]string{
	"jira_project":           "/browse/{key}",
	"jira_user":              "/jira/people/{accountId}",
	"jira_filter":            "/issues/?filter={id}",
	"jira_dashboard":         "/secure/Dashboard.jspa?selectPageId={id}",
	"jira_attachment":        "/browse/{issueKey}",
	"jira_permission_scheme": "/secure/admin/EditPermissions!default.jspa?schemeId={id}",
	"confluence_space":       "/wiki/spaces/{key}",
	"confluence_content":     "/wiki/pages/viewpage.action?pageId={id}",
	"confluence_user":        "/wiki/people/{accountId}",
}

var member = regexp.MustCompile(`\{\w+\}`)

// addressOf is where a site shows an object; "" where it shows none, or the body does not say enough.
func addressOf(site app.Site, resource string, body []byte) string {
	form, known := addresses[resource]
	var members map[string]any
	if !known || site.Kind != "cloud" || json.Unmarshal(body, &members) != nil {
		return ""
	}
	whole := true
	address := strings.TrimRight(site.Address, "/") + member.ReplaceAllStringFunc(form, func(name string) string {
		value := ""
		switch v := members[strings.Trim(name, "{}")].(type) {
		case string:
			value = v
		case float64:
			value = strconv.FormatFloat(v, 'f', -1, 64)
		}
		whole = whole && value != ""
		return url.QueryEscape(value)
	})
	if !whole || !belongs(site, address) {
		return ""
	}
	return address
}

// belongs reports whether an address is of the site, by the same scheme.
func belongs(site app.Site, address string) bool {
	at, err := url.Parse(address)
	own, bad := url.Parse(site.Address)
	if err != nil || bad != nil || at.User != nil || at.Host == "" {
		return false
	}
	return at.Scheme == own.Scheme && at.Host == own.Host && (at.Scheme == "https" || at.Scheme == "http")
}

// OpenAddress shows an object of a site of the open file in the system's browser, where this is a
// desktop. Any other address is refused: what a file says never chooses where a person is sent.
func (w *Window) OpenAddress(address string) (bool, error) {
	return with(w, "", func(ctx context.Context, f *opened) (bool, error) {
		sites, err := f.Sites(ctx)
		if err != nil {
			return false, err
		}
		for _, site := range sites {
			if belongs(site, address) {
				if w.dialogs.browse == nil {
					return false, errNoDialog
				}
				w.dialogs.browse(address)
				return true, nil
			}
		}
		return false, &app.Problem{Code: "address", Title: "that is no address of a site of this file"}
	})
}

// site is the one that the lens looks at.
func (v *view) site(ctx context.Context) (app.Site, error) {
	sites, err := v.Sites(ctx)
	for _, s := range sites {
		if v.lens.Site == "" || s.ID == v.lens.Site {
			return s, err
		}
	}
	return app.Site{}, err
}
