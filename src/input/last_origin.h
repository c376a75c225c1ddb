/* SPDX-License-Identifier: MIT */
#ifndef INPUT_LAST_ORIGIN_H
#define INPUT_LAST_ORIGIN_H

#include <curl/curl.h>

#include "base/url_parts.h"

/*
 * The server of the URL that was read last. Most lists have many URLs of a server one after the other:
 * then the next one need not be parsed again. It begins with zeros, and is used by one thread.
 */
struct last_origin {
    struct url_parts parts;
    char *text; /* scheme, host and port (RFC 6454, section 4) */

    /* private */
    CURLU *parser; /* made for the first URL */
    char *prefix;  /* scheme, slashes and authority, as given; NULL: no URL was read yet */
    size_t length; /* of prefix */
};

/* Sets parts and text to those of the URL. CURLUE_OK, or what is wrong with it; then they are undefined. */
CURLUcode last_origin_read(struct last_origin *origin, const char *url);

void last_origin_release(struct last_origin *origin);

#endif
