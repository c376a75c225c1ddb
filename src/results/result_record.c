/* SPDX-License-Identifier: MIT */
#include "results/result_record.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "base/url_parts.h"
#include "input/shown_attributes.h"

/* Texts of lists have no newline, so that different parts give different keys. */
static char *make_key(const char *url, const char *name, const char *attributes, const char *why)
{
    return xasprintf("%s\n%s\n%s\n%s", url, name ? name : "", attributes ? attributes : "", why);
}

/* The text after "list:3: ", if it begins with that. */
static const char *skip_prefix(const char *text, const struct source *source)
{
    char *prefix = source_prefix(source);
    size_t length = strlen(prefix);
    const char *rest = strncmp(text, prefix, length) == 0 ? text + length : text;

    free(prefix);
    return rest;
}

/* A line that is no URL has no port. */
static bool is_refused(const struct result_record *record)
{
    return record->cause == CAUSE_BAD_INPUT && record->port == 0;
}

char *result_record_key(const struct result_record *record)
{
    const char *why =
        is_refused(record) && record->message ? skip_prefix(record->message, &record->source) : "";

    return make_key(record->url, record->name, record->attributes, why);
}

char *result_target_key(const struct target *target)
{
    char *url = escape_url(target->given);
    char *name = target->name ? escape_text(target->name) : NULL;
    char *attributes = target->attributes ? escape_text(target->attributes) : NULL;
    char *why = escape_text(target->problem ? skip_prefix(target->problem, &target->source) : "");
    char *key = make_key(url, name, attributes, why);

    free(url);
    free(name);
    free(attributes);
    free(why);
    return key;
}

/* Of a URL without a scheme, that of --proto-default in its run. */
static const char *scheme_of(const struct result_record *record)
{
    if (strstr(record->url, "://"))
        return "";
    if (record->redirects == 0 && record->final_url)
        return url_is_https(record->final_url) ? "https://" : "http://";
    return record->port == 443 ? "https://" : "http://";
}

struct target *result_record_target(const struct result_record *record,
                                    const struct settings *settings)
{
    char *url = xasprintf("%s%s", record->port ? scheme_of(record) : "", record->url);
    const char *host = record->host ? record->host : "";
    char *origin = record->port ? xasprintf("%s://%s:%d", url_is_https(url) ? "https" : "http",
                                            host, record->port)
                                : xstrdup("");
    struct check *own_check = shown_attributes_apply(record->attributes, &settings->check);
    struct target *target =
        target_new(&(struct target){.check = own_check ? own_check : &settings->check,
                                    .own_check = own_check,
                                    .source = record->source,
                                    .name = record->name,
                                    .attributes = record->attributes,
                                    .given = url + strlen(url) - strlen(record->url),
                                    .url = url,
                                    .host = host,
                                    .origin = origin,
                                    .connection_key = origin,
                                    .problem = is_refused(record) ? record->message : NULL});

    free(url);
    free(origin);
    return target;
}

static char *copy(const char *text)
{
    return text ? xstrdup(text) : NULL;
}

/* The static text of a version. */
static const char *http_version_of(const char *text)
{
    static const char *const versions[] = {"1.0", "1.1", "2", "3"};

    for (size_t i = 0; text && i < sizeof(versions) / sizeof(versions[0]); i++) {
        if (strcmp(versions[i], text) == 0)
            return versions[i];
    }
    return NULL;
}

static void add_earlier(const struct result_record *record, struct attempts *earlier)
{
    for (size_t i = 0; i < record->earlier.count; i++) {
        struct attempt attempt = record->earlier.items[i];

        attempt.message = copy(attempt.message);
        attempts_add(earlier, &attempt);
    }
}

static void add_sightings(const struct result_record *record, struct sightings *sightings)
{
    size_t count = record->seen_from.count;

    if (count == 0)
        return;
    sightings->count = count;
    sightings->items = xcalloc(count, sizeof(*sightings->items));
    memcpy(sightings->items, record->seen_from.items, count * sizeof(*sightings->items));
}

static struct outcome outcome_of(const struct result_record *record)
{
    struct outcome outcome = {.phase = record->phase,
                              .status = record->status,
                              .used_proxy = copy(record->proxy),
                              .http_version = http_version_of(record->http_version),
                              .content_type = copy(record->content_type),
                              .redirects = record->redirects,
                              .bytes = record->bytes,
                              .final_url = record->redirects ? copy(record->final_url) : NULL,
                              .cert_not_after = record->cert_not_after,
                              .started_at_us = record->started_at_us,
                              .resolve_us = record->resolve_us,
                              .connect_us = record->connect_us,
                              .tls_us = record->tls_us,
                              .processing_us = record->processing_us,
                              .transfer_us = record->transfer_us,
                              .total_us = record->total_us};

    if (record->remote_ip)
        strncpy(outcome.remote_ip, record->remote_ip, sizeof(outcome.remote_ip) - 1);
    return outcome;
}

void result_from_record(const struct result_record *record, const struct target *target,
                        struct result *result)
{
    /* A line of a list has its own "list:3: ". */
    const char *message = target->problem && is_refused(record) ? target->problem : record->message;

    *result = (struct result){.target = target,
                              .verdict = record->verdict,
                              .cause = record->cause,
                              .message = copy(message),
                              .attempts = record->attempts,
                              .rounds = record->confirmations + 1,
                              .place = record->place,
                              .final_url = copy(record->final_url),
                              .outcome = outcome_of(record)};
    add_earlier(record, &result->earlier);
    add_sightings(record, &result->seen_from);
}
