/* SPDX-License-Identifier: MIT */
#include "shown.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/escape.h"

void shown_begin(struct shown *shown, const struct result *result)
{
    struct text json = shown->json;

    for (size_t i = 0; i < SHOWN_TEXTS; i++)
        free(shown->texts[i]);
    text_clear(&json);
    *shown = (struct shown){.result = result, .json = json};
}

void shown_release(struct shown *shown)
{
    shown_begin(shown, NULL);
    text_release(&shown->json);
}

static char *escaped(const char *text)
{
    return text ? escape_text(text) : NULL;
}

static char *make_text(struct shown *shown, enum shown_text which)
{
    const struct result *result = shown->result;
    const struct target *target = result->target;

    switch (which) {
    case SHOWN_URL: return escape_url(*target->given ? target->given : "''");
    case SHOWN_NAME: return escaped(target->name);
    case SHOWN_CASE: return target_case(target);
    case SHOWN_HOST: return field_host(target);
    case SHOWN_HOST_NAME: return escaped(target->host);
    case SHOWN_MESSAGE: return escape_text(result->message ? result->message : "");
    case SHOWN_REASON: return escape_text(field_message(result));
    case SHOWN_FILE: return escaped(field_source_file(&target->source));
    case SHOWN_FINAL_URL: return field_final_url(result);
    case SHOWN_CONTENT_TYPE: return escaped(result->outcome.content_type);
    default: return NULL;
    }
}

const char *shown_text(struct shown *shown, enum shown_text which)
{
    if (which == SHOWN_REASON && shown->result->cause != CAUSE_BAD_INPUT)
        which = SHOWN_MESSAGE;
    if (which == SHOWN_CASE && (!shown->result->target->name || !*shown->result->target->name))
        which = SHOWN_URL;
    if (!shown->is_made[which])
        shown->texts[which] = make_text(shown, which);
    shown->is_made[which] = true;
    return shown->texts[which];
}

const char *shown_started_at(struct shown *shown)
{
    int64_t time_us = shown->result->outcome.started_at_us;

    if (!*shown->started_at)
        field_date(shown->started_at, time_us / CLOCK_S, time_us % CLOCK_S);
    return shown->started_at;
}
