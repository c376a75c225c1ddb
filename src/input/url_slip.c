/* SPDX-License-Identifier: MIT */
#include "url_slip.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "base/url_parts.h"
#include "base/utf8.h"
#include "markup_slip.h"
#include "operand_slip.h"

/* RFC 1035, section 2.3.4: a name has at most 255 bytes in its binary form. */
#define NAME_BYTES_MAX 253
#define LABEL_BYTES_MAX 63

#define DIGITS "0123456789"
#define ALPHANUMERIC DIGITS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* The part of a URL that names the server: [user[:password]@]host[:port]. */
struct authority {
    const char *start;
    size_t length;
    const char *host; /* after the last @ */
};

static struct authority authority_of(const struct url_slip_text *text)
{
    struct authority authority = {.start = text->given};

    if (text->has_scheme) {
        authority.start += strcspn(authority.start, ":") + 1;
        authority.start += strspn(authority.start, "/");
    }
    authority.length = strcspn(authority.start, "/?#");
    authority.host = authority.start;
    for (size_t i = 0; i < authority.length; i++) {
        if (authority.start[i] == '@')
            authority.host = authority.start + i + 1;
    }
    return authority;
}

static char *suggest(const struct url_slip_text *text, const char *scheme, int scheme_length,
                     const char *rest)
{
    if (!*rest)
        return xstrdup("no host in the URL");
    return xasprintf("did you mean %.*s://%.200s?", scheme_length, scheme,
                     text->may_quote ? rest : "...");
}

/* The length of "http" or "https" at the beginning of text, 0 if it is neither. */
static int web_length(const char *text)
{
    if (strncasecmp(text, "http", 4) != 0)
        return 0;
    return tolower((unsigned char)text[4]) == 's' ? 5 : 4;
}

/* A blank before or after it, or a second URL. Lines of lists are split at blanks before. */
static char *find_blank(const char *given)
{
    static const char blanks[] = " \t\r\n";
    const char *blank = strpbrk(given, blanks);
    const char *next = blank ? blank + strspn(blank, blanks) : NULL;

    if (blank == given && !*next)
        return xstrdup("no host in the URL");
    if (blank == given)
        return xstrdup("leave out the blank before the URL");
    if (next && !*next)
        return xstrdup("leave out the blank after the URL");
    if (next && url_is_web(next))
        return xstrdup("two URLs in one argument");
    return NULL;
}

static bool is_dash(uint32_t character)
{
    return (character >= 0x2010 && character <= 0x2015) || character == 0x2212;
}

static bool is_typographic_quote(uint32_t character)
{
    return character == 0xab || character == 0xbb || (character >= 0x2018 && character <= 0x201f) ||
           character == 0x2032 || character == 0x2033 || character == 0x2039 ||
           character == 0x203a || (character >= 0x300c && character <= 0x300f) ||
           character == 0xff02 || character == 0xff07;
}

/* The URL begins with a character that no URL begins with. */
static char *find_at_start(const struct url_slip_text *text)
{
    uint32_t character;
    size_t length = utf8_decode(text->given, 4, &character);

    if (length > 1 && escape_is_hidden(character))
        return xasprintf("it begins with an invisible character (U+%04X)", (unsigned)character);
    if (length > 1 && is_dash(character) && text->is_operand)
        return xasprintf("it begins with a dash (U+%04X) that is not the '-' of options",
                         (unsigned)character);
    if (length > 1 && is_typographic_quote(character))
        return xstrdup("leave out the quotes around the URL");
    if (length != 1)
        return NULL;
    if (strchr("<({", (int)character))
        return xstrdup("leave out the brackets around the URL");
    if (strchr("\"'`", (int)character))
        return xstrdup("leave out the quotes around the URL");
    return NULL;
}

/*
 * The ASCII character that browsers and libidn2 take the character for, or that it looks like, where
 * that is a delimiter of URLs: a fullwidth form (U+FF01 to U+FF5E) or another slash. Else 0.
 */
static char delimiter_like(uint32_t character)
{
    if (character == 0x2044 || character == 0x2215)
        return '/';
    if (character < 0xff01 || character > 0xff5e || !strchr(":/?#@\\", (int)character - 0xfee0))
        return '\0';
    return (char)(character - 0xfee0);
}

/*
 * Quotes, a backslash or what looks like a delimiter, before the path. Browsers take a backslash for
 * a slash: another host.
 */
static char *find_in_authority(const struct authority *authority)
{
    uint32_t character;
    size_t length;

    for (size_t i = 0; i < authority->length; i += length ? length : 1) {
        length = utf8_decode(authority->start + i, authority->length - i, &character);
        if (length > 1 && is_typographic_quote(character))
            return xstrdup("leave out the quotes around the URL");
        if (length == 1 && character == '\\')
            return xstrdup("a URL has slashes (/), not backslashes");
        if (length > 1 && delimiter_like(character))
            return xasprintf("a character (U+%04X) that looks like '%c'", (unsigned)character,
                             delimiter_like(character));
    }
    return NULL;
}

/* "http://http://host", "http://host.testhttp://host2": the authority ends in a scheme. */
static char *find_second_scheme(const struct url_slip_text *text, const struct authority *authority)
{
    const char *end = authority->start + authority->length;
    size_t name = authority->length - (authority->length && end[-1] == ':');
    bool is_scheme_only = name && web_length(authority->start) == (int)name;
    bool has_colon = name < authority->length;

    if (strncmp(end, "//", 2) != 0 && !(is_scheme_only && has_colon && *end == '/'))
        return NULL;
    if (is_scheme_only)
        return suggest(text, authority->start, (int)name, end + strspn(end, "/"));
    if (!has_colon || !name)
        return NULL;
    return xstrdup(text->has_scheme ? "two URLs without a blank between them"
                                    : "what is before '://' is not http or https");
}

/* "http//host", "http;//host", "https:host", "http:\\host", "http:". As in curl, "http:80" is a
   host named http and a port. */
static char *find_broken_scheme(const struct url_slip_text *text)
{
    int scheme = web_length(text->given);
    const char *rest = text->given + scheme;
    size_t separators = strspn(rest, ":;,.|/\\");

    if (scheme && strncasecmp(rest, "%3a", 3) == 0)
        return xstrdup("the URL is percent-encoded as a whole (':' is %3A, '/' is %2F)");
    if (!scheme || separators == 0 || (*rest == ':' && isdigit((unsigned char)rest[1])) ||
        (separators == 1 && strchr("./", *rest)))
        return NULL;
    return suggest(text, text->given, scheme, rest + separators);
}

/* "10.0.0.0/24" */
static bool is_network(const char *given)
{
    const char *slash = strchr(given, '/');
    size_t digits = slash ? strspn(slash + 1, DIGITS) : 0;
    unsigned char bytes[4];
    char address[INET_ADDRSTRLEN];

    if (digits == 0 || digits > 2 || slash[1 + digits] || slash - given >= INET_ADDRSTRLEN)
        return false;
    snprintf(address, sizeof(address), "%.*s", (int)(slash - given), given);
    return inet_pton(AF_INET, address, bytes) == 1;
}

/* A path, or a number: not the name of a host. */
static char *find_no_host(const struct url_slip_text *text)
{
    const char *given = text->given;
    size_t digits = strspn(given, DIGITS);
    const char *rest = *given == ':' ? given + 1 : given;

    if (strncmp(rest, "//", 2) == 0 && isalnum((unsigned char)rest[2]))
        return suggest(text, text->default_proto, (int)strlen(text->default_proto), rest + 2);
    if (is_network(given))
        return xstrdup("a range of addresses is not expanded (for a path, write http://)");
    if (*given == '/' || *given == '.')
        return xasprintf("no host (a path that begins with '%c')", *given);
    if (digits && strchr(":/?#", given[digits]))
        return xasprintf("a number is no host (for a port, write localhost:%.*s)",
                         digits < 10 ? (int)digits : 10, given);
    digits = strspn(rest, DIGITS);
    if (*given == ':' && digits && strchr("/?#", rest[digits]))
        return xasprintf("no host before the port (try localhost:%.*s)",
                         digits < 10 ? (int)digits : 10, rest);
    return NULL;
}

/* Whether brackets hold a range: "1-9", "a-z:2", of length bytes. */
static bool is_range(const char *text, size_t length)
{
    size_t first = strspn(text, ALPHANUMERIC);
    size_t last = text[first] == '-' ? strspn(text + first + 1, ALPHANUMERIC ":") : 0;

    return first && last && first + 1 + last == length;
}

/* "http://host/[1-9]", "http://host/{a,b}": curl requests each of them. */
static char *find_glob(const char *given)
{
    const char *end = given + strcspn(given, "?#");

    for (const char *open = strpbrk(given, "[{"); open && open < end;
         open = strpbrk(open + 1, "[{")) {
        size_t length = strcspn(open + 1, "[]{}?#");
        char close = open[1 + length];

        if (*open == '{' && close == '}' && memchr(open + 1, ',', length))
            return xasprintf("{%.*s} is not expanded (a shell expands it without quotes)",
                             (int)length, open + 1);
        if (*open == '[' && close == ']' && is_range(open + 1, length))
            return xasprintf("[%.*s] is not expanded (in bash, write {1..9} without quotes)",
                             (int)length, open + 1);
    }
    return NULL;
}

char *url_slip_find(const struct url_slip_text *text)
{
    const struct authority authority = authority_of(text);
    char *slip = NULL;

    if (text->is_operand && !text->has_scheme)
        slip = operand_slip_find(text->given);
    if (!slip)
        slip = find_blank(text->given);
    if (!slip)
        slip = markup_slip_find(text->given, text->is_operand);
    if (!slip)
        slip = find_at_start(text);
    if (!slip && text->may_quote)
        slip = find_glob(text->given);
    if (!slip)
        slip = find_in_authority(&authority);
    if (!slip && !text->has_scheme)
        slip = find_broken_scheme(text);
    if (!slip)
        slip = markup_slip_find_around(text->given, text->has_scheme);
    if (!slip && !text->has_scheme)
        slip = find_no_host(text);
    return slip ? slip : find_second_scheme(text, &authority);
}

/* The host, or a label of it, is too long. */
static char *find_long_name(const char *host, size_t length)
{
    size_t label = 0;

    for (size_t i = 0; i < length; i++) {
        label = host[i] == '.' ? 0 : label + 1;
        if (label > LABEL_BYTES_MAX)
            return xasprintf("a part of the host name is longer than %d bytes", LABEL_BYTES_MAX);
    }
    if (length - (length && host[length - 1] == '.') > NAME_BYTES_MAX)
        return xasprintf("the host name is longer than %d bytes", NAME_BYTES_MAX);
    return NULL;
}

char *url_slip_find_in_host(const char *host)
{
    bool has_letters = false;

    if (*host == '[')
        return NULL;
    for (const char *c = host; *c; c++)
        has_letters = has_letters || isalnum((unsigned char)*c) || (unsigned char)*c >= 0x80;
    if (strchr(host, '|'))
        return xstrdup("a host name cannot contain '|'");
    if (!has_letters)
        return xstrdup("no host in the URL (a host has letters or digits)");
    if (*host == '.')
        return xstrdup("no host begins with a dot");
    return find_long_name(host, strlen(host));
}

static bool is_ipv6(const char *text, size_t length)
{
    unsigned char bytes[16];
    char address[INET6_ADDRSTRLEN];

    snprintf(address, sizeof(address), "%.*s", (int)length, text);
    return length < sizeof(address) && inet_pton(AF_INET6, address, bytes) == 1;
}

/* Whether the host is followed by something that is no port. */
static bool has_bad_port(const char *host, size_t length)
{
    const char *colon = memchr(host, ':', length);
    const char *port = colon ? colon + 1 : host + length;
    size_t digits = strspn(port, DIGITS);

    return colon &&
           (port + digits != host + length || digits > 5 || strtol(port, NULL, 10) > 65535);
}

/* The first character that makes it no host: those that curl refuses, and what IDNA does. */
static char *explain_host(const char *host, size_t length)
{
    char *slip;

    for (size_t i = 0, count; i < length; i += count ? count : 1) {
        uint32_t character;

        count = utf8_decode(host + i, length - i, &character);
        if (count == 0)
            return xstrdup("the host name is not UTF-8");
        if (count > 1 && escape_is_hidden(character))
            return xasprintf("an invisible character (U+%04X) in the host name",
                             (unsigned)character);
        if (count == 1 && strchr("\"'`", (int)character))
            return xstrdup("leave out the quotes around the URL");
        if (character == '$')
            return xstrdup("a variable that no shell has replaced ('$')");
        if (count == 1 && !isalnum((int)character) && !strchr("-._~:", (int)character))
            return xasprintf("a host name cannot contain '%.*s'", character == '%' ? 3 : 1,
                             host + i);
    }
    slip = find_long_name(host, length);
    return slip ? slip : xstrdup("the host name has no ASCII form (RFC 5891)");
}

char *url_slip_explain(const struct url_slip_text *text)
{
    struct authority authority = authority_of(text);
    const char *host = authority.host;
    size_t length = authority.length - (size_t)(host - authority.start);

    if (strchr(text->given, ' '))
        return xstrdup("a URL cannot contain a space (write %20)");
    if (strpbrk(text->given, "\r\n\t"))
        return xstrdup("a URL cannot contain a line break or a tab");
    for (const char *c = text->given; *c; c++) {
        if (iscntrl((unsigned char)*c))
            return xstrdup("a URL cannot contain a control character");
    }
    if (memchr(authority.start, '@', authority.length) !=
        memrchr(authority.start, '@', authority.length))
        return xstrdup("two @ (in a user name or password, write %40)");
    if (is_ipv6(host, strcspn(host, "%/?#"))) /* %: a zone follows (RFC 6874) */
        return xstrdup("an IPv6 address needs brackets (try http://[::1]:80/)");
    if (length == 0 || *host == ':')
        return xstrdup("no host in the URL");
    if (*host == '[')
        return xstrdup("no IPv6 address and port after '['");
    if (has_bad_port(host, length))
        return xasprintf("the port is not a number from 0 to 65535%s",
                         strchr(host + length, '@')
                             ? " (in a password, write / as %2F, ? as %3F and # as %23)"
                             : "");
    if (text->has_scheme && strspn(strchr(text->given, ':') + 1, "/") > 3)
        return xstrdup("too many slashes before the host");
    return explain_host(host, length);
}
