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

#include "attributes.h"
#include "input/check.h"
#include "base/shell_words.h"

struct target_parser {
    const struct settings *settings;
    struct base base;
    CURLU *url;
};

/* The parts of a URL that decide about connections, as libcurl's parser sees them. */
struct parts {
    char *scheme;
    char *host;
    char *port;
};

/* A line on its way: what it says, and where it stands. */
struct item {
    const char *text;
    size_t length;
    size_t word; /* how much of it is the URL */
    struct source source;
    const char *host; /* the URL's, "" as long as it is not known */
};

struct target_parser *target_parser_new(const struct settings *settings)
{
    return target_parser_new_with(settings, &settings->check);
}

struct target_parser *target_parser_new_with(const struct settings *settings,
                                             const struct check *check)
{
    struct target_parser *parser = malloc(sizeof(*parser));

    if (!parser)
        return NULL;
    parser->settings = settings;
    parser->base.check = check;
    parser->base.identity = check_identify(&settings->check);
    parser->base.asked = check_identify_asked(&settings->check);
    parser->url = curl_url();
    if (parser->base.identity && parser->base.asked && parser->url)
        return parser;
    target_parser_free(parser);
    errno = ENOMEM;
    return NULL;
}

void target_parser_free(struct target_parser *parser)
{
    if (!parser)
        return;
    curl_url_cleanup(parser->url);
    free(parser->base.identity);
    free(parser->base.asked);
    free(parser);
}

static struct target *refuse(const struct item *item, const char *problem)
{
    return target_refuse(item->text, item->length, item->source, item->host, problem);
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

/* The key of a target: its URL, and what its line says besides. */
static char *make_key(const char *given, const struct attributes *attributes)
{
    char *name = attributes->name ? shell_quote(attributes->name) : NULL;
    char *key = NULL;

    if (attributes->name && !name)
        return NULL;
    if (asprintf(&key, "%s %s%s%s", given, attributes->check ? attributes->check->identity : "",
                 name ? "name=" : "", name ? name : "") < 0)
        key = NULL;
    free(name);
    return key;
}

/* A target with what its line says besides its URL, which it takes over. */
static struct target *target_with(struct target *draft, struct attributes *attributes)
{
    struct target *target = NULL;
    char *key = make_key(draft->given, attributes);
    char *pool = NULL;

    draft->key = key;
    draft->name = attributes->name;
    draft->own_check = attributes->check;
    if (draft->own_check)
        draft->check = draft->own_check;
    if (draft->check->asked) {
        if (asprintf(&pool, "%s %s", draft->origin, draft->check->asked) < 0)
            pool = NULL;
        draft->pool = pool;
    }
    if (key && draft->pool)
        target = target_new(draft);
    else
        check_free(draft->own_check);
    free(pool);
    free(key);
    free(attributes->name);
    return target;
}

/* A target like the draft, with the attributes that stand behind the URL. */
static struct target *parse_attributes(struct target_parser *parser, const struct item *item,
                                       struct target *draft)
{
    const char *behind = item->text + item->word;
    size_t length = item->length - item->word;
    struct attributes attributes;
    struct error error;

    if (length == 0 && parser->base.check == draft->check)
        return target_new(draft);
    if (attributes_parse(behind, length, &parser->base, &attributes, &error) == 0)
        return attributes.check || attributes.name ? target_with(draft, &attributes)
                                                   : target_new(draft);
    if (errno != EINVAL)
        return NULL;
    if (target_may_part_password(item->text, item->word, item->length))
        return refuse(item, "more than a URL and its attributes (a URL cannot hold a blank)");
    return refuse(item, error.text);
}

/* A target for url, whose end is given. NULL with errno. */
static struct target *target_of(struct target_parser *parser, struct item *item, const char *url,
                                const char *given, const struct parts *parts)
{
    struct target draft = {.check = &parser->settings->check,
                           .source = item->source,
                           .key = given,
                           .given = given,
                           .url = url,
                           .host = parts->host};
    struct target *target;
    char *origin;

    if (asprintf(&origin, "%s://%s:%s", parts->scheme, parts->host, parts->port) < 0)
        return NULL;
    draft.origin = draft.pool = origin;
    item->host = parts->host;
    target = parse_attributes(parser, item, &draft);
    free(origin);
    return target;
}

static struct target *parse_url(struct target_parser *parser, struct item *item, const char *url,
                                const char *given)
{
    struct parts parts = {0};
    CURLUcode code = split(parser->url, url, &parts);
    struct target *target = NULL;

    if (code == CURLUE_OK) {
        target = target_of(parser, item, url, given, &parts);
    } else if (code == CURLUE_OUT_OF_MEMORY) {
        errno = ENOMEM;
    } else {
        const char *problem = explain(code, url);
        char text[128];

        snprintf(text, sizeof(text), "not a URL: %s", problem ? problem : curl_url_strerror(code));
        target = refuse(item, text);
    }
    parts_release(&parts);
    return target;
}

/* given is the URL alone, a string. */
static struct target *parse_given(struct target_parser *parser, struct item *item,
                                  const char *given)
{
    size_t scheme = scheme_length(given);
    struct target *target;
    char *url;

    if (scheme && !is_web(given, scheme)) {
        char problem[128];

        snprintf(problem, sizeof(problem), "scheme '%.*s' is not checked (only http and https)",
                 scheme < 32 ? (int)scheme : 32, given);
        return refuse(item, problem);
    }
    if (asprintf(&url, "%s%s%s", scheme ? "" : parser->settings->proto_default, scheme ? "" : "://",
                 given) < 0)
        return NULL;
    target = parse_url(parser, item, url, url + strlen(url) - strlen(given));
    free(url);
    return target;
}

/* Takes the blanks off a line, but for one that a backslash quotes, and finds its URL. */
static void trim(struct item *item)
{
    while (item->length && target_is_blank(*item->text))
        item->text++, item->length--;
    while (item->length > 1 && target_is_blank(item->text[item->length - 1]) &&
           item->text[item->length - 2] != '\\')
        item->length--;
    item->word = target_first_word(item->text, item->length);
}

struct target *target_parse(struct target_parser *parser, const char *text, size_t length,
                            struct source source)
{
    struct item item = {.text = text,
                        .length = length,
                        .word = length,
                        .source = source,
                        .host = ""};
    struct target *target;
    char *given;

    if (source.file)
        trim(&item);
    if (item.word == 0)
        return refuse(&item, "an empty URL");
    if (memchr(item.text, '\0', item.length))
        return refuse(&item, "a URL cannot hold a NUL byte");
    given = malloc(item.word + 1);
    if (!given)
        return NULL;
    memcpy(given, item.text, item.word);
    given[item.word] = '\0';
    target = parse_given(parser, &item, given);
    free(given);
    return target;
}
