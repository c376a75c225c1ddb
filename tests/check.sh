#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# check.sh quick|full: what `make test` and `make check` run. Runs all steps, even after a failure,
# and prints a table and a closing line with the sum of all counts. A step that prints no count (a
# build, for example) counts as one test. The Makefile sets MAKE.
set -u -o pipefail

passed=0
failed=0
skipped=0
table=
failures=
options=()
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT

# counts FILE: prints "PASSED FAILED SKIPPED", read from the closing lines of our tests and cmocka.
counts() {
    awk '/^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ { p += $1; f += $3; s += $5 }
         /^\[ *PASSED *\] [0-9]+ test/  { sub(/^[^]]*\]/, ""); p += $1 }
         /^\[ *FAILED *\] [0-9]+ test/  { sub(/^[^]]*\]/, ""); f += $1 }
         /^\[ *SKIPPED *\] [0-9]+ test/ { sub(/^[^]]*\]/, ""); s += $1 }
         END { print p + 0, f + 0, s + 0 }' "$1"
}

# failures FILE: prints what the tests say of each failure, at most 60 lines.
failures() {
    awk '/^FAIL |^\[  FAILED  \]|^make.*\*\*\*|: error:|^ERROR|WARNING: .*Sanitizer/ { n = 15 }
         n-- > 0 && shown++ < 60 { print "    " $0 }' "$1"
}

# step TITLE ARGUMENT...: runs make with these arguments.
step() {
    local title=$1 start=$SECONDS verdict=ok p f s
    shift
    printf '\n== %s\n' "$title"
    if ! "$MAKE" --no-print-directory ${options[@]+"${options[@]}"} "$@" 2>&1 | tee "$log"; then
        verdict=FAILED
    fi
    read -r p f s <<<"$(counts "$log")"
    if [ $verdict = FAILED ] && [ "$f" -eq 0 ]; then
        f=1
    elif [ "$f" -gt 0 ]; then
        verdict=FAILED
    elif [ $((p + s)) -eq 0 ]; then
        p=1
    fi
    if [ $verdict = FAILED ]; then
        failures+=$(printf '%s:\n' "$title" && failures "$log")$'\n'
    fi
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    table+=$(printf '%-6s %4d s  %5d passed %3d failed %3d skipped  %s' \
        $verdict $((SECONDS - start)) "$p" "$f" "$s" "$title")$'\n'
}

# Builds use all processors, unless this make already shares its jobs with those that it starts.
jobs=
case ${MAKEFLAGS-} in
*jobserver*) ;;
*) jobs=-j$(getconf _NPROCESSORS_ONLN) ;;
esac

# build TITLE ARGUMENT...
build() {
    step "$1" ${jobs:+"$jobs"} "${@:2}"
}

static_checks() {
    step 'Layout' check-format
    step 'Rooms and their includes' check-rooms
    step 'Words of libraries' check-words
    step 'GitHub workflow' check-workflow
}

# Uses the same build as `make`, so that neither makes the other compile everything again.
quick() {
    static_checks
    build 'Build' all unit-tests
    step 'Unit tests' check-unit
    step 'Whole program: cases' check-cases
}

full() {
    options=(WERROR=1)
    static_checks
    build 'Build with gcc' BUILD=gcc all unit-tests bench-tools
    build 'Build with clang' BUILD=clang all unit-tests bench-tools
    step 'Unit tests' BUILD=gcc check-unit
    step 'Whole program' BUILD=gcc check-cli
    step 'Whole program: load, signals, short of resources' BUILD=gcc check-system
    build 'Build for ASan and UBSan' BUILD=asan all unit-tests
    step 'Unit tests, ASan and UBSan' BUILD=asan check-unit
    step 'Whole program, ASan and UBSan' BUILD=asan check-cli
    build 'Build for TSan' BUILD=tsan all unit-tests
    step 'Unit tests, TSan' BUILD=tsan check-unit
    step 'Whole program, TSan' BUILD=tsan check-cli
    step 'Instructions per check' BUILD=gcc check-instructions
    step 'Install and uninstall' BUILD=gcc check-install
    build 'Tarball' BUILD=gcc check-dist
    step 'Demo' BUILD=gcc demo
}

case ${1-} in
quick | full) "$1" ;;
*)
    echo 'usage: check.sh quick|full' >&2
    exit 2
    ;;
esac

if [ -n "$failures" ]; then
    printf '\n== Failures\n%s' "$failures"
fi
printf '\n%s\n' "$table"
if [ $skipped -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ $failed -eq 0 ]
