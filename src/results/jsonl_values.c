/* SPDX-License-Identifier: MIT */
#include "jsonl_values.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "base/clock.h"

/* 2^53 */
#define NUMBER_MAX 9007199254740992.0

bool jsonl_read_text(const cJSON *value, const char **text)
{
    *text = cJSON_GetStringValue(value);
    return *text || cJSON_IsNull(value);
}

bool jsonl_read_number(const cJSON *value, int64_t *number)
{
    if (cJSON_IsNull(value))
        return true;
    if (!cJSON_IsNumber(value) || !(value->valuedouble >= 0 && value->valuedouble <= NUMBER_MAX))
        return false;
    *number = (int64_t)value->valuedouble;
    return true;
}

bool jsonl_read_int(const cJSON *value, int *number)
{
    int64_t wide = *number;

    if (!jsonl_read_number(value, &wide) || wide > INT_MAX / 2)
        return false;
    *number = (int)wide;
    return true;
}

bool jsonl_read_seconds(const cJSON *value, int64_t *time_us)
{
    if (cJSON_IsNull(value))
        return true;
    if (!cJSON_IsNumber(value) ||
        !(value->valuedouble >= 0 && value->valuedouble < NUMBER_MAX / 1e6))
        return false;
    *time_us = (int64_t)(value->valuedouble * 1e6 + 0.5);
    return true;
}

/* The number that the next `digits` characters are; -1: they are no digits. */
static int read_digits(const char **text, int digits)
{
    int number = 0;

    for (; digits > 0; digits--, ++*text) {
        if (!isdigit((unsigned char)**text))
            return -1;
        number = 10 * number + (**text - '0');
    }
    return number;
}

/*
 * Days from 1970-01-01 to a date of the Gregorian calendar; a month or day that does not exist is one further on,
 * as for timegm(), which takes a lock that all threads share.
 */
static int64_t days_of(int year, int month, int day)
{
    static const int before_month[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    int64_t years, leap_days;

    year += (month + 11) / 12 - 1;
    month = (month + 11) % 12;
    years = month < 2 ? year - 1 : year; /* of which February is over */
    leap_days = years / 4 - years / 100 + years / 400;
    return (int64_t)365 * year + leap_days + before_month[month] + day - 1 - 719527;
}

bool jsonl_read_date(const cJSON *value, int64_t *time_us)
{
    static const char separators[] = "--T::";
    const char *text = cJSON_GetStringValue(value);
    int parts[6], fraction = 0;
    int64_t seconds;

    if (!text)
        return cJSON_IsNull(value);
    for (int i = 0; i < 6; i++) {
        parts[i] = read_digits(&text, i == 0 ? 4 : 2);
        if (parts[i] < 0 || (i < 5 && *text++ != separators[i]))
            return false;
    }
    if (*text == '.') {
        text++;
        fraction = read_digits(&text, 6);
    }
    if (fraction < 0 || strcmp(text, "Z") != 0)
        return false;
    seconds =
        ((days_of(parts[0], parts[1], parts[2]) * 24 + parts[3]) * 60 + parts[4]) * 60 + parts[5];
    *time_us = seconds * CLOCK_S + fraction;
    return true;
}

bool jsonl_read_class(const cJSON *value, enum cause *cause)
{
    const char *word = cJSON_GetStringValue(value);

    *cause = word ? cause_find(word, strlen(word)) : CAUSE_NONE;
    return word ? *cause != CAUSE_NONE : cJSON_IsNull(value);
}

bool jsonl_read_verdict(const cJSON *value, enum verdict *verdict)
{
    const char *word = cJSON_GetStringValue(value);

    for (*verdict = 0; word && *verdict < VERDICT_COUNT; ++*verdict) {
        if (strcmp(word, verdict_name(*verdict)) == 0)
            return true;
    }
    return false;
}

bool jsonl_read_name(const cJSON *value, struct string_pool *pool, const char **text)
{
    if (!jsonl_read_text(value, text))
        return false;
    if (*text)
        *text = string_pool_get(pool, *text);
    return true;
}

const cJSON *jsonl_member(const cJSON *object, const char *name)
{
    static const cJSON missing = {.type = cJSON_NULL};
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);

    return value ? value : &missing;
}

bool jsonl_read_attempt(const cJSON *object, struct attempt *attempt)
{
    const char *message;
    bool is_right;

    *attempt = (struct attempt){0};
    is_right = cJSON_IsObject(object) &&
               jsonl_read_date(jsonl_member(object, "started_at"), &attempt->started_at_us) &&
               jsonl_read_class(jsonl_member(object, "class"), &attempt->cause) &&
               jsonl_read_text(jsonl_member(object, "message"), &message) &&
               jsonl_read_int(jsonl_member(object, "status"), &attempt->status) &&
               jsonl_read_seconds(jsonl_member(object, "time_total"), &attempt->total_us);

    attempt->message = is_right && message ? (char *)(uintptr_t)message : NULL;
    return is_right;
}

bool jsonl_read_sighting(const cJSON *object, struct string_pool *pool, struct sighting *sighting)
{
    *sighting = (struct sighting){0};
    return cJSON_IsObject(object) &&
           jsonl_read_name(jsonl_member(object, "place"), pool, &sighting->place) &&
           jsonl_read_verdict(jsonl_member(object, "verdict"), &sighting->verdict) &&
           jsonl_read_class(jsonl_member(object, "class"), &sighting->cause) &&
           jsonl_read_seconds(jsonl_member(object, "time_total"), &sighting->total_us) &&
           jsonl_read_date(jsonl_member(object, "started_at"), &sighting->started_at_us);
}
