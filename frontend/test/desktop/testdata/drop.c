// Drops a file on the one window of a display, as a file manager does: the XDND protocol, version 5
// (https://www.freedesktop.org/wiki/Specifications/XDND/). Ends with 0 when the window took it.
//
// gcc -o drop drop.c $(pkg-config --cflags --libs x11)
// drop file:///home/auditor/site.plumb.db
#include <X11/Xatom.h>
#include <X11/Xlib.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static Display *display;
static Window self, target;
static const char *uris;

static Atom atom(const char *name) { return XInternAtom(display, name, False); }

// aware finds the window that says it takes drops.
static Window aware(Window in) {
	Window root, parent, *children = NULL, found = 0;
	unsigned int n = 0;
	Atom type;
	int format;
	unsigned long items, left;
	unsigned char *data = NULL;
	if (XGetWindowProperty(display, in, atom("XdndAware"), 0, 1, False, XA_ATOM, &type, &format, &items, &left, &data) == Success && type == XA_ATOM) found = in;
	if (data) XFree(data);
	if (found || !XQueryTree(display, in, &root, &parent, &children, &n)) return found;
	for (unsigned int i = 0; i < n && !found; i++) found = aware(children[i]);
	if (children) XFree(children);
	return found;
}

static void tell(const char *what, long a, long b, long c, long d) {
	XEvent e = {0};
	e.xclient.type = ClientMessage;
	e.xclient.window = target;
	e.xclient.message_type = atom(what);
	e.xclient.format = 32;
	long data[] = {(long)self, a, b, c, d};
	memcpy(e.xclient.data.l, data, sizeof data);
	XSendEvent(display, target, False, NoEventMask, &e);
	XFlush(display);
}

// give answers a question for what is being dropped.
static void give(XSelectionRequestEvent *q) {
	XEvent e = {0};
	e.xselection.type = SelectionNotify;
	e.xselection.requestor = q->requestor;
	e.xselection.selection = q->selection;
	e.xselection.target = q->target;
	e.xselection.time = q->time;
	if (q->target == atom("text/uri-list")) {
		XChangeProperty(display, q->requestor, q->property, q->target, 8, PropModeReplace, (const unsigned char *)uris, strlen(uris));
		e.xselection.property = q->property;
	}
	XSendEvent(display, q->requestor, False, NoEventMask, &e);
	XFlush(display);
}

// answered serves the window for so many milliseconds at most, or until it has said what is waited
// for; it returns whether it did, and whether it agreed.
static int answered(const char *what, int milliseconds, int *agreed) {
	struct timespec began, now;
	clock_gettime(CLOCK_MONOTONIC, &began);
	for (;;) {
		while (XPending(display)) {
			XEvent e;
			XNextEvent(display, &e);
			if (e.type == SelectionRequest) give(&e.xselectionrequest);
			if (what && e.type == ClientMessage && e.xclient.message_type == atom(what)) {
				*agreed = e.xclient.data.l[1] & 1;
				return 1;
			}
		}
		clock_gettime(CLOCK_MONOTONIC, &now);
		int left = milliseconds - (int)((now.tv_sec - began.tv_sec) * 1000 + (now.tv_nsec - began.tv_nsec) / 1000000);
		if (left <= 0) return 0;
		struct pollfd wait = {ConnectionNumber(display), POLLIN, 0};
		poll(&wait, 1, left);
	}
}

int main(int n, char **args) {
	char text[4096];
	int agreed = 0, x, y;
	Window child;
	XWindowAttributes is;
	if (n != 2 || !(display = XOpenDisplay(NULL))) return fprintf(stderr, "usage: drop URI, with a display\n"), 2;
	snprintf(text, sizeof text, "%s\r\n", args[1]);
	uris = text;
	Window root = DefaultRootWindow(display);
	if (!(target = aware(root))) return fprintf(stderr, "no window takes drops\n"), 1;
	XGetWindowAttributes(display, target, &is);
	XTranslateCoordinates(display, target, root, is.width / 2, is.height / 2, &x, &y, &child);
	self = XCreateSimpleWindow(display, root, 0, 0, 1, 1, 0, 0, 0);
	XSetSelectionOwner(display, atom("XdndSelection"), self, CurrentTime);
	tell("XdndEnter", 5L << 24, atom("text/uri-list"), None, None);
	for (int i = 0; i < 40 && !agreed; i++) { // the first answers come before the page was asked
		tell("XdndPosition", 0, (long)x << 16 | y, CurrentTime, atom("XdndActionCopy"));
		if (!answered("XdndStatus", 2000, &agreed)) return fprintf(stderr, "the window does not answer\n"), 1;
		answered(NULL, 50, &agreed);
	}
	if (!agreed) fprintf(stderr, "the window would not take it\n");
	answered(NULL, 200, &agreed); // what it asks for meanwhile
	tell("XdndDrop", 0, CurrentTime, 0, 0);
	if (!answered("XdndFinished", 3000, &agreed)) return fprintf(stderr, "the window did not finish\n"), 1;
	return 0;
}
