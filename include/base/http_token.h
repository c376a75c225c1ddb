/* SPDX-License-Identifier: MIT */
#ifndef BASE_HTTP_TOKEN_H
#define BASE_HTTP_TOKEN_H

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* Whether a token of HTTP, a method or a scheme for instance, may have the character: RFC 9110, 5.6.2. */
static inline bool http_is_token_char(char c)
{
    return isalnum((unsigned char)c) || (c && strchr("!#$%&'*+-.^_`|~", c));
}

#endif
