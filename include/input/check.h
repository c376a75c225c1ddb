/* SPDX-License-Identifier: MIT */
#ifndef INPUT_CHECK_H
#define INPUT_CHECK_H

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

/* Frees what it owns. */
void check_release(struct check *check);

/*
 * The options that are not as by default, as attributes in the order of the table: equal for two
 * checks if and only if the same is asked. Secrets stand in it. The caller frees it; NULL with
 * errno ENOMEM.
 */
char *check_identify(const struct check *check);

#endif
