# SPDX-License-Identifier: MIT
#
# Builds urlcheck with GNU make. `make` builds ./urlcheck, `make help` lists the targets.
#
# Variables for users, on the command line: CC, CFLAGS, CPPFLAGS, LDFLAGS, LDLIBS (or in the
# environment); PREFIX, BINDIR, MANDIR, DESTDIR (where to install); V=1 (show the commands);
# WERROR=1 (warnings are errors); BUILD=plain|gcc|clang|asan|tsan (the build variant).
# Each variant has its own folder under build/, so objects of different variants never mix.

VERSION = 0.1.0
PREFIX = /usr/local
BINDIR = $(PREFIX)/bin
MANDIR = $(PREFIX)/share/man
BASH_COMPLETION_DIR = $(PREFIX)/share/bash-completion/completions
ZSH_COMPLETION_DIR = $(PREFIX)/share/zsh/site-functions
FISH_COMPLETION_DIR = $(PREFIX)/share/fish/vendor_completions.d
BUILD = plain
PYTHON = python3
PKG_CONFIG = pkg-config
CLANG_FORMAT = clang-format

O = build/$(BUILD)
PROGRAM = $(if $(filter plain,$(BUILD)),urlcheck,$(O)/urlcheck)
LIBRARY = $(O)/liburlcheck.a
MANPAGE = $(O)/urlcheck.1
COMPLETIONS = $(addprefix $(O)/completions/,bash zsh fish)
TARBALL = build/urlcheck-$(VERSION).tar

# Debian's flags for building packages.
CFLAGS ?= -O2 -g -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2

# Build variants. SCALE multiplies the time limits of tests: sanitizers make the program slower.
# The sanitizers are gcc's, because their reports name source lines without another package.
# Exit status 99 is not used by urlcheck, so a test cannot mistake a report for a verdict.
SCALE = 1
SANITIZE =
RUN =
ifneq ($(filter gcc clang,$(BUILD)),)
CC = $(BUILD)
else ifeq ($(BUILD),asan)
CC = gcc
SCALE = 2
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all
export ASAN_OPTIONS = exitcode=99:detect_leaks=1:strict_string_checks=1
export UBSAN_OPTIONS = exitcode=99:print_stacktrace=1
else ifeq ($(BUILD),tsan)
CC = gcc
SCALE = 3
SANITIZE = -fsanitize=thread
export TSAN_OPTIONS = exitcode=99:second_deadlock_stack=1
# Older versions of ThreadSanitizer fail if addresses are highly randomized: turn that off.
RUN = $(shell setarch $$(uname -m) -R true 2>/dev/null && echo setarch $$(uname -m) -R)
else ifneq ($(BUILD),plain)
$(error BUILD must be plain, gcc, clang, asan or tsan, not '$(BUILD)')
endif

# Recursive variables run pkg-config when they are used, after `make deps` has installed it.
PACKAGES = libcurl libssl libcrypto jansson libcjson libpcre2-8 sqlite3 zlib libbrotlidec libzstd
pkg_config = $(shell $(PKG_CONFIG) $1 2>/dev/null)

WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wmissing-prototypes \
    -Wstrict-prototypes -Wformat=2 -Wundef -Wvla -Wwrite-strings -Wcast-qual
SANITIZED = $(if $(SANITIZE),$(SANITIZE) -fno-omit-frame-pointer -U_FORTIFY_SOURCE)
COMPILE = $(CC) -std=c11 $(WARNINGS) $(if $(WERROR),-Werror) -pthread \
    -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DURLCHECK_VERSION=\"$(VERSION)\" -Iinclude -I$(O)/src/output \
    $(call pkg_config,--cflags $(PACKAGES)) $(CPPFLAGS) $(CFLAGS) $(SANITIZED)
LINK = $(CC) $(CFLAGS) $(SANITIZED) $(LDFLAGS) -pthread
LIBS = $(call pkg_config,--libs $(PACKAGES)) $(LDLIBS)

# src/main.c and src/manpage.c have a main(). All other sources go into the library, which the
# programs and the tests link.
LIBRARY_OBJECTS = $(patsubst %.c,$(O)/%.o,$(wildcard src/*/*.c))
UNIT_TESTS = $(patsubst %.c,$(O)/%,$(wildcard tests/unit/test_*.c))
FORMATTED = $(wildcard src/*.[ch] src/*/*.[ch] include/*/*.h tests/*/*.[ch])

# If `make -j` gets deps or test-deps as a goal, targets that need packages wait for it.
DEPS_FIRST = $(filter deps test-deps,$(MAKECMDGOALS))

# $(call say,WORD): prints one short line instead of the command; with V=1, prints the command.
say = @$(if $(V),,printf '%-6s %s\n' $1 $@;)
Q = $(if $(V),,@)

.PHONY: all unit-tests deps test-deps demo install uninstall dist test check check-unit check-cases \
    check-cli check-system check-soak check-strict check-asan check-tsan check-memcheck \
    check-format \
    check-rooms check-words check-workflow check-install check-dist bench bench-quick bench-tools \
    callgrind check-instructions format clean help cmocka FORCE
.DELETE_ON_ERROR:
.DEFAULT_GOAL = all

## Getting started

deps: ## install missing packages for building and the demo (apt, dnf, pacman, apk, brew)
	@tests/deps.sh build

test-deps: | $(filter deps,$(DEPS_FIRST)) ## install missing packages for the tests as well
	@tests/deps.sh test

demo: $(PROGRAM) | $(DEPS_FIRST) ## check good, slow, failing and dead URLs of a server on loopback
	@$(PYTHON) tests/demo/demo.py --urlcheck ./$(PROGRAM)

## Building

all: $(PROGRAM) $(MANPAGE) $(COMPLETIONS) ## build ./urlcheck, its man page and completions

$(PROGRAM): $(O)/src/main.o $(LIBRARY)
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $^ $(LIBS)

$(O)/manpage: $(O)/src/manpage.o $(LIBRARY)
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $^ $(LIBS)

# The program's option table provides the options for the man page and the completions.
$(MANPAGE): src/urlcheck.1.in $(O)/manpage
	$(call say,MAN)
	$(Q)$(RUN) $(O)/manpage < $< > $@

$(COMPLETIONS): $(O)/completions/%: $(PROGRAM)
	$(call say,COMP)
	$(Q)mkdir -p $(@D)
	$(Q)$(RUN) ./$(PROGRAM) --completion $* > $@

$(LIBRARY): $(LIBRARY_OBJECTS)
	$(call say,AR)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

# Unit tests may include the private headers of a room. (private: not for what they depend on.)
$(O)/tests/%.o: private CPPFLAGS += -Isrc

$(O)/%.o: %.c $(O)/flags
	$(call say,CC)
	$(Q)mkdir -p $(@D)
	$(Q)$(COMPILE) -MMD -MP -c -o $@ $<

# The lines of the html format's styles and scripts, as C strings.
$(O)/src/output/html_page.o: $(addprefix $(O)/src/output/,html.css.inc html_report.css.inc \
    html_report.js.inc html_status.css.inc html_status.js.inc)
$(O)/%.inc: %
	$(call say,STRING)
	$(Q)mkdir -p $(@D)
	$(Q)sed 's/[\\"]/\\&/g; s/.*/"&\\n",/' $< > $@

# This file changes when the compiler or its flags change; then all objects are rebuilt.
$(O)/flags: FORCE | $(DEPS_FIRST)
	@$(PKG_CONFIG) --print-errors --exists $(PACKAGES) || \
	    { echo 'urlcheck: a library or pkg-config is missing: run `make deps`' >&2; exit 1; }
	@mkdir -p $(@D)
	@echo '$(COMPILE) $(LDFLAGS) $(LDLIBS)' | cmp -s - $@ || echo '$(COMPILE) $(LDFLAGS) $(LDLIBS)' > $@

install: all ## install the program, man page and completions under $(DESTDIR)$(PREFIX)
	install -D -m 755 $(PROGRAM) "$(DESTDIR)$(BINDIR)/urlcheck"
	install -D -m 644 $(MANPAGE) "$(DESTDIR)$(MANDIR)/man1/urlcheck.1"
	install -D -m 644 $(O)/completions/bash "$(DESTDIR)$(BASH_COMPLETION_DIR)/urlcheck"
	install -D -m 644 $(O)/completions/zsh "$(DESTDIR)$(ZSH_COMPLETION_DIR)/_urlcheck"
	install -D -m 644 $(O)/completions/fish "$(DESTDIR)$(FISH_COMPLETION_DIR)/urlcheck.fish"

uninstall: ## remove the files that `make install` installs
	rm -f "$(DESTDIR)$(BINDIR)/urlcheck" "$(DESTDIR)$(MANDIR)/man1/urlcheck.1" \
	    "$(DESTDIR)$(BASH_COMPLETION_DIR)/urlcheck" "$(DESTDIR)$(ZSH_COMPLETION_DIR)/_urlcheck" \
	    "$(DESTDIR)$(FISH_COMPLETION_DIR)/urlcheck.fish"

# The same commit always gives the same bytes: times and order come from git, not from the disk.
dist: ## make a source tarball of the last commit in build/
	@mkdir -p build
	git -c tar.umask=0022 archive --prefix=urlcheck-$(VERSION)/ -o $(TARBALL) HEAD
	gzip -9nf $(TARBALL)
	@git diff --quiet HEAD || echo 'urlcheck: the tarball does not contain uncommitted changes' >&2

## Testing (most targets accept BUILD=, for example `make BUILD=asan check-unit`)

# check.sh runs make for each variant, because one run of make builds one variant.
test: | $(DEPS_FIRST) ## the quick tests, in less than two minutes: layout, rooms, unit tests, cases
	@MAKE='$(MAKE)' tests/check.sh quick

check: | $(DEPS_FIRST) ## all tests, with gcc, clang and sanitizers: less than 20 minutes
	@MAKE='$(MAKE)' tests/check.sh full

unit-tests: $(UNIT_TESTS) # builds them and does not run them

$(UNIT_TESTS:%=%.o): | cmocka
cmocka: | $(DEPS_FIRST)
	@$(PKG_CONFIG) --exists cmocka || \
	    { echo 'urlcheck: cmocka is missing: run `make test-deps`' >&2; exit 1; }

# WRAPPED: functions that a test replaces with its own __wrap_NAME.
$(O)/tests/unit/test_alloc: WRAPPED = malloc calloc realloc free
$(O)/tests/unit/test_atomic_file: WRAPPED = fchown
$(O)/tests/unit/test_delivery: WRAPPED = signals_end_us
$(O)/tests/unit/test_ping: WRAPPED = signals_end_us message
$(O)/tests/unit/test_clock: WRAPPED = clock_gettime
$(O)/tests/unit/test_spool: WRAPPED = open unnamed_file_read
$(O)/tests/unit/test_transfer_callbacks: WRAPPED = curl_easy_setopt
$(O)/tests/unit/test_thread: WRAPPED = pthread_create
$(O)/tests/unit/test_signals: WRAPPED = clock_now_us clock_timespec quick_exit
$(O)/tests/unit/test_canary_set: WRAPPED = pthread_create
$(O)/tests/unit/test_take_completion: WRAPPED = clock_now_us
$(O)/tests/unit/test_network: WRAPPED = canary_set_new canary_set_free canary_set_ask \
    canary_set_poll canary_set_dismiss canary_set_results
$(O)/tests/unit/test_run_loop: WRAPPED = chan_close
$(O)/tests/unit/test_run_loop_again: WRAPPED = clock_now_us clock_timespec
$(O)/tests/unit/test_run_loop_canary: WRAPPED = clock_now_us clock_timespec
$(O)/tests/unit/test_run_loop_canary_shortage: WRAPPED = clock_now_us clock_timespec \
    pthread_create worker_pool_receive
$(O)/tests/unit/test_run_loop_end: WRAPPED = clock_now_us clock_timespec
$(O)/tests/unit/test_run_loop_lost: WRAPPED = clock_now_us clock_timespec worker_pool_receive
$(O)/tests/unit/test_run_loop_shortage: WRAPPED = clock_now_us clock_timespec pthread_create
$(O)/tests/unit/test_run_loop_wakes: WRAPPED = clock_now_us clock_timespec chan_select \
    chan_set_batch
$(O)/tests/unit/test_worker_pool: WRAPPED = pthread_create pthread_join
$(O)/tests/unit/test_list_errors: WRAPPED = poll
$(O)/tests/unit/test_list_reader: WRAPPED = list_next
$(O)/tests/unit/test_features: WRAPPED = curl_version_info
$(O)/tests/unit/test_resolver: WRAPPED = pthread_create
$(O)/tests/unit/test_resolver_limits: WRAPPED = clock_now_us clock_timespec pthread_create

$(UNIT_TESTS): $(O)/%: $(O)/%.o $(LIBRARY)
	$(call say,LINK)
	$(Q)$(LINK) $(WRAPPED:%=-Wl,--wrap=%) -o $@ $^ $(call pkg_config,--libs cmocka) $(LIBS)

# $(call each,LIST,COMMAND): runs COMMAND for each $$t in LIST. Continues after a failure and fails
# at the end. An empty LIST fails too: it means that no test was found.
each = status=$(if $(strip $1),0,1); for t in $1; do echo "-- $$t"; $2 || status=1; done; exit $$status

check-unit: $(UNIT_TESTS) ## the unit tests
	@$(call each,$(UNIT_TESTS),$(RUN) $$t)

# $(call cli_tests,NAMES): runs these scripts of tests/cli, and the check of the option tables.
define cli_tests
@$(call each,$(1:%=tests/cli/%.py),\
    $(RUN) $(PYTHON) $$t --urlcheck ./$(PROGRAM) --timeout-scale $(SCALE))
@$(RUN) $(PYTHON) tests/cli/table.py --urlcheck ./$(PROGRAM) --man $(MANPAGE)
endef

check-cases: $(PROGRAM) $(MANPAGE) ## the program's cases, and whether all options are documented
	$(call cli_tests,run)

check-cli: $(PROGRAM) $(MANPAGE) ## check-cases, misbehaving servers, --extract, completions, as curl
	$(call cli_tests,run fields hazards completions explain certificates extract likecurl pings recipes writeout)

check-system: $(PROGRAM) ## load, signals, shortage, terminals; formats in other programs
	@$(call each,$(wildcard tests/system/*.py),$(RUN) $(PYTHON) $$t --urlcheck ./$(PROGRAM))

# Slurm is not among the test-deps: Debian has it as slurmctld, slurmd, slurm-client and munge.
check-soak: $(PROGRAM) ## real cron, GNU parallel and Slurm (root), 200 killed runs; not part of check
	@$(call each,$(wildcard tests/soak/*.py),$(PYTHON) $$t --urlcheck ./$(PROGRAM))
	@STATE_KILLS=200 $(PYTHON) tests/system/state.py --urlcheck ./$(PROGRAM) --only killed

check-strict: $(PROGRAM) ## check-system and hazards with exact time limits: needs an idle machine
	@$(call each,$(wildcard tests/system/*.py) tests/cli/hazards.py,\
	    $(PYTHON) $$t --urlcheck ./$(PROGRAM) --strict)

check-asan: | $(DEPS_FIRST) ## check-unit and check-cli with AddressSanitizer and UBSan
	$(MAKE) BUILD=asan check-unit check-cli

check-tsan: | $(DEPS_FIRST) ## check-unit and check-cli with ThreadSanitizer
	$(MAKE) BUILD=tsan check-unit check-cli

# --fair-sched: else a thread that always has work keeps the others waiting for seconds.
# Tests that set RLIMIT_NOFILE skip themselves: valgrind only pretends to set it. Seen once in ten runs:
# an exit status other than 0 without any report or failed test. So such a run is repeated, and named.
MEMCHECK = env UNDER_VALGRIND=1 valgrind -q --fair-sched=yes --error-exitcode=99 --leak-check=full --num-callers=24
check-memcheck: $(PROGRAM) $(UNIT_TESTS) ## the unit tests and hazards with valgrind's memcheck: 7 minutes; not part of check
	@$(call each,$(UNIT_TESTS),$(MEMCHECK) $$t || { echo "$$t: exit status $$?: once more"; $(MEMCHECK) $$t; })
	$(PYTHON) tests/cli/hazards.py --urlcheck '$(MEMCHECK) ./$(PROGRAM)' --timeout-scale 5

# Each version of clang-format lays some code out differently, so only one can be used.
check-format: | $(DEPS_FIRST) ## the layout of the C code, with clang-format 14
	@if $(CLANG_FORMAT) --version | grep -q 'version 14\.'; \
	then $(CLANG_FORMAT) --dry-run -Werror $(FORMATTED); \
	else echo 'skipped: clang-format 14 is missing'; echo '0 passed, 0 failed, 1 skipped'; fi

check-rooms: | $(DEPS_FIRST) ## the includes: none of the same or a higher layer, no cycle
	@$(PYTHON) tests/check_rooms.py

check-words: | $(DEPS_FIRST) ## the texts of libraries that users may see: each is known
	@$(PYTHON) tests/check_words.py

check-workflow: | $(DEPS_FIRST) ## the GitHub workflow: valid, and runs the README's two commands
	@$(PYTHON) tests/check_workflow.py

check-install: all ## install, use and uninstall in a temporary folder
	@MAKE='$(MAKE)' BUILD=$(BUILD) VERSION=$(VERSION) tests/check-install.sh

check-dist: | $(DEPS_FIRST) ## the tarball: reproducible, complete, and it builds
	@MAKE='$(MAKE)' BUILD=$(BUILD) VERSION=$(VERSION) tests/check-dist.sh

## Measuring (wrong answers fail; slow ones do not)

# Helper programs in C, and the Go programs that urlcheck is compared with, if Go is installed.
# BASELINE=PATH: compare with another urlcheck program, for example an older one.
GO = go
BENCH_C = $(patsubst %.c,$(O)/%,$(wildcard tests/bench/*.c))
BENCH_GO = $(if $(shell command -v $(GO)),$(addprefix $(O)/tests/bench/go-,good pool seed))

BENCH_OPTIONS = --urlcheck ./$(PROGRAM) --tools $(O)/tests/bench $(BASELINE:%=--baseline %)

bench: bench-tools ## compare with other tools (or BASELINE=PATH): 20 minutes, on an idle machine
	@$(PYTHON) tests/bench/bench.py $(BENCH_OPTIONS)

bench-quick: bench-tools ## a shorter bench: fewer rounds, shorter lists, less than two minutes
	@$(PYTHON) tests/bench/bench.py --quick $(BENCH_OPTIONS)

callgrind: bench-tools ## instructions and cache misses per check; works on a busy machine too
	@$(PYTHON) tests/bench/callgrind.py $(BENCH_OPTIONS)

check-instructions: $(PROGRAM) $(BENCH_C) ## instructions per check: fails if they grow by a tenth
	@$(PYTHON) tests/bench/callgrind.py $(BENCH_OPTIONS) --guard

bench-tools: $(PROGRAM) $(BENCH_C) $(BENCH_GO)

$(BENCH_C): $(O)/%: $(O)/%.o
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $^ $(LIBS)

$(BENCH_GO): $(O)/tests/bench/go-%: tests/bench/go/%/main.go tests/bench/go/go.mod
	$(call say,GO)
	$(Q)mkdir -p $(@D)
	$(Q)cd tests/bench/go && GOFLAGS= GO111MODULE=on $(GO) build -o $(abspath $@) ./$*

## Housekeeping

format: | $(DEPS_FIRST) ## lay out the C code with clang-format 14
	$(CLANG_FORMAT) -i $(FORMATTED)

clean: ## remove everything that was built
	rm -rf build urlcheck

help: ## list these targets
	@awk -F ':.*## ' '/^## /{print "\n" substr($$0, 4)} \
	    /^[a-z-]+:.*## /{printf "  %-15s %s\n", $$1, $$2}' Makefile

-include $(wildcard $(O)/*/*.d $(O)/*/*/*.d)
