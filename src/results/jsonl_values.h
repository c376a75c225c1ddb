/* SPDX-License-Identifier: MIT */
#ifndef RESULTS_JSONL_VALUES_H
#define RESULTS_JSONL_VALUES_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/string_pool.h"
#include "result/attempts.h"
#include "result/sighting.h"

/*
 * The values of jsonl's fields (src/output/jsonl.c), read from JSON. Each function returns false if the
 * value has another type, or is none that urlcheck prints. null leaves what *out has, unless it says
 * otherwise.
 */

/* A text, borrowed from the value; NULL for null. */
bool jsonl_read_text(const cJSON *value, const char **text);

/* A text that outlives the value: the pool's; NULL for null. */
bool jsonl_read_name(const cJSON *value, struct string_pool *pool, const char **text);

/* A whole number from 0 to 2^53, up to which a double is exact. */
bool jsonl_read_number(const cJSON *value, int64_t *number);

/* The same for a field of type int; to half of INT_MAX. */
bool jsonl_read_int(const cJSON *value, int *number);

/* Seconds, as microseconds. */
bool jsonl_read_seconds(const cJSON *value, int64_t *time_us);

/* "2026-11-30T02:50:52.123456Z", with or without a fraction, in microseconds since 1970. */
bool jsonl_read_date(const cJSON *value, int64_t *time_us);

/* CAUSE_NONE for null. */
bool jsonl_read_class(const cJSON *value, enum cause *cause);
bool jsonl_read_verdict(const cJSON *value, enum verdict *verdict);

/* Whether they belong together: all verdicts but OK have a class. */
bool jsonl_is_judgement(enum verdict verdict, enum cause cause);

/* The member of an object; a null if it has none. */
const cJSON *jsonl_member(const cJSON *object, const char *name);

/* An item of "earlier_attempts"; its message is borrowed from the value. */
bool jsonl_read_attempt(const cJSON *object, struct attempt *attempt);

/* An item of "seen_from"; its place is the pool's. */
bool jsonl_read_sighting(const cJSON *object, struct string_pool *pool, struct sighting *sighting);

#endif
