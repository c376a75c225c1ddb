/* SPDX-License-Identifier: MIT */
#include "jsonl.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/escape.h"
#include "fields.h"
#include "format.h"
#include "json_value.h"

/* null for 0. */
static void put_number_or_null(FILE *file, const char *before, int64_t number)
{
    if (number)
        json_put_number(file, before, number);
    else
        json_put_escaped(file, before, NULL);
}

static void put_time(FILE *file, const char *before, int64_t time_us)
{
    json_put_date(file, before, time_us / CLOCK_S, time_us % CLOCK_S);
}

static void put_final_url(FILE *file, const char *before, const struct result *result)
{
    char *url = field_final_url(result);

    json_put_escaped(file, before, url);
    free(url);
}

/* null: there was no such phase. */
static void put_phases(FILE *file, const char *before, const struct outcome *outcome)
{
    fputs(before, file);
    json_put_seconds(file, "{" JSON_KEY("resolve"), outcome_phase_us(outcome, PHASE_RESOLVE));
    json_put_seconds(file, JSON_NEXT("connect"), outcome_phase_us(outcome, PHASE_CONNECT));
    json_put_seconds(file, JSON_NEXT("tls"), outcome_phase_us(outcome, PHASE_TLS));
    json_put_seconds(file, JSON_NEXT("processing"), outcome_phase_us(outcome, PHASE_RESPONSE));
    json_put_seconds(file, JSON_NEXT("transfer"), outcome_phase_us(outcome, PHASE_BODY));
    fputc('}', file);
}

/* Where the check stopped; null: with a complete response, or before its first request. */
static const char *last_phase(const struct outcome *outcome)
{
    switch (outcome->phase) {
    case PHASE_RESOLVE: return "resolve";
    case PHASE_CONNECT: return "connect";
    case PHASE_TLS: return "tls";
    case PHASE_RESPONSE: return "processing";
    case PHASE_BODY: return "transfer";
    default: return NULL;
    }
}

static void put_attempt(FILE *file, const struct attempt *attempt)
{
    put_time(file, "{" JSON_KEY("started_at"), attempt->started_at_us);
    fputs(JSON_NEXT("class"), file);
    json_print_text(file, escape_text, cause_name(attempt->cause)); /* "": none */
    json_put_text(file, JSON_NEXT("message"), escape_text, attempt->message);
    put_number_or_null(file, JSON_NEXT("status"), attempt->status);
    json_put_seconds(file, JSON_NEXT("time_total"), attempt->total_us);
    fputc('}', file);
}

static void put_earlier(FILE *file, const char *before, const struct attempts *earlier)
{
    fputs(before, file);
    fputc('[', file);
    for (size_t i = 0; i < earlier->count; i++) {
        if (i)
            fputc(',', file);
        put_attempt(file, &earlier->items[i]);
    }
    fputc(']', file);
}

static void put_source(FILE *file, const char *before, const struct source *source)
{
    fputs(before, file);
    json_put_text(file, "{" JSON_KEY("file"), escape_text, field_source_file(source));
    json_put_number(file, JSON_NEXT("line"), (int64_t)source->line);
    fputc('}', file);
}

/* What is known of the response and its connection. */
static void put_outcome(FILE *file, const struct outcome *outcome)
{
    json_put_number(file, JSON_NEXT("redirects"), outcome->redirects);
    json_put_seconds(file, JSON_NEXT("time_total"), outcome->total_us);
    put_phases(file, JSON_NEXT("phases"), outcome);
    json_put_text(file, JSON_NEXT("remote_ip"), escape_text, outcome->remote_ip);
    json_put_text(file, JSON_NEXT("proxy"), escape_text, outcome->used_proxy);
    json_put_text(file, JSON_NEXT("http_version"), escape_text, outcome->http_version);
    json_put_text(file, JSON_NEXT("content_type"), escape_text, outcome->content_type);
    json_put_number(file, JSON_NEXT("bytes"), outcome->bytes);
    json_put_date(file, JSON_NEXT("cert_not_after"), outcome->cert_not_after, -1);
}

/* What --changes tells; nulls if nothing has changed. */
static void put_transition(FILE *file, const struct transition *transition)
{
    json_put_escaped(file, JSON_NEXT("change"), change_name(transition->change));
    put_time(file, JSON_NEXT("since"), transition->since_us);
    put_time(file, JSON_NEXT("until"), transition->until_us);
    put_number_or_null(file, JSON_NEXT("runs"), transition->runs);
}

static void put_sighting(FILE *file, const struct sighting *sighting)
{
    json_put_text(file, "{" JSON_KEY("place"), escape_text, sighting->place);
    json_put_escaped(file, JSON_NEXT("verdict"), verdict_name(sighting->verdict));
    json_put_escaped(file, JSON_NEXT("class"), cause_name(sighting->cause));
    json_put_seconds(file, JSON_NEXT("time_total"), sighting->total_us);
    put_time(file, JSON_NEXT("started_at"), sighting->started_at_us);
    fputc('}', file);
}

/* What --merge makes one result of. */
static void put_sightings(FILE *file, const char *before, const struct sightings *seen_from)
{
    fputs(before, file);
    fputc('[', file);
    for (size_t i = 0; i < seen_from->count; i++) {
        if (i)
            fputc(',', file);
        put_sighting(file, &seen_from->items[i]);
    }
    fputc(']', file);
}

/*
 * All fields, in the order of the man page. Fields are added and never renamed or removed, and their
 * types do not change. src/results/result_reader.c reads them.
 */
static void put_object(FILE *file, const struct result *result, const char *place)
{
    const struct target *target = result->target;

    json_put_text(file, "{" JSON_KEY("url"), escape_url, target->given);
    json_put_text(file, JSON_NEXT("name"), escape_text, target->name);
    json_put_text(file, JSON_NEXT("host"), escape_text, target->host);
    put_number_or_null(file, JSON_NEXT("port"), target_port(target));
    json_put_escaped(file, JSON_NEXT("verdict"), verdict_name(result->verdict));
    json_put_escaped(file, JSON_NEXT("class"), cause_name(result->cause));
    json_put_text(file, JSON_NEXT("message"), escape_text, result->message);
    put_number_or_null(file, JSON_NEXT("status"), result_status(result));
    put_final_url(file, JSON_NEXT("final_url"), result);
    put_outcome(file, &result->outcome);
    json_put_number(file, JSON_NEXT("attempts"), result->attempts);
    put_earlier(file, JSON_NEXT("earlier_attempts"), &result->earlier);
    put_time(file, JSON_NEXT("started_at"), result->outcome.started_at_us);
    put_source(file, JSON_NEXT("source"), &target->source);
    json_put_text(file, JSON_NEXT("place"), escape_text, result->place ? result->place : place);
    put_transition(file, &result->transition);
    json_put_text(file, JSON_NEXT("attributes"), escape_text, target->attributes);
    json_put_escaped(file, JSON_NEXT("phase"), last_phase(&result->outcome));
    json_put_number(file, JSON_NEXT("confirmations"), result->rounds > 1 ? result->rounds - 1 : 0);
    put_sightings(file, JSON_NEXT("seen_from"), &result->seen_from);
    fputc('}', file);
}

void jsonl_print(struct format_context *context, const struct result *result, FILE *file)
{
    struct format_shared *shared = context->shared;
    struct record_buffer *json = &shared->json;

    if (!json->stream && record_buffer_init(json))
        alloc_end_process();
    if (!shared->has_json) {
        record_buffer_clear(json);
        put_object(json->stream, result, context->place);
        if (record_buffer_settle(json))
            alloc_end_process();
    }
    shared->has_json = true;
    fwrite(json->text, 1, json->bytes, file);
}

static void print_result(struct format_context *context, const struct result *result)
{
    jsonl_print(context, result, context->out);
    fputc('\n', context->out);
}

const struct format format_jsonl = {.result = print_result};
