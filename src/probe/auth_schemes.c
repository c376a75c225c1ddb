/* SPDX-License-Identifier: MIT */
#include "auth_schemes.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* RFC 9110, section 5.6.2. */
static bool is_token_char(char c)
{
    return isalnum((unsigned char)c) || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static const char *skip(const char *at, const char *end, const char *characters)
{
    while (at < end && *at && strchr(characters, *at))
        at++;
    return at;
}

/* The comma that ends the element of the list, or the end. A quoted string may contain commas. */
static const char *end_of_element(const char *at, const char *end)
{
    bool is_quoted = false;

    for (; at < end && (is_quoted || *at != ','); at++) {
        if (*at == '"')
            is_quoted = !is_quoted;
        else if (is_quoted && *at == '\\' && at + 1 < end)
            at++;
    }
    return at;
}

static bool is_listed(const char *list, const char *name, size_t length)
{
    while (*list) {
        size_t listed = strcspn(list, ",");

        if (listed == length && strncasecmp(list, name, length) == 0)
            return true;
        list += listed;
        list += strspn(list, ", ");
    }
    return false;
}

static void add(char list[AUTH_SCHEMES_BYTES], const char *name, size_t length)
{
    size_t used = strlen(list);

    if (!is_listed(list, name, length) && used + length + 2 < AUTH_SCHEMES_BYTES)
        snprintf(list + used, AUTH_SCHEMES_BYTES - used, "%s%.*s", used ? ", " : "", (int)length,
                 name);
}

/* An element begins with a scheme, or it is another parameter of the last one: "name = value". */
void auth_schemes_add(char list[AUTH_SCHEMES_BYTES], const char *value, size_t length)
{
    const char *end = value + length;

    while (value < end) {
        const char *name = skip(value, end, ", \t\r\n");
        const char *name_end = name;
        const char *next;

        while (name_end < end && is_token_char(*name_end))
            name_end++;
        next = skip(name_end, end, " \t\r\n");
        if (name_end > name && (next == end || *next == ',' || (next > name_end && *next != '=')))
            add(list, name, (size_t)(name_end - name));
        value = end_of_element(name_end, end);
    }
}
