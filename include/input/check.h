/* SPDX-License-Identifier: MIT */
#ifndef INPUT_CHECK_H
#define INPUT_CHECK_H

#include <stdbool.h>

#include "input/reason.h"
#include "input/settings.h"

/*
 * The checks that lines have of their own: copies of the command line's, changed by attributes.
 * The table of options knows what there is to copy, to compare and to free.
 */

/* What holds where nothing is said. */
struct check check_defaults(void);

/*
 * A copy of the command line's check that may be changed, with texts, from malloc(), which it then
 * owns. check_free() frees it; NULL with errno ENOMEM, texts is then freed.
 */
struct check *check_copy(const struct check *check, char *texts);
void check_free(struct check *check);

/*
 * A copy that keeps what the check says of time and of the way to servers. What it says of requests
 * and answers, and of particular servers, becomes what holds by default. As check_copy().
 */
struct check *check_copy_way(const struct check *check);

/* Frees what it owns. */
void check_release(struct check *check);

/*
 * The options that are not as by default, as attributes in the order of the table: equal for two
 * checks if and only if they are the same. Secrets stand in it; a long text's SHA-256 takes its
 * place. The caller frees it; NULL with errno ENOMEM.
 */
char *check_identify(const struct check *check);

/* The same without what is expected of the answer: whoever asks the same can share connections. */
char *check_identify_asked(const struct check *check);

/* Whether the answer's body is to be looked into. */
bool check_judges_content(const struct check *check);

/* 0; or -1 with the reason, if options contradict each other: it begins with the name of one. */
int check_contradicts(const struct check *check, struct reason *reason);

#endif
