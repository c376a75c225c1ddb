/* SPDX-License-Identifier: MIT */
#ifndef PROBE_EASY_OPTIONS_H
#define PROBE_EASY_OPTIONS_H

#include <curl/curl.h>
#include <stdbool.h>

#include "input/settings.h"
#include "ca_store.h"

/*
 * What a check asks, and which way, told to a libcurl handle: once, but for what each exchange
 * changes.
 */
struct easy_options {
    struct curl_slist *headers; /* what libcurl borrows; owned */
    struct curl_slist *resolve;
    struct curl_slist *connect_to;
};

/*
 * Tells the handle all of the check, of which nothing is kept. The setup is filled in, and must
 * live as long as the handle. CURLE_OK, or what libcurl says: CURLE_OUT_OF_MEMORY.
 */
CURLcode easy_options_apply(struct easy_options *setup, CURL *easy, const struct check *check,
                            const struct ca_store *ca_store);

/* The method, and the body that goes with it; get: GET, although the check says HEAD. */
CURLcode easy_options_set_method(CURL *easy, const struct check *check, bool get);

/* Puts back what the handle's last exchange has left: cookies, a referer. */
CURLcode easy_options_reset(CURL *easy, const struct check *check);

void easy_options_release(struct easy_options *setup);

#endif
