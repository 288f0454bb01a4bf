# make run: the main job on the built-in pretend site. make test: everything that must hold.
# Both set up what they need on a bare Debian 12 with Go, make and git.

GO ?= go
export CGO_ENABLED ?= 0
BIN := bin/plumbline
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
# The system's sqlite3 and Python read evidence files as strangers would; dbus and gnome-keyring
# are a real keychain; gcc is for the race detector alone.
PACKAGES := sqlite3 sqlite3-tools python3 dbus gnome-keyring iproute2 util-linux gcc libc6-dev

.PHONY: build run setup test check generate generated unit race bench fuzz clean

build:
	$(GO) build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o $(BIN) .

run: build
	$(BIN) demo demo.plumb.db

setup:
	@missing=$$(for p in $(PACKAGES); do dpkg -s $$p >/dev/null 2>&1 || echo $$p; done); \
	if [ -n "$$missing" ]; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing >/dev/null; \
	fi

test: setup build check generated unit race

# Format, vet, and that the shipped rules hold to their own form.
check:
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$unformatted" ] || { echo "gofmt: $$unformatted"; exit 1; }
	$(GO) vet ./...
	$(BIN) rules lint
	$(BIN) rules test

# Statements compiled from queries/*.sql, the pages of docs/ that list things, the list of cases.
generate:
	$(GO) tool -modfile=tools/go.mod sqlc generate
	$(GO) run ./docs/generate

generated: generate
	@changed=$$(git status --porcelain -- store/internal/db docs queries/rules/cases.txt); [ -z "$$changed" ] || { git diff -- store/internal/db docs queries/rules/cases.txt | head -50; echo "generated files are not current, make generate: $$changed"; exit 1; }

unit:
	$(GO) test -timeout 15m ./...

# The pure-Go SQLite is slow under the race detector: histories, rule cases, lint, and the cases of
# what one answer becomes run without.
race:
	CGO_ENABLED=1 $(GO) test -race -timeout 15m -skip 'TestJiraCases|TestConfluenceCases|TestKilled|TestRestrictionsResumed' ./collector/... ./app
	CGO_ENABLED=1 $(GO) test -race -timeout 10m -run 'Concurrent|Locked|TestSnapshots' ./store

# Each figure beside its floor, measured in the same run; see docs/performance.md.
bench: setup build
	$(GO) run ./bench

fuzz:
	$(GO) test ./store -run '^$$' -fuzz FuzzCanonical -fuzztime 60s
	$(GO) test ./store -run '^$$' -fuzz FuzzKey -fuzztime 30s
	$(GO) test ./store -run '^$$' -fuzz FuzzOpen -fuzztime 60s

clean:
	rm -rf bin demo.plumb.db
