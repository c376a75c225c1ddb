/* SPDX-License-Identifier: MIT */
#include "extract_scan.h"

#include <ctype.h>
#include <string.h>

char extract_peek(struct extract_scan *scan, size_t distance)
{
    if (scan->at + distance < scan->text->length)
        return scan->text->start[scan->at + distance];
    scan->needs_more = scan->needs_more || !scan->text->is_end;
    return '\n';
}

size_t extract_find_ahead(struct extract_scan *scan, size_t from, bool (*is_found)(char))
{
    while (from < EXTRACT_AHEAD_BYTES && !is_found(extract_peek(scan, from)))
        from++;
    return from;
}

bool extract_is_ahead(struct extract_scan *scan, size_t distance, const char *word)
{
    for (size_t i = 0; word[i]; i++) {
        if (tolower((unsigned char)extract_peek(scan, distance + i)) != word[i])
            return false;
    }
    return true;
}

static bool is_at_or_end(char c)
{
    return c == '@' || (c >= '\0' && c <= ' ') || strchr("/?#\"<>\\`", c);
}

/* Whether a user name is being read, so that more characters than those of a host are part of it. */
static bool is_userinfo(struct extract_scan *scan)
{
    size_t distance = extract_find_ahead(scan, 0, is_at_or_end);

    scan->has_userinfo = scan->has_userinfo ||
                         (distance < EXTRACT_AHEAD_BYTES && extract_peek(scan, distance) == '@');
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
static bool ends_at_bracket(struct extract_scan *scan)
{
    const struct extract_url *url = scan->url;
    char previous = url->start[url->length - 1];
    size_t close = extract_find_ahead(scan, 1, is_bracket_end);
    bool is_closed = close < EXTRACT_AHEAD_BYTES && extract_peek(scan, close) == ']';
    char first = extract_peek(scan, 1);
    char next = is_closed ? extract_peek(scan, close + 1) : '\n';

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
static bool ends_by_rule(struct extract_scan *scan, uint32_t code)
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
    case '\'':
        return !isalnum((unsigned char)extract_peek(scan, 1)) && !(extract_peek(scan, 1) & 0x80);
    case ',':
        if (extract_peek(scan, 1) == ',')
            return true; /* an empty column of a table */
        return extract_is_ahead(scan, 1, "http");
    case ';': return extract_is_ahead(scan, 1, "http"); /* another URL */
    case '*':
        return extract_peek(scan, 1) == '/' &&
               isspace((unsigned char)extract_peek(scan, 2)); /* C's comment */
    default: return false;
    }
}

/* Whether a character, in the authority, is none of a host's, and no user name is being read. */
static bool is_after_host(struct extract_scan *scan, uint32_t code)
{
    return scan->in_authority && !is_host_character(code) && !strchr("/?#", (int)code) &&
           !is_userinfo(scan);
}

/* Whether a URL that has a closer ends before a character. */
static bool ends_before_closer(struct extract_scan *scan, const struct extract_char *c)
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

bool extract_ends_before(struct extract_scan *scan, const struct extract_char *c)
{
    if (scan->opening.closer)
        return ends_before_closer(scan, c);
    if (extract_is_delimiter(c->code))
        return true;
    if (is_after_host(scan, c->code))
        return true;
    return c->code < 0x80 && !c->is_escaped && ends_by_rule(scan, c->code);
}
