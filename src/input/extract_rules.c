/* SPDX-License-Identifier: MIT */
#include "extract_rules.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/escape.h"

/* How long an attribute with blanks may be; without a bound, a missing quote would cost the rest. */
#define BLANKS_BYTES_MAX 2048

/* The byte at a distance before the URL; '\n' at the beginning of the text. */
static char byte_before(const struct extract_text *before, size_t distance)
{
    return distance <= before->length ? before->start[before->length - distance] : '\n';
}

static bool ends_with(const struct extract_text *before, size_t skipped, const char *word)
{
    size_t length = strlen(word);

    return before->length >= skipped + length &&
           strncasecmp(before->start + before->length - skipped - length, word, length) == 0;
}

static bool is_hex(const struct extract_text *before, size_t count)
{
    for (size_t i = 1; i <= count; i++) {
        if (!isxdigit((unsigned char)byte_before(before, i)))
            return false;
    }
    return true;
}

/* Whether the letter or digit before the URL ends an escape, and not a word. */
static bool is_after_escape(const struct extract_text *before)
{
    char last = byte_before(before, 1);
    size_t distance = 2;

    if (byte_before(before, 2) == '\\')
        return true; /* \n */
    if (byte_before(before, 3) == '\\' && byte_before(before, 2) == 'f')
        return true; /* \fB: roff */
    if (byte_before(before, 4) == '\\' && byte_before(before, 3) == 'x')
        return is_hex(before, 2);
    if (byte_before(before, 6) == '\\' && byte_before(before, 5) == 'u')
        return is_hex(before, 4);
    while (isdigit((unsigned char)byte_before(before, distance)) ||
           byte_before(before, distance) == ';')
        distance++;
    return last == 'm' && byte_before(before, distance) == '[' &&
           byte_before(before, distance + 1) == '\x1b'; /* a terminal's colour */
}

/* Whether the URL is in the middle of something: a word, another scheme, a path, a pattern. */
static bool is_inside(const struct extract_text *before)
{
    char last = byte_before(before, 1);
    bool is_after_word = isalnum((unsigned char)byte_before(before, 2));

    if (isalnum((unsigned char)last))
        return !is_after_escape(before);
    return last == '^' || ((last == '+' || last == '/') && is_after_word);
}

static bool is_name_character(char c)
{
    return isalnum((unsigned char)c) || (c && strchr("_-:.", c));
}

/*
 * Whether the quote before the URL quotes a value, of an attribute, a program or JSON: then punctuation
 * at the end is part of the URL, and not of a sentence.
 */
static bool is_value(const struct extract_text *before)
{
    size_t distance = 2;

    while (byte_before(before, distance) == '\\' || byte_before(before, distance) == ' ')
        distance++;
    return strchr("=:,[({", byte_before(before, distance));
}

/* The name of the attribute whose quoted value begins with the URL: sets its end, returns its length. */
static size_t attribute_name(const struct extract_text *before, const char **name)
{
    size_t distance = 2;
    size_t length = 0;

    while (byte_before(before, distance) == '\\' || byte_before(before, distance) == ' ')
        distance++;
    if (byte_before(before, distance) != '=')
        return 0;
    while (byte_before(before, distance + 1) == ' ')
        distance++;
    while (is_name_character(byte_before(before, distance + 1 + length)))
        length++;
    *name = before->start + before->length - distance - length;
    return length;
}

static bool name_is(const char *name, size_t length, const char *word)
{
    return length == strlen(word) && strncasecmp(name, word, length) == 0;
}

/* xmlns, xmlns:NAME, NAME:schemaLocation, NAME:noNamespaceSchemaLocation */
static bool is_namespace(const char *name, size_t length)
{
    static const char location[] = "SchemaLocation";
    const size_t tail = sizeof(location) - 1;

    return (length >= 5 && memcmp(name, "xmlns", 5) == 0 && (length == 5 || name[5] == ':')) ||
           (length >= tail && strncasecmp(name + length - tail, location, tail) == 0);
}

/*
 * Whether the closer comes before a byte that is not part of what it delimits: a blank (unless
 * keeps_blanks), < or >. Else sets *is_cut if it may still come.
 */
static bool is_closed(const struct extract_text *ahead, char closer, bool keeps_blanks,
                      bool *is_cut)
{
    size_t i = 0;

    for (; i < ahead->length && (!keeps_blanks || i < BLANKS_BYTES_MAX); i++) {
        unsigned char c = (unsigned char)ahead->start[i];

        if (c == (unsigned char)closer)
            return true;
        if (c == '<' || c == '>' || (c <= ' ' && !(keeps_blanks && c && strchr(" \t\r\n", c))))
            return false;
    }
    *is_cut = i == ahead->length && !ahead->is_end;
    return false;
}

static void read_quote(struct extract_opening *opening, const struct extract_text *before,
                       const struct extract_text *ahead)
{
    char quote = byte_before(before, 1);
    const char *name;
    size_t length = attribute_name(before, &name);

    opening->is_name = length && is_namespace(name, length);
    if (opening->is_name)
        return;
    opening->is_attribute =
        length && (name_is(name, length, "href") || name_is(name, length, "src"));
    opening->is_escaped = byte_before(before, 2) == '\\';
    opening->is_sentence = !is_value(before);
    if (is_closed(ahead, quote, false, &opening->is_cut)) {
        opening->closer = quote;
    } else if (opening->is_attribute && !opening->is_cut) {
        opening->keeps_blanks = is_closed(ahead, quote, true, &opening->is_cut);
        opening->closer = opening->keeps_blanks ? quote : '\0';
    }
}

static void read_angle(struct extract_opening *opening, const struct extract_text *before,
                       const struct extract_text *ahead)
{
    bool is_link = ends_with(before, 1, "](") || ends_with(before, 1, "]: ");

    if (is_closed(ahead, '>', is_link, &opening->is_cut)) {
        opening->closer = '>';
        opening->keeps_blanks = is_link;
    }
}

/* "[1]: "; but "[^1]: " begins the text of a footnote. */
static bool is_definition(const struct extract_text *before)
{
    size_t distance = 4;

    if (!ends_with(before, 0, "]: "))
        return false;
    while (distance < before->length && byte_before(before, distance) != '[' &&
           byte_before(before, distance) != '\n')
        distance++;
    return byte_before(before, distance) == '[' && byte_before(before, distance - 1) != '^';
}

/* Whether the line so far has a * with text after it: one that begins emphasis, and not a list's. */
static bool is_in_emphasis(const struct extract_text *before)
{
    for (size_t i = 1; i <= before->length && byte_before(before, i) != '\n'; i++) {
        if (byte_before(before, i) == '*' &&
            (i == 1 || !isspace((unsigned char)byte_before(before, i - 1))))
            return true;
    }
    return false;
}

struct extract_opening extract_opening_find(const struct extract_text *before,
                                            const struct extract_text *ahead,
                                            const struct extract_syntax *syntax)
{
    struct extract_opening opening = {.separator = syntax->separator};

    if (is_inside(before)) {
        opening.is_none = true;
        return opening;
    }
    opening.is_emphasis = is_in_emphasis(before);
    switch (byte_before(before, 1)) {
    case '"':
    case '\'':
    case '`': read_quote(&opening, before, ahead); break;
    case '<': read_angle(&opening, before, ahead); break;
    case '(':
        opening.closer = byte_before(before, 2) == ']' ? ')' : '\0';
        opening.is_parenthesis = true;
        break;
    case ',': opening.separator = ','; break;
    case ' ':
        opening.is_definition = syntax->has_entities && !syntax->is_markup && is_definition(before);
        break;
    default: break;
    }
    return opening;
}

bool extract_is_delimiter(uint32_t code)
{
    static const struct {
        uint32_t first;
        uint32_t last;
    } ranges[] = {
        {0x00, 0x20},     {0x7f, 0xa1},     {0xab, 0xab},     {0xbb, 0xbb},     {0xbf, 0xbf},
        {0x060c, 0x060c}, {0x061b, 0x061b}, {0x061f, 0x061f}, {0x06d4, 0x06d4}, {0x0964, 0x0965},
        {0x1680, 0x1680}, {0x2000, 0x206f}, {0x2308, 0x230b}, {0x2329, 0x232a}, {0x3000, 0x3004},
        {0x3008, 0x3020}, {0x3030, 0x3030}, {0x303d, 0x303d}, {0xfe10, 0xfe19}, {0xfe30, 0xfe6b},
        {0xff01, 0xff0f}, {0xff1a, 0xff20}, {0xff3b, 0xff40}, {0xff5b, 0xff65},
    };

    if (code < 0x80)
        return code <= 0x20 || code == 0x7f || code == '"' || code == '<' || code == '>' ||
               code == '`';
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    }
    return escape_is_hidden(code);
}

/* The length without an entity at the end, or without the semicolon. */
static size_t without_semicolon(const char *url, size_t length)
{
    size_t name = length - 1;

    while (name > 0 && isalnum((unsigned char)url[name - 1]))
        name--;
    return name > 0 && name < length - 1 && url[name - 1] == '&' ? name - 1 : length - 1;
}

void extract_trim(const char *url, size_t *length, bool is_emphasis)
{
    size_t opened = 0, closed = 0;

    for (size_t i = 0; i < *length; i++) {
        opened += url[i] == '(';
        closed += url[i] == ')';
    }
    while (*length > 0) {
        char last = url[*length - 1];

        if (last == ')') {
            if (closed <= opened)
                return;
            closed--;
            *length -= 1;
        } else if (last == ';') {
            *length = without_semicolon(url, *length);
        } else if (strchr(is_emphasis ? "?!.,:_~'*" : "?!.,:_~'", last)) {
            *length -= 1;
        } else {
            return;
        }
    }
}

static bool has_placeholder(const char *url, size_t length)
{
    if (memmem(url, length, "/.../", 5) || memmem(url, length, "…", strlen("…")))
        return true;
    for (size_t i = 0; i < length; i++) {
        const char *c = url + i;
        size_t left = length - i - 1;

        if (*c == '{' || *c == '}')
            return true;
        if (*c == '$' && (left == 0 || isalnum((unsigned char)c[1]) || strchr("_(", c[1])))
            return true;
        if (*c != '%')
            continue;
        if (left < 2 || !isxdigit((unsigned char)c[1]) || !isxdigit((unsigned char)c[2]))
            return true;
        if (left > 2 && c[1] == '0' && isdigit((unsigned char)c[2]) && strchr("diuxX", c[3]))
            return true; /* "%02d" */
    }
    return false;
}

/* Whether a host without a dot has capitals only: HOST, YOUR_DOMAIN. */
static bool is_capital_word(const char *host, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (!isupper((unsigned char)host[i]) && !strchr("_-", host[i]))
            return false;
    }
    return length > 1;
}

/* "[::1]", and perhaps a port */
static bool is_ipv6(const char *host, size_t length)
{
    size_t i = 1;

    while (i < length && (isxdigit((unsigned char)host[i]) || strchr(":.%", host[i])))
        i++;
    return i > 1 && i < length && host[i] == ']';
}

bool extract_is_address(const char *url, size_t length)
{
    const char *host = (const char *)memchr(url, ':', length) + 3;
    const char *end = url + length;
    const char *stop = host;
    const char *colon;
    bool has_name = false;

    while (stop < end && !strchr("/?#", *stop))
        stop++;
    for (const char *c = stop; c > host; c--) {
        if (c[-1] == '@')
            host = c;
    }
    if (host == stop || url[length - 1] == '*')
        return false;
    if (*host == '[')
        return is_ipv6(host, (size_t)(stop - host)) && !has_placeholder(url, length);
    colon = memchr(host, ':', (size_t)(stop - host));
    for (const char *c = colon ? colon + 1 : stop; c < stop; c++) {
        if (isalpha((unsigned char)*c) || *c == '_')
            return false;
    }
    stop = colon ? colon : stop;
    for (const char *c = host; c < stop; c++) {
        has_name = has_name || isalnum((unsigned char)*c) || (*c & 0x80);
        if (*c == '*')
            return false;
    }
    return has_name &&
           !(islower((unsigned char)*url) && is_capital_word(host, (size_t)(stop - host))) &&
           !has_placeholder(url, length);
}

bool extract_is_html_element(const char *name, size_t length)
{
    static const char *const names[] = {
        "a",     "abbr",    "b",       "big", "blockquote", "body",   "br",    "center", "code",
        "dd",    "details", "div",     "dl",  "dt",         "em",     "font",  "h1",     "h2",
        "h3",    "h4",      "h5",      "h6",  "hr",         "i",      "kbd",   "li",     "mark",
        "ol",    "p",       "pre",     "q",   "s",          "script", "small", "span",   "strong",
        "style", "sub",     "summary", "sup", "table",      "tbody",  "td",    "th",     "thead",
        "title", "tr",      "tt",      "u",   "ul",         "wbr",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (name_is(name, length, names[i]))
            return true;
    }
    return false;
}
