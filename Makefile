# make run: the main job on the built-in pretend site, and the window where there is a display. make test: everything
# that must hold. Both set up what they need on a bare Debian 12 with Go, Node, make and git.

GO ?= go
export CGO_ENABLED ?= 0
BIN := bin/plumbline
# 1.2.3 at the tag v1.2.3, 1.2.3-4-gabcdef0 four commits later: docs/releasing.md.
VERSION ?= $(patsubst v%,%,$(shell git describe --tags --match 'v[0-9]*' --always --dirty 2>/dev/null || echo dev))
LDFLAGS := -s -w -X main.version=$(VERSION)
PREFIX ?= /usr/local
PAGE := $(if $(wildcard frontend/package-lock.json),frontend/dist/index.html)
# The system's sqlite3 and Python read evidence files as strangers would; dbus and gnome-keyring
# are a real keychain; age opens what we encrypt, and we what it does; gcc is for the race detector and the desktop program, which GTK and WebKit are
# for; a browser and a screen that nobody sees are for the tests of the window; ssh-keygen looks at seals as a stranger would.
PACKAGES := sqlite3 sqlite3-tools python3 openssh-client dbus gnome-keyring age openssh-client iproute2 util-linux gcc libc6-dev \
	libgtk-3-dev libwebkit2gtk-4.1-dev pkg-config \
	xvfb webkit2gtk-driver chromium fonts-dejavu-core shared-mime-info desktop-file-utils

.PHONY: build page cli desktop windows install run setup test check generate generated bindings unit screens desktop-journeys journeys screenshots race bench fuzz release clean

build: setup page cli desktop

# The command line alone: pure Go, for any system. With the page built it can serve the window.
cli:
	$(GO) build -trimpath -ldflags "$(LDFLAGS)" -o $(BIN) .

# The same with a window of its own, of this machine.
desktop: $(PAGE)
	CGO_ENABLED=1 $(GO) build -trimpath -tags desktop,production,webkit2_41 -ldflags "$(LDFLAGS)" -o $(BIN)-desktop .

# Both for Windows, from any machine.
windows: $(PAGE)
	cd build/windows && $(GO) tool -modfile=../../tools/go.mod go-winres make --in winres.json --arch amd64 --out ../../rsrc
	GOOS=windows GOARCH=amd64 $(GO) build -trimpath -ldflags "$(LDFLAGS)" -o $(BIN).exe .
	GOOS=windows GOARCH=amd64 $(GO) build -trimpath -tags desktop,production -ldflags "$(LDFLAGS) -H windowsgui" -o $(BIN)-desktop.exe .

# What the window shows, built into both programs.
page: $(PAGE)

frontend/node_modules/.package-lock.json: frontend/package-lock.json
	cd frontend && npm ci --no-audit --no-fund
	@touch $@

frontend/dist/index.html: frontend/node_modules/.package-lock.json $(shell find frontend -path frontend/node_modules -prune -o -path frontend/dist -prune -o -path frontend/test -prune -o -type f -print 2>/dev/null)
	cd frontend && npm run build
	@touch $@

install: build
	install -D -m 755 -t $(DESTDIR)$(PREFIX)/bin $(BIN) $(BIN)-desktop
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/applications build/linux/plumbline.desktop
	install -D -m 644 build/linux/plumbline-mime.xml $(DESTDIR)$(PREFIX)/share/mime/packages/plumbline.xml
	install -D -m 644 build/appicon.svg $(DESTDIR)$(PREFIX)/share/icons/hicolor/scalable/apps/plumbline.svg
	install -D -m 644 build/evidence.svg $(DESTDIR)$(PREFIX)/share/icons/hicolor/scalable/mimetypes/plumbline-evidence.svg
	[ -n "$(DESTDIR)" ] || { update-mime-database $(PREFIX)/share/mime; update-desktop-database $(PREFIX)/share/applications; }

run: build
	$(BIN) demo demo.plumb.db
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then $(BIN)-desktop open demo.plumb.db; else echo "No display here: $(BIN) serve demo.plumb.db shows the window in a browser."; fi

setup:
	@missing=$$(for p in $(PACKAGES); do dpkg -s $$p >/dev/null 2>&1 || echo $$p; done); \
	if [ -n "$$missing" ]; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing >/dev/null; \
	fi

test: setup build check generated unit $(if $(PAGE),screens journeys desktop-journeys) race

# Format, vet, licences. That the shipped rules hold to their own form is a test of queries/rules.
check:
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$unformatted" ] || { echo "gofmt: $$unformatted"; exit 1; }
	$(GO) vet ./...
	$(GO) vet -tags bindings . ./app/window
	desktop-file-validate build/linux/plumbline.desktop
	$(if $(PAGE),$(GO) run ./build/release licences)

# Statements compiled from queries/*.sql, the pages of docs/ that list things, the list of cases, what the window can call.
generate: bindings
	$(GO) tool -modfile=tools/go.mod sqlc generate
	$(GO) run ./docs/generate

# What the page can call, as TypeScript, from the methods of app/window.Window.
bindings:
	@said=$$(tsoutputtype=interfaces $(GO) run -tags bindings . 2>&1) || { echo "$$said"; exit 1; }
	@find frontend/wailsjs -type f -exec chmod 644 {} +

generated: generate
	@changed=$$(git status --porcelain -- store/internal/db docs queries/rules/cases.txt queries/rules/data frontend/wailsjs); [ -z "$$changed" ] || { git diff -- store/internal/db docs queries/rules/cases.txt queries/rules/data frontend/wailsjs | head -50; echo "generated files are not current, make generate: $$changed"; exit 1; }

unit:
	$(GO) test -timeout 15m ./...
	$(GO) test -tags bindings -run 'GPU|Place|Named' ./app/window

# The page's own code: its types, and its parts one by one.
screens: frontend/node_modules/.package-lock.json
	cd frontend && npm run check && npm test

# The whole of it: the program, its page in a browser that nobody sees, files collected from the pretend site.
# node frontend/test/journeys.mjs --shots DIR WORD runs those with WORD in their names, and takes pictures.
journeys: frontend/node_modules/.package-lock.json
	node frontend/test/journeys.mjs

# The desktop program as it is shipped, on a screen that nobody sees: SHOTS=folder keeps pictures of what failed.
desktop-journeys: build
	$(GO) vet -tags journeys ./frontend/test/desktop
	$(GO) test -tags journeys -count=1 -timeout 5m ./frontend/test/desktop

# The pictures of README and docs/guide.md, taken of the program.
screenshots: PACKAGES += pngquant fonts-noto-color-emoji
screenshots: build
	node frontend/test/screenshots.mjs

# The pure-Go SQLite is slow under the race detector: histories, rule cases, lint, the cases of what one
# answer becomes, and those of evidence that do one thing after another run without.
race:
	CGO_ENABLED=1 $(GO) test -race -timeout 15m -skip 'TestJiraCases|TestConfluenceCases|TestKilled|TestRestrictionsResumed|TestTampering|TestSealsOutlast|TestAgeTool|TestAccessModel|TestRedactedPeople' ./collector/... ./app
	CGO_ENABLED=1 $(GO) test -race -timeout 10m -run 'Concurrent|Locked|TestSnapshots' ./store
	CGO_ENABLED=1 $(GO) test -race -timeout 10m -run 'Memo|Cancel|Progress|Bridge|TestChange$$|Lens|State' ./app/window

# What people download, into dist/: the same bytes from the same commit and tools. See docs/releasing.md.
release: PACKAGES += nsis
release: setup $(PAGE)
	$(GO) run ./build/release

# Each figure beside its floor, measured in the same run; see docs/performance.md.
bench: setup build
	$(GO) run ./bench

fuzz:
	$(GO) test ./store -run '^$$' -fuzz FuzzCanonical -fuzztime 60s
	$(GO) test ./store -run '^$$' -fuzz FuzzKey -fuzztime 30s
	$(GO) test ./store -run '^$$' -fuzz FuzzOpen -fuzztime 60s

clean:
	rm -rf bin dist demo.plumb.db rsrc_windows_*.syso
	find frontend/dist -mindepth 1 -not -name .gitkeep -delete
