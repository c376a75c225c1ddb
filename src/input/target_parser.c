/* SPDX-License-Identifier: MIT */
#include "target_parser.h"

#include <ctype.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "attributes.h"
#include "base/alloc.h"
#include "base/shell_words.h"
#include "base/url_parts.h"
#include "check_options.h"
#include "last_origin.h"
#include "markup_slip.h"
#include "suggest.h"
#include "target_refuse.h"
#include "url_slip.h"

struct target_parser {
    const struct settings *settings;
    struct line_defaults defaults;
    struct last_origin origin;
};

/* What is known so far of the item that is being parsed. */
struct item {
    const char *text;
    size_t length;
    size_t word; /* how much of it is the URL */
    struct source source;
    const char *host; /* the URL's; "" before it is known */
};

struct target_parser *target_parser_new(const struct settings *settings, const struct check *check)
{
    struct target_parser *parser = xcalloc(1, sizeof(*parser));

    parser->settings = settings;
    parser->defaults.check = check;
    parser->defaults.identity = check_identify(&settings->check);
    parser->defaults.request_identity = check_identify_request(&settings->check);
    return parser;
}

void target_parser_free(struct target_parser *parser)
{
    last_origin_release(&parser->origin);
    free(parser->defaults.identity);
    free(parser->defaults.request_identity);
    free(parser);
}

void target_parser_distrust(struct target_parser *parser, const char *reason)
{
    parser->defaults.distrust = reason;
}

static struct target *refuse(const struct item *item, const char *problem)
{
    return target_refuse(item->text, item->length, item->source, item->host, problem);
}

/* Frees the slip. */
static struct target *refuse_slip(const struct item *item, char *slip)
{
    char *problem = xasprintf("not a URL: %s", slip);
    struct target *target = refuse(item, problem);

    free(problem);
    free(slip);
    return target;
}

/*
 * The length of the scheme that text begins with, 0 for none. As in curl, "host:80" and
 * "user:word@host" have none. But links copied from pages, such as "mailto:me@home", have one: home
 * is not a host with a user.
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

/* Completes the fields by what the line's attributes say, which it takes over. */
static struct target *make_target(struct target *fields, struct attributes *attributes)
{
    const char *identity = attributes->check ? attributes->check->identity : "";
    char *name = attributes->name ? shell_quote(attributes->name) : xstrdup("");
    char *key = xasprintf("%s %s%s%s", fields->given, identity, *name ? "name=" : "", name);
    char *connection_key = NULL;
    struct target *target;

    /* Attributes that change nothing: the same as a line without them. */
    fields->key = attributes->check || attributes->name ? key : fields->given;
    fields->name = attributes->name;
    fields->attributes = attributes->shown;
    if (attributes->check)
        fields->check = fields->own_check = attributes->check;
    if (fields->check->request_identity)
        fields->connection_key = connection_key =
            xasprintf("%s %s", fields->origin, fields->check->request_identity);
    target = target_new(fields);
    free(connection_key);
    free(key);
    free(name);
    free(attributes->name);
    free(attributes->shown);
    return target;
}

#define NO_URL_OR_ATTRIBUTE                                                                        \
    "text that is neither a URL nor an attribute (a URL cannot contain a blank)"

/* "http://user:12 #3@host/" may be a password with a blank; "http://host:80 # ask me@home" is none. */
static bool is_password_after_hash(const struct item *item)
{
    size_t hash = item->word;

    while (hash < item->length && shell_is_blank(item->text[hash]))
        hash++;
    return hash < item->length && item->text[hash] == '#' &&
           target_may_split_password(item->text, item->word,
                                     hash +
                                         target_first_word(item->text + hash, item->length - hash));
}

/* Reads the attributes after the URL. Most lines have none, and need no check of their own. */
static struct target *parse_attributes(struct target_parser *parser, const struct item *item,
                                       struct target *fields)
{
    const char *rest = item->text + item->word;
    size_t length = item->length - item->word;
    struct attributes attributes;
    struct error error;

    if (length == 0 && parser->defaults.check == fields->check)
        return target_new(fields);
    if (is_password_after_hash(item))
        return refuse(item, NO_URL_OR_ATTRIBUTE);
    if (attributes_parse(rest, length, &parser->defaults, &attributes, &error) == 0)
        return attributes.check || attributes.name || attributes.shown
                   ? make_target(fields, &attributes)
                   : target_new(fields);
    if (errno != EINVAL)
        return NULL;
    if (target_may_split_password(item->text, item->word, item->length))
        return refuse(item, NO_URL_OR_ATTRIBUTE);
    return refuse(item, error.text);
}

/* text->given is the end of url. */
static struct target *parse_url(struct target_parser *parser, struct item *item, const char *url,
                                const struct url_slip_text *text)
{
    const char *given = url + strlen(url) - strlen(text->given);
    const struct last_origin *origin = &parser->origin;
    CURLUcode code = last_origin_read(&parser->origin, url);
    char *slip = code == CURLUE_OK ? url_slip_find_in_host(origin->parts.host) : NULL;

    if (slip)
        return refuse_slip(item, slip);
    if (code == CURLUE_OUT_OF_MEMORY) {
        errno = ENOMEM;
        return NULL;
    }
    if (code != CURLUE_OK)
        return refuse_slip(item, url_slip_explain(text));
    item->host = origin->parts.host;
    return parse_attributes(parser, item,
                            &(struct target){.check = &parser->settings->check,
                                             .source = item->source,
                                             .key = given,
                                             .given = given,
                                             .url = url,
                                             .host = origin->parts.host,
                                             .origin = origin->text,
                                             .connection_key = origin->text});
}

/* Whether a scheme is "links.md-12-http": grep prints a - after the number of a line of context. */
static bool is_text_before_web(const char *scheme, size_t length)
{
    size_t web = length > 5 && strncasecmp(scheme + length - 5, "https", 5) == 0 ? 5 : 4;

    return length > web && scheme_is_web(scheme + length - web, web) &&
           scheme[length - web - 1] == '-';
}

/* The scheme is not http or https. */
static struct target *refuse_scheme(const struct item *item, const char *scheme, size_t length)
{
    struct suggestion suggestion = suggest_begin(scheme, length);
    char problem[128];

    if (length == 1)
        return refuse(item, "not a URL: no host (a path that begins with a drive)");
    if (is_text_before_web(scheme, length))
        return refuse(item, "not a URL: leave out the text before the URL");
    suggest_consider(&suggestion, "https");
    suggest_consider(&suggestion, "http");
    snprintf(problem, sizeof(problem), "scheme '%.*s' is not checked (only http and https%s%s%s)",
             length < 32 ? (int)length : 32, scheme, suggestion.nearest ? "; did you mean " : "",
             suggestion.nearest ? suggestion.nearest : "", suggestion.nearest ? "?" : "");
    return refuse(item, problem);
}

/* given is the URL alone, with or without a scheme. */
static struct target *parse_given(struct target_parser *parser, struct item *item,
                                  const char *given)
{
    size_t scheme = scheme_length(given);
    struct url_slip_text text = {.given = given,
                                 .default_proto = parser->settings->proto_default,
                                 .has_scheme = scheme != 0,
                                 .is_operand = !item->source.file,
                                 .may_quote = !memchr(item->text, '@', item->length)};
    struct target *target;
    char *slip, *completed;

    if (scheme && !scheme_is_web(given, scheme))
        return refuse_scheme(item, given, scheme);
    slip = url_slip_find(&text);
    if (slip)
        return refuse_slip(item, slip);
    completed = scheme ? NULL : xasprintf("%s://%s", text.default_proto, given);
    target = parse_url(parser, item, scheme ? given : completed, &text);
    free(completed);
    return target;
}

/*
 * refused is for a line without a URL at its beginning. If there is one later ("- http://host/",
 * "[a link](http://host/)"), it is replaced by a target that shows that URL.
 */
static struct target *say_where_url_is(const struct item *item, struct target *refused)
{
    size_t length;
    const char *url = markup_slip_find_url(item->text, item->word, item->length, &length);
    char *slip, *problem;

    if (!url)
        return refused;
    target_free(refused);
    slip = markup_slip_name(item->text, (size_t)(url - item->text));
    problem = xasprintf("not a URL: %s", slip);
    refused = target_refuse_around(item->text, item->length, url, length, item->source, problem);
    free(problem);
    free(slip);
    return refused;
}

/* Removes the blanks around a line, except one that a backslash quotes, and finds its URL. */
static void trim(struct item *item)
{
    while (item->length && shell_is_blank(*item->text))
        item->text++, item->length--;
    while (item->length > 1 && shell_is_blank(item->text[item->length - 1]) &&
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
        return refuse(&item, "a URL cannot contain a NUL byte");
    given = xstrndup(item.text, item.word);
    target = parse_given(parser, &item, given);
    if (target && target->problem && source.file && scheme_length(given) == 0)
        target = say_where_url_is(&item, target);
    free(given);
    return target;
}
