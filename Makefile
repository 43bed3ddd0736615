# Everything here needs Go and make; race needs gcc too. `make help` lists it.

GO       ?= go
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
ARGS     ?=
FUZZTIME ?= 30s
BENCH    ?= .
PROVE    ?= .
# The folder of recorded answers and labelled pairs, and the flags of make eval.
SHARED   ?= $(or $(BABYSHIELD_SHARED),../shared)
EVAL     ?= --markdown
# Further flags of go test: make test TESTFLAGS='-v -run Seed'
TESTFLAGS ?=

# The tools' versions are pinned in a module of their own, so that none of their
# dependencies becomes one of the program's.
TOOL := $(GO) tool -modfile=tools/go.mod

# WordNet's files, as Debian's package wordnet-base has them. Without them the kinds
# of products stay as they are.
WORDNET  ?= /usr/share/wordnet

# A line for each file that `make generate` writes, for generate-check to compare.
GENERATED := find internal \( -path '*/gen/*.go' -o -name '*_templ.go' -o -name kinds.txt -o -name common.txt \) -type f -exec cksum {} + | sort

export CGO_ENABLED ?= 0

.DEFAULT_GOAL := help
.PHONY: run build test race lint fmt check-words fuzz bench bench-large prove eval generate generate-check cover clean help

run: build ## build, then serve on an embedded SQLite file under ./data (flags: ARGS='--listen ...')
	@exec bin/babyshield serve $(ARGS)

build: ## build bin/babyshield: one static file
	$(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/babyshield ./cmd/babyshield

# go test does not print why a passing package skipped a test, so the tests note
# their reasons in a file, which is printed at the end, a line each.
test: ## pass all tests, on SQLite and on PostgreSQL where there is one
	@skips=$$(mktemp) && trap 'rm -f "$$skips"' EXIT && status=0; \
	BABYSHIELD_TEST_SKIPS=$$skips $(GO) test -timeout 15m -parallel 6 $(TESTFLAGS) ./... || status=$$?; \
	sort "$$skips" | uniq -c | sed 's/^ *\([0-9]*\) /\1 tests /'; \
	exit $$status

race: export CGO_ENABLED = 1
race: export BABYSHIELD_RACE = 1
race: ## pass all tests once more under the race detector, with fewer rounds (needs gcc)
	@$(MAKE) --no-print-directory test TESTFLAGS='-race $(TESTFLAGS)'

lint: check-words ## find what the tests do not: golangci-lint with its formatter
	$(TOOL) golangci-lint run --allow-parallel-runners ./...

fmt: ## format all Go files
	$(TOOL) golangci-lint fmt ./...

# Paths of one machine and hosts of package registries belong in no file. Letters
# in brackets keep this line from finding itself.
check-words: ## find paths and hosts of one machine in tracked and new files
	@! git grep -nIE --untracked '(^|[^[:alnum:]_.])/([w]ork|[r]oot|[U]sers|[h]ome/[a-z]+)/|[p]roxy\.golang\.org|[s]um\.golang\.org|[r]egistry\.npmjs\.org|[d]eb\.debian\.org'

fuzz: ## run each fuzz target for FUZZTIME
	@grep -rHoE --include='*_test.go' '^func Fuzz[[:alnum:]_]*' . | sort | \
	while IFS=: read -r file func; do \
		name=$${func#func } && dir=$$(dirname "$$file") && echo "$$dir $$name" && \
		$(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) "$$dir" </dev/null || exit 1; \
	done

bench: ## print each figure beside its limit or rival (BENCH=regexp)
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem -p 1 -timeout 60m ./...

bench-large: ## the same at the largest sizes: 10,000,000 items, 300,000 recalls (about an hour, 20 GB of disk)
	BABYSHIELD_BENCH_LARGE=1 $(GO) test -run '^$$' -bench '$(BENCH)' -benchtime 1x -p 1 -timeout 240m ./internal/store ./internal/check

prove: ## the long rounds of the tests that hunt for rare failures (PROVE=regexp)
	BABYSHIELD_PROVE=1 $(GO) test -count=1 -timeout 180m -run '$(PROVE)' $(TESTFLAGS) ./...

eval: build ## measure the matcher on the labelled pairs in ../shared/eval, as the README's table (EVAL='--half seen')
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && export BABYSHIELD_DATABASE="$$dir/eval.db" && \
	bin/babyshield agency import us-cpsc $(SHARED)/eval/recalls-us-cpsc.json.gz >&2 && \
	bin/babyshield eval $(addprefix $(SHARED)/eval/,owner-items.jsonl report-items.jsonl owner-items-other-recalls.jsonl) $(EVAL)

generate: ## write the generated code again: queries (sqlc), pages (templ) and kinds of products (where WordNet is)
	$(if $(wildcard internal/store/sqlc.yaml),$(TOOL) sqlc generate -f internal/store/sqlc.yaml)
	$(if $(wildcard internal/web/*.templ),$(TOOL) templ generate -path internal/web)
	$(if $(wildcard $(WORDNET)/data.noun),$(GO) test ./internal/match -run TestWordNet -wordnet $(WORDNET) -write-kinds)

generate-check: ## fail if the generated code is not what its sources give (and mend it)
	@before=$$(mktemp) && after=$$(mktemp) && trap 'rm -f "$$before" "$$after"' EXIT && \
	$(GENERATED) >"$$before" && \
	$(MAKE) --no-print-directory generate && \
	$(GENERATED) >"$$after" && \
	{ cmp -s "$$before" "$$after" || { echo 'generated code was out of date: look at the change and commit it' >&2; exit 1; }; }

cover: ## tell how much of the code the tests run
	$(GO) test -coverpkg=./... -coverprofile=coverage.out ./...
	$(GO) tool cover -func coverage.out | tail -n 1

clean: ## remove what was built, never ./data
	rm -rf bin coverage.out

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
