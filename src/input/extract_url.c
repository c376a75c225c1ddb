/* SPDX-License-Identifier: MIT */
#include "extract_url.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "extract_scan.h"

/* An address that was cut off to be shown ends in it. */
#define ELLIPSIS 0x2026

static void append(struct extract_url *url, const char *bytes, size_t count)
{
    if (url->length + count > url->capacity) {
        url->capacity = 2 * (url->length + count);
        url->start = xrealloc(url->start, url->capacity);
    }
    memcpy(url->start + url->length, bytes, count);
    url->length += count;
}

static void append_code(struct extract_url *url, uint32_t code)
{
    char bytes[4];

    append(url, bytes, utf8_encode(bytes, code));
}

/* "http" or "https" and "://", the last three perhaps escaped. 1; 0: it is something else; -1: cut. */
static int read_scheme(struct extract_scan *scan)
{
    size_t length = 4;

    if (!extract_is_ahead(scan, 0, "http"))
        return scan->needs_more ? -1 : 0;
    length += tolower((unsigned char)extract_peek(scan, 4)) == 's';
    if (scan->needs_more)
        return -1;
    append(scan->url, scan->text->start + scan->at, length);
    scan->at += length;
    for (const char *c = "://"; *c;) {
        struct extract_char next = extract_char_at(scan->syntax, scan->text, scan->at);

        if (next.code == EXTRACT_MORE)
            return -1;
        if (next.code != EXTRACT_NOTHING && next.code != (unsigned char)*c++)
            return 0;
        scan->at += next.bytes;
    }
    append(scan->url, "://", 3);
    return 1;
}

/* Follows the host, to find "example.com" before letters of a text without blanks (Japanese). */
static void follow_authority(struct extract_scan *scan, uint32_t code)
{
    if (code == '/' || code == '?' || code == '#') {
        scan->in_authority = false;
    } else if (code == '.') {
        scan->has_dot = true;
        scan->label_ascii = scan->mixed_at = 0;
    } else if (code < 0x80) {
        scan->label_ascii += isalnum((int)code) != 0;
    } else if (scan->has_dot && scan->label_ascii && !scan->mixed_at) {
        scan->mixed_at = scan->at;
        scan->mixed_length = scan->url->length;
    }
}

/* Appends a character, percent-encoded if no URL can contain it, as browsers do. */
static void take(struct extract_scan *scan, const struct extract_char *c)
{
    if (c->code == '\r' || c->code == '\n')
        return; /* within an attribute of HTML */
    if (c->code < 0x80 && extract_is_delimiter(c->code)) {
        char encoded[sizeof("%20")];

        snprintf(encoded, sizeof(encoded), "%%%02X", (unsigned char)c->code);
        append(scan->url, encoded, strlen(encoded));
        return;
    }
    append_code(scan->url, c->code);
}

/* Whether the host ends in letters of another script than its last label: they are no part of it. */
static bool cut_mixed_host(struct extract_scan *scan)
{
    if (!scan->mixed_at || scan->opening.closer)
        return false;
    scan->at = scan->mixed_at;
    scan->url->length = scan->mixed_length;
    return true;
}

/* Reads to the end of the URL. The last character is the one after it. */
static struct extract_char read_rest(struct extract_scan *scan)
{
    for (;;) {
        struct extract_char c = extract_char_at(scan->syntax, scan->text, scan->at);

        if (c.code == EXTRACT_MORE)
            scan->needs_more = true;
        if (scan->needs_more)
            return c;
        if (c.code == EXTRACT_PATTERN)
            scan->is_placeholder = true;
        if (c.code < EXTRACT_NOTHING) {
            bool was_in_authority = scan->in_authority;
            bool is_plain = c.code < 0x80 && isalnum((int)c.code); /* no rule is about these */

            if (!is_plain && extract_ends_before(scan, &c)) {
                if (was_in_authority && !scan->needs_more)
                    cut_mixed_host(scan);
                return c;
            }
            if (was_in_authority)
                follow_authority(scan, c.code);
            if (was_in_authority && !scan->in_authority && cut_mixed_host(scan))
                return c;
            take(scan, &c);
        }
        scan->at += c.bytes;
    }
}

static bool is_word_end(char c)
{
    return !isalnum((unsigned char)c) && !strchr("_-. ", c);
}

/* Whether a < after the URL begins a placeholder, "https://host/<id>", or code, "<?= $id ?>". */
static bool is_placeholder_next(struct extract_scan *scan)
{
    char first = extract_peek(scan, 1);
    size_t end;

    if (extract_peek(scan, 0) != '<')
        return false;
    if (first == '?' || first == '%' || first == '$')
        return true;
    if (scan->syntax->is_markup || !isalpha((unsigned char)first))
        return false;
    end = extract_find_ahead(scan, 1, is_word_end);
    if (end == EXTRACT_AHEAD_BYTES || extract_peek(scan, end) != '>')
        return false;
    return !extract_is_html_element(scan->text->start + scan->at + 1, end - 1);
}

/* Whether a program adds something to a quoted URL: "https://host/" + id. */
static bool is_continued(struct extract_scan *scan)
{
    size_t next = scan->opening.is_escaped ? 2 : 1;

    if (!scan->ended_exactly || !strchr("\"'`", scan->opening.closer))
        return false;
    if (extract_peek(scan, next) == ' ')
        return extract_peek(scan, next + 1) == '+' || extract_peek(scan, next + 1) == '.';
    if (extract_peek(scan, next) == '.')
        return extract_is_ahead(scan, next, ".$") || extract_is_ahead(scan, next, "..") ||
               extract_is_ahead(scan, next, ".concat("); /* PHP, Lua, JavaScript */
    return extract_peek(scan, next) == '+';
}

/* Whether the character after the URL is one that only binary data has. */
static bool is_binary(const struct extract_char *c)
{
    return c->bytes && c->code < ' ' && !c->is_escaped && !c->is_entity && c->code != '\x1b' &&
           !isspace((int)c->code);
}

static enum extract_found judge(struct extract_scan *scan, const struct extract_char *next)
{
    struct extract_url *url = scan->url;
    bool is_exact = (scan->ended_exactly && !scan->opening.is_sentence) ||
                    scan->opening.is_definition || scan->opening.closer == ')';

    if (scan->is_placeholder || next->code == ELLIPSIS || is_binary(next) ||
        is_placeholder_next(scan) || is_continued(scan))
        return EXTRACT_NONE;
    if (scan->opening.keeps_blanks) {
        while (url->length > 3 && memcmp(url->start + url->length - 3, "%20", 3) == 0)
            url->length -= 3;
    }
    if (!is_exact)
        extract_trim(url->start, &url->length, scan->opening.is_emphasis);
    return extract_is_address(url->start, url->length) ? EXTRACT_URL : EXTRACT_NONE;
}

enum extract_found extract_url_find(const struct extract_syntax *syntax,
                                    const struct extract_text *text, size_t offset,
                                    const struct extract_text *before, struct extract_url *url,
                                    size_t *end)
{
    struct extract_scan scan = {.syntax = syntax,
                                .text = text,
                                .at = offset,
                                .url = url,
                                .in_authority = true};
    struct extract_char next;
    enum extract_found found;
    int scheme;

    *end = offset + 1;
    url->length = 0;
    scheme = read_scheme(&scan);
    if (scheme <= 0)
        return scheme == 0 ? EXTRACT_NONE : EXTRACT_UNENDED;
    scan.opening = extract_opening_find(
        before, &(struct extract_text){text->start + scan.at, text->length - scan.at, text->is_end},
        syntax);
    if (scan.opening.is_none)
        return EXTRACT_NONE;
    if (scan.opening.is_attribute && !syntax->has_entities) {
        scan.own_syntax = *syntax;
        scan.own_syntax.has_entities = true;
        scan.syntax = &scan.own_syntax;
    }
    if (scan.opening.is_name) {
        *end = scan.at;
        return EXTRACT_NAME;
    }
    next = scan.opening.is_cut ? (struct extract_char){.code = EXTRACT_MORE} : read_rest(&scan);
    if (scan.opening.is_cut || scan.needs_more)
        return EXTRACT_UNENDED;
    *end = scan.at;
    found = judge(&scan, &next);
    return scan.needs_more ? EXTRACT_UNENDED : found;
}
