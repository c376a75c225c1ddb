# SPDX-License-Identifier: MIT
#
# urlcheck's build, for GNU make. `make` builds ./urlcheck, `make help` lists the targets.
#
# Yours to set: CC, CFLAGS, CPPFLAGS, LDFLAGS, LDLIBS (here or in the environment), PREFIX, DESTDIR,
# WERROR=1 (warnings are errors), V=1 (show the commands), and BUILD=plain|gcc|clang|asan|tsan:
# the variant. Each has a folder of its own under build/, so that their objects do not mix.

VERSION = 0.1.0
PREFIX = /usr/local
BUILD = plain
PYTHON = python3
PKG_CONFIG = pkg-config
CLANG_FORMAT = clang-format

O = build/$(BUILD)
PROGRAM = $(if $(filter plain,$(BUILD)),urlcheck,$(O)/urlcheck)
LIBRARY = $(O)/liburlcheck.a
MANPAGE = $(O)/urlcheck.1

# What Debian builds its packages with.
CFLAGS ?= -O2 -g -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2

# The variants. SCALE: how many times as long as the plain program it may take.
# The sanitizers are gcc's: their reports name source lines without a further package.
# 99 is no exit status of urlcheck: a test cannot take a report for a verdict.
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
# The shadow memory of older ThreadSanitizers collides with highly randomised addresses.
RUN = $(shell setarch $$(uname -m) -R true 2>/dev/null && echo setarch $$(uname -m) -R)
else ifneq ($(BUILD),plain)
$(error BUILD is plain, gcc, clang, asan or tsan, not '$(BUILD)')
endif

# pkg-config is asked late, by recursive variables: at parse time `make deps` has not run yet.
PACKAGES = libcurl libssl libcrypto jansson
pkg_config = $(shell $(PKG_CONFIG) $1 2>/dev/null)

WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wmissing-prototypes \
    -Wstrict-prototypes -Wformat=2 -Wundef -Wvla -Wwrite-strings -Wcast-qual
SANITIZED = $(if $(SANITIZE),$(SANITIZE) -fno-omit-frame-pointer -U_FORTIFY_SOURCE)
COMPILE = $(CC) -std=c11 $(WARNINGS) $(if $(WERROR),-Werror) -pthread \
    -D_GNU_SOURCE -DURLCHECK_VERSION=\"$(VERSION)\" -Iinclude \
    $(call pkg_config,--cflags $(PACKAGES)) $(CPPFLAGS) $(CFLAGS) $(SANITIZED)
LINK = $(CC) $(CFLAGS) $(SANITIZED) $(LDFLAGS) -pthread
LIBS = $(call pkg_config,--libs $(PACKAGES)) $(LDLIBS)

# Two files with a main() of their own; all else is the library, which programs and tests link.
LIBRARY_OBJECTS = $(patsubst %.c,$(O)/%.o,$(wildcard src/*/*.c))
UNIT_TESTS = $(patsubst %.c,$(O)/%,$(wildcard tests/unit/test_*.c))
FORMATTED = $(wildcard src/*.[ch] src/*/*.[ch] include/*/*.h tests/*/*.[ch])

# `make -j deps check`: what needs the packages waits for deps, where deps is asked for too.
DEPS_FIRST = $(filter deps,$(MAKECMDGOALS))

# $(call say,WORD): one short line for a command; with V=1 the command itself.
say = @$(if $(V),,printf '%-6s %s\n' $1 $@;)
Q = $(if $(V),,@)

.PHONY: all unit-tests install uninstall deps demo check check-unit check-cli check-system \
    check-strict check-memcheck check-asan check-tsan check-format check-rooms check-install format clean help FORCE \
    bench bench-quick bench-tools callgrind
.DELETE_ON_ERROR:

## Building

all: $(PROGRAM) $(MANPAGE) ## build ./urlcheck and its man page (this is what `make` does)

$(PROGRAM): $(O)/src/main.o $(LIBRARY)
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $^ $(LIBS)

$(O)/manpage: $(O)/src/manpage.o $(LIBRARY)
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $^ $(LIBS)

# The page's options come from the program's own table.
$(MANPAGE): src/urlcheck.1.in $(O)/manpage
	$(call say,MAN)
	$(Q)$(RUN) $(O)/manpage < $< > $@

$(LIBRARY): $(LIBRARY_OBJECTS)
	$(call say,AR)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

# Unit tests also see the private headers of a room. (private: not for what they depend on.)
$(O)/tests/%.o: private CPPFLAGS += -Isrc

$(O)/%.o: %.c $(O)/flags
	$(call say,CC)
	$(Q)mkdir -p $(@D)
	$(Q)$(COMPILE) -MMD -MP -c -o $@ $<

# Changes when the compiler or its flags do, so that all is compiled anew.
$(O)/flags: FORCE | $(DEPS_FIRST)
	@$(PKG_CONFIG) --print-errors --exists $(PACKAGES) || \
	    { echo 'urlcheck: something to build with is missing: `make deps` installs it' >&2; exit 1; }
	@mkdir -p $(@D)
	@echo '$(COMPILE) $(LDFLAGS) $(LDLIBS)' | cmp -s - $@ || echo '$(COMPILE) $(LDFLAGS) $(LDLIBS)' > $@

install: all ## install the program and the man page under $(DESTDIR)$(PREFIX)
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/share/man/man1"
	install -m 755 $(PROGRAM) "$(DESTDIR)$(PREFIX)/bin/urlcheck"
	install -m 644 $(MANPAGE) "$(DESTDIR)$(PREFIX)/share/man/man1/urlcheck.1"

uninstall: ## remove what install installed
	rm -f "$(DESTDIR)$(PREFIX)/bin/urlcheck" "$(DESTDIR)$(PREFIX)/share/man/man1/urlcheck.1"

deps: ## install what building and testing need and is missing (asks the system's package manager)
	@tests/deps.sh

demo: $(PROGRAM) | $(DEPS_FIRST) ## check good, slow, failing and dead URLs of a server on loopback
	@$(PYTHON) tests/demo/demo.py --urlcheck ./$(PROGRAM)

## Testing (the smaller ones take BUILD= too: `make BUILD=asan check-unit`)

# check.sh calls make again for each variant: one make run knows one variant.
check: | $(DEPS_FIRST) ## all that CI wants, under gcc, clang, sanitizers and memcheck
	@MAKE='$(MAKE)' tests/check.sh

unit-tests: $(UNIT_TESTS) # built, not run

# WRAPPED: the functions of others that a test puts its own __wrap_... in the place of.
$(O)/tests/unit/test_canary_set: WRAPPED = pthread_create
$(O)/tests/unit/test_take_completion: WRAPPED = clock_now_us
$(O)/tests/unit/test_network: WRAPPED = canary_set_new canary_set_free canary_set_ask \
    canary_set_poll canary_set_dismiss canary_set_results
$(O)/tests/unit/test_run_loop_again: WRAPPED = clock_now_us clock_timespec
$(O)/tests/unit/test_run_loop_canary: WRAPPED = clock_now_us clock_timespec
$(O)/tests/unit/test_run_loop_canary_shortage: WRAPPED = clock_now_us clock_timespec \
    pthread_create worker_pool_receive
$(O)/tests/unit/test_run_loop_end: WRAPPED = clock_now_us clock_timespec
$(O)/tests/unit/test_run_loop_lost: WRAPPED = clock_now_us clock_timespec worker_pool_receive
$(O)/tests/unit/test_run_loop_shortage: WRAPPED = clock_now_us clock_timespec pthread_create
$(O)/tests/unit/test_run_loop_wakes: WRAPPED = clock_now_us clock_timespec chan_select \
    chan_set_batch
$(O)/tests/unit/test_worker_pool: WRAPPED = pthread_create thread_join
$(O)/tests/unit/test_features: WRAPPED = curl_version_info
$(O)/tests/unit/test_resolver: WRAPPED = pthread_create
$(O)/tests/unit/test_resolver_limits: WRAPPED = clock_now_us clock_timespec pthread_create
$(O)/tests/unit/test_signals: WRAPPED = clock_now_us clock_timespec quick_exit

$(UNIT_TESTS): $(O)/%: $(O)/%.o $(LIBRARY)
	$(call say,LINK)
	$(Q)$(LINK) $(WRAPPED:%=-Wl,--wrap=%) -o $@ $^ $(call pkg_config,--libs cmocka) $(LIBS)

# $(call each,LIST,COMMAND): COMMAND for each $$t of LIST; goes on after a failure, fails at the end.
# A list of nothing fails: there were no tests.
each = status=$(if $(strip $1),0,1); for t in $1; do echo "-- $$t"; $2 || status=1; done; exit $$status

check-unit: $(UNIT_TESTS) ## the unit tests
	@$(call each,$(UNIT_TESTS),$(RUN) $$t)

check-cli: $(PROGRAM) $(MANPAGE) ## the whole program: cases, hazards, completions, curl beside it
	@$(call each,tests/cli/run.py tests/cli/hazards.py tests/cli/completions.py \
	    tests/cli/explain.py tests/cli/certificates.py,\
	    $(RUN) $(PYTHON) $$t --urlcheck ./$(PROGRAM) --timeout-scale $(SCALE))
	@$(call each,tests/cli/table.py,\
	    $(RUN) $(PYTHON) $$t --urlcheck ./$(PROGRAM) --man $(MANPAGE))

check-system: $(PROGRAM) ## the whole program short of resources, under signals, under load
	@$(call each,$(wildcard tests/system/*.py),$(RUN) $(PYTHON) $$t --urlcheck ./$(PROGRAM))

check-strict: $(PROGRAM) ## what is promised in seconds, to the letter: on a quiet machine
	@$(call each,$(wildcard tests/system/*.py) tests/cli/hazards.py,\
	    $(PYTHON) $$t --urlcheck ./$(PROGRAM) --strict)

check-asan: ## unit tests and whole program under AddressSanitizer and UBSan
	$(MAKE) BUILD=asan check-unit check-cli

check-tsan: ## the same under ThreadSanitizer
	$(MAKE) BUILD=tsan check-unit check-cli

MEMCHECK = valgrind -q --error-exitcode=99 --leak-check=full --num-callers=24
check-memcheck: $(UNIT_TESTS) $(PROGRAM) ## the unit tests and all hazards under valgrind
	@$(call each,$(UNIT_TESTS),$(MEMCHECK) $$t)
	$(PYTHON) tests/cli/hazards.py --urlcheck '$(MEMCHECK) ./$(PROGRAM)' --timeout-scale 5

# Other versions of clang-format lay out otherwise; they would only say so of themselves.
check-format: ## the C code's layout, by clang-format 14
	@if $(CLANG_FORMAT) --version | grep -q 'version 14\.'; \
	then $(CLANG_FORMAT) --dry-run -Werror $(FORMATTED); \
	else echo '0 passed, 0 failed, 1 skipped'; fi

check-rooms: ## which room includes which: no arrow up or sideways, no circle
	@$(PYTHON) tests/check_rooms.py

check-install: all ## install, run and uninstall under a temporary folder
	@MAKE='$(MAKE)' BUILD=$(BUILD) VERSION=$(VERSION) tests/check-install.sh

## Measuring (nothing is asserted but that answers are right)

# The driver's helpers in C, and the program that urlcheck grew from, in Go, where there is Go.
GO = go
BENCH_C = $(patsubst %.c,$(O)/%,$(wildcard tests/bench/*.c))
BENCH_GO = $(if $(shell command -v $(GO)),$(O)/tests/bench/go-good $(O)/tests/bench/go-seed)

bench: bench-tools ## compare with what else is installed: a quarter of an hour, on a quiet machine
	@$(PYTHON) tests/bench/bench.py --urlcheck ./$(PROGRAM) --tools $(O)/tests/bench

bench-quick: bench-tools ## the same in less than two minutes: fewer rounds, shorter lists
	@$(PYTHON) tests/bench/bench.py --quick --urlcheck ./$(PROGRAM) --tools $(O)/tests/bench

callgrind: bench-tools ## instructions a check, which are the same on a busy machine
	@$(PYTHON) tests/bench/callgrind.py --urlcheck ./$(PROGRAM) --tools $(O)/tests/bench

bench-tools: $(PROGRAM) $(BENCH_C) $(BENCH_GO)

$(BENCH_C): $(O)/%: $(O)/%.o
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $^ $(LIBS)

$(BENCH_GO): $(O)/tests/bench/go-%: tests/bench/go/%/main.go tests/bench/go/go.mod
	$(call say,GO)
	$(Q)mkdir -p $(@D)
	$(Q)cd tests/bench/go && GOFLAGS= GO111MODULE=on $(GO) build -o $(abspath $@) ./$*

## Housekeeping

format: ## lay the C code out anew
	$(CLANG_FORMAT) -i $(FORMATTED)

clean: ## remove all that was built
	rm -rf build urlcheck

help: ## this list
	@awk -F ':.*## ' '/^## /{print "\n" substr($$0, 4)} /^[a-z-]+:.*## /{printf "  %-15s %s\n", $$1, $$2}' Makefile

-include $(wildcard $(O)/*/*.d $(O)/*/*/*.d)
