/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_HINT_H
#define OUTPUT_HINT_H

#include "result/result.h"

/*
 * The usual reason for a result, for --verbose: that of its class (base/cause.h), or a better one if
 * the request itself suggests it: http to a port that expects https, HTTP/1.1 to a server that
 * speaks HTTP/2 only, HEAD. Static.
 */
const char *hint_for(const struct result *result);

#endif
