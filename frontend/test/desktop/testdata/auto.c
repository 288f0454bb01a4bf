// Lets WebKitWebDriver drive the desktop program as it is shipped: preloaded, this stands in for the one
// call by which the program makes its web view, and allows automation on it. It also has the page keep a
// list, window.wrong, of what no page may do: errors, refused promises, breaches of its policy.
//
// gcc -shared -fPIC -o auto.so auto.c $(pkg-config --cflags --libs gtk+-3.0 webkit2gtk-4.1)
#include <stdlib.h>
#include <webkit2/webkit2.h>

static const char *watch =
	"window.wrong = [];"
	"addEventListener('error', (e) => wrong.push('error: ' + (e.message || 'loading ' + (e.target.src || e.target.href))), true);"
	"addEventListener('unhandledrejection', (e) => wrong.push('not caught: ' + (e.reason && e.reason.stack || e.reason)));"
	"document.addEventListener('securitypolicyviolation', (e) => wrong.push('policy: ' + e.violatedDirective + ' ' + e.blockedURI));"
	"for (const say of ['error', 'warn']) { const before = console[say]; console[say] = (...all) => { wrong.push('console: ' + all.join(' ')); before(...all) } }";

static GtkWidget *view;

static WebKitWebView *give(WebKitAutomationSession *session, gpointer none) { return WEBKIT_WEB_VIEW(view); }

static void started(WebKitWebContext *context, WebKitAutomationSession *session, gpointer none) {
	g_signal_connect(session, "create-web-view", G_CALLBACK(give), NULL);
}

GtkWidget *webkit_web_view_new_with_user_content_manager(WebKitUserContentManager *manager) {
	WebKitWebContext *context = webkit_web_context_get_default();
	webkit_web_context_set_automation_allowed(context, TRUE);
	g_signal_connect(context, "automation-started", G_CALLBACK(started), NULL);
	webkit_user_content_manager_add_script(manager, webkit_user_script_new(watch,
		WEBKIT_USER_CONTENT_INJECT_TOP_FRAME, WEBKIT_USER_SCRIPT_INJECT_AT_DOCUMENT_START, NULL, NULL));
	view = g_object_new(WEBKIT_TYPE_WEB_VIEW, "user-content-manager", manager, "is-controlled-by-automation", TRUE, NULL);
	return view;
}

// What the program starts itself is not to be preloaded.
__attribute__((constructor)) static void alone(void) { unsetenv("LD_PRELOAD"); }
