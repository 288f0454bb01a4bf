package collector

import (
	"context"
	"slices"
	"strings"

	"plumbline/store"
)

// wikiAuthor is what is kept of whoever made something.
var wikiAuthor = []string{"userKey", "username"}

// wikiFile is what is kept of an attachment.
var wikiFile = []string{"id", "title", "status", "extensions.fileSize", "extensions.mediaType", "metadata.mediaType",
	"history.createdDate", "version.by.userKey", "version.by.username"}

// under puts a path before each.
func under(path string, members []string) []string {
	var all []string
	for _, m := range members {
		all = append(all, path+"."+m)
	}
	return all
}

// dcWikiContent is what is written in spaces: pages and blog posts, whom they are restricted to, what is attached to them.
func dcWikiContent() []Resource {
	const shown = "expand=space,version,history,ancestors"
	const files = "expand=children.attachment.version,children.attachment.history,children.attachment.extensions"
	subjects := []string{"user.results[].userKey", "user.results[].username", "user.results[].type", "group.results[].name"}
	scan := func(expand string, keep ...string) Source {
		return since("Confluence 7.18", wikiSource("/rest/api/content/scan", "type={type}&"+expand, Scan(200), "results", "api-group-content-resource/#api-rest-api-content-scan-get", keep...))
	}
	list := func(expand string, keep ...string) Source {
		return wikiSource("/rest/api/content", "type={type}&"+expand, V1(200), "results", "api-group-content-resource/#api-rest-api-content-get", keep...)
	}
	attached := slices.Concat([]string{"id", "children.attachment.size", "children.attachment.limit", "children.attachment._links.next"}, under("children.attachment.results[]", wikiFile))
	return []Resource{
		{
			Name:    "confluence_content",
			About:   "Pages and blog posts: title, space, place in the tree, who made them and who changed them last, when; never their text.",
			Product: Confluence, Revision: 1, Lists: Seen,
			// The space and the page above are stored by their ids alone: spaceId, parentId.
			Keep: slices.Concat([]string{"id", "type", "status", "title", "space.id", "ancestors[].id", "history.createdDate", "version.number", "version.when"},
				under("history.createdBy", wikiAuthor), under("version.by", wikiAuthor)),
			Personal: []string{"history.createdBy.username", "version.by.username"},
			Objects:  wikiContent,
			Collect: func(ctx context.Context, w *Walk) error {
				return w.Each(ctx, parents("type", "page", "blogpost"), func(ctx context.Context, part *Walk) error {
					return part.Read(ctx, w.resource.Sources...)
				})
			},
			Sources: []Source{scan(shown), list(shown)},
		},
		{
			Name:    "confluence_restriction",
			About:   "Who a page or blog post is restricted to, for reading and for editing.",
			Product: Confluence, Revision: 1, Lists: Seen,
			After: []string{"confluence_space", "confluence_content"},
			Keep:  []string{"contentId", "operation", "user.userKey", "user.username", "user.type", "group.name", "product"},
			Personal: append(slices.DeleteFunc(restrictionMembers(subjects, "restrictions.read.restrictions", "restrictions.update.restrictions", "read.restrictions", "update.restrictions", "restrictions"),
				func(path string) bool { return !strings.HasSuffix(path, "username") }), "user.username"),
			Collect: collectRestrictions,
			Sources: []Source{
				wikiSource("/rest/api/content/search", restrictionSearch.Query, V1(100), "results", "api-group-content-resource/#api-rest-api-content-search-get",
					append([]string{"id"}, restrictionMembers(subjects, "restrictions.read.restrictions", "restrictions.update.restrictions")...)...),
				wikiSource("/rest/api/content/{id}/restriction/byOperation",
					"expand=read.restrictions.user,read.restrictions.group,update.restrictions.user,update.restrictions.group", Single(), ".",
					"api-group-content-restrictions/#api-rest-api-content-id-restriction-byoperation-get",
					restrictionMembers(subjects, "read.restrictions", "update.restrictions", "restrictions.read.restrictions", "restrictions.update.restrictions")...),
				wikiSource("/rest/api/content/{id}/restriction/byOperation/{operation}", "expand=restrictions.user,restrictions.group&start={start}&limit=100",
					Single(), ".", "api-group-content-restrictions/#api-rest-api-content-id-restriction-byoperation-operationkey-get",
					append([]string{"operation"}, restrictionMembers(subjects, "restrictions")...)...),
			},
		},
		{
			Name:    "confluence_attachment",
			About:   "Attached files: name, size, kind, where they hang, who uploaded them and when; never their content.",
			Product: Confluence, Revision: 1, Lists: Seen,
			Keep:     slices.Concat(wikiFile, []string{"pageId", "blogPostId"}),
			Personal: []string{"version.by.username", "children.attachment.results[].version.by.username"},
			Collect:  collectDCAttachments,
			Sources: []Source{
				scan(files, attached...), list(files, attached...),
				wikiSource("/rest/api/content/{id}/child/attachment", "expand=version,history,extensions", V1(200), "results",
					"api-group-attachments/#api-rest-api-content-id-child-attachment-get", wikiFile...),
			},
		},
	}
}

// wikiContent stores of space and ancestors what tells the place: the space's id, and that of the last ancestor, the page
// above. Where a page does not tell its ancestors, it is told to have one that is not told.
func wikiContent(item, _ Item) []Made {
	if id := textAt(item, "space.id"); id != "" {
		item["spaceId"] = id
	}
	above, told := item["ancestors"].([]any)
	if n := len(above); n > 0 {
		parent, _ := above[n-1].(Item)
		item["parentId"], item["parentType"] = parent["id"], "page"
	} else if !told && textAt(item, "type") == "page" {
		item["parentType"] = "page"
	}
	delete(item, "space")
	delete(item, "ancestors")
	return []Made{{Key: []string{textAt(item, "id")}, Body: item}}
}

// collectDCAttachments goes through all content and takes what hangs on it, which is one request for many pages where asking
// each would be one for each. Content with more than one answer shows is asked singly.
func collectDCAttachments(ctx context.Context, w *Walk) error {
	return w.Each(ctx, parents("type", "page", "blogpost"), func(ctx context.Context, part *Walk) error {
		_, kind := part.Parent()
		for i, src := range part.resource.Sources[:2] {
			err := attachmentsOf(ctx, part, src, kind)
			if r := Refused(err); i == 0 && r != nil && r.Outcome == store.Unavailable {
				continue // before 7.18 there was no scan
			}
			return err
		}
		return nil
	})
}

// savedEvery is how many pieces of content are gone through before what hung on them is stored.
const savedEvery = 1000

func attachmentsOf(ctx context.Context, part *Walk, src Source, kind Item) error {
	n := 0
	for content, err := range part.Fetch(ctx, src, kind) {
		if err != nil {
			return err
		}
		id := textAt(content, "id")
		files, told := member(content, "children.attachment.results")
		if list, _ := member(content, "children.attachment"); told && !wasCut(asItem(list), 0, len(asList(files))) {
			for _, file := range asList(files) {
				part.Emit(attachment(asItem(file), kind, id))
			}
		} else if err := attachedTo(ctx, part, kind, id); err != nil {
			return err
		}
		if n++; n%savedEvery == 0 {
			if err := part.Save(ctx, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// attachedTo asks for all that hangs on one piece of content.
func attachedTo(ctx context.Context, part *Walk, kind Item, id string) error {
	err := each(part.Fetch(ctx, part.resource.Sources[2], Item{"id": id}), func(file Item) {
		part.Emit(attachment(file, kind, id))
	})
	if r := Refused(err); r != nil && !r.source {
		part.Partly("some pages do not show their attachments: " + r.Reason)
		return nil
	}
	return err
}

func attachment(file, kind Item, content string) Made {
	file[map[string]string{"page": "pageId", "blogpost": "blogPostId"}[textAt(kind, "type")]] = content
	return Made{Key: []string{textAt(file, "id")}, Body: file}
}

func asItem(v any) Item  { item, _ := v.(Item); return item }
func asList(v any) []any { list, _ := v.([]any); return list }

// collectDCWikiUsers lists everybody who is registered, and adds the e-mail addresses, which only the list of those with a
// licence tells, to administrators. An account that is met elsewhere and not registered gets the member resolved: false: no
// directory has it any more.
func collectDCWikiUsers(ctx context.Context, w *Walk) error {
	registered, licensed := w.resource.Sources[0], w.resource.Sources[1]
	emails := map[string]any{}
	untold := each(w.Fetch(ctx, licensed, nil), func(user Item) {
		if key := textAt(user, "userKey"); key != "" && user["email"] != nil {
			emails[key] = user["email"]
		}
	})
	if untold != nil && Refused(untold) == nil {
		return untold
	}
	before, known := w.part.reasons(), map[string]bool{}
	for user, err := range w.Fetch(ctx, registered, nil) {
		if err != nil {
			return err
		}
		key := firstOf(user, "userKey", "username")
		if key == "" || known[key] {
			continue
		}
		known[key] = true
		if email, ok := emails[textAt(user, "userKey")]; ok {
			user["email"] = email
		}
		w.Emit(Made{Key: []string{key}, Body: user})
		if err := w.saveSome(ctx); err != nil {
			return err
		}
	}
	if r := Refused(untold); r != nil {
		w.part.notes = append(w.part.notes, "without e-mail addresses: "+r.Reason)
	}
	if w.part.reasons() != before {
		return nil // whom the list lacks may be registered all the same
	}
	met, err := wikiUsersMet(ctx, w)
	if err != nil {
		return err
	}
	for key := range met {
		if !known[key] {
			w.Emit(Made{Key: []string{key}, Body: Item{"userKey": key, "resolved": false}})
		}
	}
	return nil
}

// wikiUsersMet returns the keys of all accounts that the other resources name.
func wikiUsersMet(ctx context.Context, w *Walk) (map[string]bool, error) {
	met := map[string]bool{}
	for resource, members := range map[string][][]string{
		"confluence_space":            {under("creator", wikiAuthor)},
		"confluence_content":          {under("history.createdBy", wikiAuthor), under("version.by", wikiAuthor)},
		"confluence_restriction":      {under("user", wikiAuthor)},
		"confluence_attachment":       {under("version.by", wikiAuthor)},
		"confluence_space_permission": {under("subject", wikiAuthor)},
		"directory_group_member":      {{"userKey"}},
	} {
		for o, err := range w.Seen(ctx, resource) {
			if err != nil {
				return nil, err
			}
			for _, m := range members {
				met[firstOf(o.Body, m...)] = true
			}
		}
	}
	for o, err := range w.Seen(ctx, "confluence_global_permission") {
		if err != nil {
			return nil, err
		}
		if textAt(o.Body, "principal.type") == "user" {
			met[textAt(o.Body, "principal.id")] = true
		}
	}
	delete(met, "")
	return met, nil
}
