#!/bin/sh
# SPDX-License-Identifier: MIT
#
# make deps: installs what building and testing urlcheck need and this machine lacks, with the
# system's package manager, and says the command first. It looks for the thing itself (a command,
# a header, a library), not for a package, so that what came another way counts. Where nothing is
# missing it does nothing, and needs no rights.
set -u

has() { command -v "$1" >/dev/null 2>&1; }
library() { pkg-config --exists "$1" 2>/dev/null; }
header() { echo "#include <$1>" | gcc -E - >/dev/null 2>&1; }
links() { echo 'int main(void) { return 0; }' | gcc "$1" -x c -o "$scratch/a.out" - 2>/dev/null; }
whole_python() {
    python3 -c 'import http.server, ssl, sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null
}
trust_store() {
    [ -s /etc/ssl/certs/ca-certificates.crt ] || [ -s /etc/pki/tls/certs/ca-bundle.crt ] ||
        [ -s /etc/ssl/cert.pem ]
}

# A test | the package that makes it true for apt-get, dnf, pacman, apk and brew (-: has none).
needs() {
    cat <<'TABLE'
has gcc                     | gcc gcc gcc gcc gcc
header stdio.h              | libc6-dev glibc-devel glibc musl-dev -
header linux/tcp.h         | linux-libc-dev kernel-headers linux-api-headers linux-headers -
links -fsanitize=address    | gcc libasan gcc-libs - -
links -fsanitize=undefined  | gcc libubsan gcc-libs - -
links -fsanitize=thread     | gcc libtsan gcc-libs - -
has clang                   | clang clang clang clang llvm
has clang-format            | clang-format clang-tools-extra clang clang-extra-tools clang-format
has make                    | make make make make make
has pkg-config              | pkg-config pkgconf-pkg-config pkgconf pkgconf pkgconf
library libcurl             | libcurl4-openssl-dev libcurl-devel curl curl-dev curl
library openssl             | libssl-dev openssl-devel openssl openssl-dev openssl@3
library jansson             | libjansson-dev jansson-devel jansson jansson-dev jansson
library libpcre2-8          | libpcre2-dev pcre2-devel pcre2 pcre2-dev pcre2
header uthash.h             | uthash-dev uthash-devel uthash uthash-dev uthash
library cmocka              | libcmocka-dev libcmocka-devel cmocka cmocka-dev cmocka
trust_store                 | ca-certificates ca-certificates ca-certificates ca-certificates -
whole_python                | python3 python3 python python3 python3
has bash                    | bash bash bash bash bash
has zsh                     | zsh zsh zsh zsh zsh
has fish                    | fish fish fish fish fish
has curl                    | curl curl curl curl curl
has openssl                 | openssl openssl openssl openssl openssl@3
has valgrind                | valgrind valgrind valgrind valgrind -
has groff                   | groff-base groff-base groff groff groff
has ip                      | iproute2 iproute iproute2 iproute2 -
has ps                      | procps procps-ng procps-ng procps -
has setpriv                 | util-linux util-linux util-linux setpriv -
TABLE
}

# missing COLUMN: the packages of that column whose test fails, each once, on one line.
missing() {
    column=$1
    needs | while IFS='|' read -r test packages; do
        $test </dev/null && continue
        # shellcheck disable=SC2086 # the words are the columns
        set -- "$column" $packages
        shift "$column"
        [ "$1" = - ] || echo "$1"
    done | sort -u | xargs
}

run() {
    echo "urlcheck: $*"
    "$@"
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        run "$@"
    else
        run sudo "$@"
    fi
}

# install MANAGER PACKAGE...
install() {
    manager=$1
    shift
    case $manager in
    apt-get)
        as_root apt-get update -q &&
            as_root env DEBIAN_FRONTEND=noninteractive \
                apt-get install -q -y --no-install-recommends "$@"
        ;;
    dnf) as_root dnf install -y "$@" ;;
    pacman) as_root pacman -Sy --needed --noconfirm "$@" ;;
    apk) as_root apk add "$@" ;;
    brew) run brew install "$@" ;; # refuses to be root
    esac
}

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

place=0
for manager in apt-get dnf pacman apk brew none; do
    place=$((place + 1))
    has "$manager" && break
done

if [ "$manager" = none ]; then
    # Without a manager that is known, Debian's names tell what to look for.
    wanted=$(missing 1)
    [ -z "$wanted" ] && exit 0
    echo "urlcheck: none of apt-get, dnf, pacman, apk and brew is here; missing, by Debian's names: $wanted" >&2
    exit 1
fi

wanted=$(missing $place)
[ -z "$wanted" ] && exit 0
if [ "$manager" != brew ] && [ "$(id -u)" -ne 0 ] && ! has sudo; then
    echo "urlcheck: to be installed with $manager, by root (there is no sudo here): $wanted" >&2
    exit 1
fi
# shellcheck disable=SC2086 # a list of packages
install "$manager" $wanted || exit 1
wanted=$(missing $place)
[ -z "$wanted" ] && exit 0
echo "urlcheck: still missing after that: $wanted" >&2
exit 1
