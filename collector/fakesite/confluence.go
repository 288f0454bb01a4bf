package fakesite

import (
	"slices"
	"strings"
)

// Spaces, content and attachments of Confluence's second API.

func (c *call) spaces() {
	if c.who.account == nil && !c.anonymousUse() {
		c.fail(401, "Unauthorized")
		return
	}
	ids, keys, kind, status := c.all("ids"), c.all("keys"), c.q("type"), c.q("status")
	found := visible(c, c.site.spaces, c.seesSpace)
	if len(ids)+len(keys) > 0 || kind != "" || status != "" {
		found = found.where(func(s space) bool {
			return (len(ids) == 0 || slices.Contains(ids, s.ID)) && (len(keys) == 0 || slices.Contains(keys, s.Key)) && (kind == "" || kind == s.Type) && (status == "" || status == spaceStatus(s))
		})
	}
	cursorPage(c, found, func(s space) any {
		return obj{"id": s.ID, "key": s.Key, "name": s.Name, "type": s.Type, "status": spaceStatus(s), "authorId": orNil(s.Author), "spaceOwnerId": orNil(s.Owner), "createdAt": millis(s.Created),
			"homepageId": orNil(s.Home), "currentActiveAlias": s.Key, "description": nil, "icon": nil, "_links": obj{"webui": "/spaces/" + s.Key}}
	})
}

func spaceStatus(s space) string {
	if s.Archived {
		return "archived"
	}
	return "current"
}

// millis is an RFC 3339 time with milliseconds, as Confluence writes it.
func millis(rfc string) any {
	if rfc == "" {
		return nil
	}
	return utc(rfc) + "Z"
}

// spaceOfPath finds the space of the path, or answers 404: not there and not permitted look alike.
func (c *call) spaceOfPath() (space, bool) {
	s, ok := c.site.spaces.find(c.r.PathValue("id"))
	if !ok || !c.seesSpace(s) {
		c.fail(404, "Space not found")
		return s, false
	}
	return s, true
}

func (c *call) spacePermissions() {
	s, ok := c.spaceOfPath()
	if !ok {
		return
	}
	cursorPage(c, listed(s.permissions, nil), func(p spacePermission) any {
		return obj{"id": p.id, "principal": obj{"type": p.kind, "id": p.principal}, "operation": obj{"key": p.operation, "targetType": p.target}}
	})
}

func (c *call) spaceRoleMode() { c.json(obj{"mode": c.site.about.RoleMode}) }

func (c *call) spaceRoles() {
	found := listed(c.site.spaceRoles, nil).where(func(r spaceRole) bool { return c.q("role-type") == "" || c.q("role-type") == r.Type })
	cursorPage(c, found, func(r spaceRole) any {
		return obj{"id": r.ID, "type": r.Type, "name": r.Name, "description": r.About, "spacePermissions": r.Permissions}
	})
}

func (c *call) roleAssignments() {
	s, ok := c.spaceOfPath()
	if !ok {
		return
	}
	found := listed(s.roles, nil).where(func(a spaceRoleAssignment) bool { return c.q("role-id") == "" || c.q("role-id") == a.role })
	cursorPage(c, found, func(a spaceRoleAssignment) any {
		kind := strings.ToUpper(a.kind)
		if a.kind == "class" {
			kind = "ACCESS_CLASS"
		}
		return obj{"principal": obj{"principalType": kind, "principalId": a.principal}, "roleId": a.role}
	})
}

// permissionNames are the operations that any space or role of the site uses.
func (c *call) permissionNames() {
	names := map[string]bool{}
	for _, r := range c.site.spaceRoles {
		for _, p := range r.Permissions {
			names[p] = true
		}
	}
	cursorPage(c, listed(sorted(names), nil), func(id string) any {
		return obj{"id": id, "displayName": strings.ReplaceAll(id, "/", " "), "description": "", "requiredPermissionIds": []any{"read/space"}}
	})
}

func (c *call) pagesV2()   { c.contentList("page", []string{"current", "archived"}) }
func (c *call) blogPosts() { c.contentList("blogpost", []string{"current"}) }

func (c *call) contentList(kind string, status []string) {
	if c.who.account == nil && !c.anonymousUse() {
		c.fail(401, "Unauthorized")
		return
	}
	if asked := c.all("status"); len(asked) > 0 {
		status = asked
	}
	ids, spaces := c.all("id"), c.all("space-id")
	found := c.site.pages
	if !c.everything() {
		found = found.where(func(p page) bool {
			return p.Kind == kind && slices.Contains(status, p.Status) && (len(ids) == 0 || slices.Contains(ids, p.ID)) && (len(spaces) == 0 || slices.Contains(spaces, p.Space)) && c.seesPage(p)
		})
	} else if kind != "page" || len(spaces)+len(ids) > 0 {
		found = found.where(func(p page) bool {
			return p.Kind == kind && (len(ids) == 0 || slices.Contains(ids, p.ID)) && (len(spaces) == 0 || slices.Contains(spaces, p.Space))
		})
	}
	cursorPage(c, found, func(p page) any {
		o := obj{"id": p.ID, "status": p.Status, "title": p.Title, "spaceId": p.Space, "authorId": orNil(p.Author), "createdAt": millis(p.Created),
			"version": obj{"number": max(p.Version, 1), "message": "", "minorEdit": false, "authorId": orNil(p.Author), "createdAt": millis(edited(p))},
			"body":    obj{}, "_links": obj{"webui": "/spaces/" + p.Space + "/pages/" + p.ID, "tinyui": "/x/" + p.ID, "editui": "/pages/resumedraft.action?draftId=" + p.ID}}
		if kind == "page" {
			o["parentId"], o["parentType"], o["position"], o["ownerId"], o["lastOwnerId"], o["subtype"] = orNil(p.Parent), nil, number(p.ID)%1000, orNil(p.Owner), nil, nil
			if p.Parent != "" {
				o["parentType"] = "page"
			}
		}
		return o
	})
}

func edited(p page) string {
	if p.Edited != "" {
		return p.Edited
	}
	return p.Created
}

func (c *call) attachmentsV2() {
	status := c.all("status")
	if len(status) == 0 {
		status = []string{"current", "archived"}
	}
	found := visible(c, c.site.files, func(f file) bool { return slices.Contains(status, f.Status) && c.seesPage(*f.page) })
	cursorPage(c, found, func(f file) any {
		o := obj{"id": f.ID, "status": f.Status, "title": f.Title, "createdAt": millis(f.Created), "mediaType": f.Media, "mediaTypeDescription": "", "comment": "",
			"fileId": uuid("file/" + f.ID), "fileSize": f.Size, "webuiLink": "/pages/viewpageattachments.action?pageId=" + f.Page, "downloadLink": "/download/attachments/" + f.Page + "/" + f.ID,
			"version": obj{"number": 1, "message": "", "minorEdit": false, "authorId": orNil(f.Author), "createdAt": millis(f.Created)}, "_links": obj{"webui": "/pages/viewpageattachments.action?pageId=" + f.Page}}
		if f.page.Kind == "blogpost" {
			o["blogPostId"] = f.Page
		} else {
			o["pageId"] = f.Page
		}
		return o
	})
}
