/* SPDX-License-Identifier: MIT */
#include "details.h"

#include <stdint.h>
#include <string.h>

#include "base/escape.h"
#include "base/units.h"
#include "fields.h"

/* A phase that took less is not printed: as 0.000 s it says nothing. */
#define SHOWN_US 500

static void begin(struct text *out)
{
    text_add(out, FORMAT_INDENT);
}

/* "127.0.0.1, HTTP/1.1, through the proxy 127.0.0.1:3128" */
static void print_connection(struct text *out, const struct outcome *outcome)
{
    const char *proxy = outcome->used_proxy;

    if (!*outcome->remote_ip && !outcome->http_version)
        return;
    begin(out);
    text_add(out, *outcome->remote_ip ? outcome->remote_ip : "unknown address");
    if (outcome->http_version)
        text_addf(out, ", HTTP/%s", outcome->http_version);
    if (proxy) {
        text_add(out, ", through the proxy ");
        field_print(out, escape_text, proxy);
    }
    text_add_char(out, '\n');
}

/* "resolve 0.012 s, connect 0.031 s" */
static void print_phases(struct text *out, const struct outcome *outcome)
{
    static const struct {
        enum phase phase;
        const char *name;
    } phases[] = {{PHASE_RESOLVE, "resolve"},
                  {PHASE_CONNECT, "connect"},
                  {PHASE_TLS, "tls"},
                  {PHASE_RESPONSE, "processing"},
                  {PHASE_BODY, "transfer"}};
    const char *separator = FORMAT_INDENT;

    for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++) {
        int64_t time_us = outcome_phase_us(outcome, phases[i].phase);

        if (time_us < SHOWN_US)
            continue;
        text_addf(out, "%s%s %.3f s", separator, phases[i].name, us_to_seconds(time_us));
        separator = ", ";
    }
    if (*separator == ',')
        text_add_char(out, '\n');
}

/* What was sent besides the first request: GET instead of HEAD, and redirects. */
static void print_requests(struct text *out, const struct outcome *outcome)
{
    if (outcome->head_rejected) {
        begin(out);
        if (outcome->head_rejected > 0)
            text_addf(out, "GET sent as HEAD was rejected with %d\n", outcome->head_rejected);
        else
            text_add(out, "GET sent as HEAD got no response\n");
    }
    if (outcome->http2_tried) {
        begin(out);
        text_add(out, "HTTP/2 offered as HTTP/1.1 got no response\n");
    }
    if (outcome->final_url) {
        begin(out);
        text_addf(out, "%d redirect%s to ", outcome->redirects, outcome->redirects == 1 ? "" : "s");
        field_print(out, escape_url, outcome->final_url);
        text_add_char(out, '\n');
    }
}

/* The reason phrase of the server, if it is not the standard one, which the message has. */
static void print_phrase(struct text *out, const struct result *result)
{
    if (result->cause == CAUSE_NONE || !result->outcome.phrase)
        return;
    begin(out);
    text_add(out, "the server's words: ");
    field_print(out, escape_text, result->outcome.phrase);
    text_add_char(out, '\n');
}

static bool is_same(const struct attempt *attempt, const struct attempt *other)
{
    return attempt->cause == other->cause && strcmp(attempt->message ? attempt->message : "",
                                                    other->message ? other->message : "") == 0;
}

/* "attempts 1-3: http-5xx: 503 Service Unavailable": those in a row that ended alike share a line. */
static void print_earlier(struct text *out, const struct result *result)
{
    const struct attempts *earlier = &result->earlier;
    int first = result->attempts - (int)earlier->count;

    for (size_t i = 0, same; i < earlier->count; i += same) {
        const struct attempt *attempt = &earlier->items[i];

        for (same = 1; i + same < earlier->count && is_same(attempt, attempt + same);)
            same++;
        begin(out);
        if (same > 1)
            text_addf(out, "attempts %d-%d: ", first + (int)i, first + (int)(i + same) - 1);
        else
            text_addf(out, "attempt %d: ", first + (int)i);
        text_addf(out, "%s: ", cause_name(attempt->cause));
        field_print(out, escape_text, attempt->message ? attempt->message : "");
        text_add_char(out, '\n');
    }
}

/* On a terminal, lines are broken between words. */
static void print_hint(struct text *out, const char *hint, size_t columns)
{
    static const char title[] = FORMAT_INDENT "hint: ";
    size_t room = columns > sizeof(title) ? columns - (sizeof(title) - 1) : SIZE_MAX;
    const char *indent = title;

    while (strlen(hint) > room) {
        size_t length = room;

        while (length && hint[length] != ' ')
            length--;
        if (length == 0)
            break;
        text_addf(out, "%s%.*s\n", indent, (int)length, hint);
        indent = FORMAT_INDENT "      ";
        hint += length + 1;
    }
    text_addf(out, "%s%s\n", indent, hint);
}

void details_print(struct format_context *context, const struct result *result)
{
    struct text *out = context->out;
    const char *hint = NULL;

    if (context->settings->verbose)
        hint = result->cause == CAUSE_NONE ? NULL : hint_for(result);
    else if (context->kind == DESTINATION_TERMINAL)
        hint = hint_once(context->state, result);
    if (hint)
        print_hint(out, hint, context->columns);
    if (!context->settings->verbose)
        return;
    print_phrase(out, result);
    print_connection(out, &result->outcome);
    print_phases(out, &result->outcome);
    print_requests(out, &result->outcome);
    print_earlier(out, result);
}
