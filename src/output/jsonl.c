/* SPDX-License-Identifier: MIT */
#include "jsonl.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/units.h"
#include "fields.h"
#include "format.h"
#include "json_value.h"

static json_t *number_or_null(int64_t number)
{
    return number ? json_integer(number) : json_null();
}

static json_t *seconds(int64_t us)
{
    return json_real(us_to_seconds(us));
}

static json_t *date_or_null(int64_t time_s, int64_t fraction_us)
{
    char text[FIELD_DATE_BYTES];

    field_date(text, time_s, fraction_us);
    return *text ? json_string(text) : json_null();
}

static json_t *date_of(int64_t time_us)
{
    return date_or_null(time_us / CLOCK_S, time_us % CLOCK_S);
}

/* null: there was no such phase. */
static json_t *phase(const struct outcome *outcome, enum phase phase)
{
    int64_t time_us = outcome_phase_us(outcome, phase);

    return time_us < 0 ? json_null() : seconds(time_us);
}

static json_t *phases_of(const struct outcome *outcome)
{
    /* clang-format off */
    return json_pack(
        "{so so so so so}",
        "resolve", phase(outcome, PHASE_RESOLVE),
        "connect", phase(outcome, PHASE_CONNECT),
        "tls", phase(outcome, PHASE_TLS),
        "processing", phase(outcome, PHASE_RESPONSE),
        "transfer", phase(outcome, PHASE_BODY));
    /* clang-format on */
}

/* Where the check stopped; null: with a complete response, or before its first request. */
static json_t *last_phase(const struct outcome *outcome)
{
    switch (outcome->phase) {
    case PHASE_RESOLVE: return json_string("resolve");
    case PHASE_CONNECT: return json_string("connect");
    case PHASE_TLS: return json_string("tls");
    case PHASE_RESPONSE: return json_string("processing");
    case PHASE_BODY: return json_string("transfer");
    default: return json_null();
    }
}

static json_t *final_url_of(const struct result *result)
{
    char *url = field_final_url(result);
    json_t *text = url ? json_string(url) : json_null();

    free(url);
    return text;
}

static json_t *attempt_of(const struct attempt *attempt)
{
    /* clang-format off */
    return json_pack(
        "{so ss so so so}",
        "started_at", date_of(attempt->started_at_us),
        "class", cause_name(attempt->cause),
        "message", json_text(escape_text, attempt->message),
        "status", number_or_null(attempt->status),
        "time_total", seconds(attempt->total_us));
    /* clang-format on */
}

static json_t *earlier_of(const struct attempts *earlier)
{
    json_t *array = json_array();

    for (size_t i = 0; i < earlier->count; i++)
        json_array_append_new(array, attempt_of(&earlier->items[i]));
    return array;
}

static json_t *sighting_of(const struct sighting *sighting)
{
    /* clang-format off */
    return json_pack(
        "{so ss so so}",
        "place", json_text(escape_text, sighting->place),
        "verdict", verdict_name(sighting->verdict),
        "class", json_text(escape_text, cause_name(sighting->cause)),
        "time_total", seconds(sighting->total_us));
    /* clang-format on */
}

static json_t *sightings_of(const struct sightings *seen_from)
{
    json_t *array = json_array();

    for (size_t i = 0; i < seen_from->count; i++)
        json_array_append_new(array, sighting_of(&seen_from->items[i]));
    return array;
}

/*
 * All fields, in the order of the man page. Fields are added and never renamed or removed, and their
 * types do not change. src/results/result_reader.c reads them.
 */
static json_t *object_of(const struct result *result, const char *place)
{
    const struct outcome *outcome = &result->outcome;
    const struct target *target = result->target;
    const struct transition *transition = &result->transition;

    /* clang-format off */
    return json_pack(
        "{so so so so ss so so so so si so so so so so so sI so si so so so so so so so so so so si so}",
        "url", json_text(escape_url, target->given),
        "name", json_text(escape_text, target->name),
        "host", json_text(escape_text, target->host),
        "port", number_or_null(target_port(target)),
        "verdict", verdict_name(result->verdict),
        "class", json_text(escape_text, cause_name(result->cause)),
        "message", json_text(escape_text, result->message),
        "status", number_or_null(result_status(result)),
        "final_url", final_url_of(result),
        "redirects", outcome->redirects,
        "time_total", seconds(outcome->total_us),
        "phases", phases_of(outcome),
        "remote_ip", json_text(escape_text, outcome->remote_ip),
        "proxy", json_text(escape_text, outcome->used_proxy),
        "http_version", json_text(escape_text, outcome->http_version),
        "content_type", json_text(escape_text, outcome->content_type),
        "bytes", (json_int_t)outcome->bytes,
        "cert_not_after", date_or_null(outcome->cert_not_after, -1),
        "attempts", result->attempts,
        "earlier_attempts", earlier_of(&result->earlier),
        "started_at", date_of(outcome->started_at_us),
        "source", json_source(&target->source),
        "place", json_text(escape_text, result->place ? result->place : place),
        "change", json_text(escape_text, change_name(transition->change)),
        "since", date_of(transition->since_us),
        "until", date_of(transition->until_us),
        "runs", number_or_null(transition->runs),
        "attributes", json_text(escape_text, target->attributes),
        "phase", last_phase(outcome),
        "confirmations", result->rounds > 1 ? result->rounds - 1 : 0,
        "seen_from", sightings_of(&result->seen_from));
    /* clang-format on */
}

const char *jsonl_text(struct format_context *context, const struct result *result)
{
    struct format_shared *shared = context->shared;

    if (!shared->json)
        shared->json = json_to_text(object_of(result, context->place));
    return shared->json;
}

static void print_result(struct format_context *context, const struct result *result)
{
    fprintf(context->out, "%s\n", jsonl_text(context, result));
}

const struct format format_jsonl = {.result = print_result};
