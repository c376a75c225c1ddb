/* SPDX-License-Identifier: MIT */
#ifndef INPUT_TARGET_REFUSE_H
#define INPUT_TARGET_REFUSE_H

#include <stdbool.h>

#include "input/target.h"

/*
 * Targets for items that cannot be checked. Each has a problem, and shows as much of its item as
 * can be shown without a password.
 */

/* A target for an item with that problem. host is that of its URL, "" if it has none. */
struct target *target_refuse(const char *item, size_t length, struct source source,
                             const char *host, const char *problem);

/* A target for an item that has text around its URL: only that part of the item is shown. */
struct target *target_refuse_around(const char *item, size_t length, const char *url,
                                    size_t url_length, struct source source, const char *problem);

/* A target for an item of which only the first length bytes were read. */
struct target *target_refuse_cut(const char *item, size_t length, struct source source,
                                 const char *problem);

/* The length of an item's first word. */
size_t target_first_word(const char *item, size_t length);

/*
 * Whether the first word of an item, of word bytes, may be the beginning of a URL whose password
 * contains a blank: then nothing of the item can be quoted.
 */
bool target_may_split_password(const char *item, size_t word, size_t length);

#endif
