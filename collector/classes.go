package collector

import (
	_ "embed"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// Class is what kind of thing a member kept is; classes.txt says which there are.
type Class string

// The classes of members, parts of keys and columns.
const (
	ClassPerson   Class = "person"   // an account, a user key, a log-in name, a name
	ClassMail     Class = "mail"     // an e-mail address
	ClassDomain   Class = "domain"   // the domain of one
	ClassText     Class = "text"     // words that may name people
	ClassURL      Class = "url"      // an address
	ClassSite     Class = "site"     // what names the site or its organisation
	ClassTitle    Class = "title"    // the name of content, a project, a space, a scheme, a role
	ClassKey      Class = "key"      // a project or space key, an issue key
	ClassSpaceKey Class = "spacekey" // the same, or ~ and an account
	ClassGroup    Class = "group"    // the name of a group
	ClassGroupID  Class = "gid"      // the id of a group, on Data Center its name
	ClassApp      Class = "app"      // what names an app or who sells it
	ClassID       Class = "id"       // an id that the site made
	ClassARI      Class = "ari"      // the same behind a path
	ClassNet      Class = "net"      // an address of a network or node
	ClassCode     Class = "code"     // an id where it looks like one, else text
	ClassPhrase   Class = "phrase"   // words of the product, in which a name may stand
	ClassFact     Class = "fact"     // kinds, states, times, counts, versions
)

// Classified is a class, or how another value chooses one: By names that value, Map the choices.
type Classified struct {
	Class Class
	By    string // a member of the same object; of a key the number of an earlier part, or paths into the body with | between
	Map   string // in Classes.Maps
}

// Classes are what classes.txt says.
type Classes struct {
	Members map[string]map[string]Classified // by resource, then path
	Keys    map[string][][]Classified        // by resource; told apart by how many parts they have
	Tables  map[string]map[string]Class      // by table of the evidence file, then column; with classes of their own there
	Params  map[string]Class                 // by parameter of the rules
	Maps    map[string]map[string]Class      // by name, then value in lower case; "else" is any other
	Words   map[string]bool                  // in lower case: those that name nobody, and what requests are made of
}

//go:embed classes.txt
var classesText string

// ClassesOf returns the classes, read once. They are not to be changed.
func ClassesOf() *Classes { return classes() }

var classes = sync.OnceValue(func() *Classes {
	c, err := readClasses(classesText)
	if err != nil {
		panic("collector: " + err.Error()) // a defect of this program: the file is embedded, a test reads it
	}
	return c
})

// Choose is the class of a value whose deciding value is given.
func (c *Classes) Choose(of Classified, decides string) Class {
	if of.By == "" {
		return of.Class
	}
	choices := c.Maps[of.Map]
	if class, ok := choices[strings.ToLower(decides)]; ok {
		return class
	}
	return choices["else"]
}

// May lists the classes that a member can have.
func (c *Classes) May(of Classified) []Class {
	if of.By == "" {
		return []Class{of.Class}
	}
	var all []Class
	for _, class := range c.Maps[of.Map] {
		if !slices.Contains(all, class) {
			all = append(all, class)
		}
	}
	slices.Sort(all)
	return all
}

// Member is the class of a member; false where the file names none: such a member is text.
func (c *Classes) Member(resource, path string) (Classified, bool) {
	members := c.Members[resource]
	if of, ok := members[path]; ok {
		return of, true
	}
	if at := strings.LastIndexByte(path, '.'); at >= 0 {
		if of, ok := members[path[:at]+".*"]; ok {
			return of, true
		}
	}
	return Classified{Class: ClassText}, false
}

// Kept is the class of a member kept of an answer; where the answer is taken apart into bodies, that of the member of one
// element.
func (c *Classes) Kept(resource, path string) (of Classified, ok bool) {
	of, ok = c.Member(resource, path)
	for rest, inside := path, true; inside && !ok; {
		if _, rest, inside = strings.Cut(rest, "[]."); inside {
			of, ok = c.Member(resource, rest)
		}
	}
	return of, ok
}

func readClasses(text string) (*Classes, error) {
	c := &Classes{Members: map[string]map[string]Classified{}, Keys: map[string][][]Classified{}, Tables: map[string]map[string]Class{},
		Params: map[string]Class{}, Maps: map[string]map[string]Class{}, Words: requestWords()}
	resource, table, number := "", "", 0
	for line := range strings.Lines(text) {
		number++
		fields := quotedFields(line)
		fail := func(what string) error {
			return fmt.Errorf("classes.txt:%d: %s: %s", number, what, strings.TrimSpace(line))
		}
		switch {
		case len(fields) == 0 || strings.HasPrefix(fields[0], "#"):
		case fields[0] == "map" && len(fields) > 2:
			choices, err := choicesOf(fields[2:])
			if err != nil {
				return nil, fail(err.Error())
			}
			c.Maps[fields[1]] = choices
		case fields[0] == "param" && len(fields) > 2:
			for _, name := range fields[2:] {
				c.Params[name] = Class(fields[1])
			}
		case fields[0] == "words":
			for _, w := range fields[1:] {
				c.Words[w] = true
			}
		case fields[0] == "table" && len(fields) == 2:
			resource, table = "", fields[1]
			c.Tables[table] = map[string]Class{}
		case !strings.HasPrefix(line, " ") && len(fields) == 1:
			resource, table = fields[0], ""
			c.Members[resource] = map[string]Classified{}
		case table != "":
			for _, column := range fields[1:] {
				c.Tables[table][column] = Class(fields[0])
			}
		case resource == "" || len(fields) < 2:
			return nil, fail("belongs to nothing")
		case fields[0] == "key" && len(c.Keys[resource]) < 2 && firstOfResource(c, resource):
			parts := make([]Classified, len(fields)-1)
			for i, f := range fields[1:] {
				parts[i] = Classified{Class: Class(f)}
				if by := strings.Split(f, ":"); len(by) == 3 && by[0] == "by" {
					parts[i] = Classified{By: by[1], Map: by[2]}
				}
			}
			c.Keys[resource] = append(c.Keys[resource], parts)
		case fields[1] == "by" && len(fields) > 3:
			of := Classified{By: fields[2], Map: fields[3]}
			if strings.Contains(fields[3], "=") {
				choices, err := choicesOf(fields[3:])
				if err != nil {
					return nil, fail(err.Error())
				}
				of.Map = resource + "." + fields[0]
				c.Maps[of.Map] = choices
			}
			c.Members[resource][fields[0]] = of
		default:
			for _, path := range fields[1:] {
				c.Members[resource][path] = Classified{Class: Class(fields[0])}
			}
		}
	}
	return c, nil
}

// firstOfResource says whether no member was read yet: the lines of keys come first, and "key" is a class too.
func firstOfResource(c *Classes, resource string) bool { return len(c.Members[resource]) == 0 }

func choicesOf(pairs []string) (map[string]Class, error) {
	choices := map[string]Class{}
	for _, pair := range pairs {
		at := strings.LastIndexByte(pair, '=')
		if at < 0 {
			return nil, fmt.Errorf("%q is not VALUE=CLASS", pair)
		}
		choices[strings.ToLower(strings.Trim(pair[:at], `"`))] = Class(pair[at+1:])
	}
	if choices["else"] == "" {
		return nil, fmt.Errorf("no else")
	}
	return choices, nil
}

// requestWords are the words that the requests of all resources are made of, and the names of the resources.
func requestWords() map[string]bool {
	words := map[string]bool{}
	for _, r := range slices.Concat(Resources(), DataCenterResources()) {
		words[r.Name] = true
		for _, s := range r.Sources {
			path, _ := url.PathUnescape(s.Path)
			query, _ := url.QueryUnescape(s.Query)
			for _, text := range []string{path, query} {
				for _, w := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("/?&= ,()", r) }) {
					if !strings.ContainsAny(w, "{}") {
						words[strings.ToLower(w)] = true
					}
				}
			}
		}
	}
	for _, w := range []string{"startat", "maxresults", "start", "limit", "offset", "cursor", "expand", "cql", "groupname", "groupid", "accountid", "from", "to", "query"} {
		words[w] = true
	}
	return words
}

// quotedFields are the words of a line; a word may hold spaces between quotation marks.
func quotedFields(line string) []string {
	quoted := false
	return strings.FieldsFunc(line, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return !quoted && (r == ' ' || r == '\t' || r == '\n')
	})
}
