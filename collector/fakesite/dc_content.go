package fakesite

import (
	"fmt"
	"slices"
	"strings"
)

// Content of Confluence: pages, blog posts and attachments, their restrictions, and two ways of paging.

// v1dc is Confluence's page of a list: start, limit, size, and the next page as a path below the
// address that Confluence states of itself.
func v1dc[T any](c *dcCall, t table[T], show func(T) any) {
	size, start := c.size("limit"), c.number("start", 0)
	at, next := c.cut(t.n, start, size)
	results := window(t, at[0], at[1], show)
	links := obj{"base": c.of.Base, "context": "/confluence", "self": c.own(c.below)}
	if next >= 0 {
		links["next"] = c.below + "?" + c.with(map[string]string{"start": itoa(next), "limit": itoa(size)})
	}
	c.json(obj{"results": results, "start": start, "limit": size, "size": len(results), "_links": links})
}

// scanPage is the scan's: the place is a cursor that begins with its kind and direction.
func scanPage[T any](c *dcCall, t table[T], show func(T) any) {
	size, start := c.size("limit"), 0
	if text := c.q("cursor"); text != "" {
		if _, err := fmt.Sscanf(text, "content:false:%d", &start); err != nil {
			c.fail(400, "Invalid cursor: "+text)
			return
		}
	}
	at, next := c.cut(t.n, start, size)
	links := obj{"base": c.of.Base, "context": "/confluence", "self": c.own(c.below)}
	page := obj{"results": window(t, at[0], at[1], show), "cursor": c.q("cursor"), "limit": size, "size": min(size, max(t.n-at[0], 0)), "_links": links}
	if start > 0 {
		page["prevCursor"] = fmt.Sprintf("content:true:%d", start)
	}
	if next >= 0 {
		page["nextCursor"] = fmt.Sprintf("content:false:%d", next)
		links["next"] = c.below + "?" + c.with(map[string]string{"cursor": fmt.Sprintf("content:false:%d", next), "limit": itoa(size)})
	}
	c.json(page)
}

// asked is the content of a kind, a space and a state that the caller sees.
func (c *dcCall) asked() table[page] {
	kind, key, status := c.q("type"), c.q("spaceKey"), c.all("status")
	if kind == "" {
		kind = "page"
	}
	if len(status) == 0 {
		status = []string{"current"}
	}
	if c.everything() && key == "" {
		if kind == "page" {
			return c.site.pages
		}
		return table[page]{}
	}
	return c.site.pages.where(func(p page) bool {
		s, _ := c.site.spaces.find(p.Space)
		return p.Kind == kind && (key == "" || s.Key == key) && (slices.Contains(status, p.Status) || slices.Contains(status, "any")) && c.seesPage(p)
	})
}

func (c *dcCall) contents() {
	v1dc(c, c.asked(), func(p page) any { return c.contentBean(p) })
}

func (c *dcCall) scan() { scanPage(c, c.asked(), func(p page) any { return c.contentBean(p) }) }

func (c *dcCall) contentBean(p page) obj {
	s, _ := c.site.spaces.find(p.Space)
	o := obj{"id": p.ID, "type": p.Kind, "status": p.Status, "title": p.Title, "extensions": obj{"position": "none"},
		"_links":      obj{"webui": "/display/" + s.Key + "/" + strings.ReplaceAll(p.Title, " ", "+"), "tinyui": "/x/" + p.ID, "self": c.own("/rest/api/content/" + p.ID)},
		"_expandable": obj{"container": "/rest/api/space/" + s.Key, "metadata": "", "restrictions": "/rest/api/content/" + p.ID + "/restriction/byOperation", "history": "/rest/api/content/" + p.ID + "/history", "body": "", "version": "", "descendants": "", "space": "/rest/api/space/" + s.Key}}
	defaults := len(c.all("expand")) == 0 // history, space and version come unless something else is asked for
	if defaults || c.expands("space") {
		o["space"] = obj{"id": atoi64(s.ID), "key": s.Key, "name": s.Name, "type": s.Type, "status": spaceStatus(s), "_links": obj{"self": c.own("/rest/api/space/" + s.Key)}}
	}
	author, _ := c.site.accounts.find(p.Author)
	if defaults || c.expands("version") {
		o["version"] = obj{"by": c.userDC(author), "when": millis(edited(p)), "message": "", "number": max(p.Version, 1), "minorEdit": false, "hidden": false}
	}
	if defaults || c.expands("history") {
		o["history"] = obj{"latest": true, "createdBy": c.userDC(author), "createdDate": millis(p.Created)}
	}
	if c.expands("ancestors") {
		up := []any{}
		for at := p; at.Parent != ""; {
			x, ok := c.site.pages.find(at.Parent)
			if !ok {
				break
			}
			up = append([]any{obj{"id": x.ID, "type": x.Kind, "status": x.Status, "title": x.Title}}, up...)
			at = x
		}
		o["ancestors"] = up
	}
	if c.expandsWithin("children.attachment") {
		o["children"] = obj{"attachment": c.firstFiles(p), "_links": obj{"self": c.own("/rest/api/content/" + p.ID + "/child")}, "_expandable": obj{"comment": "/rest/api/content/" + p.ID + "/child/comment", "page": "/rest/api/content/" + p.ID + "/child/page"}}
	}
	limits := obj{}
	for _, operation := range []string{"read", "update"} {
		for _, e := range c.all("expand") {
			if strings.HasPrefix(e, "restrictions."+operation) {
				limits[operation] = c.limitsDC(p, operation)
			}
		}
	}
	if len(limits) > 0 {
		limits["_links"] = obj{"self": c.own("/rest/api/content/" + p.ID + "/restriction/byOperation")}
		o["restrictions"] = limits
	}
	return o
}

// expandsWithin says whether the expand parameter names something, or a part of it.
func (c *dcCall) expandsWithin(name string) bool {
	return slices.ContainsFunc(c.all("expand"), func(e string) bool { return e == name || strings.HasPrefix(e, name+".") })
}

// firstFiles are the attachments of a page inside the page: no more than 25.
func (c *dcCall) firstFiles(p page) obj {
	const most = 25
	found := c.filesOn(p)
	links := obj{"self": c.own("/rest/api/content/" + p.ID + "/child/attachment")}
	if found.n > most {
		links["next"] = "/rest/api/content/" + p.ID + "/child/attachment?limit=25&start=25"
	}
	list := window(found, 0, most, func(f file) any { return c.fileBean(f, "children.attachment.") })
	return obj{"results": list, "start": 0, "limit": most, "size": len(list), "_links": links}
}

// limitsDC is one operation of a page's restrictions, with no more than 200 subjects of a kind.
func (c *dcCall) limitsDC(p page, operation string) obj {
	users, groups := []any{}, []any{}
	for _, l := range p.limits {
		if l.operation != operation {
			continue
		}
		if g, ok := c.site.groups.find(l.group); ok && l.group != "" {
			groups = append(groups, c.groupDC(g))
		} else if a, ok := c.site.accounts.find(l.account); ok {
			users = append(users, c.userDC(a))
		}
	}
	start, limit := 0, 200
	if c.r.PathValue("operation") != "" {
		start, limit = c.number("start", 0), c.size("limit")
	}
	list := func(of []any) obj {
		cut := of[min(start, len(of)):min(start+limit, len(of))]
		return obj{"results": cut, "start": start, "limit": limit, "size": len(cut)}
	}
	return obj{"operation": operation, "restrictions": obj{"user": list(users), "group": list(groups), "_expandable": obj{}}, "_expandable": obj{"content": "/rest/api/content/" + p.ID},
		"_links": obj{"self": c.own("/rest/api/content/" + p.ID + "/restriction/byOperation/" + operation)}}
}

func (c *dcCall) contentOfPath() (page, bool) {
	p, ok := c.site.pages.find(c.r.PathValue("id"))
	if !ok || !c.seesPage(p) {
		c.fail(404, "No content found with id: ContentId{id="+c.r.PathValue("id")+"}")
		return p, false
	}
	return p, true
}

func (c *dcCall) contentOne() {
	if p, ok := c.contentOfPath(); ok {
		c.json(c.contentBean(p))
	}
}

func (c *dcCall) restrictionsDC() {
	if p, ok := c.contentOfPath(); ok {
		c.json(obj{"read": c.limitsDC(p, "read"), "update": c.limitsDC(p, "update"), "_links": obj{"self": c.own(c.below), "base": c.of.Base, "context": "/confluence"}})
	}
}

func (c *dcCall) restrictionDC() {
	operation := c.r.PathValue("operation")
	if operation != "read" && operation != "update" {
		c.fail(404, "No restriction with the operation "+operation)
		return
	}
	if p, ok := c.contentOfPath(); ok {
		c.json(c.limitsDC(p, operation))
	}
}

// fileBean is an attachment; within is where the expand parameter speaks of it.
func (c *dcCall) fileBean(f file, within string) obj {
	o := obj{"id": f.ID, "type": "attachment", "status": f.Status, "title": f.Title, "metadata": obj{"mediaType": f.Media, "comment": ""}, "extensions": obj{"mediaType": f.Media, "fileSize": f.Size, "comment": ""},
		"_links":      obj{"webui": "/pages/viewpage.action?pageId=" + f.Page, "download": "/download/attachments/" + f.Page + "/" + strings.ReplaceAll(f.Title, " ", "+"), "self": c.own("/rest/api/content/" + f.ID)},
		"_expandable": obj{"container": "/rest/api/content/" + f.Page, "version": "", "space": ""}}
	s, _ := c.site.spaces.find(f.page.Space)
	if c.expands(within + "container") {
		o["container"] = obj{"id": f.Page, "type": f.page.Kind, "status": f.page.Status, "title": f.page.Title, "_links": obj{"self": c.own("/rest/api/content/" + f.Page)}}
	}
	if c.expands(within + "space") {
		o["space"] = obj{"id": atoi64(s.ID), "key": s.Key, "name": s.Name, "type": s.Type, "status": spaceStatus(s)}
	}
	author, _ := c.site.accounts.find(f.Author)
	if c.expands(within + "version") {
		o["version"] = obj{"by": c.userDC(author), "when": millis(f.Created), "message": "", "number": 1, "minorEdit": false, "hidden": false}
	}
	if c.expands(within + "history") {
		o["history"] = obj{"latest": true, "createdBy": c.userDC(author), "createdDate": millis(f.Created)}
	}
	return o
}

func (c *dcCall) attachmentsDC() {
	p, ok := c.contentOfPath()
	if !ok {
		return
	}
	v1dc(c, c.filesOn(p), func(f file) any { return c.fileBean(f, "") })
}

// filesOn are the attachments of a page. Of a made-up site they hang on the pages in turn.
func (c *dcCall) filesOn(p page) table[file] {
	if !c.everything() {
		return c.site.files.where(func(f file) bool { return f.Page == p.ID })
	}
	first, step := int(atoi64(p.ID))-firstID, c.site.pages.n
	return table[file]{n: max((c.site.files.n-first+step-1)/step, 0), at: func(i int) file { return c.site.files.at(first + i*step) }}
}

// contentSearchDC finds by CQL: only type and space are understood.
func (c *dcCall) contentSearchDC() {
	cql := strings.ToLower(c.q("cql"))
	if cql == "" || !strings.ContainsAny(cql, "=~") && !strings.Contains(cql, " in ") {
		c.fail(400, "Could not parse cql : "+c.q("cql"))
		return
	}
	words := strings.FieldsFunc(cql, func(r rune) bool { return strings.ContainsRune(` ,()="'`, r) })
	named := func(word string) bool { return slices.Contains(words, strings.ToLower(word)) }
	met := map[string]bool{} // of a made-up site a space is made anew each time it is looked for
	in := func(id string) bool {
		if !named("space") {
			return true
		}
		if _, known := met[id]; !known {
			s, _ := c.site.spaces.find(id)
			met[id] = named(s.Key)
		}
		return met[id]
	}
	if named("attachment") {
		found := c.site.files
		if !c.everything() || named("space") {
			found = found.where(func(f file) bool { return c.seesPage(*f.page) && in(f.page.Space) })
		}
		v1dc(c, found, func(f file) any { return c.fileBean(f, "") })
		return
	}
	found := c.site.pages
	if !c.everything() || named("space") {
		found = found.where(func(p page) bool {
			return p.Status == "current" && (!named("type") || named(p.Kind)) && in(p.Space) && c.seesPage(p)
		})
	}
	v1dc(c, found, func(p page) any { return c.contentBean(p) })
}
