#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check-install.sh, run by `make check-install`: `make install` installs exactly the expected files,
# they work, and `make uninstall` removes them. The Makefile sets MAKE, BUILD and VERSION.
set -u

. tests/steps.sh
skipped=0
dest="$root/a place" # the space shows where quotes are missing
prefix=/opt/urlcheck
share="$dest$prefix/share"

# check_shell SHELL: the installed completions work there.
check_shell() {
    if command -v "$1" >/dev/null; then
        check "$1 completes an option" "$1_completes"
    else
        skipped=$((skipped + 1))
        echo "skipped: $1 is missing"
    fi
}

make_it() {
    "$MAKE" --no-print-directory BUILD="$BUILD" DESTDIR="$dest" PREFIX=$prefix "$@"
}
files() { (cd "$dest" && find . ! -type d | sort); }

standard_files() {
    cat <<EOF
.$prefix/bin/urlcheck
.$prefix/share/bash-completion/completions/urlcheck
.$prefix/share/fish/vendor_completions.d/urlcheck.fish
.$prefix/share/man/man1/urlcheck.1
.$prefix/share/zsh/site-functions/_urlcheck
EOF
}
are_standard() { files >"$root/files" && standard_files | diff - "$root/files"; }
modes() {
    (cd "$dest" && standard_files | xargs stat -c '%a %n') >"$root/modes"
    standard_files | sed 's|^|644 |; s|^644 \(.*/bin/\)|755 \1|' | diff - "$root/modes"
}

prints_version() { "$dest$prefix/bin/urlcheck" --version | head -n 1 | grep -qwF "$VERSION"; }

page() { groff -man -Tascii -P-cbou -ww "$@" "$share/man/man1/urlcheck.1" 2>&1; }
page_is_valid() { ! page -z | grep .; }
help_options() { "$dest$prefix/bin/urlcheck" --help | grep -oE -e '--[a-z0-9][a-z0-9.-]*' | sort -u; }
page_has_options() {
    page >"$root/page"
    [ "$(help_options | wc -l)" -gt 10 ] &&
        help_options | while read -r option; do
            grep -qF -e "$option" "$root/page" || { echo "not in the page: $option" && false; } || return
        done
}

# Each shell reads the installed file as it does at its start. (bash itself has no such folder: its
# bash-completion package sources the file that has the command's name.)
bash_completes() {
    # shellcheck disable=SC2016 # bash expands it
    bash --norc -c '. "$1/bash-completion/completions/urlcheck" && complete -p urlcheck &&
        COMP_WORDS=(urlcheck --not-c) COMP_CWORD=1 && _urlcheck urlcheck --not-c urlcheck &&
        [[ ${COMPREPLY[*]} == *--not-contains* ]]' bash "$share"
}
zsh_completes() {
    # shellcheck disable=SC2016 # zsh expands it
    zsh -f -c 'fpath=("$1/zsh/site-functions" $fpath) && autoload -Uz compinit && compinit -u -D &&
        [[ $_comps[urlcheck] == _urlcheck ]] && autoload +X _urlcheck &&
        [[ $functions[_urlcheck] == *--not-contains* ]]' zsh "$share"
}
fish_completes() {
    # shellcheck disable=SC2016 # fish expands it
    HOME="$root" XDG_DATA_DIRS="$share" PATH="$dest$prefix/bin:$PATH" \
        fish -c 'complete -C "urlcheck --not-c" | string match -q -- "--not-contains*"'
}

is_empty() { [ -z "$(files)" ]; }
directories='BINDIR=/b MANDIR=/m BASH_COMPLETION_DIR=/bash ZSH_COMPLETION_DIR=/zsh FISH_COMPLETION_DIR=/fish'
are_in_directories() {
    [ "$(files | xargs)" = './b/urlcheck ./bash/urlcheck ./fish/urlcheck.fish ./m/man1/urlcheck.1 ./zsh/_urlcheck' ]
}

check 'make install' make_it install
check 'the program, its man page and completions are installed' are_standard
check 'file modes' modes
check 'the program prints its version' prints_version
check 'the man page has no errors' page_is_valid
check 'the man page has all options of --help' page_has_options
check_shell bash
check_shell zsh
check_shell fish
check 'make uninstall' make_it uninstall
check 'nothing is left' is_empty
# shellcheck disable=SC2086 # separate arguments
check 'make install with other directories' make_it $directories install
check 'files are in these directories' are_in_directories
# shellcheck disable=SC2086 # separate arguments
check 'make uninstall with other directories' make_it $directories uninstall
check 'nothing is left' is_empty

if [ $skipped -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
