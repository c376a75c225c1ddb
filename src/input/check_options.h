/* SPDX-License-Identifier: MIT */
#ifndef INPUT_CHECK_OPTIONS_H
#define INPUT_CHECK_OPTIONS_H

#include "base/error.h"
#include "input/check.h"

/*
 * Copies and identities of checks, which treat all options of a check alike. Nothing here names
 * an option, so that none can be forgotten: the table lists them.
 */

/*
 * A copy that may be changed, for a line with attributes. It takes over texts, which may be NULL.
 * check_free() frees it.
 */
struct check *check_copy(const struct check *check, char *texts);

/*
 * A copy for canaries. It keeps the limits on time, and the options of TLS and network that are not
 * about particular servers; all else has its default.
 */
struct check *check_copy_for_canaries(const struct check *check);

/* Frees a copy; NULL is allowed. */
void check_free(struct check *check);

/* Frees what the check owns. */
void check_release(struct check *check);

/*
 * The options that do not have their defaults, as attributes in the order of the table: equal for
 * two checks if and only if the checks are equal. Long texts are replaced by their SHA-256. It may
 * contain secrets. The caller frees it.
 */
char *check_identify(const struct check *check);

/* The identity without expectations: two checks with the same one may share connections. */
char *check_identify_request(const struct check *check);

/*
 * What cannot be known before all options of a check have been read: whether they contradict each
 * other, and whether the client certificate can be read and its key belongs to it. `from` is the
 * valid check that this one was copied from, or NULL; a certificate that is the same there is not
 * read again. 0; or -1 with the reason, which begins with an option's name, and errno as from
 * option_apply().
 */
int check_validate(const struct check *check, const struct check *from, struct error *error);

#endif
