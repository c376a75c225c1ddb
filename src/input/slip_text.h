/* SPDX-License-Identifier: MIT */
#ifndef INPUT_SLIP_TEXT_H
#define INPUT_SLIP_TEXT_H

#include <stdbool.h>

/* A text that should be a URL, and where it comes from: for url_slip.h and markup_slip.h. */
struct url_slip_text {
    const char *given;         /* the URL alone, with or without a scheme */
    const char *default_proto; /* the scheme that it gets if it has none */
    bool has_scheme;           /* http:/ or https:/, any number of slashes */
    bool is_operand;           /* on the command line, not in a list */
    bool may_quote;            /* no part of it can be a password */
};

#endif
