package collector

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"plumbline/store"
)

// Facts about restrictions, and where they were read:
//
//   - Read restrictions are inherited by everything below a page, edit restrictions are not
//     (https://confluence.atlassian.com/confcloud/add-or-remove-page-restrictions-724764891.html).
//   - The API lists a page's own restrictions only (https://jira.atlassian.com/browse/CONFCLOUD-71108): an empty list
//     means as open as the space and the pages above, not closed.
//   - They name users and groups. Anonymous visitors cannot be named.
const (
	// searchSpaces and searchContents bound what one search is asked for: few enough for an address, enough for a page.
	searchSpaces, searchContents = 50, 2000
	// longestRestriction is where a list that does not end is given up.
	longestRestriction = 10_000
)

var (
	restrictionOperations = []string{"read", "update"}
	// restrictionSubject is what names a user and a group, the first that is told.
	restrictionSubject = map[string][]string{"user": {"accountId", "userKey", "username", "type"}, "group": {"id", "name"}}
	// cloudSubjects is what is kept of whom a restriction names.
	cloudSubjects = []string{"user.results[].accountId", "user.results[].accountType", "user.results[].type", "group.results[].id", "group.results[].name"}

	restrictionSearch = Source{
		API: ConfluenceAPI, Path: "/wiki/rest/api/content/search",
		Query: "cql={cql}&expand=restrictions.read.restrictions.user,restrictions.read.restrictions.group," +
			"restrictions.update.restrictions.user,restrictions.update.restrictions.group",
		Pager: V1Cursor(100), Items: "results",
		Keep:    append([]string{"id"}, restrictionMembers(cloudSubjects, "restrictions.read.restrictions", "restrictions.update.restrictions")...),
		Classic: []string{"search:confluence"}, Granular: []string{"read:content-details:confluence"},
		Doc: docConfluence1 + "api-group-content/#api-wiki-rest-api-content-search-get",
	}
	restrictionByOperation = Source{
		API: ConfluenceAPI, Path: "/wiki/rest/api/content/{id}/restriction/byOperation", Query: "expand=restrictions.user,restrictions.group",
		Pager: Single(), Items: ".",
		Keep:    restrictionMembers(cloudSubjects, "read.restrictions", "update.restrictions"),
		Classic: []string{"read:confluence-content.all"}, Granular: []string{"read:content-details:confluence"},
		Doc: docConfluence1 + "api-group-content-restrictions/#api-wiki-rest-api-content-id-restriction-byoperation-get",
	}
	// restrictionPages is for lists longer than an answer: start and limit count the users and the groups inside.
	restrictionPages = Source{
		API: ConfluenceAPI, Path: "/wiki/rest/api/content/{id}/restriction", Query: "expand=restrictions.user,restrictions.group&start={start}&limit=100",
		Pager: Single(), Items: "results",
		Keep:    append([]string{"operation"}, restrictionMembers(cloudSubjects, "restrictions")...),
		Classic: []string{"read:confluence-content.all"}, Granular: []string{"read:content-details:confluence"},
		Doc: docConfluence1 + "api-group-content-restrictions/#api-wiki-rest-api-content-id-restriction-get",
	}
)

// restrictionMembers lists what is kept below each path: whom it names, and what tells whether a list is whole.
func restrictionMembers(subjects []string, paths ...string) (keep []string) {
	for _, path := range paths {
		for _, m := range slices.Concat(subjects, []string{
			"user.size", "user.limit", "user.totalSize", "user._links.next",
			"group.size", "group.limit", "group.totalSize", "group._links.next",
		}) {
			keep = append(keep, path+"."+m)
		}
	}
	return keep
}

// collectRestrictions searches a few spaces at a time, all restrictions expanded, and then asks singly for what the search
// left out: content that the search index does not have, and lists that it cut. Where the search is refused, all is asked
// singly. Spaces whose content was read and is none are not asked.
//
// The sources of the resource are those three, in the order of restrictionSearch, restrictionByOperation, restrictionPages.
func collectRestrictions(ctx context.Context, w *Walk) error {
	contentRead, spacesRead := notRead(w, "confluence_content") == nil, notRead(w, "confluence_space") == nil
	unread(w, "confluence_content", "content that neither it nor the search has was not asked for")
	contents := map[string][]string{} // ids by space
	for o, err := range w.Seen(ctx, "confluence_content") {
		if err != nil {
			return err
		}
		space := textAt(o.Body, "spaceId")
		contents[space] = append(contents[space], textAt(o.Body, "id"))
	}

	const pages = "type in (page,blogpost)"
	var batches []Object
	var spaces, keys, ids []string // of the batch in hand
	batch := func(cql string) {
		if len(spaces) > 0 {
			key := store.Key(spaces[0], spaces[len(spaces)-1], strconv.Itoa(len(spaces)))
			batches = append(batches, Object{key, Item{"cql": cql, "contents": ids}})
		}
		spaces, keys, ids = nil, nil, nil
	}
	for o, err := range w.Seen(ctx, "confluence_space") {
		if err != nil {
			return err
		}
		if contentRead && len(contents[o.Key]) == 0 {
			continue
		}
		if len(spaces) == searchSpaces || len(ids) >= searchContents {
			batch("space in (" + strings.Join(keys, ",") + ") and " + pages)
		}
		spaces, keys, ids = append(spaces, o.Key), append(keys, strconv.Quote(textAt(o.Body, "key"))), append(ids, contents[o.Key]...)
		delete(contents, o.Key)
	}
	batch("space in (" + strings.Join(keys, ",") + ") and " + pages)
	for _, space := range slices.Sorted(maps.Keys(contents)) { // of spaces that are not listed
		spaces, ids = append(spaces, space), append(ids, contents[space]...)
	}
	if spacesRead {
		batch("") // no search can name them
	} else {
		spaces = append(spaces, "confluence")
		batch(pages) // one search for all
	}

	parents := func(yield func(Object, error) bool) {
		for _, b := range batches {
			if !yield(b, nil) {
				return
			}
		}
	}
	return w.Each(ctx, parents, func(ctx context.Context, part *Walk) error {
		_, body := part.Parent()
		found := map[string]bool{} // whether the restrictions were told whole
		if body["cql"] != "" {
			refusal, err := searchRestrictions(ctx, part, body, found)
			if err != nil {
				return err
			}
			if refusal != nil && !contentRead {
				return refusal
			}
		}
		left := maps.Clone(found)
		ids, _ := body["contents"].([]string)
		for _, id := range ids {
			left[id] = found[id]
		}
		maps.DeleteFunc(left, func(_ string, whole bool) bool { return whole })
		err := askRestrictions(ctx, part, slices.Sorted(maps.Keys(left)))
		if r := Refused(err); r != nil && len(found) > 0 {
			return &Refusal{Outcome: store.Partial, Status: r.Status, Missing: r.Missing, Reason: "only what the search has: " + r.Reason}
		}
		return err
	})
}

// searchRestrictions reads the restrictions of all content that a search finds, and notes in found whose are whole.
func searchRestrictions(ctx context.Context, part *Walk, parent Item, found map[string]bool) (*Refusal, error) {
	for item, err := range part.Fetch(ctx, part.resource.Sources[0], parent) {
		if refusal := Refused(err); refusal != nil {
			return refusal, nil
		}
		if err != nil {
			return nil, err
		}
		id, lists := textAt(item, "id"), Item{}
		for _, operation := range restrictionOperations {
			if v, ok := member(item, "restrictions."+operation); ok {
				lists[operation] = v
			}
		}
		made, whole := restrictions(id, lists, 0)
		if whole {
			part.Emit(ownGroups(part, made)...)
		}
		found[id] = whole
	}
	return nil, nil
}

// askRestrictions asks for the restrictions of each content singly, eight at a time, and stores them in steps. A refusal
// means that none could be read.
func askRestrictions(ctx context.Context, part *Walk, ids []string) error {
	begun := part.Cursor()
	ids = ids[sort.SearchStrings(ids, begun+"\x00"):] // those up to begun are stored
	refused := 0
	for step := range slices.Chunk(ids, 200) {
		type answer struct {
			made  []Made
			whole bool
			err   error
		}
		answers := make([]answer, len(step))
		var asking errgroup.Group
		asking.SetLimit(8)
		for i, id := range step {
			asking.Go(func() error {
				a := &answers[i]
				a.made, a.whole, a.err = restrictionsOf(ctx, part, id)
				if r := Refused(a.err); r != nil && !r.source {
					return nil // the other pages may be open
				}
				return a.err
			})
		}
		err := asking.Wait()
		for _, a := range answers {
			part.Emit(ownGroups(part, a.made)...)
			if r := Refused(a.err); r != nil {
				refused++
				part.Partly("some pages do not show their restrictions: " + http.StatusText(r.Status))
				if refused == len(ids) && begun == "" && err == nil {
					err = r // none of them
				}
			} else if !a.whole && a.err == nil {
				part.Partly("some restrictions are longer than the answers")
			}
		}
		if err != nil {
			return err
		}
		if err := part.Save(ctx, step[len(step)-1]); err != nil {
			return err
		}
	}
	return nil
}

// restrictionsOf asks for the restrictions of one content, page by page where one answer does not hold them.
func restrictionsOf(ctx context.Context, part *Walk, id string) (made []Made, whole bool, err error) {
	for item, err := range part.Fetch(ctx, part.resource.Sources[1], Item{"id": id}) {
		if err != nil {
			return nil, false, err
		}
		if inner, ok := item["restrictions"].(Item); ok { // Data Center's document has one member around them
			item = inner
		}
		made, whole = restrictions(id, item, 0)
	}
	for start := 0; !whole && start < longestRestriction; {
		lists, longest := Item{}, 0
		pages, operations := part.resource.Sources[2], restrictionOperations
		if !strings.Contains(pages.Path, "{operation}") {
			operations = operations[:1] // one answer tells of both
		}
		for _, operation := range operations {
			for item, err := range part.Fetch(ctx, pages, Item{"id": id, "start": strconv.Itoa(start), "operation": operation}) {
				if err != nil {
					return made, false, err
				}
				lists[textAt(item, "operation")] = item
				for _, kind := range []string{"user", "group"} {
					longest = max(longest, len(elements(item, "restrictions."+kind+".results")))
				}
			}
		}
		var more []Made
		more, whole = restrictions(id, lists, start)
		made = append(made, more...)
		if longest == 0 {
			break
		}
		start += longest // not what was asked for: the site gives as many as it likes
	}
	return made, whole, nil
}

// restrictions makes the objects of one content, one for each user and group that is named. lists holds read and update,
// each as the API writes it, from the entry number start on. whole is false where a list is missing or was cut.
func restrictions(content string, lists Item, start int) (made []Made, whole bool) {
	whole = true
	for _, operation := range restrictionOperations {
		for _, kind := range []string{"user", "group"} {
			v, _ := member(lists, operation+".restrictions."+kind)
			list, _ := v.(Item)
			results, ok := list["results"].([]any)
			whole = whole && ok && !wasCut(list, start, len(results))
			for _, r := range results {
				r, _ := r.(Item)
				made = append(made, Made{
					Key:  []string{content, operation, kind, firstOf(r, restrictionSubject[kind]...)},
					Body: Item{"contentId": content, "operation": operation, kind: r},
				})
			}
		}
	}
	return made, whole
}

// ownGroups says of Data Center's restrictions that the groups they name are Confluence's: each product has groups of its own
// there, told by their names.
func ownGroups(w *Walk, made []Made) []Made {
	if w.Site().Kind == "dc" {
		for _, m := range made {
			m.Body["product"] = string(Confluence)
		}
	}
	return made
}

// wasCut reports whether a list of which n came from start on may be longer. Not every list says so: the one of groups has no
// links, so a full page counts as cut.
func wasCut(list Item, start, n int) bool {
	limit, err := strconv.Atoi(textAt(list, "limit"))
	total, _ := strconv.Atoi(textAt(list, "totalSize"))
	return textAt(list, "_links.next") != "" || total > start+n || (err == nil && limit > 0 && n >= limit)
}
