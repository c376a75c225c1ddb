# SPDX-License-Identifier: MIT
#
# Read by the check-*.sh scripts: counts their steps, and makes a folder, $root, that goes with the script.

passed=0
failed=0
root=$(mktemp -d) || exit 1
trap 'rm -rf "$root"' EXIT
trap 'exit 1' HUP INT TERM

# check WHAT COMMAND...
check() {
    what=$1
    shift
    if output=$("$@" 2>&1); then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED %s: %s\n%s\n' "$what" "$*" "$output"
    fi
}
