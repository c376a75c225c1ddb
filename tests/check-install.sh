#!/bin/sh
# SPDX-License-Identifier: MIT
#
# make check-install: what `make install` installs is whole, works, and goes with `make uninstall`.
# MAKE, BUILD and VERSION come from the Makefile.
set -u

passed=0
failed=0
root=$(mktemp -d) || exit 1
trap 'rm -rf "$root"' EXIT
trap 'exit 1' HUP INT TERM
dest="$root/a place" # a name with a blank, so that a missing quote shows
prefix=/opt/urlcheck

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

make_it() { "$MAKE" --no-print-directory BUILD="$BUILD" DESTDIR="$dest" PREFIX=$prefix "$1"; }
files() { (cd "$dest$prefix" && find . ! -type d | sort | xargs); }
installed() { [ "$(files)" = './bin/urlcheck ./share/man/man1/urlcheck.1' ]; }
modes() { [ "$(cd "$dest$prefix" && stat -c %a bin/urlcheck share/man/man1/urlcheck.1 | xargs)" = '755 644' ]; }
says_version() { "$dest$prefix/bin/urlcheck" --version | head -n 1 | grep -qwF "$VERSION"; }
page() { groff -man -Tascii -P-cbou -ww "$@" "$dest$prefix/share/man/man1/urlcheck.1" 2>&1; }
page_is_sound() { ! page -z | grep .; }
help_options() { "$dest$prefix/bin/urlcheck" --help | grep -oE -e '--[a-z0-9][a-z0-9.-]*' | sort -u; }
page_has_options() {
    page >"$root/page"
    [ "$(help_options | wc -l)" -gt 10 ] &&
        help_options | while read -r option; do
            grep -qF -e "$option" "$root/page" || { echo "not in it: $option" && false; } || return
        done
}
nothing_left() { [ -z "$(files)" ]; }

check 'make install' make_it install
check 'the program and its page, and no more' installed
check 'modes' modes
check 'the program tells its version' says_version
check 'the man page has no error' page_is_sound
check 'the man page has all options of --help' page_has_options
check 'make uninstall' make_it uninstall
check 'nothing is left' nothing_left

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
