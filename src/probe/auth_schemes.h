/* SPDX-License-Identifier: MIT */
#ifndef PROBE_AUTH_SCHEMES_H
#define PROBE_AUTH_SCHEMES_H

#include <stddef.h>

/* Of a list of schemes, with the NUL. */
#define AUTH_SCHEMES_BYTES 128

/*
 * Adds to the list ("Digest, Basic") the schemes in a value of WWW-Authenticate or
 * Proxy-Authenticate: one or more challenges, separated by commas, each a scheme with its parameters
 * (RFC 9110, section 11.6.1). A scheme that is listed already, or does not fit, is left out. No NUL
 * needs to end the value.
 */
void auth_schemes_add(char list[AUTH_SCHEMES_BYTES], const char *value, size_t length);

#endif
