/* SPDX-License-Identifier: MIT */
#include "foreign_options.h"

#include <stdbool.h>
#include <string.h>

#define NOT_NEEDED "not needed, leave it out"

/* clang-format off */
const struct foreign_option foreign_options[] = {
/* Time. */
{"--timeout --request-timeout --read-timeout --response-timeout --http-timeout --max-response-time"
 " --time-limit --timeout-ms --dns-timeout",
 "use -m TIME (--max-time), the time of one check"},
{"-t", "for a time limit use -m TIME (--max-time), for checks at the same time --parallel-max N"},
{"-T", "for a time limit use -m TIME (--max-time); files are sent with -X PUT -d @FILE"},
{"--speed-limit --speed-time -Y -y", "use -m TIME (--max-time): a slow response is FAILED then"},
{"--total-timeout --max-total-time --run-time --duration -z",
 "use --deadline TIME, the time of the whole run"},
{"--retry-max-time", "use --deadline TIME, the time of the whole run"},
{"--warning --warning-time", "use --warn-latency TIME"},
{"--critical --critical-time --max-response-latency", "use --max-latency TIME"},
{"--delay --sleep --pause --interval", "use --rate N, how many checks start per second"},

/* Load. */
{"-c", "for checks at the same time use --parallel-max N, for a critical time --max-latency TIME"},
{"-j -P --concurrency --concurrent --max-concurrency --threads --jobs --workers --num-workers --procs"
 " --max-procs --connections --max-connections --max-parallel --parallelism --pool-size",
 "use --parallel-max N, how many checks run at the same time (256)"},
{"-Z --parallel", NOT_NEEDED " (checks run at the same time; --parallel-max N limits them)"},
{"--parallel-immediate", NOT_NEEDED},
{"--max-connections-per-host --max-per-host --per-host --host-concurrency --host-parallelism",
 "use --parallel-max-host N"},
{"--rate-limit --rate-limiting -rl --rps --qps --requests-per-second --max-rate --throttle",
 "use --rate N, how many checks start per second"},
{"--limit-rate", "the speed of a transfer is not limited; --rate N limits how many checks start"},

/* Retries. */
{"--retries --max-retries --tries --max-tries --retry-count --retry-times --num-retries",
 "use --retry N"},
{"-r", "for retries use --retry N; links in pages are not followed"},
{"--retry-wait --retry-wait-time --retry-interval --waitretry --wait-retry --backoff",
 "use --retry-delay TIME"},
{"--retry-connrefused --retry-all-errors --retry-on-error --retry-errors --retry-on-http-error",
 NOT_NEEDED " (--retry N retries after transport errors, timeouts, 429, 500, 502, 503, 504)"},
{"--fail-fast --bail --exit-on-error --stop-on-error", "use --fail-early"},
{"--watch --daemon --monitor --loop --forever", "run urlcheck from cron; --wait repeats until all is OK"},
{"--count --requests --number", "each URL is checked once; --retry N and --confirm N repeat a failed check"},

/* Where URLs come from. */
{"-l --list --files-from --file --url-file --urls-file --url-list --urls --targets --hosts --from-file"
 " --filename --infile --arg-file --bulk",
 "use -i FILE (--input-file); without it and without a URL, the list is standard input"},
{"-f", "for a list use -i FILE; curl's -f is not needed, leave it out (a status from 400 on is FAILED)"},
{"--url --target --host --link --address", NOT_NEEDED ": a URL stands alone"},
{"--stdin", NOT_NEEDED ": without a URL, the list is standard input; or write -"},
{"-p --port", "write the port into the URL: http://host:PORT/"},
{"--ssl --sni", "write https:// into the URL"},
{"--path --uri", "write the path into the URL"},
{"--base-url --base --root-dir --server-root --prefix --scheme",
 "give whole URLs; --proto-default https is for URLs without a scheme"},
{"--no-run-if-empty --no-fail-on-empty", "use --allow-empty"},
{"--next -:", "a list can have other options for each URL: see LINES OF A LIST in man urlcheck"},
{"--delimiter --null-data", "use -0 (--null) for a list whose lines end in NUL"},
{"-R --recursive --recurse --crawl --depth --max-depth --spider-depth --one-page-only --level"
 " --mirror --page-requisites --span-hosts --convert-links",
 "links in pages are not followed: give each URL, or a list with -i FILE"},
{"--spider --no-download", NOT_NEEDED " (nothing is saved)"},
{"--delete-after", NOT_NEEDED " (nothing is saved)"},

/* What is sent. */
{"--method --verb --http-method --request-method", "use -X METHOD (--request)"},
{"-G --get", "write the data into the URL: http://host/?name=value"},
{"--data-raw --data-ascii --data-binary --body --payload --body-data --post-data --post-file --post",
 "use -d DATA (--data), which removes the newlines of an @FILE"},
{"--data-urlencode --url-query", "encode the data (%20 for a blank) and use -d DATA, or write it into the URL"},
{"-F --form --form-string", "multipart forms are not sent; -d DATA sends a simple form"},
{"--upload-file", "use -X PUT -d @FILE"},
{"--range", "use -H 'Range: bytes=0-99'"},
{"--netrc-file --netrc-optional", "use -n (--netrc), which reads .netrc in $HOME"},
{"--no-netrc", NOT_NEEDED " (only -n reads .netrc)"},
{"--compression", "use --compressed"},
{"--content-type", "use -H 'Content-Type: TYPE'"},
{"-U", "for the User-Agent use -A NAME; write a proxy's user and password into its URL, before the host"},
{"--proxy-user --proxy-username --proxy-password --proxy-basic",
 "write a proxy's user and password into its URL, before the host"},
{"--agent --useragent ", "use -A NAME (--user-agent)"},
{"--username --password --http-user --http-password --http-passwd --auth --authorization --basic-auth"
 " --credentials",
 "use -u USER:PASSWORD (--user), or -u @FILE"},
{"--basic", NOT_NEEDED " (-u sends it)"},
{"--bearer --token --auth-token --bearer-token", "use --oauth2-bearer TOKEN, or @FILE"},
{"--ntlm --negotiate --aws-sigv4", "this kind of login is not supported; -u sends Basic, --oauth2-bearer a token"},
{"--cookie-jar --load-cookies --save-cookies --cookies", "use -b DATA or -b FILE (--cookie)"},
{"--proto --proto-redir", NOT_NEEDED " (only http and https are requested, redirects included)"},
{"--no-cache --cache --max-cache-age --clear-cache", NOT_NEEDED " (nothing is cached)"},

/* Redirects. */
{"--follow --follow-redirects --follow-redirect --allow-redirects -fr --redirects",
 NOT_NEEDED " (redirects are followed; --max-redirs N, --no-location)"},
{"--no-follow --no-redirect --no-redirects --no-follow-redirects --disable-redirects --ignore-redirects",
 "use --no-location"},
{"--max-redirects --max-redirect --max-redirections", "use --max-redirs N"},
{"--onredirect --on-redirect", "use --no-location, --warn-on-redirect or --fail-on-redirect"},
{"--post301 --post302 --post303", "not supported: redirects are followed as curl does without it"},

/* What is expected. */
{"-a -mc --mc --status --status-code --status-codes --match-code --match-codes --accepted-status-codes"
 " --expected-status --expect-status --valid-codes --valid-status --ok-status --allow-status --http-status"
 " --success-codes",
 "for the statuses that are OK use --accept LIST, as in --accept 200-299,401"},
{"-fc --fc --filter-code --fail-on-status --ignore-status --bad-status",
 "list the statuses that are OK: --accept 200-299,401"},
{"-sc", NOT_NEEDED " (the status is printed; for the statuses that are OK use --accept LIST)"},
{"--fail --fail-with-body", NOT_NEEDED " (a status from 400 on is FAILED)"},
{"-ms -ml --match-string --body-contains --string --search --keyword --content --find",
 "use --contains STR"},
{"-mr --match-regex --regexp --pattern --ereg --eregi --match", "use --regex RE"},
{"--invert-regex --filter-regex -fs", "use --not-regex RE or --not-contains STR"},
{"-C --certificate --cert-days --ssl-expiry",
 "for the days that a certificate is valid use --cert-expiry WARN[,FAIL]; a client certificate is -E FILE"},
{"--max-body-size --max-response-size --max-response-body-size --max-size --response-size-to-read",
 "use --max-filesize BYTES"},
{"--ignore-fragments --no-fragments --include-fragments --fragments", NOT_NEEDED " (fragments are not sent)"},

/* TLS. */
{"--check-certificate", NOT_NEEDED " (certificates are checked; -k accepts any)"},
{"--no-check-certificate --insecure-skip-verify --skip-tls-verification --skip-verify --skip-ssl"
 " --no-verify --no-verify-ssl --allow-insecure --allow-insecure-certs --ignore-certs --ignore-cert-errors"
 " --ignore-ssl-errors --ignore-certificate-errors --verify --tls-skip-verify",
 "use -k (--insecure)"},
{"--ca-directory --ca-dir", "use --capath DIR"},
{"--ca --ca-certificate --ca-file --cafile --ca-bundle --ca-cert", "use --cacert FILE"},
{"--client-cert --client-certificate --cert-file --certfile", "use -E FILE (--cert)"},
{"--private-key --client-key --key-file --keyfile", "use --key FILE"},
{"--cert-type --key-type --pass", "certificates and keys are PEM; the password is part of -E FILE:PASSWORD"},
{"-1 -2 -3 --tlsv1 --tlsv1.0 --tlsv1.1 --sslv2 --sslv3 --secure-protocol --tls-version",
 "use --tlsv1.2 or --tlsv1.3"},
{"--ciphers --tls13-ciphers --curves --tls-max --crlfile --cert-status", "not supported: libcurl's defaults are used"},

/* Network. */
{"--prefer-family", "use -4 (--ipv4) or -6 (--ipv6)"},
{"--inet4-only --ipv4-only --use-ipv4", "use -4 (--ipv4)"},
{"--inet6-only --ipv6-only --use-ipv6", "use -6 (--ipv6)"},
{"--resolver --resolvers --dns-server --dns-servers --dns-resolver --nameserver",
 "use --doh-url URL, or --resolve HOST:PORT:ADDRESS"},
{"--IP-address --connect-ip", "use --resolve HOST:PORT:ADDRESS"},
{"--bind-address --source-address --source-ip --local-address", "use --interface NAME"},
{"--http-proxy --https-proxy --proxy-url --preproxy --socks4 --socks4a --socks5 --socks5-hostname",
 "use -x URL (--proxy), as in -x socks5h://HOST:PORT"},
{"--no-proxy", "use -x '' for no proxy at all, or --noproxy LIST"},
{"-h2 --http2-only", "use --http2"},
{"--http2-prior-knowledge --http3-only", "not supported: --http2 and --http3 are used where the server supports them"},
{"--http1 --http1.0 --http0.9 --http-version", "use --http1.1, --http2 or --http3"},
{"--no-keepalive --disable-keepalive --keepalive-time --keepalive --no-http-keep-alive",
 NOT_NEEDED " (a connection is only kept for the next check of its host)"},
{"--tcp-nodelay --tcp-fastopen --no-alpn --no-sessionid --tr-encoding --remote-time", NOT_NEEDED},

/* Output. */
{"-S --show-error", NOT_NEEDED " (why a check FAILED is always printed)"},
{"-g --globoff", NOT_NEEDED " ([] and {} in a URL are not expanded)"},
{"-N --no-buffer --line-buffered", NOT_NEEDED " (each line is flushed)"},
{"-O -J --remote-name --remote-name-all --remote-header-name --output-document --output-dir --create-dirs",
 NOT_NEEDED " (pages are not saved; -o FILE writes the results to FILE)"},
{"-D --dump-header --show-headers --server-response --print-headers",
 "headers are not printed; -v adds address, HTTP version, phases and redirects"},
{"--no-color --no-colors --no-colour --nocolor --no-ansi --mono --monochrome -nc --plain --disable-colors",
 "use --color=never, or set NO_COLOR"},
{"--colour --colors --colours --ansi", "use --color=auto, always or never"},
{"--no-progress-meter --no-progress-bar --hide-progress", "use --no-progress"},
{"-# --progress-bar --progress --show-progress", NOT_NEEDED " (on a terminal there is a progress line)"},
{"--stats --statistics --report-summary", "use --summary"},
{"--no-verbose -nv", "use -q (only what is not OK); for -n and -v write -n -v"},
{"--alive --show-alive", "the results that are OK begin with OK: urlcheck ... | grep ^OK"},
{"--unreach --unreachable --failed-only --only-errors --errors-only --only-failed --show-failed",
 "use -q (only what is not OK)"},
{"--stderr", "redirect it in the shell: 2> FILE"},
{"--no-messages", "use -s (--silent)"},
{"--debug --trace --trace-ascii --verbosity --log-level --loglevel", "use -v (--verbose)"},
{"-json --jsonl --ndjson --json-lines --output-json", "for results as JSON use --format jsonl; --json DATA sends JSON"},
{"--csv --junit --xml --html --yaml --markdown --tap --prometheus --reporter --report-format"
 " --output-format -of",
 "use --format NAME[:FILE] (urlcheck --help has the names)"},
{"--outfile --output-file --report --report-file --logfile --log-file --save", "use -o FILE (--output)"},
{"--title -title --web-server --tech-detect -td --content-length", "pages are not described; -v says more of each check"},

/* The rest. */
{"-K --config --config-file --rcfile", "there is no configuration file: use a list with attributes, or a shell script"},
{"--disable --no-config", NOT_NEEDED " (there is no configuration file)"},
{"--dry-run --list-only --offline --no-requests", "use --dump"},
{"-M --manual --man", "see urlcheck --help, or man urlcheck"},
{"-? --usage", "use -h, or --help for all options"},
{"--libcurl --print-curl --curl", "use --explain, which prints the curl commands"},
};
/* clang-format on */

const size_t foreign_option_count = sizeof(foreign_options) / sizeof(foreign_options[0]);

/* Whether a name of the table is the word. A long name may be typed with one dash. */
static bool is_name(const char *name, size_t name_length, const char *word, size_t length)
{
    if (name_length == length + 1 && length > 2 && name[1] == '-' && word[1] != '-')
        name++, name_length--;
    return name_length == length && memcmp(name, word, length) == 0;
}

static bool has_name(const char *names, const char *word, size_t length)
{
    while (*names) {
        size_t name_length = strcspn(names, " ");

        if (is_name(names, name_length, word, length))
            return true;
        names += name_length;
        names += strspn(names, " ");
    }
    return false;
}

const char *foreign_option_answer(const char *word, size_t length)
{
    for (size_t i = 0; i < foreign_option_count; i++) {
        if (has_name(foreign_options[i].names, word, length))
            return foreign_options[i].answer;
    }
    return NULL;
}
