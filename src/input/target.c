/* SPDX-License-Identifier: MIT */
#include "input/target.h"

#include <ctype.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "output/escape.h"

/* How much of a refused item is shown. */
#define SHOWN_BYTES 1000

struct target_parser {
    const struct settings *settings;
    CURLU *url;
};

/* The parts of a URL that decide about connections, as libcurl's parser sees them. */
struct parts {
    char *scheme;
    char *host;
    char *port;
};

struct target_parser *target_parser_new(const struct settings *settings)
{
    struct target_parser *parser = malloc(sizeof(*parser));

    if (!parser)
        return NULL;
    parser->settings = settings;
    parser->url = curl_url();
    if (!parser->url) {
        free(parser);
        errno = ENOMEM;
        return NULL;
    }
    return parser;
}

void target_parser_free(struct target_parser *parser)
{
    if (!parser)
        return;
    curl_url_cleanup(parser->url);
    free(parser);
}

void target_free(struct target *target)
{
    free(target);
}

/* Appends text to the storage at *end. */
static char *store(char **end, const char *text)
{
    char *start = *end;

    *end = stpcpy(start, text) + 1;
    return start;
}

/* A target with room for bytes of strings, which the caller stores. NULL with errno ENOMEM. */
static struct target *target_new(struct source source, size_t bytes)
{
    struct target *target = malloc(sizeof(*target) + bytes);

    if (!target)
        return NULL;
    *target = (struct target){.source = source, .host = "", .origin = ""};
    return target;
}

/*
 * The item as a string: NUL bytes made visible and, so that nothing else looks the same, each
 * backslash doubled. NULL with errno ENOMEM.
 */
static char *as_string(const char *item, size_t length, const char *backslash)
{
    char *text = malloc(4 * length + 1);
    char *end = text;

    for (size_t i = 0; text && i < length; i++) {
        if (item[i] == '\0')
            end = stpcpy(end, "\\x00");
        else if (item[i] == '\\')
            end = stpcpy(end, backslash);
        else
            *end++ = item[i];
    }
    if (text)
        *end = '\0';
    return text;
}

/* What may be shown of a refused item: no secret, and not all if it is long. NULL with ENOMEM. */
static char *showable(const char *item, size_t length)
{
    char *text = as_string(item, length, "\\");
    char *hidden = text ? escape_hide_userinfo(text) : NULL;
    char *shown = NULL;

    if (hidden && asprintf(&shown, "%.*s%s", SHOWN_BYTES, hidden,
                           strlen(hidden) > SHOWN_BYTES ? "..." : "") < 0)
        shown = NULL;
    free(hidden);
    free(text);
    return shown;
}

/* "list:3: problem", "argument 2: problem". NULL with errno ENOMEM. */
static char *locate(struct source source, const char *problem)
{
    char *located;
    int length;

    if (!source.file)
        length = asprintf(&located, "argument %zu: %s", source.line, problem);
    else
        length =
            asprintf(&located, "%s:%zu: %s", strcmp(source.file, "-") == 0 ? "stdin" : source.file,
                     source.line, problem);
    return length < 0 ? NULL : located;
}

static struct target *refuse(const char *item, size_t length, struct source source,
                             const char *problem)
{
    char *key = as_string(item, length, "\\\\");
    char *shown = showable(item, length);
    char *located = locate(source, problem);
    struct target *target = NULL;

    if (key && shown && located)
        target = target_new(source, strlen(key) + strlen(shown) + strlen(located) + 4);
    if (target) {
        char *end = target->storage;

        /* The newline keeps it apart from the keys of URLs, which hold none. */
        target->key = end;
        *end++ = '\n';
        store(&end, key);
        target->url = target->given = store(&end, shown);
        target->problem = store(&end, located);
    }
    free(located);
    free(shown);
    free(key);
    return target;
}

/*
 * Whether it can be seen that there is no userinfo, although the item's end cannot: the host ends,
 * and before that no colon stands but that of a port.
 */
static bool is_authority_whole(const char *item, size_t length)
{
    size_t begin = 0;
    bool is_port = false;

    while (begin < length && item[begin] != ':' && item[begin] != '/')
        begin++;
    while (begin < length && (item[begin] == ':' || item[begin] == '/'))
        begin++;
    for (; begin < length && (item[begin] == '\0' || !strchr("/?#", item[begin])); begin++) {
        if (is_port && !isdigit((unsigned char)item[begin]))
            return false;
        is_port = is_port || item[begin] == ':';
    }
    return begin < length;
}

struct target *target_refuse_cut(const char *item, size_t length, struct source source,
                                 const char *problem)
{
    struct target *target;

    /* Without its end nobody knows how much of it is a password: then nothing of it is shown. */
    if (is_authority_whole(item, length))
        target = refuse(item, length, source, problem);
    else
        target = refuse("***", 3, source, problem);
    if (target)
        target->key = NULL;
    return target;
}

/*
 * The length of the scheme that text begins with, 0 for none. "host:80" and "user:word@host" have
 * none, as in curl; but what lists that were made from pages hold, "mailto:me@home" above all, is
 * not taken for a user of a host called home.
 */
static size_t scheme_length(const char *text)
{
    static const char *const opaque[] = {"mailto", "tel",   "sms", "javascript", "data",
                                         "blob",   "about", "urn", "sip",        "xmpp"};
    size_t length = isalpha((unsigned char)*text) ? 1 : 0;

    while (length &&
           (isalnum((unsigned char)text[length]) || (text[length] && strchr("+-.", text[length]))))
        length++;
    if (length == 0 || text[length] != ':')
        return 0;
    if (text[length + 1] == '/')
        return length;
    for (size_t i = 0; i < sizeof(opaque) / sizeof(opaque[0]); i++) {
        if (strlen(opaque[i]) == length && strncasecmp(text, opaque[i], length) == 0)
            return length;
    }
    return 0;
}

static bool is_web(const char *scheme, size_t length)
{
    return (length == 4 && strncasecmp(scheme, "http", 4) == 0) ||
           (length == 5 && strncasecmp(scheme, "https", 5) == 0);
}

/* What libcurl's parser means, in words that say what to mend. */
static const char *explain(CURLUcode code, const char *url)
{
    if (strchr(url, ' '))
        return "a URL cannot hold a space (write %20)";
    for (; *url; url++) {
        if (iscntrl((unsigned char)*url))
            return "a URL cannot hold a control character";
    }
    switch (code) {
    case CURLUE_BAD_PORT_NUMBER: return "the port is not a number from 0 to 65535";
    case CURLUE_NO_HOST: return "no host in the URL";
    default: return NULL;
    }
}

/* Newer libcurls give the name as it is resolved, also where it is not ASCII. */
#ifndef CURLU_PUNYCODE
#define CURLU_PUNYCODE 0
#endif

/* libcurl 7.88 says "out of memory" of a name too that cannot be written in ASCII (RFC 5891). */
static bool is_short_of_memory(CURLU *handle)
{
    char *host = NULL;
    CURLUcode code = curl_url_get(handle, CURLUPART_HOST, &host, 0);

    curl_free(host);
    return code != CURLUE_OK;
}

/* Splits url. CURLUE_OK or what is wrong with it; the parts are to be released either way. */
static CURLUcode split(CURLU *handle, const char *url, struct parts *parts)
{
    CURLUcode code = curl_url_set(handle, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME);

    if (code == CURLUE_OK)
        code = curl_url_get(handle, CURLUPART_SCHEME, &parts->scheme, 0);
    if (code == CURLUE_OK)
        code = curl_url_get(handle, CURLUPART_HOST, &parts->host, CURLU_PUNYCODE);
    if (code == CURLUE_OUT_OF_MEMORY && !is_short_of_memory(handle))
        code = CURLUE_MALFORMED_INPUT;
    if (code == CURLUE_OK)
        code = curl_url_get(handle, CURLUPART_PORT, &parts->port, CURLU_DEFAULT_PORT);
    for (char *c = parts->host; c && *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return code;
}

static void parts_release(struct parts *parts)
{
    curl_free(parts->scheme);
    curl_free(parts->host);
    curl_free(parts->port);
}

/* A target for url, whose end is given. NULL with errno ENOMEM. */
static struct target *target_of(struct target_parser *parser, const char *url, const char *given,
                                const struct parts *parts, struct source source)
{
    struct target *target = NULL;
    char *origin;

    if (asprintf(&origin, "%s://%s:%s", parts->scheme, parts->host, parts->port) < 0)
        return NULL;
    target = target_new(source, strlen(url) + strlen(parts->host) + strlen(origin) + 3);
    if (target) {
        char *end = target->storage;

        target->check = &parser->settings->check;
        target->url = store(&end, url);
        target->given = target->url + (given - url);
        target->key = target->given;
        target->host = store(&end, parts->host);
        target->origin = store(&end, origin);
    }
    free(origin);
    return target;
}

static struct target *parse_url(struct target_parser *parser, const char *url, const char *given,
                                struct source source)
{
    struct parts parts = {0};
    CURLUcode code = split(parser->url, url, &parts);
    struct target *target = NULL;

    if (code == CURLUE_OK) {
        target = target_of(parser, url, given, &parts, source);
    } else if (code == CURLUE_OUT_OF_MEMORY) {
        errno = ENOMEM;
    } else {
        const char *problem = explain(code, url);
        char text[128];

        snprintf(text, sizeof(text), "not a URL: %s", problem ? problem : curl_url_strerror(code));
        target = refuse(given, strlen(given), source, text);
    }
    parts_release(&parts);
    return target;
}

/* given is the URL alone, a string. */
static struct target *parse_given(struct target_parser *parser, const char *given,
                                  struct source source)
{
    size_t scheme = scheme_length(given);
    struct target *target;
    char *url;

    if (scheme && !is_web(given, scheme)) {
        char problem[128];

        snprintf(problem, sizeof(problem), "scheme '%.*s' is not checked (only http and https)",
                 scheme < 32 ? (int)scheme : 32, given);
        return refuse(given, strlen(given), source, problem);
    }
    if (asprintf(&url, "%s%s%s", scheme ? "" : parser->settings->proto_default, scheme ? "" : "://",
                 given) < 0)
        return NULL;
    target = parse_url(parser, url, url + strlen(url) - strlen(given), source);
    free(url);
    return target;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct target *target_parse(struct target_parser *parser, const char *item, size_t length,
                            struct source source)
{
    struct target *target;
    size_t word = 0;
    char *given;

    while (source.file && length && is_blank(item[length - 1]))
        length--;
    while (source.file && length && is_blank(*item))
        item++, length--;
    if (length == 0)
        return refuse(item, 0, source, "an empty URL");
    if (memchr(item, '\0', length))
        return refuse(item, length, source, "a URL cannot hold a NUL byte");
    while (word < length && !is_blank(item[word]))
        word++;
    if (source.file && word < length)
        return refuse(item, length, source, "more than one word (one URL a line)");
    given = malloc(length + 1);
    if (!given)
        return NULL;
    memcpy(given, item, length);
    given[length] = '\0';
    target = parse_given(parser, given, source);
    free(given);
    return target;
}
