/* SPDX-License-Identifier: MIT */
#ifndef PROBE_SETUP_H
#define PROBE_SETUP_H

#include <curl/curl.h>
#include <stdbool.h>

#include "input/settings.h"
#include "probe/trust.h"

/*
 * What a check asks, and which way, told to a libcurl handle: once, but for what each exchange
 * changes.
 */
struct setup {
    struct curl_slist *headers; /* what libcurl borrows; owned */
    struct curl_slist *resolve;
    struct curl_slist *connect_to;
};

/*
 * Tells the handle all of the check, of which nothing is kept. The setup is filled in, and must
 * live as long as the handle. CURLE_OK, or what libcurl says: CURLE_OUT_OF_MEMORY.
 */
CURLcode setup_apply(struct setup *setup, CURL *easy, const struct check *check,
                     const struct trust *trust);

/* The method, and the body that goes with it; get: GET, although the check says HEAD. */
CURLcode setup_method(CURL *easy, const struct check *check, bool get);

/* Puts back what the handle's last exchange has left: cookies, a referer. */
CURLcode setup_afresh(CURL *easy, const struct check *check);

void setup_release(struct setup *setup);

#endif
