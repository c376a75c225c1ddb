/* SPDX-License-Identifier: MIT */
/*
 * What --changes prints on standard output instead of text: only what has changed, for a mail of cron's.
 * It is not a format of --format. What has the same text (change_text.h), host and class is one message:
 *
 *     DOWN since 14:05 CET: 12 URLs of api.example: refused
 *       https://api.example/a  connection refused
 *       https://api.example/b  (name)  connection refused
 *       https://api.example/c  connection refused
 *       and 9 more
 *     UP again after 2 h 10 min: https://example.com/  was http-5xx since 11:55 CET
 *
 * The messages come at the end, ordered by what has changed. Memory grows with their number.
 */
#include "format.h"

#include <stdlib.h>
#include <syslog.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/escape.h"
#include "base/hash.h"
#include "base/units.h"
#include "change_text.h"
#include "fields.h"

#define URLS_SHOWN 3

/* Results with one message. All texts are owned, and escaped. */
struct group {
    char *key; /* text, host and class */
    enum change change;
    bool is_down;
    char *text;
    char *of; /* " of api.example", " at the proxy a:3128"; "" for lines that name no host */
    char *reason;
    size_t count;
    char *urls[URLS_SHOWN];     /* "URL", "URL  (name)" */
    char *messages[URLS_SHOWN]; /* "" if there is none */
    UT_hash_handle hh;
};

struct state {
    int64_t now_us; /* when the first result came */
    struct group *groups;
};

/* Failures at a proxy have one cause, whatever their hosts. */
static char *place_of(const struct result *result)
{
    const char *proxy = result->outcome.proxy;
    char *name = escape_text(proxy ? proxy : result->target->host);
    char *place = *name ? xasprintf(" %s %s", proxy ? "at the proxy" : "of", name) : xstrdup("");

    free(name);
    return place;
}

/* What the check has found. If the URL is up again, that is not why it was down. */
static char *message_of(const struct result *result)
{
    char *message = escape_text(result->message ? result->message : "");
    char *text;

    if (result->transition.change != CHANGE_UP || result->cause == CAUSE_NONE)
        return message;
    text = xasprintf("now %s, %s: %s", verdict_name(result->verdict), cause_name(result->cause),
                     message);
    free(message);
    return text;
}

static char *url_of(const struct target *target)
{
    char *url = escape_url(*target->given ? target->given : "''");
    char *name, *text;

    if (!target->name)
        return url;
    name = escape_text(target->name);
    text = xasprintf("%s  (%s)", url, name);
    free(name);
    free(url);
    return text;
}

/* The group of a result; a new one has no URLs yet. */
static struct group *find_group(struct state *state, const struct result *result)
{
    const struct transition *transition = &result->transition;
    char text_room[CHANGE_TEXT_BYTES], reason_room[CHANGE_TEXT_BYTES];
    const char *text = change_text(text_room, transition, state->now_us);
    const char *reason = change_reason(reason_room, result, state->now_us);
    char *place = place_of(result);
    char *key = xasprintf("%s\n%s\n%s", text, place, reason);
    struct group *group;

    HASH_FIND_STR(state->groups, key, group);
    if (group) {
        free(place);
        free(key);
        return group;
    }
    group = xcalloc(1, sizeof(*group));
    *group = (struct group){.key = key,
                            .change = transition->change,
                            .is_down = transition->is_down,
                            .text = xstrdup(text),
                            .of = place,
                            .reason = xstrdup(reason)};
    HASH_ADD_KEYPTR(hh, state->groups, group->key, strlen(group->key), group);
    return group;
}

static void add_result(struct format_context *context, const struct result *result)
{
    struct state *state = context->state;
    struct group *group;

    if (context->count == 1)
        state->now_us = clock_read_us(CLOCK_REALTIME);
    group = find_group(state, result);
    if (group->count < URLS_SHOWN) {
        group->urls[group->count] = url_of(result->target);
        group->messages[group->count] = message_of(result);
    }
    group->count++;
}

/* Of syslog(3). */
static int priority_of(const struct group *group)
{
    if (group->is_down)
        return LOG_ERR;
    return group->change == CHANGE_UP || group->change == CHANGE_STEADY ? LOG_INFO : LOG_WARNING;
}

/* SGR (ECMA-48, 8.3.117), as text has it for FAILED, OK and WARN. */
static const char *color_of(const struct group *group)
{
    static const char *const colors[] =
        {[LOG_ERR] = "\033[31;1m", [LOG_INFO] = "\033[32m", [LOG_WARNING] = "\033[1m"};

    return colors[priority_of(group)];
}

/* Each line of systemd's journal is an entry of its own. */
static void begin_line(const struct format_context *context, const struct group *group)
{
    if (context->is_journal)
        text_addf(context->out, "<%d>", priority_of(group));
}

/* "DOWN since 14:05 CET: ", in colour. */
static void print_text(const struct format_context *context, const struct group *group)
{
    const struct state *state = context->state;

    begin_line(context, group);
    if (context->settings->timestamp) {
        field_print_local_time(context->out, state->now_us);
        text_add_char(context->out, ' ');
    }
    text_addf(context->out, "%s%s%s: ", context->color ? color_of(group) : "", group->text,
              context->color ? "\033[m" : "");
}

/* "https://example.com/  (name)  refused: connection refused" */
static void print_one(const struct format_context *context, const struct group *group)
{
    const char *message = group->messages[0];
    const char *before = group->change == CHANGE_UP ? "; " : ": ";

    print_text(context, group);
    text_addf(context->out, "%s%s%s%s%s\n", group->urls[0],
              *group->reason ? format_before_reason(context) : "", group->reason,
              *message ? before : "", message);
}

static void print_several(const struct format_context *context, const struct group *group)
{
    size_t shown = group->count < URLS_SHOWN ? group->count : URLS_SHOWN;
    char count[UNITS_TEXT_BYTES];

    print_text(context, group);
    text_addf(context->out, "%s %s%s%s%s\n", format_count(count, group->count),
              *group->of ? "URLs" : "lines", group->of, *group->reason ? ": " : "", group->reason);
    for (size_t i = 0; i < shown; i++) {
        begin_line(context, group);
        text_add(context->out, "  ");
        field_print_first(context->out, group->urls[i]);
        text_addf(context->out, "%s%s\n", *group->messages[i] ? format_before_reason(context) : "",
                  group->messages[i]);
    }
    if (group->count > shown) {
        begin_line(context, group);
        text_addf(context->out, "  and %s more\n", format_count(count, group->count - shown));
    }
}

static void end(struct format_context *context)
{
    const struct state *state = context->state;

    for (enum change change = CHANGE_DOWN; change <= CHANGE_WARNING; change++) {
        for (const struct group *group = state->groups; group; group = group->hh.next) {
            if (group->change == change && group->count == 1)
                print_one(context, group);
            else if (group->change == change)
                print_several(context, group);
        }
    }
}

/* What is known is reported, whatever is missing. */
static bool trouble(struct format_context *context)
{
    end(context);
    return true;
}

static void release(struct format_context *context)
{
    struct state *state = context->state;
    struct group *group, *next;

    HASH_ITER(hh, state->groups, group, next) {
        HASH_DEL(state->groups, group);
        for (size_t i = 0; i < URLS_SHOWN; i++) {
            free(group->urls[i]);
            free(group->messages[i]);
        }
        free(group->reason);
        free(group->of);
        free(group->text);
        free(group->key);
        free(group);
    }
}

const struct format format_changes = {.result = add_result,
                                      .end = end,
                                      .trouble = trouble,
                                      .release = release,
                                      .state_bytes = sizeof(struct state)};
