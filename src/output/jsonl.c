/* SPDX-License-Identifier: MIT */
#include "jsonl.h"

#include "base/clock.h"
#include "base/escape.h"
#include "format.h"
#include "json_value.h"

/* null for 0. */
static void put_number_or_null(struct text *out, const char *before, int64_t number)
{
    if (number)
        json_put_number(out, before, number);
    else
        json_put_escaped(out, before, NULL);
}

static void put_time(struct text *out, const char *before, int64_t time_us)
{
    json_put_date(out, before, time_us / CLOCK_S, time_us % CLOCK_S);
}

/* null: there was no such phase. */
static void put_phases(struct text *out, const char *before, const struct outcome *outcome)
{
    text_add(out, before);
    json_put_seconds(out, "{" JSON_KEY("resolve"), outcome_phase_us(outcome, PHASE_RESOLVE));
    json_put_seconds(out, JSON_NEXT("connect"), outcome_phase_us(outcome, PHASE_CONNECT));
    json_put_seconds(out, JSON_NEXT("tls"), outcome_phase_us(outcome, PHASE_TLS));
    json_put_seconds(out, JSON_NEXT("processing"), outcome_phase_us(outcome, PHASE_RESPONSE));
    json_put_seconds(out, JSON_NEXT("transfer"), outcome_phase_us(outcome, PHASE_BODY));
    text_add_char(out, '}');
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

static void put_attempt(struct text *out, const struct attempt *attempt)
{
    put_time(out, "{" JSON_KEY("started_at"), attempt->started_at_us);
    text_add(out, JSON_NEXT("class"));
    json_print_text(out, escape_text, cause_name(attempt->cause)); /* "": none */
    json_put_text(out, JSON_NEXT("message"), escape_text, attempt->message);
    put_number_or_null(out, JSON_NEXT("status"), attempt->status);
    json_put_seconds(out, JSON_NEXT("time_total"), attempt->total_us);
    text_add_char(out, '}');
}

static void put_earlier(struct text *out, const char *before, const struct attempts *earlier)
{
    text_add(out, before);
    text_add_char(out, '[');
    for (size_t i = 0; i < earlier->count; i++) {
        if (i)
            text_add_char(out, ',');
        put_attempt(out, &earlier->items[i]);
    }
    text_add_char(out, ']');
}

static void put_source(struct text *out, const char *before, struct shown *shown)
{
    text_add(out, before);
    json_put_escaped(out, "{" JSON_KEY("file"), shown_text(shown, SHOWN_FILE));
    json_put_number(out, JSON_NEXT("line"), (int64_t)shown->result->target->source.line);
    text_add_char(out, '}');
}

/* What is known of the response and its connection. */
static void put_outcome(struct text *out, struct shown *shown)
{
    const struct outcome *outcome = &shown->result->outcome;

    json_put_number(out, JSON_NEXT("redirects"), outcome->redirects);
    json_put_seconds(out, JSON_NEXT("time_total"), outcome->total_us);
    put_phases(out, JSON_NEXT("phases"), outcome);
    json_put_text(out, JSON_NEXT("remote_ip"), escape_text, outcome->remote_ip);
    json_put_text(out, JSON_NEXT("proxy"), escape_text, outcome->used_proxy);
    json_put_text(out, JSON_NEXT("http_version"), escape_text, outcome->http_version);
    json_put_escaped(out, JSON_NEXT("content_type"), shown_text(shown, SHOWN_CONTENT_TYPE));
    json_put_number(out, JSON_NEXT("bytes"), outcome->bytes);
    json_put_date(out, JSON_NEXT("cert_not_after"), outcome->cert_not_after, -1);
}

/* What --changes tells; nulls if nothing has changed. */
static void put_transition(struct text *out, const struct transition *transition)
{
    json_put_escaped(out, JSON_NEXT("change"), change_name(transition->change));
    put_time(out, JSON_NEXT("since"), transition->since_us);
    put_time(out, JSON_NEXT("until"), transition->until_us);
    put_number_or_null(out, JSON_NEXT("runs"), transition->runs);
}

static void put_sighting(struct text *out, const struct sighting *sighting)
{
    json_put_text(out, "{" JSON_KEY("place"), escape_text, sighting->place);
    json_put_escaped(out, JSON_NEXT("verdict"), verdict_name(sighting->verdict));
    json_put_escaped(out, JSON_NEXT("class"), cause_name(sighting->cause));
    json_put_seconds(out, JSON_NEXT("time_total"), sighting->total_us);
    put_time(out, JSON_NEXT("started_at"), sighting->started_at_us);
    text_add_char(out, '}');
}

/* What --merge makes one result of. */
static void put_sightings(struct text *out, const char *before, const struct sightings *seen_from)
{
    text_add(out, before);
    text_add_char(out, '[');
    for (size_t i = 0; i < seen_from->count; i++) {
        if (i)
            text_add_char(out, ',');
        put_sighting(out, &seen_from->items[i]);
    }
    text_add_char(out, ']');
}

/*
 * All fields, in the order of the man page. Fields are added and never renamed or removed, and their
 * types do not change. src/results/result_reader.c reads them.
 */
static void put_object(struct text *out, const struct format_context *context, struct shown *shown)
{
    const struct result *result = shown->result;
    const struct target *target = result->target;

    json_put_escaped(out, "{" JSON_KEY("url"),
                     *target->given ? shown_text(shown, SHOWN_URL) : NULL);
    json_put_escaped(out, JSON_NEXT("name"), shown_text(shown, SHOWN_NAME));
    json_put_escaped(out, JSON_NEXT("host"), shown_text(shown, SHOWN_HOST_NAME));
    put_number_or_null(out, JSON_NEXT("port"), target_port(target));
    json_put_escaped(out, JSON_NEXT("verdict"), verdict_name(result->verdict));
    json_put_escaped(out, JSON_NEXT("class"), cause_name(result->cause));
    json_put_escaped(out, JSON_NEXT("message"), shown_text(shown, SHOWN_MESSAGE));
    put_number_or_null(out, JSON_NEXT("status"), result_status(result));
    json_put_escaped(out, JSON_NEXT("final_url"), shown_text(shown, SHOWN_FINAL_URL));
    put_outcome(out, shown);
    json_put_number(out, JSON_NEXT("attempts"), result->attempts);
    put_earlier(out, JSON_NEXT("earlier_attempts"), &result->earlier);
    json_put_escaped(out, JSON_NEXT("started_at"), shown_started_at(shown));
    put_source(out, JSON_NEXT("source"), shown);
    json_put_text(out, JSON_NEXT("place"), escape_text, format_result_place(context, result));
    put_transition(out, &result->transition);
    json_put_text(out, JSON_NEXT("attributes"), escape_text, target->attributes);
    json_put_escaped(out, JSON_NEXT("phase"), last_phase(&result->outcome));
    json_put_number(out, JSON_NEXT("confirmations"), result->rounds > 1 ? result->rounds - 1 : 0);
    put_sightings(out, JSON_NEXT("seen_from"), &result->seen_from);
    text_add_char(out, '}');
}

void jsonl_print(struct format_context *context, struct text *out)
{
    struct text *json = &context->shown->json;

    if (json->length == 0)
        put_object(json, context, context->shown);
    text_add_bytes(out, json->bytes, json->length);
}

static void print_result(struct format_context *context, const struct result *result)
{
    (void)result; /* it is that of context->shown */
    jsonl_print(context, context->out);
    text_add_char(context->out, '\n');
}

const struct format format_jsonl = {.result = print_result};
