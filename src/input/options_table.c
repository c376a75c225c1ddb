/* SPDX-License-Identifier: MIT */
#include "input/options_table.h"

#include <string.h>

#include "input/option_meanings.h"

#define RUN(name) .scope = SCOPE_RUN, .field = offsetof(struct settings, name)
#define CHECK(name) .scope = SCOPE_CHECK, .field = offsetof(struct check, name)
#define MAX_PARALLEL 1000000
#define MAX_RETRY 1000

static const char *const schemes[] = {"http", "https", NULL};
static const char *const formats[] = {"text", "jsonl", NULL};
static const char *const whens[] = {"auto", "always", "never", NULL};
static const char *const shells[] = {"bash", "zsh", "fish", NULL};

/* clang-format off */
const struct option_spec option_specs[] = {
{"input-file", 'i', "FILE", SECTION_INPUT, OPTION_ACTION,
 "read URLs from FILE, one a line; - is standard input; repeatable",
 RUN(inputs), .apply = apply_input_file},
{"null", '0', NULL, SECTION_INPUT, OPTION_FLAG,
 "items of lists end in NUL instead of newline",
 RUN(null_separated)},
{"proto-default", 0, "SCHEME", SECTION_INPUT, OPTION_TEXT,
 "scheme of URLs that have none: http (the default) or https",
 RUN(proto_default), .words = schemes},
{"allow-empty", 0, NULL, SECTION_INPUT, OPTION_FLAG,
 "an empty list is a success, not a usage error",
 RUN(allow_empty)},

{"request", 'X', "METHOD", SECTION_REQUEST, OPTION_TEXT,
 "ask with METHOD instead of GET",
 CHECK(request), .apply = apply_request},
{"head", 'I', NULL, SECTION_REQUEST, OPTION_FLAG,
 "ask with HEAD, and with GET where HEAD is refused (405, 501)",
 CHECK(head), .apply = apply_head},
{"header", 'H', "LINE", SECTION_REQUEST, OPTION_LIST,
 "send the header 'Name: value'; @FILE reads them from FILE; repeatable",
 CHECK(headers), .apply = apply_header, .show = show_header},
{"user-agent", 'A', "NAME", SECTION_REQUEST, OPTION_TEXT,
 "send this User-Agent instead of urlcheck's own",
 CHECK(user_agent)},
{"location", 'L', NULL, SECTION_REQUEST, OPTION_FLAG,
 "follow redirects, as is the default",
 CHECK(follow)},
{"no-location", 0, NULL, SECTION_REQUEST, OPTION_CLEAR,
 "do not follow redirects: the redirect is the response",
 CHECK(follow)},
{"max-redirs", 0, "N", SECTION_REQUEST, OPTION_COUNT,
 "follow at most N redirects (10); -1 is no limit",
 CHECK(max_redirects), .minimum = -1, .maximum = 1000},
{"http1.1", 0, NULL, SECTION_REQUEST, OPTION_VALUE,
 "speak HTTP/1.1, as is the default",
 CHECK(http_version), .minimum = HTTP_1_1},
{"http2", 0, NULL, SECTION_REQUEST, OPTION_VALUE,
 "speak HTTP/2 with servers that can",
 CHECK(http_version), .minimum = HTTP_2, .apply = apply_http2},

{"accept", 0, "LIST", SECTION_EXPECT, OPTION_TEXT,
 "statuses and classes that are OK, and no others: 200-299,401,5xx,refused",
 CHECK(accept), .apply = apply_statuses},
{"warn", 0, "LIST", SECTION_EXPECT, OPTION_TEXT,
 "statuses and classes that are WARN",
 CHECK(warn), .apply = apply_statuses},
{"contains", 0, "STR", SECTION_EXPECT, OPTION_LIST,
 "the body must hold STR; repeatable",
 CHECK(contains), .apply = apply_content},
{"not-contains", 0, "STR", SECTION_EXPECT, OPTION_LIST,
 "the body must not hold STR; repeatable",
 CHECK(not_contains), .apply = apply_content},
{"regex", 0, "RE", SECTION_EXPECT, OPTION_LIST,
 "a line of the body must match RE, as with grep -E; repeatable",
 CHECK(regex), .apply = apply_pattern},
{"not-regex", 0, "RE", SECTION_EXPECT, OPTION_LIST,
 "no line of the body may match RE; repeatable",
 CHECK(not_regex), .apply = apply_pattern},
{"expect-header", 0, "NAME:RE", SECTION_EXPECT, OPTION_LIST,
 "the response must have a header NAME that matches RE; repeatable",
 CHECK(expect_header), .apply = apply_expected_header},
{"max-filesize", 0, "BYTES", SECTION_EXPECT, OPTION_SIZE,
 "how much of a body is looked into (1M)",
 CHECK(max_filesize), .minimum = 1, .maximum = 1L << 30},
{"max-latency", 0, "TIME", SECTION_EXPECT, OPTION_TIME,
 "what takes longer is FAILED",
 CHECK(max_latency_us)},
{"warn-latency", 0, "TIME", SECTION_EXPECT, OPTION_TIME,
 "what takes longer is WARN",
 CHECK(warn_latency_us)},
{"cert-expiry", 0, "WARN[,FAIL]", SECTION_EXPECT, OPTION_TEXT,
 "a certificate with fewer days left is WARN; than FAIL (0), FAILED",
 CHECK(cert_expiry), .apply = apply_cert_expiry},
{"fail-on-redirect", 0, NULL, SECTION_EXPECT, OPTION_FLAG,
 "an answer that is, or came by, a redirect is FAILED",
 CHECK(fail_on_redirect)},
{"warn-on-redirect", 0, NULL, SECTION_EXPECT, OPTION_FLAG,
 "an answer that is, or came by, a redirect is WARN",
 CHECK(warn_on_redirect)},
{"strict", 0, NULL, SECTION_EXPECT, OPTION_FLAG,
 "exit with 0 only if every URL is OK: WARN will not do",
 RUN(strict)},

{"max-time", 'm', "TIME", SECTION_LIMITS, OPTION_TIME,
 "longest time for one check, redirects included (10s)",
 CHECK(max_time_us)},
{"connect-timeout", 0, "TIME", SECTION_LIMITS, OPTION_TIME,
 "longest time until a connection is there, TLS included",
 CHECK(connect_timeout_us)},

{"insecure", 'k', NULL, SECTION_TLS, OPTION_FLAG,
 "accept any certificate",
 CHECK(insecure)},
{"cacert", 0, "FILE", SECTION_TLS, OPTION_TEXT,
 "trust the CA certificates in FILE (PEM) instead of the system's",
 CHECK(ca_file), .apply = apply_ca_file},

{"ipv4", '4', NULL, SECTION_NETWORK, OPTION_VALUE,
 "connect over IPv4 only",
 CHECK(ip_version), .minimum = IP_4},
{"ipv6", '6', NULL, SECTION_NETWORK, OPTION_VALUE,
 "connect over IPv6 only",
 CHECK(ip_version), .minimum = IP_6},
{"resolve", 0, "HOST:PORT:ADDRESS", SECTION_NETWORK, OPTION_LIST,
 "use ADDRESS for HOST and PORT, whatever the name servers say; repeatable",
 CHECK(resolve), .apply = apply_resolve},
{"proxy", 'x', "URL", SECTION_NETWORK, OPTION_TEXT,
 "go through this proxy instead of the environment's; '' is none",
 CHECK(proxy), .apply = apply_proxy},
{"noproxy", 0, "LIST", SECTION_NETWORK, OPTION_TEXT,
 "hosts, with commas between, that are asked without a proxy; * is all",
 CHECK(no_proxy)},

{"parallel-max", 0, "N", SECTION_LOAD, OPTION_COUNT,
 "checks in flight at once (256)",
 RUN(parallel_max), .minimum = 1, .maximum = MAX_PARALLEL},
{"parallel-max-host", 0, "N", SECTION_LOAD, OPTION_COUNT,
 "of them, to one host (10); 0 is no limit",
 RUN(parallel_max_host), .minimum = 0, .maximum = MAX_PARALLEL},
{"rate", 0, "N[/s|/m|/h]", SECTION_LOAD, OPTION_ACTION,
 "start at most N checks in any second, minute or hour",
 RUN(rate), .minimum = 1, .maximum = MAX_PARALLEL, .apply = apply_rate},
{"retry", 0, "N", SECTION_LOAD, OPTION_COUNT,
 "ask up to N times again after a transport error, a timeout, 408, 429, 500, 502, 503 or 504 (0)",
 RUN(retry), .minimum = 0, .maximum = MAX_RETRY},
{"retry-delay", 0, "TIME", SECTION_LOAD, OPTION_TIME,
 "time before the first retry (1s), doubled for each further one; Retry-After is obeyed instead",
 RUN(retry_delay_us)},
{"deadline", 0, "TIME", SECTION_LOAD, OPTION_TIME,
 "end the run after TIME: what is not done then is FAILED, and the exit status 4",
 RUN(deadline_us)},

{"format", 0, "NAME[:FILE]", SECTION_OUTPUT, OPTION_ACTION,
 "print as text (the default) or jsonl, or write that to FILE; repeatable",
 RUN(outputs), .apply = apply_format, .words = formats},
{"output", 'o', "FILE", SECTION_OUTPUT, OPTION_TEXT,
 "write the format that names no file to FILE; it appears when all is done",
 RUN(output_file)},
{"unordered", 0, NULL, SECTION_OUTPUT, OPTION_FLAG,
 "print each result as it comes, not in the order of the input",
 RUN(unordered)},
{"quiet", 'q', NULL, SECTION_OUTPUT, OPTION_FLAG,
 "print only what is not OK",
 RUN(quiet)},
{"silent", 's', NULL, SECTION_OUTPUT, OPTION_FLAG,
 "print nothing at all; the exit status tells",
 RUN(silent)},
{"verbose", 'v', NULL, SECTION_OUTPUT, OPTION_FLAG,
 "add address, HTTP version, phases and redirects to the text",
 RUN(verbose)},
{"color", 0, "WHEN", SECTION_OUTPUT, OPTION_CHOICE,
 "colour the text: auto (on a terminal, the default), always or never",
 RUN(color), .words = whens},
{"summary", 0, NULL, SECTION_OUTPUT, OPTION_FLAG,
 "end with counts and latencies on standard error, as on a terminal",
 RUN(summary)},
{"no-progress", 0, NULL, SECTION_OUTPUT, OPTION_FLAG,
 "no progress line on a terminal",
 RUN(no_progress)},

{"help", 'h', NULL, SECTION_OTHER, OPTION_FLAG,
 "print this help",
 RUN(help)},
{"dump", 0, NULL, SECTION_OTHER, OPTION_FLAG,
 "print what would be checked, an object a line, and ask nothing",
 RUN(dump)},
{"completion", 0, "SHELL", SECTION_OTHER, OPTION_CHOICE,
 "print completions for bash, zsh or fish",
 RUN(completion), .minimum = SHELL_BASH, .words = shells},
{"version", 'V', NULL, SECTION_OTHER, OPTION_FLAG,
 "print the versions of urlcheck, libcurl and its TLS library",
 RUN(version)},
};
/* clang-format on */

const size_t option_spec_count = sizeof(option_specs) / sizeof(option_specs[0]);

const char *option_section_title(enum option_section section)
{
    static const char *const titles[SECTION_COUNT] = {
        [SECTION_INPUT] = "Input", [SECTION_REQUEST] = "Request", [SECTION_EXPECT] = "Expectations",
        [SECTION_LIMITS] = "Time", [SECTION_TLS] = "TLS",         [SECTION_NETWORK] = "Network",
        [SECTION_LOAD] = "Load",   [SECTION_OUTPUT] = "Output",   [SECTION_OTHER] = "Other",
    };

    return titles[section];
}

const struct option_spec *option_find(const char *name, size_t length)
{
    for (size_t i = 0; i < option_spec_count; i++) {
        if (strlen(option_specs[i].name) == length &&
            memcmp(option_specs[i].name, name, length) == 0)
            return &option_specs[i];
    }
    return NULL;
}
