/* SPDX-License-Identifier: MIT */
#ifndef BASE_STRING_LIST_H
#define BASE_STRING_LIST_H

#include <stddef.h>

/*
 * Strings in the order in which they were added. The list owns the array and the strings. Each
 * string is followed, after its NUL, by a second string: its origin. A list of all zeros is empty.
 */
struct string_list {
    char **items;
    size_t count;
};

/* Appends a copy of text, with an empty origin. */
void string_list_add(struct string_list *strings, const char *text);

/*
 * Appends a copy of text that was read from elsewhere. The origin is the argument that named the
 * place, "@FILE" or "FILE". If one argument gives several strings, the first has that origin and
 * the others have ORIGIN_MORE.
 */
#define ORIGIN_MORE "+"
void string_list_add_from(struct string_list *strings, const char *text, const char *origin);

/* The origin of an item; "" if the argument was the item itself. */
const char *string_list_origin(const char *item);

/* All items in one new string, which the caller frees. */
char *string_list_join(const struct string_list *strings, const char *separator);

/* Sets *copy to a copy of strings. What *copy held before is overwritten, not released. */
void string_list_copy(struct string_list *copy, const struct string_list *strings);

/* Frees everything; the list is then empty. */
void string_list_release(struct string_list *strings);

#endif
