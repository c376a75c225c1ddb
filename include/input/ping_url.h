/* SPDX-License-Identifier: MIT */
#ifndef INPUT_PING_URL_H
#define INPUT_PING_URL_H

#include <stdint.h>

#include "base/error.h"
#include "input/settings.h"
#include "input/target.h"

/*
 * The argument of --ping-url: a server that records when runs begin and how they end, as healthchecks.io and
 * compatible servers understand it (https://healthchecks.io/docs/http_api/). Whoever knows the URL can
 * report in this run's name, so only its scheme and host are printed.
 */

/* 0, or -1 with the reason, which does not quote the URL, if it cannot be requested. */
int ping_url_check(const char *url, struct error *error);

/* The scheme and the host, and *** for the path and the query. The caller frees it. */
char *ping_url_show(const char *url);

/* What is sent. */
struct ping_content {
    const char *suffix;  /* appended to the path: "start", or an exit status */
    const char *run_id;  /* a UUID; the same for the beginning and the end of a run */
    const char *body;    /* sent by POST; NULL: nothing, by GET */
    int64_t max_time_us; /* for the request */
};

/* The header of a response that says how many bytes of a body are kept. */
#define PING_LIMIT_HEADER "Ping-Body-Limit"

/*
 * The target that sends this, with the TLS and network options of the command line; target_free() frees it.
 * Its check keeps the response's body and, if write_out prints it, PING_LIMIT_HEADER. Borrows write_out
 * and the settings, whose ping_url ping_url_check() has accepted. NULL: libcurl is out of memory.
 */
struct target *ping_url_target(const struct settings *settings, const struct ping_content *content,
                               const struct write_out *write_out);

#endif
