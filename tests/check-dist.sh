#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check-dist.sh, run by `make check-dist`: `make dist` gives the same bytes for the same commit, and
# the tarball builds without git. The Makefile sets MAKE, BUILD and VERSION.
set -u

if ! reason=$(git rev-parse --verify HEAD 2>&1); then
    echo "skipped, because git failed: $reason"
    echo '0 passed, 0 failed, 1 skipped'
    exit 0
fi

. tests/steps.sh
name=urlcheck-$VERSION
tarball=build/$name.tar.gz

make_it() { "$MAKE" --no-print-directory "$@"; }

# Everything that could get into a tarball differs: file times and modes, time zone, and the time.
make_it_in_clone() {
    while [ "$(date +%s)" -le "$(stat -c %Y "$tarball")" ]; do sleep 0.1; done
    git clone -q . "$root/clone" && git -C "$root/clone" config tar.umask user &&
        (cd "$root/clone" && umask 077 && find . -exec touch -d 2001-01-01 {} + &&
            TZ=Asia/Tokyo make_it dist)
}
are_identical() { cmp "$tarball" "$root/clone/$tarball"; }
has_all_files() {
    git ls-tree -r --name-only HEAD | sed "s|^|$name/|" | sort >"$root/committed"
    tar -tzf "$tarball" | grep -v '/$' | sort | diff "$root/committed" -
}
unpack() { mkdir "$root/a place" && tar -xzf "$tarball" -C "$root/a place"; }
builds() { make_it -C "$root/a place/$name" BUILD="$BUILD" all; }
prints_version() {
    (cd "$root/a place/$name" && find . -name urlcheck -type f -exec {} --version \;) |
        head -n 1 | grep -qwF "$VERSION"
}

check 'make dist' make_it dist
check 'make dist in a clone' make_it_in_clone
check 'both tarballs are identical' are_identical
check 'the tarball has all files of the commit' has_all_files
check 'it unpacks' unpack
check 'it builds' builds
check 'the program prints its version' prints_version

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
