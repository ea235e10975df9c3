# The verbs of the day. `make help` lists them.

SHELL := /bin/bash
PROFILE ?= release
CARGO ?= cargo

.PHONY: help
help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s'|'

.PHONY: prerequisites
prerequisites:
	@scripts/prerequisites.sh

.PHONY: demo
demo: prerequisites ## A real mutual-TLS call, and three failures explained
	$(CARGO) build --locked -p mutls-cli
	@target/debug/mutls demo

.PHONY: build
build: prerequisites ## The command and the C library
	$(CARGO) build --locked --release -p mutls-cli -p mutls-ffi

.PHONY: setup
setup: ## Installs what the tests need (Debian: apt; else says what is missing)
	@scripts/setup.sh

# Two at a time, each with its output in one piece: most of a suite is waiting for servers.
SUITES = test-fuzz test-c test-python test-node test-go test-ruby test-java test-dotnet test-examples

.PHONY: test
test: setup ## Everything: lint, Rust, C in every mode, each language, the examples
	$(MAKE) lint
	$(MAKE) test-rust
	$(MAKE) --jobs=2 --output-sync=target $(SUITES)
	$(MAKE) warm

.PHONY: test-rust
test-rust: prerequisites ## Unit, process and conformance tests
	scripts/vectors.sh
	MUTLS_REQUIRE_PEERS=1 $(CARGO) test --locked --workspace --exclude mutls-ffi

.PHONY: fuzz
fuzz: setup ## Every reader of hostile input under libFuzzer, 10 minutes each (SECONDS_EACH)
	scripts/fuzz.sh

.PHONY: test-fuzz
test-fuzz: prerequisites ## A short run of each fuzzer
	SEED=1 SECONDS_EACH=10 scripts/fuzz.sh

.PHONY: test-c
test-c: prerequisites ## The C ABI: gcc, clang, C++; plain, valgrind, ASAN
	ffi-c/tests/run.sh
	tests/c/run.sh

.PHONY: test-python
test-python: prerequisites ## The wheel, from an empty virtual environment
	bindings-python/test.sh

.PHONY: test-go
test-go: prerequisites ## The Go module: lint, race detector, collector, conformance, archive
	bindings-go/test.sh

.PHONY: test-ruby
test-ruby: prerequisites ## The gem, from an empty GEM_HOME
	bindings-ruby/test.sh

.PHONY: test-java
test-java: prerequisites ## The jars: client, java.net.http, Spring, conformance
	bindings-java/test.sh

.PHONY: test-dotnet
test-dotnet: prerequisites ## The nupkg, on CoreCLR without an SDK
	bindings-dotnet/test.sh

.PHONY: test-node
test-node: prerequisites ## The npm tarballs, from an empty folder
	bindings-node/test.sh

.PHONY: test-examples
test-examples: prerequisites ## Every example, against the sandbox
	examples/test.sh

.PHONY: lint
lint: prerequisites ## Formatting, clippy, generated files, licences
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	$(CARGO) run --quiet --locked -p xtask -- generate --check
	$(CARGO) run --quiet --locked -p xtask -- header --check
	@scripts/deny.sh

.PHONY: generate
generate: ## Schema, option table, manuals, header
	$(CARGO) run --quiet -p xtask -- generate
	$(CARGO) run --quiet -p xtask -- header

.PHONY: header
header: ## include/mutls.h
	$(CARGO) run --quiet -p xtask -- header

.PHONY: symbols
symbols: ## ffi-c/symbols.txt, after a deliberate change of the ABI
	$(CARGO) build --quiet --release -p mutls-ffi
	$(CARGO) run --quiet -p xtask -- symbols target/release/libmutls.so

.PHONY: warm
warm: prerequisites ## What one warm request costs, counted by strace
	@scripts/warm.sh

.PHONY: bench
bench: prerequisites ## Peers side by side: one table, one picture (under 15 minutes)
	bench/setup.sh
	bench/run.py

.PHONY: side-by-side
side-by-side: setup ## docs/faults.md: what curl, requests, Node, Go, Java and mutls say of the same faults
	scripts/side-by-side.sh

.PHONY: dist
dist: build ## What a user installs, into dist/
	@scripts/dist.sh
	bindings-python/dist.sh
	bindings-node/dist.sh
	bindings-go/dist.sh
	bindings-ruby/dist.sh
	bindings-java/dist.sh
	bindings-dotnet/dist.sh

.PHONY: clean
clean: ## Removes what was built
	$(CARGO) clean
	rm -rf dist
