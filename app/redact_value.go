package app

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"plumbline/collector"
	"plumbline/queries/rules"
	"plumbline/store"
)

// Level is how much of a file a redacted copy leaves.
type Level string

// The levels, each redacting what the one before does.
const (
	LevelPeople    Level = "people"    // names, accounts, e-mail addresses and domains, and words that may name people
	LevelNames     Level = "names"     // names of content, projects, spaces, groups, apps and the site too
	LevelStructure Level = "structure" // and every id that the site made
)

// Levels lists them.
func Levels() []string {
	return []string{string(LevelPeople), string(LevelNames), string(LevelStructure)}
}

// redactedFrom says from which level on a class is replaced whole. What is left at a level is searched for known names.
var redactedFrom = map[collector.Class]int{
	collector.ClassPerson: 0, collector.ClassMail: 0, collector.ClassDomain: 0, collector.ClassText: 0,
	collector.ClassURL: 1, collector.ClassSite: 1, collector.ClassTitle: 1, collector.ClassKey: 1, collector.ClassSpaceKey: 1,
	collector.ClassGroup: 1, collector.ClassApp: 1,
	collector.ClassID: 2, collector.ClassARI: 2, collector.ClassNet: 2,
}

// values rewrites values by their class.
type values struct {
	*coder
	level   int // in Levels
	classes *collector.Classes
	known   known
	sites   map[string]bool            // ids of the file's sites
	wanted  map[string]bool            // words whose class is to be found out
	met     map[string]collector.Class // and was
}

// redacts reports whether values of a class are replaced whole.
func (v *values) redacts(class collector.Class) bool {
	from, ok := redactedFrom[class]
	return ok && v.level >= from
}

// of is the value of a class on a site of a kind.
func (v *values) of(class collector.Class, kind, s string) string {
	if s == "" {
		return s
	}
	switch class {
	case collector.ClassFact:
		return s
	case collector.ClassPerson:
		return v.person(s)
	case collector.ClassMail:
		return v.mail(s)
	case collector.ClassDomain:
		return v.domainWords(s)
	case collector.ClassPhrase:
		return v.known.text(s)
	case collector.ClassURL, collector.ClassSite:
		return v.address(class, s)
	case collector.ClassTitle:
		return v.named(class, spaceName, s)
	case collector.ClassApp:
		return v.named(class, spaceApp, s)
	case collector.ClassGroup:
		return v.named(class, spaceGroup, s)
	case collector.ClassGroupID:
		return v.groupID(kind, s)
	case collector.ClassKey:
		return v.projectKey(s)
	case collector.ClassSpaceKey:
		return v.spaceKey(s)
	case collector.ClassCode:
		if digits(s) || isUUID(s) {
			return v.of(collector.ClassID, kind, s)
		}
	case collector.ClassID, collector.ClassNet:
		switch {
		case rules.KeptIDs[s]:
			return s
		case v.redacts(class):
			return v.code(spaceID, s)
		case class == collector.ClassNet:
			return v.host(s, false)
		}
		return v.id(s)
	case collector.ClassARI:
		at := strings.LastIndexByte(s, '/') + 1
		switch last := s[at:]; {
		case v.sites[last] && v.redacts(collector.ClassSite):
			return s[:at] + v.code(spaceSite, last)
		case v.redacts(class) && !rules.KeptIDs[last]:
			return s[:at] + v.code(spaceID, last)
		default:
			return s[:at] + v.id(last)
		}
	}
	return v.code(spaceText, s) // text, and whatever nobody knows
}

// id is one that is left, but for what somebody built a name into.
func (v *values) id(s string) string {
	if digits(s) || isUUID(s) {
		return s
	}
	return v.known.text(s)
}

func (v *values) named(class collector.Class, space, s string) string {
	if v.redacts(class) {
		return v.code(space, s)
	}
	return v.known.text(s)
}

// person is the pseudonym of an account, a log-in name or a name: one space, because the same words stand in each
// other's place. An address among them is one.
func (v *values) person(s string) string {
	if rules.KeptPeople[asciiLower(s)] {
		return s
	}
	const gone = "former user ("
	if len(s) > len(gone) && asciiLower(s[:len(gone)]) == gone {
		return s[:len(gone)] + v.person(strings.TrimSuffix(s[len(gone):], ")")) + ")"
	}
	if at := strings.LastIndexByte(s, '@'); at > 0 && strings.IndexByte(s[at:], '.') > 0 && !strings.ContainsAny(s, " \t\n") {
		return v.mail(s)
	}
	if id, customer := strings.CutPrefix(s, "qm:"); customer { // so Jira tells customers from the others
		return "qm:" + v.code(spacePerson, id)
	}
	return v.code(spacePerson, s)
}

func (v *values) mail(s string) string {
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return v.person(s)
	}
	domain := v.domain(s[at+1:])
	if at == 0 {
		return "@" + domain
	}
	code := v.code(spaceMail, s) + "@" + domain
	v.note(spaceMail, code, s)
	return code
}

// domainWords is a domain, or one behind an @.
func (v *values) domainWords(s string) string {
	if rest, ok := strings.CutPrefix(s, "@"); ok {
		return "@" + v.domain(rest)
	}
	return v.domain(s)
}

func (v *values) groupID(kind, s string) string {
	if kind != "dc" && (isUUID(s) || digits(s)) {
		return v.of(collector.ClassID, kind, s)
	}
	for _, between := range []string{"\x1f", "/"} { // the product stands before it in places
		if product, name, ok := strings.Cut(s, between); ok && (product == "jira" || product == "confluence") {
			if between == "\x1f" {
				return store.Key(product, v.of(collector.ClassGroup, kind, store.KeyParts(s)[1]))
			}
			return product + between + v.of(collector.ClassGroup, kind, name)
		}
	}
	return v.of(collector.ClassGroup, kind, s)
}

// projectKey is the key of a project or a space, or of an issue, which begins with one.
func (v *values) projectKey(s string) string {
	if !v.redacts(collector.ClassKey) {
		return v.known.text(s)
	}
	if at := strings.LastIndexByte(s, '-'); at > 0 && digits(s[at+1:]) {
		return v.code(spaceKey, s[:at]) + s[at:]
	}
	return v.code(spaceKey, s)
}

// spaceKey is one, or several parted by commas; that of a personal space names its owner.
func (v *values) spaceKey(s string) string {
	if strings.Contains(s, ",") {
		list := strings.Split(s, ",")
		for i, key := range list {
			bare := strings.TrimSpace(key)
			list[i] = strings.Replace(key, bare, v.spaceKey(bare), 1)
		}
		return strings.Join(list, ",")
	}
	if owner, personal := strings.CutPrefix(s, "~"); personal && owner != "" {
		return "~" + v.person(owner)
	}
	return v.projectKey(s)
}

// address is that of the site, or of anything else; what is none is a name.
func (v *values) address(class collector.Class, s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		switch {
		case class == collector.ClassURL:
			return v.code(spaceText, s)
		case v.redacts(class):
			return v.code(spaceSite, s)
		}
		return v.known.text(s)
	}
	host, port := u.Hostname(), ""
	if u.Port() != "" {
		port = ":" + u.Port()
	}
	out := u.Scheme + "://"
	if u.User != nil {
		out += v.code(spacePerson, u.User.String()) + "@"
	}
	out += v.host(host, v.redacts(class)) + port
	path := strings.TrimPrefix(s[strings.Index(s, u.Host)+len(u.Host):], "/")
	slash := strings.HasSuffix(path, "/")
	switch path = strings.TrimSuffix(path, "/"); {
	case path == "":
		slash = slash || strings.HasSuffix(s, "/")
	case v.redacts(class):
		out += "/" + v.code(spacePath, path)
	default:
		out += "/" + v.known.text(path)
	}
	if slash {
		out += "/"
	}
	return out
}

// host is a host with the domains that people's addresses are of replaced, or with all.
func (v *values) host(host string, all bool) string {
	if _, err := netip.ParseAddr(host); err == nil || host == "localhost" {
		if all && v.level > 1 {
			return v.code(spaceID, host)
		}
		return host
	}
	for rest := asciiLower(strings.TrimSuffix(host, ".")); rest != "" && !all; {
		if _, all = v.known.of(rest); !all {
			_, rest, _ = strings.Cut(rest, ".")
		}
	}
	if all {
		return v.domain(host)
	}
	return v.known.text(host)
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range []byte(s) {
		dash := slices.Contains([]int{8, 13, 18, 23}, i)
		if dash != (c == '-') || !dash && !strings.ContainsRune("0123456789abcdefABCDEF", rune(c)) {
			return false
		}
	}
	return true
}

// sortedIn sorts a list that stood in the order of what it held, or of what only the originals tell.
func sortedIn(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }
