/* SPDX-License-Identifier: MIT */
#include "retries.h"

#include <string.h>
#include <utlist.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/hash.h"

/* The longest delay, at which doubling ends. */
#define DELAY_MAX_US (120 * CLOCK_S)
/* From one confirmation of a server to the next. */
#define CONFIRM_SPACE_US (100 * CLOCK_MS)

/* Whether a retry may help. A verdict that --accept or --warn chose is not retried. */
static bool is_transient(const struct result *result)
{
    int status = result_status(result);

    if (result->verdict != VERDICT_FAILED)
        return false;
    switch (result->cause) {
    case CAUSE_DNS_TIMEOUT:
    case CAUSE_REFUSED:
    case CAUSE_UNREACHABLE:
    case CAUSE_TIMEOUT_CONNECT:
    case CAUSE_TIMEOUT_TLS:
    case CAUSE_TIMEOUT_RESPONSE:
    case CAUSE_TIMEOUT_BODY:
    case CAUSE_TLS:
    case CAUSE_RESET:
    case CAUSE_EMPTY:
    case CAUSE_TRUNCATED:
    case CAUSE_PROTOCOL: return true;
    case CAUSE_HTTP_4XX:
    case CAUSE_HTTP_5XX:
    case CAUSE_RATE_LIMITED:
        return status == 408 || status == 429 || status == 500 || (status >= 502 && status <= 504);
    default: return false;
    }
}

/* Whether another check could give another verdict. */
static bool may_recover(const struct result *result)
{
    return result->verdict == VERDICT_FAILED && cause_is_of_server(result->cause);
}

/* Whether the rules retry such a result, as long as attempts are left. */
static bool is_retried(const struct retry_rules *rules, const struct result *result)
{
    bool is_remark = result->verdict == VERDICT_WARN || result->verdict == VERDICT_FLAKY;

    if (rules->wait)
        return may_recover(result) || result_is_shortage(result) ||
               result->cause == CAUSE_CANCELLED || /* the process was stopped during the check */
               (rules->wait_for_ok && is_remark);
    return rules->max > 0 && is_transient(result);
}

static bool is_before_deadline(const struct retry_rules *rules, int64_t time_us)
{
    return rules->deadline_us == 0 || time_us < rules->deadline_us;
}

int64_t retries_patience_us(const struct retry_rules *rules)
{
    return rules->wait ? INT64_MAX : RETRIES_PATIENCE_US;
}

struct retry_after retries_read_retry_after(const struct retry_rules *rules,
                                            const struct result *result, int64_t now_us)
{
    const struct outcome *outcome = &result->outcome;
    int64_t until_us = now_us + outcome->retry_after_us;

    /* With other statuses the header means something else. */
    if ((outcome->status != 429 && outcome->status != 503) || until_us == now_us)
        return (struct retry_after){0};
    return (struct retry_after){.until_us = until_us,
                                .of_host = !outcome->on_other_host && is_retried(rules, result),
                                .honored = until_us - now_us <= retries_patience_us(rules) &&
                                           (rules->wait || is_before_deadline(rules, until_us))};
}

/* xorshift64*: https://www.jstatsoft.org/article/view/v008i14 */
static uint64_t next_random(struct retries *retries)
{
    retries->random_state ^= retries->random_state >> 12;
    retries->random_state ^= retries->random_state << 25;
    retries->random_state ^= retries->random_state >> 27;
    return retries->random_state * UINT64_C(2685821657736338717) >> 32;
}

static int64_t delay_us(struct retries *retries, int attempts)
{
    const struct retry_rules *rules = &retries->rules;
    int64_t delay = rules->delay_us;

    for (int i = 1; i < attempts && delay < DELAY_MAX_US && !rules->wait; i++)
        delay *= 2;
    if (delay > DELAY_MAX_US && delay > rules->delay_us)
        delay = DELAY_MAX_US;
    return delay * 3 / 4 + delay * (int64_t)(next_random(retries) % 1025) / 2048;
}

/* When to retry; 0: not at all. */
static int64_t retry_time_us(struct retries *retries, const struct result *result, int64_t now_us)
{
    const struct retry_rules *rules = &retries->rules;
    int64_t time_us;

    if (!is_retried(rules, result) || (!rules->wait && result->attempts > rules->max))
        return 0;
    if (result->retry_after.until_us)
        return result->retry_after.honored ? result->retry_after.until_us : 0;
    time_us = now_us + delay_us(retries, result->attempts);
    return rules->wait || is_before_deadline(rules, time_us) ? time_us : 0;
}

/* When to confirm, at the earliest; 0: not at all. */
static int64_t confirm_time_us(const struct retries *retries, const struct result *result,
                               int64_t now_us)
{
    int64_t asked_us = result->retry_after.until_us;
    int64_t time_us = now_us + retries->rules.confirm_delay_us;

    if (asked_us > time_us)
        time_us = asked_us;
    if (!may_recover(result) || asked_us > now_us + RETRIES_PATIENCE_US)
        return 0;
    return is_before_deadline(&retries->rules, time_us) ? time_us : 0;
}

enum retry_decision retries_decide(struct retries *retries, struct job *job, int64_t now_us,
                                   int64_t *time_us)
{
    struct result *result = job->result;
    bool is_confirmation = job->failed_rounds > 0;

    *time_us = is_confirmation ? 0 : retry_time_us(retries, result, now_us);
    if (*time_us)
        return RETRY_AT;
    if (job->failed_rounds < retries->rules.confirms) {
        *time_us = confirm_time_us(retries, result, now_us);
        if (*time_us) {
            job->failed_rounds++;
            job->failed_cause = result->cause;
            job->confirm_at_us = *time_us;
            return RETRY_PARK;
        }
    }
    if (is_confirmation && cause_is_of_server(result->cause))
        result_confirm(result, job->failed_rounds, job->failed_cause);
    return RETRY_NEVER;
}

void retries_park(struct retries *retries, struct job *job)
{
    DL_APPEND(retries->parked, job);
}

/* The parked jobs that one server may have to answer. */
struct server {
    size_t jobs;
    int64_t free_us; /* when the next confirmation may start */
    UT_hash_handle hh;
    char name[];
};

/*
 * The address to which the check connected, as several hosts may share a server; the host if there
 * was no connection, or one to a proxy.
 */
static const char *server_name(const struct job *job)
{
    const struct outcome *outcome = &job->result->outcome;

    return *outcome->remote_ip && !outcome->used_proxy ? outcome->remote_ip : job->target->host;
}

static struct server *find_or_add(struct server **servers, const char *name)
{
    struct server *server;
    size_t size = strlen(name) + 1;

    HASH_FIND_STR(*servers, name, server);
    if (server)
        return server;
    server = xcalloc(1, sizeof(*server) + size);
    memcpy(server->name, name, size);
    HASH_ADD_STR(*servers, name, server);
    return server;
}

static void free_servers(struct server *servers)
{
    struct server *server, *next;

    HASH_ITER(hh, servers, server, next) {
        HASH_DEL(servers, server);
        free(server);
    }
}

void retries_plan_confirmations(struct retries *retries, int64_t now_us)
{
    struct server *servers = NULL, *server;
    struct job *job;

    DL_FOREACH(retries->parked, job) {
        find_or_add(&servers, server_name(job))->jobs++;
    }
    DL_FOREACH(retries->parked, job) {
        int64_t share_us;

        server = find_or_add(&servers, server_name(job));
        /* At least 1 us, so that they have an order. */
        share_us = retries->rules.confirm_delay_us / (int64_t)server->jobs + 1;
        if (job->confirm_at_us < now_us)
            job->confirm_at_us = now_us;
        if (job->confirm_at_us < server->free_us)
            job->confirm_at_us = server->free_us;
        server->free_us =
            job->confirm_at_us + (share_us < CONFIRM_SPACE_US ? share_us : CONFIRM_SPACE_US);
    }
    free_servers(servers);
}

struct job *retries_unpark(struct retries *retries)
{
    struct job *job = retries->parked;

    if (job)
        DL_DELETE(retries->parked, job);
    return job;
}

int64_t retries_fresh_us(const struct retries *retries, const struct job *job)
{
    return job->result && (retries->rules.wait || job->failed_rounds) ? job->result_at_us : 0;
}
