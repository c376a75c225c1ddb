/* SPDX-License-Identifier: MIT */
#ifndef RESULTS_RESULT_RECORD_H
#define RESULTS_RESULT_RECORD_H

#include <stdint.h>

#include "input/settings.h"
#include "input/target.h"
#include "result/result.h"

/* A line of the format jsonl (result_reader.h), and the result that it is. */

/* The fields of a line. Texts are escaped, borrowed until the next line is read, and NULL for null. */
struct result_record {
    const char *url; /* never NULL */
    const char *name;
    const char *attributes;
    const char *host;
    const char *message;
    const char *final_url;
    const char *remote_ip;
    const char *proxy;
    const char *http_version;
    const char *content_type;
    const char *place; /* the pool's */
    enum verdict verdict;
    enum cause cause;
    enum phase phase;
    int port;
    int status; /* 0: no complete response */
    int redirects;
    int attempts;
    int confirmations;
    int64_t total_us;
    int64_t resolve_us; /* phases: 0 for null */
    int64_t connect_us;
    int64_t tls_us;
    int64_t processing_us;
    int64_t transfer_us;
    int64_t bytes;
    int64_t cert_not_after;  /* seconds since 1970; 0 for null */
    int64_t started_at_us;   /* since 1970; 0 for null */
    struct source source;    /* the file's name is the pool's */
    struct attempts earlier; /* messages are borrowed like texts, and so are the arrays */
    struct sightings
        seen_from; /* of a merged line: what several places have seen; places are the pool's */
};

/*
 * What identifies the URL of a line among all lines of all runs: URL, name and attributes; of a line
 * that cannot be checked, also why. Never its number. The caller frees it.
 */
char *result_record_key(const struct result_record *record);

/* The same of a target of a list. */
char *result_target_key(const struct target *target);

/* The target of a record, with the settings' check, and needs= and maintenance= of its line. The caller frees it. */
struct target *result_record_target(const struct result_record *record,
                                    const struct settings *settings);

/*
 * Fills in the result of a record for a target: its own, or one of a list with the same key. Names are
 * borrowed from the pool.
 */
void result_from_record(const struct result_record *record, const struct target *target,
                        struct result *result);

#endif
