#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# make check: the steps in turn, whether or not one fails, and at the end one line with the sum of
# what they counted. A step that counts nothing (a build, the layout) counts as one itself, and so
# does a step that fails with all of its tests passed. MAKE comes from the Makefile.
set -u -o pipefail

passed=0
failed=0
skipped=0
table=
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT

# counts FILE: "PASSED FAILED SKIPPED", from our own closing lines and cmocka's.
counts() {
    awk '/^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ { p += $1; f += $3; s += $5 }
         /^\[ *PASSED *\] [0-9]+ test/  { sub(/^[^]]*\]/, ""); p += $1 }
         /^\[ *FAILED *\] [0-9]+ test/  { sub(/^[^]]*\]/, ""); f += $1 }
         /^\[ *SKIPPED *\] [0-9]+ test/ { sub(/^[^]]*\]/, ""); s += $1 }
         END { print p + 0, f + 0, s + 0 }' "$1"
}

# step TITLE ARGUMENT...: make with those arguments.
step() {
    local title=$1 start=$SECONDS verdict=ok p f s
    shift
    printf '\n== %s\n' "$title"
    if ! "$MAKE" --no-print-directory WERROR=1 "$@" 2>&1 | tee "$log"; then
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
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    table+=$(printf '%-6s %4d s  %5d passed %3d failed %3d skipped  %s' \
        $verdict $((SECONDS - start)) "$p" "$f" "$s" "$title")$'\n'
}

# A make that runs jobs in parallel hands that on; otherwise the builds use every processor.
jobs=
case ${MAKEFLAGS-} in
*jobserver*) ;;
*) jobs=-j$(getconf _NPROCESSORS_ONLN) ;;
esac

step 'Layout' check-format
step 'Rooms and their includes' check-rooms
step 'Build with gcc' ${jobs:+"$jobs"} BUILD=gcc all unit-tests bench-tools
step 'Build with clang' ${jobs:+"$jobs"} BUILD=clang all unit-tests bench-tools
step 'Unit tests' BUILD=gcc check-unit
step 'Whole program' BUILD=gcc check-cli
step 'Whole program: shortage, signals, load' BUILD=gcc check-system
step 'Build for ASan and UBSan' ${jobs:+"$jobs"} BUILD=asan all unit-tests
step 'Unit tests, ASan and UBSan' BUILD=asan check-unit
step 'Whole program, ASan and UBSan' BUILD=asan check-cli
step 'Build for TSan' ${jobs:+"$jobs"} BUILD=tsan all unit-tests
step 'Unit tests, TSan' BUILD=tsan check-unit
step 'Whole program, TSan' BUILD=tsan check-cli
step 'Memcheck' BUILD=gcc check-memcheck
step 'Install and uninstall' BUILD=gcc check-install
step 'Demo' BUILD=gcc demo

printf '\n%s\n' "$table"
if [ $skipped -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ $failed -eq 0 ]
