/* SPDX-License-Identifier: MIT */
#include "extract_char.h"

#include <ctype.h>
#include <string.h>

#include "base/utf8.h"

/* The longest entity that is decoded: &#x10FFFF; and zeros before it. */
#define ENTITY_BYTES_MAX 16

static struct extract_char plain(uint32_t code, size_t bytes)
{
    return (struct extract_char){.code = code, .bytes = bytes};
}

static struct extract_char escaped(uint32_t code, size_t bytes)
{
    return (struct extract_char){.code = code, .bytes = bytes, .is_escaped = true};
}

/* More bytes are needed, unless there are none: then the rest is a character by itself. */
static struct extract_char cut(const struct extract_text *text, size_t offset)
{
    return text->is_end ? plain((unsigned char)text->start[offset], 1) : plain(EXTRACT_MORE, 0);
}

static int hex_value(char c)
{
    if (isdigit((unsigned char)c))
        return c - '0';
    return isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : -1;
}

/* The number with that many digits; -1 if they are not hexadecimal. */
static int32_t hex_number(const char *digits, size_t count)
{
    int32_t number = 0;

    for (size_t i = 0; i < count; i++) {
        if (hex_value(digits[i]) < 0)
            return -1;
        number = number << 4 | hex_value(digits[i]);
    }
    return number;
}

/* "#38", "#x26", "amp"; 0 if it is no entity that is known. */
static uint32_t entity_code(const char *name, size_t length)
{
    static const struct {
        const char *name;
        uint32_t code;
    } entities[] = {{"amp", '&'}, {"apos", '\''}, {"gt", '>'},
                    {"lt", '<'},  {"nbsp", 0xa0}, {"quot", '"'}};
    bool is_hex = length > 2 && tolower((unsigned char)name[1]) == 'x';
    uint32_t code = 0;

    if (length > 1 && name[0] == '#') {
        for (size_t i = is_hex ? 2 : 1; i < length; i++) {
            int digit = hex_value(name[i]);

            if (digit < 0 || (!is_hex && digit > 9) || code > 0x10ffff)
                return 0;
            code = code * (is_hex ? 16 : 10) + (uint32_t)digit;
        }
        return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? code : 0;
    }
    for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
        if (strlen(entities[i].name) == length && memcmp(entities[i].name, name, length) == 0)
            return entities[i].code;
    }
    return 0;
}

/* At an &. An entity needs its semicolon: "&lt=1" is a parameter of a query. */
static struct extract_char read_entity(const struct extract_syntax *syntax,
                                       const struct extract_text *text, size_t offset)
{
    const char *start = text->start + offset;
    size_t length = text->length - offset;
    size_t end = 1;
    struct extract_char result = {.is_entity = true};

    while (end < length && end < ENTITY_BYTES_MAX &&
           (isalnum((unsigned char)start[end]) || start[end] == '#'))
        end++;
    if (end == length && end < ENTITY_BYTES_MAX)
        return cut(text, offset);
    result.code = start[end] == ';' ? entity_code(start + 1, end - 1) : 0;
    if (result.code == 0)
        return plain('&', 1);
    result.bytes = end + 1;
    if (!syntax->is_xml || result.code != '&')
        return result;
    if (length - result.bytes < 4 && !text->is_end)
        return plain(EXTRACT_MORE, 0);
    if (length - result.bytes >= 4 && memcmp(start + result.bytes, "amp;", 4) == 0)
        result.bytes += 4;
    return result;
}

/* "\uD83D\uDE00": two code units of UTF-16 may be one character (RFC 8259, section 7). */
static struct extract_char read_unicode_escape(const struct extract_text *text, size_t offset,
                                               size_t digits)
{
    const char *start = text->start + offset;
    size_t length = text->length - offset;
    size_t bytes = digits + 4;
    int32_t high, low;

    if (length < bytes)
        return cut(text, offset);
    high = hex_number(start + digits, 4);
    if (high < 0)
        return escaped('\n', digits);
    if (high < 0xd800 || high > 0xdfff)
        return escaped((uint32_t)high, bytes);
    if (length < 2 * bytes)
        return cut(text, offset);
    low = hex_number(start + bytes + digits, 4);
    if (high > 0xdbff || low < 0xdc00 || low > 0xdfff || memcmp(start + bytes, start, digits) != 0)
        return escaped('\n', bytes);
    return escaped(0x10000 + ((uint32_t)(high - 0xd800) << 10) + (uint32_t)(low - 0xdc00),
                   2 * bytes);
}

/* At "\(": a part of a pattern or of a program, unless a "\)" follows soon: that is Markdown. */
static struct extract_char read_parenthesis(const struct extract_text *text, size_t offset)
{
    const size_t near = 80;
    size_t length = text->length - offset;
    bool is_cut = length < near && !text->is_end;

    if (memmem(text->start + offset, length < near ? length : near, "\\)", 2))
        return escaped('(', 2);
    return is_cut ? plain(EXTRACT_MORE, 0) : escaped(EXTRACT_PATTERN, 2);
}

/*
 * At a backslash, perhaps at several: JSON within JSON has two or three.
 */
static struct extract_char read_backslash(const struct extract_text *text, size_t offset)
{
    const char *start = text->start + offset;
    size_t length = text->length - offset;
    size_t count = 1;
    char c;

    while (count < length && count < 4 && start[count] == '\\')
        count++;
    if (count == length)
        return text->is_end ? escaped('\n', count) : plain(EXTRACT_MORE, 0);
    c = start[count];
    if (c == 'u')
        return read_unicode_escape(text, offset, count + 1);
    if (c == 'x') {
        int32_t code = length < count + 3 ? -1 : hex_number(start + count + 1, 2);

        if (length < count + 3 && !text->is_end)
            return plain(EXTRACT_MORE, 0);
        return code > 0 && code < 0x80 ? escaped((uint32_t)code, count + 3)
                                       : escaped('\n', count + 1);
    }
    if (c == '/' || c == '"' || c == '\'' || c == '`')
        return escaped((unsigned char)c, count + 1);
    if (count > 1)
        return escaped('\n', count);
    if (c == ':') /* groff(7): a URL may be broken here */
        return escaped(EXTRACT_NOTHING, 2);
    if (c != '\0' && strchr(".[+$dDsSwWN", c))
        return escaped(EXTRACT_PATTERN, 2);
    if (c == '(')
        return read_parenthesis(text, offset);
    return ispunct((unsigned char)c) ? escaped((unsigned char)c, 2) : escaped('\n', 1);
}

/* The bytes of "=26" or "=E6=97=A5", up to four. Returns how many. */
static size_t read_octets(const char *start, size_t length, char octets[4])
{
    size_t count = 0;

    while (count < 4 && 3 * count + 3 <= length && start[3 * count] == '=') {
        int32_t octet = hex_number(start + 3 * count + 1, 2);

        if (octet < 0 || (count > 0 && octet < 0x80))
            break;
        octets[count++] = (char)octet;
        if (octet < 0x80)
            break;
    }
    return count;
}

/* At a = of quoted-printable text. */
static struct extract_char read_quoted_printable(const struct extract_text *text, size_t offset)
{
    const char *start = text->start + offset;
    size_t length = text->length - offset;
    char octets[4];
    uint32_t code;
    size_t count, used;

    if (length < 12 && !text->is_end)
        return plain(EXTRACT_MORE, 0);
    if (length >= 2 && start[1] == '\n')
        return plain(EXTRACT_NOTHING, 2);
    if (length >= 3 && start[1] == '\r' && start[2] == '\n')
        return plain(EXTRACT_NOTHING, 3);
    count = read_octets(start, length, octets);
    if (count == 0)
        return plain('=', 1);
    used = utf8_decode(octets, count, &code);
    return used ? plain(code, 3 * used) : plain((unsigned char)octets[0], 3);
}

/* At a line's end, of 1 or 2 bytes: whether the next line continues it. */
static struct extract_char read_fold(const struct extract_text *text, size_t offset)
{
    const char *start = text->start + offset;
    size_t length = text->length - offset;
    size_t end = start[0] == '\r' ? 2 : 1;

    if (length <= end)
        return cut(text, offset);
    if (start[end - 1] == '\n' && (start[end] == ' ' || start[end] == '\t'))
        return plain(EXTRACT_NOTHING, end + 1);
    return plain('\n', 1);
}

struct extract_char extract_char_at(const struct extract_syntax *syntax,
                                    const struct extract_text *text, size_t offset)
{
    const char *start = text->start + offset;
    size_t length = text->length - offset;
    uint32_t code;
    size_t bytes;

    if (length == 0)
        return plain(text->is_end ? '\n' : EXTRACT_MORE, 0);
    if (*start == '&' && syntax->has_entities)
        return read_entity(syntax, text, offset);
    if (*start == '\\')
        return read_backslash(text, offset);
    if (*start == '=' && syntax->is_quoted_printable)
        return read_quoted_printable(text, offset);
    if ((*start == '\r' || *start == '\n') && syntax->is_folded)
        return read_fold(text, offset);
    bytes = utf8_decode(start, length, &code);
    if (bytes)
        return plain(code, bytes);
    return length < 4 ? cut(text, offset) : plain((unsigned char)*start, 1);
}
