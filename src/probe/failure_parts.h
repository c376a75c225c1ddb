/* SPDX-License-Identifier: MIT */
#ifndef PROBE_FAILURE_PARTS_H
#define PROBE_FAILURE_PARTS_H

#include <stdbool.h>

#include "base/cause.h"
#include "curl_words.h"
#include "result/outcome.h"

/* Why there was no complete response. */
struct failure {
    enum cause cause;
    bool names_location; /* the message says where a redirect led */
    char message[768];   /* for users, not yet escaped */
};

/* A failure with a message made by printf(3)'s rules. */
struct failure failure_of(enum cause cause, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds to the message; what does not fit is left out. */
void failure_add(struct failure *failure, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* libcurl's description, in words for people. */
struct words failure_detail(const struct outcome *outcome);

/* Whether libcurl's description contains these words. */
bool failure_says(const struct outcome *outcome, const char *words);

/*
 * errno, if it belongs to this failure, else 0: it may be left from the first address that libcurl
 * tried. libcurl's description shows it: "Recv failure: Connection reset by peer", "SSL_read: ...,
 * errno 104".
 */
int failure_os_error(const struct outcome *outcome);

/* Whether a socket call failed because this machine ran out of something: ports, for instance. */
bool failure_is_shortage(int os_error);

#endif
