/* SPDX-License-Identifier: MIT */
#ifndef BASE_STRING_LIST_H
#define BASE_STRING_LIST_H

#include <stddef.h>

/*
 * Strings in the order in which they came. The array is owned; so is each string, behind whose NUL
 * stands another: its origin.
 */
struct string_list {
    char **items;
    size_t count;
};

/* Appends a copy, without an origin. 0, or -1 with errno ENOMEM. */
int string_list_add(struct string_list *strings, const char *text);

/*
 * The same, for what an argument names and does not hold: the origin is that argument, "@FILE" or
 * "FILE"; ORIGIN_MORE where one argument gives many strings, for all but the first.
 */
#define ORIGIN_MORE "+"
int string_list_add_from(struct string_list *strings, const char *text, const char *origin);

/* The origin of an item; "": the argument was the item itself. */
const char *string_list_origin(const char *item);

/* All of them in one, to be freed; NULL with errno ENOMEM. */
char *string_list_join(const struct string_list *strings, const char *separator);
/* Makes *copy, which is overwritten, a copy of strings. As string_list_add(); to be released anyway. */
int string_list_copy(struct string_list *copy, const struct string_list *strings);
void string_list_release(struct string_list *strings);

#endif
