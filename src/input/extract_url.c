/* SPDX-License-Identifier: MIT */
#include "extract_url.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "extract_rules.h"

/* How far a URL reads ahead for what is after it. */
#define AHEAD_BYTES 48

/* An address that was cut off to be shown ends in it. */
#define ELLIPSIS 0x2026

/* A URL that is being read. */
struct scan {
    const struct extract_syntax *syntax;
    struct extract_syntax own_syntax;
    const struct extract_text *text;
    size_t at; /* the offset of the next character */
    struct extract_url *url;
    struct extract_opening opening;
    bool ended_exactly; /* by the delimiter that belongs to the opening */
    bool needs_more;    /* bytes, to know whether the URL ends here */
    bool is_placeholder;

    bool in_authority;
    bool has_userinfo;
    size_t label_ascii; /* letters and digits of ASCII since the last dot of the host */
    bool has_dot;
    size_t mixed_at;     /* the offset of the first other letter after them; 0: none */
    size_t mixed_length; /* of the URL before it */

    size_t parentheses, braces, brackets; /* how many are open */
};

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

/* The byte at a distance from the next character; '\n' at the end of the text. */
static char peek(struct scan *scan, size_t distance)
{
    if (scan->at + distance < scan->text->length)
        return scan->text->start[scan->at + distance];
    scan->needs_more = scan->needs_more || !scan->text->is_end;
    return '\n';
}

/* The distance of the first byte of that kind; AHEAD_BYTES: there is none. */
static size_t find_ahead(struct scan *scan, size_t from, bool (*is_found)(char))
{
    while (from < AHEAD_BYTES && !is_found(peek(scan, from)))
        from++;
    return from;
}

/* Whether a word, in lower or upper case, is at a distance. */
static bool is_ahead(struct scan *scan, size_t distance, const char *word)
{
    for (size_t i = 0; word[i]; i++) {
        if (tolower((unsigned char)peek(scan, distance + i)) != word[i])
            return false;
    }
    return true;
}

/* "http" or "https" and "://", the last three perhaps escaped. 1; 0: it is something else; -1: cut. */
static int read_scheme(struct scan *scan)
{
    size_t length = 4;

    if (!is_ahead(scan, 0, "http"))
        return scan->needs_more ? -1 : 0;
    length += tolower((unsigned char)peek(scan, 4)) == 's';
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

static bool is_at_or_end(char c)
{
    return c == '@' || (c >= '\0' && c <= ' ') || strchr("/?#\"<>\\`", c);
}

/* Whether a user name is being read, so that more characters than those of a host are part of it. */
static bool is_userinfo(struct scan *scan)
{
    size_t distance = find_ahead(scan, 0, is_at_or_end);

    scan->has_userinfo =
        scan->has_userinfo || (distance < AHEAD_BYTES && peek(scan, distance) == '@');
    return scan->has_userinfo;
}

static bool is_host_character(uint32_t code)
{
    return code >= 0x80 || isalnum((int)code) || (code && strchr("-._~:@%[]{}$*", (int)code));
}

static bool is_bracket_end(char c)
{
    return c == ']' || c == '[' || (c >= '\0' && c <= ' ') || c == '"' || c == '<';
}

/* At a [: whether the URL ends before it. */
static bool ends_at_bracket(struct scan *scan)
{
    const struct extract_url *url = scan->url;
    char previous = url->start[url->length - 1];
    size_t close = find_ahead(scan, 1, is_bracket_end);
    bool is_closed = close < AHEAD_BYTES && peek(scan, close) == ']';
    char first = peek(scan, 1);
    char next = is_closed ? peek(scan, close + 1) : '\n';

    if (scan->in_authority && previous == '/') {
        scan->brackets++; /* an IPv6 address */
        return false;
    }
    if (scan->in_authority)
        return true;
    if (!is_closed || scan->syntax->is_asciidoc)
        return true;
    scan->brackets++;
    if (memchr(url->start, '?', url->length) && (close == 1 || next == '=' || next == '['))
        return false; /* "?a[]=1" */
    if (strchr("/=_-", previous) && close > 1 && first != '^' && !isdigit((unsigned char)first)) {
        scan->is_placeholder = true; /* "/[id]" */
        return false;
    }
    scan->brackets--;
    return true;
}

/* Whether an ASCII character that may be part of a URL ends this one, which has no delimiters. */
static bool ends_by_rule(struct scan *scan, uint32_t code)
{
    if (scan->opening.separator && code == (unsigned char)scan->opening.separator)
        return true;
    switch (code) {
    case '|': return true;
    case '(': scan->parentheses++; return false;
    case ')':
        if (scan->parentheses == 0)
            return scan->opening.is_parenthesis;
        scan->parentheses--;
        return false;
    case '{': scan->braces++; return false;
    case '}': return scan->braces == 0 || scan->braces-- == 0;
    case '[': return ends_at_bracket(scan);
    case ']': return scan->brackets == 0 || scan->brackets-- == 0;
    case '\'': return !isalnum((unsigned char)peek(scan, 1)) && !(peek(scan, 1) & 0x80);
    case ',':
        if (peek(scan, 1) == ',')
            return true; /* an empty column of a table */
        return is_ahead(scan, 1, "http");
    case ';': return is_ahead(scan, 1, "http"); /* another URL */
    case '*':
        return peek(scan, 1) == '/' && isspace((unsigned char)peek(scan, 2)); /* C's comment */
    default: return false;
    }
}

/* Whether a character, in the authority, is none of a host's, and no user name is being read. */
static bool is_after_host(struct scan *scan, uint32_t code)
{
    return scan->in_authority && !is_host_character(code) && !strchr("/?#", (int)code) &&
           !is_userinfo(scan);
}

/* Whether a URL that has a closer ends before a character. */
static bool ends_before_closer(struct scan *scan, const struct extract_char *c)
{
    const struct extract_opening *opening = &scan->opening;
    bool is_closer = !c->is_entity && c->code == (unsigned char)opening->closer;
    bool is_quoted = strchr("\"'`", opening->closer);

    if (c->code == '(' && !c->is_escaped)
        scan->parentheses++;
    if (c->code == ')' && is_closer && (c->is_escaped || scan->parentheses > 0)) {
        scan->parentheses -= !c->is_escaped;
        return false;
    }
    scan->ended_exactly = is_closer && c->is_escaped == opening->is_escaped;
    if (is_closer || (c->code == '|' && opening->closer == '>'))
        return true;
    if (is_after_host(scan, c->code) && !opening->is_attribute && is_quoted)
        return true;
    if (c->is_entity || !extract_is_delimiter(c->code))
        return false;
    if (c->code <= ' ' && !c->is_escaped)
        return !opening->keeps_blanks;
    return !is_quoted || c->is_escaped;
}

/* Whether the URL ends before a character. */
static bool ends_before(struct scan *scan, const struct extract_char *c)
{
    if (scan->opening.closer)
        return ends_before_closer(scan, c);
    if (extract_is_delimiter(c->code))
        return true;
    if (is_after_host(scan, c->code))
        return true;
    return c->code < 0x80 && !c->is_escaped && ends_by_rule(scan, c->code);
}

/* Follows the host, to find "example.com" before letters of a text without blanks (Japanese). */
static void follow_authority(struct scan *scan, uint32_t code)
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
static void take(struct scan *scan, const struct extract_char *c)
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
static bool cut_mixed_host(struct scan *scan)
{
    if (!scan->mixed_at || scan->opening.closer)
        return false;
    scan->at = scan->mixed_at;
    scan->url->length = scan->mixed_length;
    return true;
}

/* Reads to the end of the URL. The last character is the one after it. */
static struct extract_char read_rest(struct scan *scan)
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

            if (!is_plain && ends_before(scan, &c)) {
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
static bool is_placeholder_next(struct scan *scan)
{
    char first = peek(scan, 1);
    size_t end;

    if (peek(scan, 0) != '<')
        return false;
    if (first == '?' || first == '%' || first == '$')
        return true;
    if (scan->syntax->is_markup || !isalpha((unsigned char)first))
        return false;
    end = find_ahead(scan, 1, is_word_end);
    if (end == AHEAD_BYTES || peek(scan, end) != '>')
        return false;
    return !extract_is_html_element(scan->text->start + scan->at + 1, end - 1);
}

/* Whether a program adds something to a quoted URL: "https://host/" + id. */
static bool is_continued(struct scan *scan)
{
    size_t next = scan->opening.is_escaped ? 2 : 1;

    if (!scan->ended_exactly || !strchr("\"'`", scan->opening.closer))
        return false;
    if (peek(scan, next) == ' ')
        return peek(scan, next + 1) == '+' || peek(scan, next + 1) == '.';
    if (peek(scan, next) == '.')
        return is_ahead(scan, next, ".$") || is_ahead(scan, next, "..") ||
               is_ahead(scan, next, ".concat("); /* PHP, Lua, JavaScript */
    return peek(scan, next) == '+';
}

/* Whether the character after the URL is one that only binary data has. */
static bool is_binary(const struct extract_char *c)
{
    return c->bytes && c->code < ' ' && !c->is_escaped && !c->is_entity && c->code != '\x1b' &&
           !isspace((int)c->code);
}

static enum extract_found judge(struct scan *scan, const struct extract_char *next)
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
    struct scan scan = {.syntax = syntax,
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
