package rules

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"plumbline/store"
)

// auditLog answers from the audit events of both sides who made a change, and whether an object came or went. It is
// read when first asked.
type auditLog struct {
	c      *comparing
	read   bool
	events []auditEvent
	by     map[entity][]int    // events by what they were done to, an id or a name
	names  map[entity][]string // of things that events name without an id
	err    error
}

// auditEvent is one entry of a log; things are what it was done to first, then what else it names.
type auditEvent struct {
	ref     Ref
	at      time.Time
	account string
	name    string
	summary string
	things  []thing
}

// thing is what an event names: the log's word for it, its kind as in shapes ("" if the word is not known), id and name.
type thing struct{ word, kind, id, name string }

func newThing(word, id, name string) thing {
	word = strings.ToUpper(word)
	return thing{word, auditKinds[word], id, name}
}

// auditKinds are the words of the logs for what keys name.
var auditKinds = map[string]string{
	"USER": "who", "GROUP": "who", "PROJECT": "project", "SCHEME": "scheme", "PERMISSION_SCHEME": "scheme", "PROJECT_ROLE": "role",
	"FILTER": "filter", "DASHBOARD": "dashboard", "SPACE": "space", "PAGE": "content", "BLOGPOST": "content", "BLOG": "content",
}

// actor is who made a change, nil if no log shows it: the latest event within the time compared that was done to what
// the object's key names, and names nothing else.
func (l *auditLog) actor(ch *change) *Actor {
	e := l.find(ch.ref, ch.absent, false)
	if e == nil {
		return nil
	}
	return &Actor{Account: e.account, Name: e.name, At: e.at.Format(timeText), Summary: e.summary, Event: e.ref}
}

// later is the side that was collected later.
func (c *comparing) later() int {
	a, b := c.bench[0].snapshot, c.bench[1].snapshot
	if n := a.Started.Compare(b.Started); n > 0 || n == 0 && a.ID > b.ID {
		return 0
	}
	return 1
}

// proves reports whether a log shows that the object, not seen on side y, came after it or went before it.
func (l *auditLog) proves(ref Ref, y int) bool { return l.find(ref, y, true) != nil }

// find gives the latest event on an object that is absent on side y (-1: on neither). A proof names every thing of the
// key, and its words say that it came or went; else words that say the opposite are enough to pass an event by.
func (l *auditLog) find(ref Ref, y int, proof bool) *auditEvent {
	l.load()
	things := entitiesOf(ref)
	later := l.c.later()
	var best *auditEvent
	for _, e := range things {
		for _, known := range l.known(e) {
			for _, n := range slices.Backward(l.by[known]) { // the latest first
				event := &l.events[n]
				verb := verbOf(event.summary)
				came, went := y >= 0 && y != later, y == later
				if came && verb == "went" || went && verb == "came" || proof && verb == "" {
					continue
				}
				if best != nil && !event.at.After(best.at) {
					break
				}
				if l.concerns(event, things, proof) {
					best = event
				}
			}
		}
	}
	return best
}

// known are the ways a log may name a thing: its id, and the names that it has.
func (l *auditLog) known(e entity) []entity {
	all := []entity{e}
	for _, name := range l.names[e] {
		all = append(all, entity{e.kind, "name:" + name})
	}
	return all
}

// concerns reports whether what an event was done to is among the things of a key, and nothing else that it names
// speaks against it. A proof must name all of them.
func (l *auditLog) concerns(event *auditEvent, things []entity, proof bool) bool {
	is := func(t thing, e entity) bool {
		if t.kind != e.kind || t.kind == "" {
			return false
		}
		if t.id != "" {
			return t.id == e.id
		}
		return (!proof || t.word == "GROUP") && slices.Contains(l.names[e], t.name) // of names only a group's is its own
	}
	for i, t := range event.things {
		if t.kind == "" && i > 0 {
			continue
		}
		if !slices.ContainsFunc(things, func(e entity) bool { return is(t, e) }) {
			return false
		}
	}
	if !proof {
		return true
	}
	for _, e := range things {
		if !slices.ContainsFunc(event.things, func(t thing) bool { return is(t, e) }) {
			return false
		}
	}
	return true
}

// verbOf says whether the words of an event tell that something came or went; "" if neither or both.
func verbOf(summary string) string {
	has := func(verbs ...string) bool {
		return slices.ContainsFunc(verbs, func(v string) bool { return strings.Contains(strings.ToLower(summary), v) })
	}
	came, went := has("added", "created", "granted", "invited"), has("removed", "deleted", "revoked")
	switch {
	case came && !went:
		return "came"
	case went && !came:
		return "went"
	}
	return ""
}

// namers are the resources whose objects a log may name without an id, by its word for them, and the member that
// names them.
var namers = map[string][]struct{ resource, member string }{
	"GROUP": {{"directory_group", "name"}}, "USER": {{"jira_user", "displayName"}, {"confluence_user", "displayName"}},
	"SPACE": {{"confluence_space", "name"}}, "PAGE": {{"confluence_content", "title"}}, "BLOGPOST": {{"confluence_content", "title"}},
	"BLOG": {{"confluence_content", "title"}}, "PROJECT": {{"jira_project", "name"}}, "PROJECT_ROLE": {{"jira_role", "name"}},
}

// name finds, for the names that events give without an id, the things of either side that bear them.
func (l *auditLog) name() {
	wanted := map[string]map[string]bool{} // by the log's word, then name
	for _, e := range l.events {
		for _, t := range e.things {
			if t.id == "" && t.name != "" {
				if wanted[t.word] == nil {
					wanted[t.word] = map[string]bool{}
				}
				wanted[t.word][t.name] = true
			}
		}
	}
	for word, names := range wanted {
		for _, from := range namers[word] {
			for _, side := range l.c.side {
				for o, err := range side.File.Objects(l.c.ctx, side.Snapshot, from.resource) {
					if err != nil {
						l.err = err
						return
					}
					if name := textAt(o.Body, from.member); names[name] {
						e := entity{auditKinds[word], store.KeyParts(o.Key)[0]}
						if !slices.Contains(l.names[e], name) {
							l.names[e] = append(l.names[e], name)
						}
					}
				}
			}
		}
	}
}

// load reads the events between the two snapshots.
func (l *auditLog) load() {
	if l.read {
		return
	}
	l.read, l.by, l.names = true, map[entity][]int{}, map[entity][]string{}
	later := l.c.later()
	from, to := l.c.bench[1-later].snapshot.Started, l.c.bench[later].snapshot.Finished
	seen := map[Ref]bool{}
	for _, side := range l.c.side {
		for resource, parse := range map[string]func([]byte) auditEvent{"jira_audit_event": jiraEvent, "confluence_audit_event": confluenceEvent} {
			for o, err := range side.File.Objects(l.c.ctx, side.Snapshot, resource) {
				if err != nil {
					l.err = err
					return
				}
				e := parse(o.Body)
				if e.ref = (Ref{resource, o.Key}); seen[e.ref] || len(e.things) == 0 || e.at.Before(from) || e.at.After(to) {
					continue
				}
				seen[e.ref] = true
				l.events = append(l.events, e)
			}
		}
	}
	slices.SortFunc(l.events, func(a, b auditEvent) int {
		if n := a.at.Compare(b.at); n != 0 {
			return n
		}
		return compareRefs(a.ref, b.ref)
	})
	for n, e := range l.events {
		first := e.things[0]
		if first.id != "" {
			l.by[entity{first.kind, first.id}] = append(l.by[entity{first.kind, first.id}], n)
		}
		if first.id == "" && first.name != "" {
			l.by[entity{first.kind, "name:" + first.name}] = append(l.by[entity{first.kind, "name:" + first.name}], n)
		}
	}
	l.name()
}

func textAt(body []byte, path ...string) string {
	v := memberAt(body, path...)
	switch {
	case len(v) == 0 || string(v) == "null":
		return ""
	case v[0] == '"':
		return plain(v)
	}
	return string(v)
}

// dcEvent reads an entry of Data Center's audit log (GET /rest/auditing/1.0/events), the same for both products.
func dcEvent(body []byte) auditEvent {
	e := auditEvent{account: textAt(body, "author", "id"), name: textAt(body, "author", "name"), summary: textAt(body, "type", "action")}
	if at, err := time.Parse(time.RFC3339, textAt(body, "timestamp")); err == nil {
		e.at = at.UTC()
	}
	for _, item := range elements(memberAt(body, "affectedObjects")) {
		if isObject(item) {
			e.things = append(e.things, newThing(textAt(item, "type"), textAt(item, "id"), textAt(item, "name")))
		}
	}
	return e
}

// jiraEvent reads an entry of Jira's audit log (GET /rest/api/3/auditing/record).
func jiraEvent(body []byte) auditEvent {
	if textAt(body, "timestamp") != "" {
		return dcEvent(body)
	}
	e := auditEvent{account: textAt(body, "authorAccountId"), summary: textAt(body, "summary")}
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05.000-0700"} {
		if at, err := time.Parse(form, textAt(body, "created")); err == nil {
			e.at = at.UTC()
		}
	}
	for _, item := range append([][]byte{memberAt(body, "objectItem")}, elements(memberAt(body, "associatedItems"))...) {
		if isObject(item) {
			e.things = append(e.things, newThing(textAt(item, "typeName"), textAt(item, "id"), textAt(item, "name")))
		}
	}
	return e
}

// confluenceEvent reads a record of Confluence's audit log (GET /wiki/rest/api/audit), which names things without ids.
func confluenceEvent(body []byte) auditEvent {
	e := auditEvent{account: textAt(body, "author", "accountId"), name: textAt(body, "author", "displayName"), summary: textAt(body, "summary")}
	if ms, err := strconv.ParseInt(textAt(body, "creationDate"), 10, 64); err == nil {
		e.at = time.UnixMilli(ms).UTC()
	}
	for _, item := range append([][]byte{memberAt(body, "affectedObject")}, elements(memberAt(body, "associatedObjects"))...) {
		if isObject(item) {
			e.things = append(e.things, newThing(textAt(item, "objectType"), "", textAt(item, "name")))
		}
	}
	return e
}
