package rules

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"plumbline/store"
)

//go:embed new/*.tmpl
var newFiles embed.FS

// Draft is what is known of a rule that is still to be written. Empty members get a default.
type Draft struct {
	ID       string
	Title    string
	Object   string   // a resource; default jira_user
	Product  string   // as in products of a header; default: that of the resource
	Severity Severity // default info
}

var (
	// ErrRuleID: the id is no rule's, or another rule has or had it.
	ErrRuleID = errors.New("no id for a new rule")
	// ErrDraft: the title, the product or the resource of a draft cannot be one's; the message says why.
	ErrDraft = errors.New("no rule can be made of it")
)

// NewRule gives the text of a rule and of its cases: a small rule that works, for its author to change. It looks for
// objects that have one of the values listed in its parameter. Both texts pass Test and Lint.
func NewRule(d Draft) (sql, cases []byte, err error) {
	if d.Object == "" {
		d.Object = "jira_user"
	}
	if d.Severity == "" {
		d.Severity = Info
	}
	if d.Product == "" {
		d.Product = productOf(d.Object)
	}
	if err := d.check(); err != nil {
		return nil, nil, err
	}
	sketch, err := d.sketch()
	if err != nil {
		return nil, nil, err
	}
	texts := template.Must(template.New("").Funcs(template.FuncMap{"body": bodyText}).ParseFS(newFiles, "new/*.tmpl"))
	for name, to := range map[string]*[]byte{"rule.tmpl": &sql, "cases.tmpl": &cases} {
		var b strings.Builder
		if err := texts.ExecuteTemplate(&b, name, sketch); err != nil {
			return nil, nil, fmt.Errorf("writing a new rule: %w", err)
		}
		*to = []byte(b.String())
	}
	return sql, cases, nil
}

func (d *Draft) check() error {
	if !ruleID.MatchString(d.ID) {
		hint := ""
		if up := strings.ToUpper(strings.ReplaceAll(d.ID, "_", "-")); ruleID.MatchString(up) {
			hint = fmt.Sprintf("; did you mean %q?", up)
		}
		return fmt.Errorf("%w: %q; one is of capital letters, digits and dashes, as OWN-ACCESS-001%s", ErrRuleID, d.ID, hint)
	}
	pack, err := Shipped()
	if err != nil {
		return err
	}
	for _, r := range pack.Rules {
		if r.ID == d.ID {
			return fmt.Errorf("%w: %s is shipped, %q", ErrRuleID, d.ID, r.Title)
		}
		if slices.Contains(r.Replaces, d.ID) {
			return fmt.Errorf("%w: %s is what %s was called before", ErrRuleID, d.ID, r.ID)
		}
	}
	if strings.ContainsAny(d.Title, "\r\n") || strings.HasSuffix(d.Title, ".") {
		return fmt.Errorf("%w: a title is one line without a full stop at its end", ErrDraft)
	}
	if !slices.Contains(products, d.Product) {
		return fmt.Errorf("%w: the product %q is none of %s", ErrDraft, d.Product, joinWords(products))
	}
	if d.Severity.Rank() < 0 {
		return fmt.Errorf("%w: the severity %q is none of %s", ErrDraft, d.Severity, joinWords(Severities()))
	}
	return nil
}

// onDC are the resources that only a Data Center installation has, of both products.
var onDC = []string{"cluster_node", "application_link", "basic_auth", "single_sign_on", "health_check", "backup_job", "http_probe"}

// productOf is the product that a rule on a resource is most likely for.
func productOf(resource string) string {
	before, _, _ := strings.Cut(resource, "_")
	switch {
	case slices.Contains(onDC, resource):
		return "jira-dc"
	case resource == "confluence_webhook", resource == "confluence_global_permission":
		return "confluence-dc"
	case before == "confluence":
		return "confluence-cloud"
	case before == "org", before == "grant":
		return before
	}
	return "jira-cloud"
}

// sketch is what the templates are filled with.
type sketch struct {
	Draft
	About, Column, ColumnAbout, ColumnWords string
	Subject, FirstSubject                   string // of the SELECT; of the first object's finding
	Path                                    string // of the member that Column is
	Named, OtherNamed                       map[string]string
	Site                                    string // a setting of every case, "" for Cloud
}

// textMember is a column that is one text member of the body and nothing else, or one on each edition: the first counts.
var textMember = regexp.MustCompile(`(?m)^\s*(?:coalesce\()?(?:o\.body ->> '\$\.([A-Za-z0-9_.]+)'|CAST\(o\.body ->> '\$\.([A-Za-z0-9_.]+)' AS text\))(?:(?:, o\.body ->> '\$\.[A-Za-z0-9_.]+')+\))? AS ([a-z0-9_]+),?\s+-- text: (.*)$`)

// naming are the columns that people know an object by, best first.
var naming = []string{"display_name", "name", "title", "filename", "label", "summary", "object_name"}

func (d *Draft) sketch() (*sketch, error) {
	v, known := relation()[d.Object]
	if !known {
		return nil, fmt.Errorf("%w: no resource %q%s", ErrDraft, d.Object, didYouMean(d.Object, store.Resources()))
	}
	if v.Shared {
		return nil, fmt.Errorf("%w: %s is a shared relation; findings are about what it is made of: %s", ErrDraft, d.Object, joinWords(resourcesOf(d.Object)))
	}
	s := &sketch{Draft: *d, About: v.About, Subject: "''"}
	paths, abouts := map[string]string{}, map[string]string{}
	var plain []string // columns to look at, those that classify
	for _, m := range textMember.FindAllStringSubmatch(v.SQL, -1) {
		column := m[3]
		paths[column], abouts[column] = m[1]+m[2], m[4]
		id := strings.HasSuffix(column, "_id") || strings.HasSuffix(column, "_key") || column == "product"
		if !id && !slices.Contains(naming, column) {
			plain = append(plain, column)
		}
	}
	names := slices.DeleteFunc(slices.Clone(naming), func(n string) bool { return paths[n] == "" })
	all := slices.Concat(plain, names, keysOf(paths))
	if len(all) == 0 {
		return nil, fmt.Errorf("%w: %s has no column of text to begin with; begin with another resource", ErrDraft, d.Object)
	}
	s.Column = all[0]
	s.Path, s.ColumnAbout, s.ColumnWords = paths[s.Column], abouts[s.Column], strings.ReplaceAll(s.Column, "_", " ")
	s.FirstSubject = "o1"
	if len(names) > 0 {
		s.Subject, s.FirstSubject = "o."+names[0], "First"
		s.Named, s.OtherNamed = map[string]string{paths[names[0]]: "First"}, map[string]string{paths[names[0]]: "Second"}
		if names[0] == s.Column {
			s.Named, s.OtherNamed, s.FirstSubject = nil, nil, "unwanted"
		}
	}
	if s.Title == "" {
		object := strings.ReplaceAll(d.Object, "_", " ")
		s.Title = strings.ToUpper(object[:1]) + object[1:] + " with an unwanted " + s.ColumnWords
	}
	if strings.HasSuffix(d.Product, "-dc") {
		s.Site = "\nsite: dc"
	}
	return s, nil
}

// bodyText is the JSON of an object that has some members and, unless path is "", one more.
func bodyText(named map[string]string, path, value string) (string, error) {
	body := map[string]any{}
	set := func(path, value string) {
		at := body
		steps := strings.Split(path, ".")
		for _, step := range steps[:len(steps)-1] {
			inner, ok := at[step].(map[string]any)
			if !ok {
				inner = map[string]any{}
				at[step] = inner
			}
			at = inner
		}
		at[steps[len(steps)-1]] = value
	}
	for path, value := range named {
		set(path, value)
	}
	if path != "" {
		set(path, value)
	}
	text, err := json.Marshal(body)
	return string(text), err
}
