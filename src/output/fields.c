/* SPDX-License-Identifier: MIT */
#include "fields.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/units.h"
#include "base/url_parts.h"

void field_date(char text[FIELD_DATE_BYTES], int64_t time_s, int64_t fraction_us)
{
    time_t time = (time_t)time_s;
    char fraction[UNITS_TEXT_BYTES], *end;
    struct tm date;

    *text = '\0';
    if (time_s == 0 || !gmtime_r(&time, &date))
        return;
    end = text + strftime(text, FIELD_DATE_BYTES, "%Y-%m-%dT%H:%M:%S", &date);
    if (fraction_us >= 0)
        end = stpcpy(end, format_decimal(fraction, fraction_us, 6) + 1); /* without the 0 */
    strcpy(end, "Z");
}

void field_print_local_time(struct text *out, int64_t time_us)
{
    time_t time_s = (time_t)(time_us / CLOCK_S);
    char date[32], zone[8]; /* "+0100" */
    struct tm local;

    if (!localtime_r(&time_s, &local) ||
        strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &local) == 0 ||
        strftime(zone, sizeof(zone), "%z", &local) != 5)
        return;
    text_addf(out, "%s.%03d%.3s:%s", date, (int)(time_us % CLOCK_S / CLOCK_MS), zone, zone + 3);
}

void field_print(struct text *out, char *(*escape)(const char *), const char *text)
{
    char *escaped = escape(text);

    text_add(out, escaped);
    free(escaped);
}

void field_print_first(struct text *out, const char *escaped)
{
    size_t blanks = strspn(escaped, " ");

    if (escaped[blanks] == ':')
        text_addf(out, "%.*s\\x3a%s", (int)blanks, escaped, escaped + blanks + 1);
    else
        text_add(out, escaped);
}

char *field_host(const struct target *target)
{
    const char *host = strstr(target->origin, "://");
    char *name, *port;

    if (!host)
        return NULL;
    name = escape_text(host + 3);
    port = strrchr(name, ':');
    if (port && strcmp(port, url_is_https(target->origin) ? ":443" : ":80") == 0)
        *port = '\0';
    return name;
}

char *field_final_url(const struct result *result)
{
    char *url, *text;

    if (result->outcome.phase == PHASE_NONE)
        return NULL;
    if (result->final_url)
        return escape_url(result->final_url);
    if (result->outcome.final_url)
        return escape_url(result->outcome.final_url);
    url = url_percent_encode(result->target->url);
    text = escape_url(url);
    free(url);
    return text;
}

const char *field_source_file(const struct source *source)
{
    return source_file_name(source);
}

const char *field_message(const struct result *result)
{
    const char *message = result->message ? result->message : "";
    char *prefix;
    size_t length;

    if (result->cause != CAUSE_BAD_INPUT)
        return message;
    prefix = source_prefix(&result->target->source);
    length = strlen(prefix);
    if (strncmp(message, prefix, length) == 0)
        message += length;
    free(prefix);
    return message;
}
