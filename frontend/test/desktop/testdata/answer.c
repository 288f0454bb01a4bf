// Answers a dialog of the system: waits up to ten seconds for a window of that title, gives it the focus as
// a window manager would, types what is given (small letters, digits, - . /), and presses Return.
//
// gcc -o answer answer.c $(pkg-config --cflags --libs x11 xtst)
// answer "Open evidence" /home/auditor/site.plumb.db
#include <X11/Xlib.h>
#include <X11/extensions/XTest.h>
#include <X11/keysym.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static Display *display;

static Window titled(Window in, const char *title) {
	Window root, parent, *children = NULL, found = 0;
	unsigned int n = 0;
	char *name = NULL;
	XWindowAttributes is;
	if (XFetchName(display, in, &name) && name && !strcmp(name, title) && XGetWindowAttributes(display, in, &is) && is.map_state == IsViewable) found = in;
	if (name) XFree(name);
	if (found || !XQueryTree(display, in, &root, &parent, &children, &n)) return found;
	for (unsigned int i = 0; i < n && !found; i++) found = titled(children[i], title);
	if (children) XFree(children);
	return found;
}

static void press(KeySym what) {
	KeyCode key = XKeysymToKeycode(display, what);
	XTestFakeKeyEvent(display, key, True, 0);
	XTestFakeKeyEvent(display, key, False, 0);
	XSync(display, False);
	usleep(15000);
}

// A window may go away between being listed and being asked.
static int gone(Display *d, XErrorEvent *e) { return 0; }

int main(int n, char **args) {
	Window dialog = 0;
	if (n < 2 || n > 3 || !(display = XOpenDisplay(NULL))) return fprintf(stderr, "usage: answer TITLE [TEXT], with a display\n"), 2;
	XSetErrorHandler(gone);
	for (int i = 0; i < 100 && !(dialog = titled(DefaultRootWindow(display), args[1])); i++) usleep(100000);
	if (!dialog) return fprintf(stderr, "no dialog is titled %s\n", args[1]), 1;
	KeyCode control = XKeysymToKeycode(display, XK_Control_L);
	for (int i = 0; i < 8; i++) { // it may not have listened, or only to the end
		XSetInputFocus(display, dialog, RevertToParent, CurrentTime);
		XSync(display, False);
		usleep(700000);
		if (n == 3) {
			XTestFakeKeyEvent(display, control, True, 0);
			press(XK_a); // in place of what is there
			XTestFakeKeyEvent(display, control, False, 0);
			for (char *c = args[2]; *c; c++) press((KeySym)*c); // of ASCII a key's symbol is its letter
			usleep(300000);
		}
		press(XK_Return);
		for (int tenth = 0; tenth < 10; tenth++) {
			usleep(100000);
			if (titled(DefaultRootWindow(display), args[1]) != dialog) return 0;
		}
	}
	return fprintf(stderr, "the dialog %s stays\n", args[1]), 1;
}
