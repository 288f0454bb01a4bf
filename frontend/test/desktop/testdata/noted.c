// Lets the benchmark see when the desktop program, as it is shipped, shows what: preloaded, this has the page run the
// script that NOTED names before its own, and prints each message of it as a line "noted WHAT". Nothing drives the page:
// no session of a WebDriver takes time.
//
// gcc -shared -fPIC -o noted noted.c $(pkg-config --cflags --libs gtk+-3.0 webkit2gtk-4.1)
#include <stdlib.h>
#include <webkit2/webkit2.h>

static void told(WebKitUserContentManager *manager, WebKitJavascriptResult *result, gpointer none) {
	g_printerr("noted %s\n", jsc_value_to_string(webkit_javascript_result_get_js_value(result)));
}

GtkWidget *webkit_web_view_new_with_user_content_manager(WebKitUserContentManager *manager) {
	char *script = NULL;
	if (!g_file_get_contents(getenv("NOTED"), &script, NULL, NULL)) abort();
	g_signal_connect(manager, "script-message-received::noted", G_CALLBACK(told), NULL);
	webkit_user_content_manager_register_script_message_handler(manager, "noted");
	webkit_user_content_manager_add_script(manager, webkit_user_script_new(script,
		WEBKIT_USER_CONTENT_INJECT_TOP_FRAME, WEBKIT_USER_SCRIPT_INJECT_AT_DOCUMENT_START, NULL, NULL));
	return g_object_new(WEBKIT_TYPE_WEB_VIEW, "user-content-manager", manager, NULL);
}

// What the program starts itself is not to be preloaded.
__attribute__((constructor)) static void alone(void) { unsetenv("LD_PRELOAD"); }
