/* SPDX-License-Identifier: MIT */
#ifndef STATE_TWINS_H
#define STATE_TWINS_H

#include "state_internal.h"

/*
 * Twins are lines whose keys differ only in a number: in all else they differ in what no key has, such as
 * names, secrets and bodies. The number that state_admit() gives is that of their order. So that a line
 * that is inserted, moved or removed does not give the history of one twin to another, each line gets the
 * row of its key that has its name (no name is one, too). Of the rows that are left, the others get those with
 * the last results, in the order of the input: a line that was renamed keeps its history.
 */

/* The condition for rows of twins of the key ?1, without a number. '$' follows '#' in ASCII. */
#define TWINS_OF_1 "(key = ?1 OR (key > ?1 || ' #' AND key < ?1 || ' $'))"

/* ?1: the key without its number; ?2: the name; ?3: the key. */
void twins_bind(sqlite3_stmt *statement, const struct entry *entry);

/* Sets the row of each entry. In a transaction. 0, or -1 with the reason. */
int twins_match(struct state *state, struct error *error);

#endif
