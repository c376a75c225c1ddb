/* SPDX-License-Identifier: MIT */
#include "input/expectations.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/units.h"
#include "suggest.h"

#define STATUS_MIN 100

/* One item of a list. */
struct item {
    int first; /* the range of statuses; both are 0 for a class, or for an item that is wrong */
    int last;
    enum cause cause;
};

static bool is_status(const char *text, size_t length)
{
    return length == 3 && isdigit((unsigned char)text[0]) && isdigit((unsigned char)text[1]) &&
           isdigit((unsigned char)text[2]);
}

static struct item read_item(const char *text, size_t length)
{
    struct item item = {.cause = cause_find(text, length)};

    if (is_status(text, length)) {
        item.first = item.last = atoi(text);
    } else if (length == 7 && is_status(text, 3) && text[3] == '-' && is_status(text + 4, 3)) {
        item.first = atoi(text);
        item.last = atoi(text + 4);
    } else if (length == 3 && isdigit((unsigned char)text[0]) &&
               strncasecmp(text + 1, "xx", 2) == 0) {
        item.first = 100 * (text[0] - '0');
        item.last = item.first + 99;
    }
    return item;
}

/* Returns the next item and sets its length. *list is moved past it, or to NULL after the last. */
static const char *next_item(const char **list, size_t *length)
{
    const char *item = *list + strspn(*list, " ");
    const char *end = item + strcspn(item, ",");

    *list = *end ? end + 1 : NULL;
    while (end > item && end[-1] == ' ')
        end--;
    *length = (size_t)(end - item);
    return item;
}

static int refuse(const char *text, size_t length, struct error *error)
{
    struct suggestion suggestion = suggest_begin(text, length);

    for (int cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++)
        suggest_consider(&suggestion, cause_name((enum cause)cause));
    if (suggestion.nearest)
        return error_set(error, "'%.*s' is neither a status nor a class (did you mean %s?)",
                         (int)length, text, suggestion.nearest);
    return error_set(error,
                     "'%.*s' is neither a status nor a class (try 200-299,401,5xx,rate-limited)",
                     length < 100 ? (int)length : 100, text);
}

static int check_item(const char *text, size_t length, struct error *error)
{
    const struct item item = read_item(text, length);

    if (!cause_is_of_server(item.cause))
        return error_set(error, "'%s' cannot be accepted: it says nothing about the server",
                         cause_name(item.cause));
    if (item.cause != CAUSE_NONE || (STATUS_MIN <= item.first && item.first <= item.last))
        return 0;
    if (item.last && item.first > item.last)
        return error_set(error, "'%.7s' ends before it begins (try %d-%d)", text, item.last,
                         item.first);
    return refuse(text, length, error);
}

int statuses_check(const char *list, struct error *error)
{
    const char *whole = list;

    while (list) {
        size_t length;
        const char *text = next_item(&list, &length);

        if (length == 0 && !strchr(whole, ','))
            return error_set(error, "an empty list (try 200-299,401,5xx,rate-limited)");
        if (length == 0)
            return error_set(error, "a comma with nothing %s it: '%s'", list ? "before" : "after",
                             whole);
        if (check_item(text, length, error))
            return -1;
    }
    return 0;
}

bool statuses_hold_status(const char *list, int status)
{
    while (list) {
        size_t length;
        const char *text = next_item(&list, &length);
        const struct item item = read_item(text, length);

        if (item.first <= status && status <= item.last)
            return true;
    }
    return false;
}

bool statuses_hold_cause(const char *list, enum cause cause)
{
    while (list && cause != CAUSE_NONE) {
        size_t length;
        const char *text = next_item(&list, &length);

        if (cause_find(text, length) == cause)
            return true;
    }
    return false;
}

/* Reads a time of length bytes; a number without a unit is days. 0, or -1 if it is not a time. */
static int read_days(const char *text, size_t length, int64_t *time_us)
{
    char days[32];
    bool bare = strspn(text, "0123456789.") >= length;

    if (length == 0 || length + 2 > sizeof(days))
        return -1;
    snprintf(days, sizeof(days), "%.*s%s", (int)length, text, bare ? "d" : "");
    return parse_time_us(days, time_us);
}

int expiry_parse(const char *text, int64_t *warn_us, int64_t *fail_us)
{
    size_t length = strcspn(text, ",");

    *warn_us = *fail_us = 0;
    if (read_days(text, length, warn_us))
        return -1;
    if (text[length] && read_days(text + length + 1, strlen(text + length + 1), fail_us))
        return -1;
    return *fail_us > *warn_us ? -1 : 0;
}
