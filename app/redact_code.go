package app

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/csv"
	"hash"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// coder makes pseudonyms: of the same words in the same space always the same one, under one key. Nothing about the
// words can be read from it, not even how they sort. What differs in the case of its letters alone gives pseudonyms that
// differ so too, because rules compare names without regard to case.
type coder struct {
	key  []byte
	sums sync.Pool // of *summing

	mu   sync.RWMutex
	of   map[[2]string]string // pseudonyms of people and domains, who are met over and over, by space and words
	made map[string]Pseudonym // nil where nobody asks for the map
}

func newCoder(key []byte) *coder { return &coder{key: key, of: map[[2]string]string{}} }

// summing is an HMAC under the key, and what goes through it.
type summing struct {
	hash    hash.Hash
	in, out []byte
}

// Pseudonym is a line of the map that stays with whoever made a copy.
type Pseudonym struct {
	Code     string `json:"code"`
	Kind     string `json:"kind"` // person, mail, domain, name, key, group, app, site, id, text, path
	Original string `json:"original"`
}

// The spaces of pseudonyms, and the word each begins with.
const (
	spacePerson = "person"
	spaceMail   = "mail"
	spaceDomain = "domain"
	spaceName   = "name"
	spaceKey    = "key"
	spaceGroup  = "group"
	spaceApp    = "app"
	spaceSite   = "site"
	spaceID     = "id"
	spaceText   = "text"
	spacePath   = "path"
)

// codeLetters hold no vowel, so that no code ever reads like a name.
const codeLetters = "bcdfghjklmnpqrstvwxz"

const codeLength = 14 // 20^14: two of a million things meet with a chance of one in three million

// code is the pseudonym of words in a space.
func (c *coder) code(space, words string) string {
	often := space == spacePerson || space == spaceMail || space == spaceDomain
	at := [2]string{space, words}
	if often {
		c.mu.RLock()
		code, ok := c.of[at]
		c.mu.RUnlock()
		if ok {
			return code
		}
	}
	code := c.make(space, words)
	if often {
		c.mu.Lock()
		c.of[at] = code
		c.mu.Unlock()
	}
	c.note(space, code, words)
	return code
}

func (c *coder) make(space, words string) string {
	s, _ := c.sums.Get().(*summing)
	if s == nil {
		s = &summing{hash: hmac.New(sha256.New, c.key)}
	}
	defer c.sums.Put(s)
	folded := asciiLower(words)
	sum := s.sum(space, "", folded)
	b := make([]byte, 0, 32)
	b = append(append(b, space...), '-')
	for i := 0; len(b) < len(space)+1+codeLength; i++ {
		if i == len(sum) {
			sum, i = s.sum(space, "+", folded), 0
		}
		if n := int(sum[i]); n < 240 { // 12 times 20: every letter as likely
			b = append(b, codeLetters[n%len(codeLetters)])
		}
	}
	if folded != words {
		b = cased(b, len(space)+1, s.sum(space, " case", words))
	}
	return string(b)
}

func (c *coder) note(space, code, words string) {
	if c.made == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.made[code] = Pseudonym{code, space, words}
}

// sum is the HMAC of words in a space and a corner of it, until the next sum.
func (s *summing) sum(space, corner, words string) []byte {
	s.in = append(append(append(append(s.in[:0], space...), corner...), 0), words...)
	s.hash.Reset()
	s.hash.Write(s.in)
	s.out = s.hash.Sum(s.out[:0])
	return s.out
}

// cased writes some letters of a code as capitals, by chance, and at least one.
func cased(b []byte, from int, chance []byte) []byte {
	any := false
	for i := from; i < len(b); i++ {
		if up := chance[i%len(chance)]&1 == 1; up || !any && i == len(b)-1 {
			b[i] -= 'a' - 'A'
			any = true
		}
	}
	return b
}

// asciiLower is what SQLite's lower() makes of a text.
func asciiLower(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= 'A' && s[i] <= 'Z' {
			return strings.Map(func(r rune) rune {
				if r >= 'A' && r <= 'Z' {
					return r + 'a' - 'A'
				}
				return r
			}, s)
		}
	}
	return s
}

// domain is the pseudonym of a domain, label by label, so that what lies below a domain lies below its pseudonym.
func (c *coder) domain(name string) string {
	labels := strings.Split(name, ".")
	if len(labels) == 1 {
		return c.code(spaceDomain, name)
	}
	made := "example"
	for i := len(labels) - 2; i >= 0; i-- {
		made = c.code(spaceDomain, strings.Join(labels[i:], ".")) + "." + made
	}
	return made
}

// pseudonyms are what was made, by code.
func (c *coder) pseudonyms() []Pseudonym {
	return slices.SortedFunc(maps.Values(c.made), func(a, b Pseudonym) int { return strings.Compare(a.Code, b.Code) })
}

// writeMap writes pseudonyms as CSV.
func writeMap(w io.Writer, all []Pseudonym) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"code", "kind", "original"}); err != nil {
		return err
	}
	for _, p := range all {
		if err := out.Write([]string{p.Code, p.Kind, p.Original}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// known are the people and domains that a file names, as sequences of words: where one of them stands in a text that
// is else left alone, its pseudonym takes its place; spelt another way, one of that spelling, so that what differs stays
// different.
type known struct {
	spelt func(string) string // a pseudonym
	mu    sync.RWMutex
	names map[string]string        // what was found, and its pseudonym
	begin map[[2]string][][]string // sequences by their first two words, of which the second may be none: many have one in common
	signs []string                 // names without a word, such as emoji
}

// ordinary are words that people's log-in names are made of and that say nobody's name: they are not looked for in texts.
var ordinary = map[string]bool{}

func init() {
	for _, w := range strings.Fields(`admin administrator administrators agent anonymous api app archive atlassian audit auditor automation backup
		billing board bot bots build calendar care cloud community company confluence connector contact customer customers dashboard data default
		demo deploy desk dev developer developers diagrams docs editor engineering everyone example external finance former group guest guests
		help helpdesk home host import info integration intern internal jenkins jira legal link local mail manager marketing member migration
		monitor network news noreply office operations ops owner page partner payments people platform portal prod product production project
		public query reader release report root sales search security server service services shared site space staff staging support sync
		system team test tester testing token tools training unknown user users viewer visitor web webhook wiki work`) {
		ordinary[w] = true
	}
}

// looked says whether a word by itself is looked for in texts: no ordinary one, and none of three letters.
func looked(word string) bool {
	return utf8.RuneCountInString(word) >= 4 && !ordinary[word] && strings.IndexFunc(word, unicode.IsLetter) >= 0
}

// add takes up a name that was found; code is its pseudonym. Of one that stands for a person and a domain it is the
// person's.
func (k *known) add(name, code string) {
	k.mu.RLock()
	have := k.names[name]
	k.mu.RUnlock()
	if have >= code {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.names[name] = max(k.names[name], code)
}

// of is the pseudonym of a name that was found.
func (k *known) of(name string) (string, bool) {
	code, ok := k.names[name]
	return code, ok
}

// ready makes what text needs, once all names were found.
func (k *known) ready() {
	k.begin = map[[2]string][][]string{}
	for _, name := range slices.Sorted(maps.Keys(k.names)) {
		var words []string
		for _, at := range wordsOf(name) {
			words = append(words, strings.ToLower(name[at[0]:at[1]]))
		}
		if len(words) == 0 && len(name) > 3 {
			k.signs = append(k.signs, name)
		}
		if len(words) == 0 || len(words) == 1 && !looked(words[0]) {
			continue
		}
		k.put(words)
		if len(words) == 2 { // Lindqvist, Maja
			k.put([]string{words[1], words[0]})
		}
	}
}

func (k *known) put(words []string) {
	at := [2]string{words[0]}
	if len(words) > 1 {
		at[1] = words[1]
	}
	k.begin[at] = append(k.begin[at], words)
}

// text is a text with its known names replaced, the longest first. Between the words of a name anything may stand that
// is no letter and no digit: maja.lindqvist is Maja Lindqvist.
func (k *known) text(s string) string {
	for _, name := range k.signs {
		s = strings.ReplaceAll(s, name, k.names[name])
	}
	at := wordsOf(s)
	if len(at) == 0 {
		return s
	}
	words := make([]string, len(at))
	for i, w := range at {
		words[i] = strings.ToLower(s[w[0]:w[1]])
	}
	var b strings.Builder
	done := 0
	for i := 0; i < len(words); i++ {
		best := 0
		if i+1 < len(words) {
			for _, q := range k.begin[[2]string{words[i], words[i+1]}] {
				if n := len(q); n > best && n <= len(words)-i && slices.Equal(q, words[i:i+n]) {
					best = n
				}
			}
		}
		if best == 0 {
			best = min(1, len(k.begin[[2]string{words[i]}]))
		}
		if best == 0 {
			continue
		}
		from := at[i][0]
		i += best - 1
		b.WriteString(s[done:from])
		done = at[i][1]
		if code, exact := k.names[s[from:done]]; exact {
			b.WriteString(code)
		} else {
			b.WriteString(k.spelt(s[from:done]))
		}
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

// wordsOf finds the words of a text: runs of letters, marks and digits.
func wordsOf(s string) [][2]int {
	var all [][2]int
	start := -1
	for i, r := range s {
		in := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
		if in && start < 0 {
			start = i
		}
		if !in && start >= 0 {
			all, start = append(all, [2]int{start, i}), -1
		}
	}
	if start >= 0 {
		all = append(all, [2]int{start, len(s)})
	}
	return all
}
