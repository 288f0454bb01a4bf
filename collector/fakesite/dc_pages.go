package fakesite

import (
	"net/http"
	"net/url"
	"strings"
)

// What is no endpoint: pages for browsers, and paths that a version does not have.

const htmlPage = "text/html;charset=UTF-8"

func (c *dcCall) html(status int, title, body string) {
	c.deliver(status, htmlPage, []byte("<!DOCTYPE html>\n<html><head><title>"+title+" - "+c.of.Title+"</title></head><body id=\""+c.product+"\">"+body+"</body></html>\n"))
}

func (c *dcCall) redirect(status int, to string) {
	c.w.Header().Set("Location", to)
	c.deliver(status, htmlPage, nil)
}

// elsewhere answers what is no endpoint of this version.
func (c *dcCall) elsewhere() {
	path := c.below
	switch {
	case strings.HasPrefix(path, "/rest/api/3/"): // Jira sends visitors of a version that it does not know to its log-in
		c.login()
	case strings.HasPrefix(path, "/rest/"):
		if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead {
			c.w.Header().Set("Allow", "GET")
			c.refuse(http.StatusMethodNotAllowed, "HTTP 405 Method Not Allowed")
			return
		}
		c.refuse(http.StatusNotFound, "null for uri: "+c.base+c.path)
	case path == "" || path == "/":
		c.front()
	case path == "/login.jsp" || path == "/login.action":
		c.html(200, "Log in", `<form action="`+strings.TrimPrefix(path, "/")+`" method="post" id="login-form"><input name="os_username"><input name="os_password" type="password"></form>`)
	case c.product == "jira" && path == "/secure/Signup!default.jspa":
		c.signup()
	case c.product == "jira" && path == "/servicedesk/customer/user/signup":
		if c.of.Desk == "" || !c.of.Portal {
			c.html(http.StatusNotFound, "Oops, you've found a dead link", `<h1>Page not found</h1>`)
			return
		}
		c.html(200, "Sign up", `<div id="content"><form class="cv-signup" method="post"><input name="email"><input name="fullname"></form></div>`)
	case c.product == "jira" && path == "/secure/Dashboard.jspa":
		c.html(200, "System Dashboard", `<div id="dashboard"></div>`)
	case c.who.account == nil:
		c.login()
	default:
		c.html(http.StatusNotFound, "Page not found", "<h1>Page not found</h1>")
	}
}

// login sends a visitor to the page that asks who they are.
func (c *dcCall) login() {
	if c.product == "jira" {
		c.redirect(http.StatusFound, c.base+"/jira/login.jsp?permissionViolation=true&os_destination="+url.QueryEscape(c.below)+"&page_caps=&user_role=")
		return
	}
	c.redirect(http.StatusFound, c.base+"/confluence/login.action?os_destination="+url.QueryEscape(c.below)+"&permissionViolation=true")
}

// front is the address itself, as a browser that comes over plain HTTP first meets it. A proxy in
// front of the product may send it on to HTTPS.
func (c *dcCall) front() {
	switch {
	case c.of.Redirect:
		c.redirect(http.StatusMovedPermanently, "https://"+strings.TrimPrefix(c.base, "http://")+c.path)
	case c.below == "":
		c.redirect(http.StatusFound, c.path+"/")
	case c.product == "jira":
		c.redirect(http.StatusFound, c.base+"/jira/secure/Dashboard.jspa")
	default:
		c.redirect(http.StatusFound, c.base+"/confluence/login.action?os_destination=%2Findex.action&permissionViolation=true")
	}
}

// signup is Jira's page for new accounts: a form in public mode, else a page that says no.
func (c *dcCall) signup() {
	if !c.of.Signup {
		c.html(200, "Sorry, you can't sign up to this Jira site at the moment as it's private.",
			`<div class="aui-message aui-message-error"><p>Sorry, you can't sign up to this Jira site at the moment as it's private.</p></div>`)
		return
	}
	c.html(200, "Sign up for Jira", `<form action="Signup.jspa" class="aui" id="signup" method="post"><input id="signup-email" name="email"><input id="signup-fullname" name="fullname">`+
		`<input id="signup-username" name="username"><input id="signup-password" name="password" type="password"><input id="signup-submit" name="Signup" type="submit" value="Sign up"></form>`)
}
