#!/bin/sh
# SPDX-License-Identifier: MIT
#
# deps.sh build|test: installs missing packages with the system's package manager and prints the
# command before it runs it. `build` is what building, installing and the demo need; `test` is that
# and what the tests need. Each requirement is tested directly (a command, a header, a library)
# rather than by package name, so software installed in another way counts too. If nothing is
# missing, the script does nothing and needs no privileges.
set -u

has() { command -v "$1" >/dev/null 2>&1; }
library() { pkg-config --exists "$1" 2>/dev/null; }
header() { echo "#include <$1>" | gcc -E - >/dev/null 2>&1; }
links() { echo 'int main(void) { return 0; }' | gcc "$1" -x c -o "$scratch/a.out" - 2>/dev/null; }
complete_python() {
    python3 -c 'import http.server, ssl, sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null
}
# Packages install modules for the system's Python, which may not be the first one in PATH.
python_yaml() {
    python3 -c 'import yaml' 2>/dev/null || /usr/bin/python3 -c 'import yaml' 2>/dev/null
}
monitoring_plugin() { perl -MMonitoring::Plugin -e 1 2>/dev/null; }
python_junitparser() { /usr/bin/python3 -c 'import junitparser' 2>/dev/null; }
python_feedparser() { /usr/bin/python3 -c 'import feedparser' 2>/dev/null; }
nginx() { has nginx || [ -x /usr/sbin/nginx ]; }
sshd() { [ -x /usr/sbin/sshd ] || [ -x /usr/bin/sshd ]; }
faketime() {
    for library in /usr/lib/faketime /usr/lib64/faketime /usr/lib/*/faketime; do
        [ ! -e "$library/libfaketimeMT.so.1" ] || return 0
    done
    return 1
}
browser() { has chromium || has chromium-browser || has google-chrome; }
ca_bundle() {
    [ -s /etc/ssl/certs/ca-certificates.crt ] || [ -s /etc/pki/tls/certs/ca-bundle.crt ] ||
        [ -s /etc/ssl/cert.pem ]
}

# Level | test | the package that makes the test pass, for apt-get, dnf, pacman, apk and brew
# (-: no package).
requirements() {
    cat <<'TABLE'
build | has gcc                  | gcc gcc gcc gcc gcc
build | header stdio.h           | libc6-dev glibc-devel glibc musl-dev -
build | header linux/tcp.h       | linux-libc-dev kernel-headers linux-api-headers linux-headers -
build | has pkg-config           | pkg-config pkgconf-pkg-config pkgconf pkgconf pkgconf
build | library libcurl          | libcurl4-openssl-dev libcurl-devel curl curl-dev curl
build | library openssl          | libssl-dev openssl-devel openssl openssl-dev openssl@3
build | library jansson          | libjansson-dev jansson-devel jansson jansson-dev jansson
build | library libcjson         | libcjson-dev cjson-devel cjson cjson-dev cjson
build | library libpcre2-8       | libpcre2-dev pcre2-devel pcre2 pcre2-dev pcre2
build | library sqlite3          | libsqlite3-dev sqlite-devel sqlite sqlite-dev sqlite
build | library zlib             | zlib1g-dev zlib-devel zlib zlib-dev zlib
build | library libbrotlidec     | libbrotli-dev brotli-devel brotli brotli-dev brotli
build | library libzstd          | libzstd-dev libzstd-devel zstd zstd-dev zstd
build | header uthash.h          | uthash-dev uthash-devel uthash uthash-dev uthash
build | ca_bundle                | ca-certificates ca-certificates ca-certificates ca-certificates -
build | complete_python          | python3 python3 python python3 python3
test  | links -fsanitize=address | gcc libasan gcc-libs - -
test  | links -fsanitize=undefined | gcc libubsan gcc-libs - -
test  | links -fsanitize=thread  | gcc libtsan gcc-libs - -
test  | has clang                | clang clang clang clang llvm
test  | has clang-format         | clang-format clang-tools-extra clang clang-extra-tools clang-format
test  | library cmocka           | libcmocka-dev libcmocka-devel cmocka cmocka-dev cmocka
test  | python_yaml              | python3-yaml python3-pyyaml python-yaml py3-yaml -
test  | has bash                 | bash bash bash bash bash
test  | has zsh                  | zsh zsh zsh zsh zsh
test  | has fish                 | fish fish fish fish fish
test  | has cmark-gfm            | cmark-gfm - - - -
test  | has curl                 | curl curl curl curl curl
test  | has openssl              | openssl openssl openssl openssl openssl@3
test  | has jq                | jq jq jq jq jq
test  | has csvclean          | csvkit - - - csvkit
test  | has mlr               | miller miller miller miller miller
test  | has sqlite3           | sqlite3 sqlite sqlite sqlite sqlite
test  | faketime                 | faketime libfaketime libfaketime libfaketime -
test  | has xmllint           | libxml2-utils libxml2 libxml2 libxml2-utils libxml2
test  | python_junitparser    | python3-junitparser python3-junitparser - - -
test  | python_feedparser     | python3-feedparser python3-feedparser python-feedparser py3-feedparser -
test  | has prove             | perl perl-Test-Harness perl perl-utils perl
test  | has tap-parser        | node-tap-parser - - - -
test  | has promtool          | prometheus - prometheus - prometheus
test  | has prometheus-node-exporter | prometheus-node-exporter - - - -
test  | monitoring_plugin     | libmonitoring-plugin-perl perl-Monitoring-Plugin - - -
test  | has icinga2           | icinga2-bin - - - -
test  | has nagios4           | nagios4-core - - - -
test  | has systemd-analyze   | systemd systemd systemd - -
test  | has tidy              | tidy tidy tidy tidyhtml tidy-html5
test  | has java              | default-jre-headless java-latest-openjdk-headless jre-openjdk-headless openjdk21-jre-headless openjdk
test  | browser               | chromium chromium chromium chromium -
test  | nginx                 | nginx-light nginx nginx nginx nginx
test  | has valgrind             | valgrind valgrind valgrind valgrind -
test  | has groff                | groff-base groff-base groff groff groff
test  | has ip                   | iproute2 iproute iproute2 iproute2 -
test  | has parallel           | parallel parallel parallel parallel parallel
test  | has ssh                | openssh-client openssh-clients openssh openssh-client -
test  | sshd                   | openssh-server openssh-server openssh openssh-server -
test  | has rsync              | rsync rsync rsync rsync rsync
test  | has ps                   | procps procps-ng procps-ng procps -
test  | has setpriv              | util-linux util-linux util-linux setpriv -
TABLE
}

# missing COLUMN: the packages in that column whose test fails, without duplicates, on one line.
missing() {
    column=$1
    requirements | while IFS='|' read -r needed_for test packages; do
        case $needed_for in
        build* | "$level"*) ;;
        *) continue ;;
        esac
        $test </dev/null && continue
        # shellcheck disable=SC2086 # split into columns
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

# Debian starts and enables the services of the packages that it installs. The tests need their programs
# only. https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt
policy=/usr/sbin/policy-rc.d
# package:service
services='prometheus:prometheus prometheus-node-exporter:prometheus-node-exporter icinga2-bin:icinga2
openssh-server:ssh'
forbid_services() {
    [ -e $policy ] && return
    made_policy=yes
    as_root sh -c "printf '#!/bin/sh\nexit 101\n' > $policy && chmod 755 $policy"
}
disable_services() {
    for service in $services; do
        case " $* " in
        *" ${service%:*} "*) has systemctl && as_root systemctl disable -q "${service#*:}" ;;
        esac
    done
    return 0
}
clean_up() {
    rm -rf "$scratch"
    [ -z "$made_policy" ] || as_root rm -f $policy
}

# install MANAGER PACKAGE...
install() {
    manager=$1
    shift
    case $manager in
    apt-get)
        as_root apt-get update -q && forbid_services &&
            as_root env DEBIAN_FRONTEND=noninteractive \
                apt-get install -q -y --no-install-recommends "$@" && disable_services "$@"
        ;;
    dnf) as_root dnf install -y "$@" ;;
    pacman) as_root pacman -Sy --needed --noconfirm "$@" ;;
    apk) as_root apk add "$@" ;;
    brew) run brew install "$@" ;; # refuses to run as root
    esac
}

fail() {
    echo "urlcheck: $*" >&2
    exit 1
}

level=${1-}
[ "$level" = build ] || [ "$level" = test ] || fail 'usage: deps.sh build|test'

scratch=$(mktemp -d) || exit 1
made_policy=
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

column=0
for manager in apt-get dnf pacman apk brew none; do
    column=$((column + 1))
    has "$manager" && break
done
[ "$manager" != none ] || column=1 # Debian's names tell the user what to look for

# What no distribution has. Where npm, or what a package runs on, is missing, its test is skipped.
npm_packages() {
    has java && ! has vnu && echo vnu-jar@26.9.27
    has node && echo kubernetes-models@4.5.1
}
install_from_npm() {
    [ "$level" = test ] && has npm || return 0
    for package in $(npm_packages); do
        [ -d "build/npm/node_modules/${package%@*}" ] || packages="${packages-} $package"
    done
    # shellcheck disable=SC2086 # a list; all in one command, as each removes what it does not name
    [ -z "${packages-}" ] || run npm install --silent --no-save --prefix build/npm $(npm_packages) ||
        echo "urlcheck: npm cannot install$packages: their tests will be skipped" >&2
}

wanted=$(missing $column)
[ -n "$wanted" ] || {
    install_from_npm
    exit 0
}
if [ "$manager" = none ]; then
    fail "no package manager found (apt-get, dnf, pacman, apk, brew);" \
        "please install these (Debian's package names): $wanted"
fi
if [ "$manager" != brew ] && [ "$(id -u)" -ne 0 ] && ! has sudo; then
    fail "sudo is missing; as root, please install with $manager: $wanted"
fi
# shellcheck disable=SC2086 # a list of packages
install "$manager" $wanted || exit 1
wanted=$(missing $column)
[ -z "$wanted" ] || fail "still missing after the installation: $wanted"
install_from_npm
