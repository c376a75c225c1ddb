/* SPDX-License-Identifier: MIT */
#ifndef PROBE_EASY_OPTIONS_H
#define PROBE_EASY_OPTIONS_H

#include <curl/curl.h>
#include <stdbool.h>

#include "input/settings.h"

/*
 * The options of a libcurl handle that a check determines: requests, TLS and network. They are set
 * once, as handles are reused for the same check; what differs between requests has functions of
 * its own. Begins with all zeros but easy.
 */
struct easy_options {
    CURL *easy;                 /* the handle, borrowed */
    CURLcode code;              /* of the first option that could not be set, else CURLE_OK */
    struct curl_slist *headers; /* libcurl borrows these lists; owned */
    struct curl_slist *headers_elsewhere; /* for other origins, if withholds_headers */
    char *cookies;          /* of --cookie, without those of files; NULL: none; owned */
    bool withholds_headers; /* or cookies, from other origins: see redirect.h */
    bool withholds_body;
    struct curl_slist *resolve;
    struct curl_slist *connect_to;
};

/* Sets an option, unless one before has failed. */
#define EASY_SET(options, option, value)                                                           \
    do {                                                                                           \
        if ((options)->code == CURLE_OK)                                                           \
            (options)->code = curl_easy_setopt((options)->easy, option, value);                    \
    } while (0)

/*
 * Sets all options of the check, of which the handle keeps nothing. The struct must stay valid as
 * long as the handle. is_ca_shared: libcurl reads no CA certificates (ca_store_is_shared()).
 */
void easy_options_apply(struct easy_options *options, const struct check *check, bool is_ca_shared);

/* Sets the method and the request body. use_get: GET, although the check says HEAD. */
void easy_options_set_method(struct easy_options *options, const struct check *check, bool use_get);

/*
 * Sets the headers and --cookie for the first origin, or for another one. May be called from a
 * callback, for the next request.
 */
void easy_options_set_headers(struct easy_options *options, bool is_elsewhere);

/*
 * Before each request: restores the check's headers, cookies and referer, which responses may have
 * changed.
 */
void easy_options_restore(struct easy_options *options, const struct check *check);

/* After curl_easy_cleanup(): frees the lists. */
void easy_options_release(struct easy_options *options);

#endif
