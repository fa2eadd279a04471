# Packages from one staged tree. See packaging/README.md.
#   make deb rpm [ARCH=amd64|arm64] [NODE_BINARY=/path/to/node] [DEB_Z="-Zxz -z1"] [RPM_Z=w1.xzdio]

VERSION := $(shell sed -n 's/^  "version": *"\([^"]*\)".*/\1/p' package.json)
ARCH ?= $(shell uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')
NPM_CPU = $(if $(filter arm64,$(ARCH)),arm64,x64)
RPM_ARCH = $(if $(filter arm64,$(ARCH)),aarch64,x86_64)
STRIP ?= $(if $(filter $(ARCH),$(shell uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')),strip,$(if $(filter arm64,$(ARCH)),aarch64-linux-gnu-strip,x86_64-linux-gnu-strip))
# For an official build of the same version in the place of the one from the registry.
NODE_BINARY ?=
# The time in all files: of the last commit, so that two builds of one commit are the same bytes.
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || date -d "$$(sed -n 's/^ -- .*>  //p' packaging/changelog | head -1)" +%s)
DEB_Z ?= -Zxz -z6
RPM_Z ?= w6.xzdio

BUILD := build
STAGE := $(BUILD)/stage-$(ARCH)
RUNTIME := $(BUILD)/runtime-$(ARCH)
MADE := $(BUILD)/made
DEB := $(BUILD)/packages/bailiff_$(VERSION)_$(ARCH).deb
RPM := $(BUILD)/packages/bailiff-$(VERSION)-1.$(RPM_ARCH).rpm
BUILD_PACKAGES := binutils scdoc dpkg-dev rpm $(if $(findstring aarch64-linux-gnu-,$(STRIP)),binutils-aarch64-linux-gnu)

.PHONY: stage deb rpm lint-pkg repro e2e

# The runtime of the target, by the same lock file that the tests run with; stripped.
$(RUNTIME)/node: package.json package-lock.json | deps
	@mkdir -p $(RUNTIME)
ifeq ($(NODE_BINARY),)
	@if [ -x node_modules/node-linux-$(NPM_CPU)/bin/node ]; then \
	  cp node_modules/node-linux-$(NPM_CPU)/{bin/node,LICENSE} $(RUNTIME)/; \
	else \
	  mkdir -p $(RUNTIME)/npm && cp package.json package-lock.json .npmrc $(RUNTIME)/npm/ && \
	  (cd $(RUNTIME)/npm && npm ci --omit=dev --os=linux --cpu=$(NPM_CPU) --loglevel=error) && \
	  cp $(RUNTIME)/npm/node_modules/node-linux-$(NPM_CPU)/{bin/node,LICENSE} $(RUNTIME)/ && rm -rf $(RUNTIME)/npm; \
	fi
else
	@cp $(NODE_BINARY) $(RUNTIME)/node && cp $(dir $(NODE_BINARY))../LICENSE $(RUNTIME)/LICENSE
endif
	@sha256sum $(RUNTIME)/node
	@$(STRIP) --strip-unneeded $(RUNTIME)/node
	@chmod 755 $(RUNTIME)/node && touch $@

# Everything a package holds, where it will lie.
stage: build $(RUNTIME)/node
	@packaging/apt-install.sh $(BUILD_PACKAGES)
	@rm -rf $(STAGE) $(MADE) && mkdir -p $(MADE)
	@umask 022; packaging/stage.sh $(STAGE) $(MADE) $(RUNTIME) $(DIST)

deb: stage
	@packaging/deb/build.sh $(STAGE) $(DEB) $(VERSION) $(ARCH) "$(DEB_Z)"

rpm: stage
	@packaging/rpm/build.sh $(STAGE) $(RPM) $(VERSION) $(RPM_ARCH) "$(RPM_Z)" $(MADE)/changelog.rpm

lint-pkg: deb rpm
	@packaging/apt-install.sh lintian rpmlint mandoc shellcheck
	@packaging/lint.sh $(DEB) $(RPM) $(STAGE)

# Two builds from two copies of the tree, in folders of different length: the same bytes.
repro: deps
	@packaging/repro.sh

e2e: deb rpm
	@packaging/apt-install.sh debootstrap systemd-container zstd iproute2 openssh-client
	@test/e2e/run.sh $(DEB) $(RPM)
