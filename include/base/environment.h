/* SPDX-License-Identifier: MIT */
#ifndef BASE_ENVIRONMENT_H
#define BASE_ENVIRONMENT_H

/*
 * The value of an environment variable; NULL if it is not set, or empty. Borrowed from the environment,
 * which does not change while urlcheck runs. Any thread.
 */
const char *environment_value(const char *name);

#endif
