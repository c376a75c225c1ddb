/* SPDX-License-Identifier: MIT */
#include "input/options_table.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int out_of_memory(struct reason *reason)
{
    return reason_set(reason, "out of memory");
}

static int add_text(struct strings *strings, const char *text, struct reason *reason)
{
    return strings_add(strings, text) ? out_of_memory(reason) : 0;
}

static int apply_input(struct settings *settings, const char *argument, struct reason *reason)
{
    return settings_add_input(settings, INPUT_FILE, argument) ? out_of_memory(reason) : 0;
}

static int apply_scheme(struct settings *settings, const char *argument, struct reason *reason)
{
    if (strcasecmp(argument, "http") != 0 && strcasecmp(argument, "https") != 0)
        return reason_set(reason, "--proto-default: '%s' is not http or https", argument);
    settings->proto_default = argument;
    return 0;
}

/* RFC 9110, section 5.6.2. */
static bool is_token(const char *text)
{
    for (; *text; text++) {
        if (!isalnum((unsigned char)*text) && !strchr("!#$%&'*+-.^_`|~", *text))
            return false;
    }
    return true;
}

static int apply_request(struct settings *settings, const char *argument, struct reason *reason)
{
    if (!*argument || !is_token(argument))
        return reason_set(reason, "--request: '%s' is not a method (try GET, POST)", argument);
    /* A response to HEAD has no body, whatever its headers say: libcurl must know. */
    settings->check.head = settings->check.head || strcmp(argument, "HEAD") == 0;
    settings->check.request = strcmp(argument, "HEAD") == 0 ? NULL : argument;
    return 0;
}

/* As curl: "Name: value", "Name:" to send none of that name, "Name;" to send an empty one. */
static int add_header(struct settings *settings, const char *line, struct reason *reason)
{
    size_t name = strcspn(line, ":;");

    if (line[name] == '\0' || name == 0)
        return reason_set(reason,
                          "--header: a header needs a name and a colon (try 'Name: value')");
    for (const char *c = line; *c; c++) {
        if (iscntrl((unsigned char)*c) && *c != '\t')
            return reason_set(reason, "--header: '%.*s' holds a control character", (int)name,
                              line);
    }
    return add_text(&settings->check.headers, line, reason);
}

static int add_header_file(struct settings *settings, const char *name, struct reason *reason)
{
    FILE *file = fopen(name, "re");
    char *line = NULL;
    size_t room = 0;
    int status = 0;

    if (!file)
        return reason_set(reason, "--header: cannot read '%s': %s", name, strerror(errno));
    while (status == 0 && getline(&line, &room, file) >= 0) {
        line[strcspn(line, "\r\n")] = '\0';
        if (*line)
            status = add_header(settings, line, reason);
    }
    if (status == 0 && ferror(file))
        status = reason_set(reason, "--header: cannot read '%s': %s", name, strerror(errno));
    free(line);
    fclose(file);
    return status;
}

static int apply_header(struct settings *settings, const char *argument, struct reason *reason)
{
    if (strcmp(argument, "@-") == 0)
        return reason_set(reason, "--header: standard input is for URLs (try @FILE)");
    if (argument[0] == '@')
        return add_header_file(settings, argument + 1, reason);
    return add_header(settings, argument, reason);
}

static bool is_address(const char *text, size_t length)
{
    unsigned char bytes[16];
    char address[64];
    bool bracketed = length > 2 && text[0] == '[' && text[length - 1] == ']';

    if (length >= sizeof(address))
        return false;
    snprintf(address, sizeof(address), "%.*s", (int)(length - 2 * bracketed), text + bracketed);
    return inet_pton(AF_INET6, address, bytes) == 1 ||
           (!bracketed && inet_pton(AF_INET, address, bytes) == 1);
}

/* "ADDRESS[,ADDRESS]..." */
static bool are_addresses(const char *text)
{
    size_t length = strcspn(text, ",");

    while (text[length] == ',' && is_address(text, length)) {
        text += length + 1;
        length = strcspn(text, ",");
    }
    return text[length] == '\0' && is_address(text, length);
}

/* "HOST:PORT:ADDRESS[,ADDRESS]...", perhaps with a "+" before it. */
static int apply_resolve(struct settings *settings, const char *argument, struct reason *reason)
{
    const char *port = strchr(argument, ':');
    char *end;
    long number = port ? strtol(port + 1, &end, 10) : 0;

    if (!port || port == argument || number < 1 || number > 65535 || *end != ':' ||
        !are_addresses(end + 1))
        return reason_set(reason, "--resolve: '%s' is not HOST:PORT:ADDRESS", argument);
    return add_text(&settings->check.resolve, argument, reason);
}

static int apply_http2(struct settings *settings, const char *argument, struct reason *reason)
{
    const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);

    (void)argument;
    if (!(curl->features & CURL_VERSION_HTTP2))
        return reason_set(reason, "--http2: this libcurl (%s) was built without it", curl->version);
    settings->check.http_version = HTTP_2;
    return 0;
}

static int apply_format(struct settings *settings, const char *argument, struct reason *reason)
{
    struct output_request *grown;
    char *format = strdup(argument);
    char *file;

    grown =
        format ? realloc(settings->outputs, (settings->output_count + 1) * sizeof(*grown)) : NULL;
    if (!grown) {
        free(format);
        return out_of_memory(reason);
    }
    settings->outputs = grown;
    file = strchr(format, ':');
    if (file)
        *file++ = '\0';
    grown[settings->output_count++] = (struct output_request){.format = format, .file = file};
    if (file && !*file)
        return reason_set(reason, "--format: '%s' names no file after the colon", argument);
    return 0;
}

static int apply_color(struct settings *settings, const char *argument, struct reason *reason)
{
    static const char *const names[] =
        {[CHOICE_AUTO] = "auto", [CHOICE_ALWAYS] = "always", [CHOICE_NEVER] = "never"};

    for (int i = CHOICE_AUTO; i <= CHOICE_NEVER; i++) {
        if (strcmp(argument, names[i]) == 0) {
            settings->color = i;
            return 0;
        }
    }
    return reason_set(reason, "--color: '%s' is not auto, always or never", argument);
}

#define FIELD(name) offsetof(struct settings, name)
#define MAX_PARALLEL 1000000

/* clang-format off */
const struct option_spec option_specs[] = {
{"input-file", 'i', "FILE", SECTION_INPUT, OPTION_CALL, 0, apply_input, 0, 0,
 "read URLs from FILE, one a line; - is standard input; repeatable"},
{"null", '0', NULL, SECTION_INPUT, OPTION_FLAG, FIELD(null_separated), NULL, 0, 0,
 "items of lists end in NUL instead of newline"},
{"proto-default", 0, "SCHEME", SECTION_INPUT, OPTION_CALL, 0, apply_scheme, 0, 0,
 "scheme of URLs that have none: http (the default) or https"},
{"allow-empty", 0, NULL, SECTION_INPUT, OPTION_FLAG, FIELD(allow_empty), NULL, 0, 0,
 "an empty list is a success, not a usage error"},

{"request", 'X', "METHOD", SECTION_REQUEST, OPTION_CALL, 0, apply_request, 0, 0,
 "ask with METHOD instead of GET"},
{"head", 'I', NULL, SECTION_REQUEST, OPTION_FLAG, FIELD(check.head), NULL, 0, 0,
 "ask with HEAD, and with GET where HEAD is refused (405, 501)"},
{"header", 'H', "LINE", SECTION_REQUEST, OPTION_CALL, 0, apply_header, 0, 0,
 "send the header 'Name: value'; @FILE reads them from FILE; repeatable"},
{"user-agent", 'A', "NAME", SECTION_REQUEST, OPTION_TEXT, FIELD(check.user_agent), NULL, 0, 0,
 "send this User-Agent instead of urlcheck's own"},
{"location", 'L', NULL, SECTION_REQUEST, OPTION_FLAG, FIELD(check.follow), NULL, 0, 0,
 "follow redirects, as is the default"},
{"no-location", 0, NULL, SECTION_REQUEST, OPTION_CLEAR, FIELD(check.follow), NULL, 0, 0,
 "do not follow redirects: the redirect is the response"},
{"max-redirs", 0, "N", SECTION_REQUEST, OPTION_COUNT, FIELD(check.max_redirects), NULL, -1, 1000,
 "follow at most N redirects (10); -1 is no limit"},
{"http1.1", 0, NULL, SECTION_REQUEST, OPTION_VALUE, FIELD(check.http_version), NULL, HTTP_1_1, 0,
 "speak HTTP/1.1, as is the default"},
{"http2", 0, NULL, SECTION_REQUEST, OPTION_CALL, 0, apply_http2, 0, 0,
 "speak HTTP/2 with servers that can"},

{"max-time", 'm', "TIME", SECTION_LIMITS, OPTION_TIME, FIELD(check.max_time_us), NULL, 0, 0,
 "longest time for one check, redirects included (10s)"},
{"connect-timeout", 0, "TIME", SECTION_LIMITS, OPTION_TIME, FIELD(check.connect_timeout_us), NULL,
 0, 0, "longest time until a connection is there, TLS included"},

{"insecure", 'k', NULL, SECTION_TLS, OPTION_FLAG, FIELD(check.insecure), NULL, 0, 0,
 "accept any certificate"},
{"cacert", 0, "FILE", SECTION_TLS, OPTION_TEXT, FIELD(check.ca_file), NULL, 0, 0,
 "trust the CA certificates in FILE (PEM) instead of the system's"},

{"ipv4", '4', NULL, SECTION_NETWORK, OPTION_VALUE, FIELD(check.ip_version), NULL, IP_4, 0,
 "connect over IPv4 only"},
{"ipv6", '6', NULL, SECTION_NETWORK, OPTION_VALUE, FIELD(check.ip_version), NULL, IP_6, 0,
 "connect over IPv6 only"},
{"resolve", 0, "HOST:PORT:ADDRESS", SECTION_NETWORK, OPTION_CALL, 0, apply_resolve, 0, 0,
 "use ADDRESS for HOST and PORT, whatever the name servers say; repeatable"},
{"proxy", 'x', "URL", SECTION_NETWORK, OPTION_TEXT, FIELD(check.proxy), NULL, 0, 0,
 "go through this proxy instead of the environment's; '' is none"},
{"noproxy", 0, "LIST", SECTION_NETWORK, OPTION_TEXT, FIELD(check.no_proxy), NULL, 0, 0,
 "hosts, with commas between, that are asked without a proxy; * is all"},

{"parallel-max", 0, "N", SECTION_LOAD, OPTION_COUNT, FIELD(parallel_max), NULL, 1, MAX_PARALLEL,
 "checks in flight at once (256)"},
{"parallel-max-host", 0, "N", SECTION_LOAD, OPTION_COUNT, FIELD(parallel_max_host), NULL, 0,
 MAX_PARALLEL, "of them, to one host (10); 0 is no limit"},

{"format", 0, "NAME[:FILE]", SECTION_OUTPUT, OPTION_CALL, 0, apply_format, 0, 0,
 "print as text (the default) or jsonl, or write that to FILE; repeatable"},
{"output", 'o', "FILE", SECTION_OUTPUT, OPTION_TEXT, FIELD(output_file), NULL, 0, 0,
 "write the format that names no file to FILE; it appears when all is done"},
{"unordered", 0, NULL, SECTION_OUTPUT, OPTION_FLAG, FIELD(unordered), NULL, 0, 0,
 "print each result as it comes, not in the order of the input"},
{"quiet", 'q', NULL, SECTION_OUTPUT, OPTION_FLAG, FIELD(quiet), NULL, 0, 0,
 "print only what is not OK"},
{"silent", 's', NULL, SECTION_OUTPUT, OPTION_FLAG, FIELD(silent), NULL, 0, 0,
 "print nothing at all; the exit status tells"},
{"verbose", 'v', NULL, SECTION_OUTPUT, OPTION_FLAG, FIELD(verbose), NULL, 0, 0,
 "add address, HTTP version, phases and redirects to the text"},
{"color", 0, "WHEN", SECTION_OUTPUT, OPTION_CALL, 0, apply_color, 0, 0,
 "colour the text: auto (on a terminal, the default), always or never"},
{"summary", 0, NULL, SECTION_OUTPUT, OPTION_FLAG, FIELD(summary), NULL, 0, 0,
 "end with counts and latencies on standard error, as on a terminal"},
{"no-progress", 0, NULL, SECTION_OUTPUT, OPTION_FLAG, FIELD(no_progress), NULL, 0, 0,
 "no progress line on a terminal"},

{"help", 'h', NULL, SECTION_OTHER, OPTION_FLAG, FIELD(help), NULL, 0, 0,
 "print this help"},
{"version", 'V', NULL, SECTION_OTHER, OPTION_FLAG, FIELD(version), NULL, 0, 0,
 "print the versions of urlcheck, libcurl and its TLS library"},
};
/* clang-format on */

const size_t option_spec_count = sizeof(option_specs) / sizeof(option_specs[0]);

const char *option_section_title(enum option_section section)
{
    static const char *const titles[SECTION_COUNT] = {
        [SECTION_INPUT] = "Input",   [SECTION_REQUEST] = "Request", [SECTION_LIMITS] = "Time",
        [SECTION_TLS] = "TLS",       [SECTION_NETWORK] = "Network", [SECTION_LOAD] = "Load",
        [SECTION_OUTPUT] = "Output", [SECTION_OTHER] = "Other",
    };

    return titles[section];
}
