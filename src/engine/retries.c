/* SPDX-License-Identifier: MIT */
#include "engine/retries.h"

#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#include "base/clock.h"
#include "input/target.h"

/* What doubles does not do so for ever. */
#define DELAY_MAX_US (120 * CLOCK_S)
/* Confirmations of one host start so far apart, or nearer where that would take too long. */
#define SPACE_US (100 * CLOCK_MS)

/* A target that will be tried again, and what came of it so far. */
struct trial {
    const struct target *target;
    struct result last;
    int failed;       /* how often it FAILED and no retry helped; 0: it is still being retried */
    bool parked;      /* it waits until all else is done */
    int64_t due_us;   /* not to be confirmed before that time */
    int64_t noted_us; /* when the last result came */
    UT_hash_handle hh;
};

/* The confirmations of one host. */
struct queue {
    const char *host; /* a target's */
    int64_t count;
    int64_t free_us; /* when the next one may start */
    UT_hash_handle hh;
};

static struct trial *find_trial(const struct retries *retries, const struct target *target)
{
    struct trial *trial;

    HASH_FIND_PTR(retries->trials, &target, trial);
    return trial;
}

void retries_release(struct retries *retries)
{
    struct trial *trial, *next;

    HASH_ITER(hh, retries->trials, trial, next) {
        HASH_DEL(retries->trials, trial);
        result_release(&trial->last);
        free(trial);
    }
}

size_t retries_count(const struct retries *retries)
{
    return HASH_COUNT(retries->trials);
}

/* What is OK, or WARN by somebody's wish, is not asked again. */
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

/* What would not be FAILED any more after another look, if it were so lucky. */
static bool may_recover(const struct result *result)
{
    return result->verdict == VERDICT_FAILED && result->cause != CAUSE_BAD_INPUT &&
           result->cause != CAUSE_LOCAL && result->cause != CAUSE_DEADLINE &&
           result->cause != CAUSE_CANCELLED;
}

/* Whether it is waited for that the result will be another. */
static bool is_wanting(const struct retry_rules *rules, const struct result *result)
{
    return may_recover(result) || (rules->wait_for_ok && result->verdict != VERDICT_OK &&
                                   result->verdict != VERDICT_FAILED);
}

static bool is_soon_enough(const struct retry_rules *rules, int64_t time_us)
{
    return rules->until_us == 0 || time_us < rules->until_us;
}

/* Whether it is retried, if it may be so often. */
static bool is_retried(const struct retry_rules *rules, const struct result *result)
{
    return rules->wait ? is_wanting(rules, result) : rules->max > 0 && is_transient(result);
}

int64_t retries_patience_us(const struct retry_rules *rules)
{
    return rules->wait ? INT64_MAX : RETRIES_PATIENCE_US;
}

struct retry_after retries_wish(const struct retry_rules *rules, const struct result *result,
                                int64_t now_us)
{
    const struct outcome *outcome = &result->outcome;
    int64_t until_us = now_us + outcome->retry_after_us;

    /* Of other statuses the header is not meant as that. */
    if ((outcome->status != 429 && outcome->status != 503) || until_us == now_us)
        return (struct retry_after){0};
    return (struct retry_after){.until_us = until_us,
                                .of_host = !outcome->on_other_host && is_retried(rules, result),
                                .honored = until_us - now_us <= retries_patience_us(rules) &&
                                           (rules->wait || is_soon_enough(rules, until_us))};
}

/* xorshift64*: https://www.jstatsoft.org/article/view/v008i14 */
static uint64_t chance(struct retries *retries)
{
    retries->random ^= retries->random >> 12;
    retries->random ^= retries->random << 25;
    retries->random ^= retries->random >> 27;
    return retries->random * UINT64_C(2685821657736338717) >> 32;
}

static int64_t delay_us(struct retries *retries, int attempts)
{
    int64_t delay = retries->rules.delay_us;

    for (int i = 1; i < attempts && delay < DELAY_MAX_US && !retries->rules.wait; i++)
        delay *= 2;
    if (delay > DELAY_MAX_US && delay > retries->rules.delay_us)
        delay = DELAY_MAX_US;
    return delay * 3 / 4 + delay * (int64_t)(chance(retries) % 1025) / 2048;
}

/* Keeps the result in place of the one before it. NULL: there is no memory to. */
static struct trial *keep(struct retries *retries, struct trial *trial, struct result *result)
{
    if (trial) {
        result_release(&trial->last);
        trial->last = *result;
        return trial;
    }
    trial = calloc(1, sizeof(*trial));
    if (!trial)
        return NULL;
    trial->target = result->target;
    HASH_ADD_PTR(retries->trials, target, trial);
    if (!trial->hh.tbl) {
        free(trial);
        return NULL;
    }
    trial->last = *result;
    return trial;
}

static void forget(struct retries *retries, struct trial *trial)
{
    if (!trial)
        return;
    if (retries->next == trial)
        retries->next = trial->hh.next;
    HASH_DEL(retries->trials, trial);
    result_release(&trial->last);
    free(trial);
}

/* When to try again, at a time of the server's or of ours; 0: not at all. */
static int64_t retry_time_us(struct retries *retries, const struct result *result, int64_t now_us)
{
    const struct retry_rules *rules = &retries->rules;
    int64_t time_us;

    if (!is_retried(rules, result) || (!rules->wait && result->attempts > rules->max))
        return 0;
    if (result->retry_after.until_us)
        return result->retry_after.honored ? result->retry_after.until_us : 0;
    time_us = now_us + delay_us(retries, result->attempts);
    return rules->wait || is_soon_enough(rules, time_us) ? time_us : 0;
}

/* When to confirm, at the earliest; 0: not at all. */
static int64_t confirm_time_us(const struct retries *retries, const struct result *result,
                               int64_t now_us)
{
    int64_t wished_us = result->retry_after.until_us;
    int64_t delayed_us = now_us + retries->rules.confirm_delay_us;
    int64_t time_us = wished_us > delayed_us ? wished_us : delayed_us;
    bool may_be = may_recover(result) && wished_us <= now_us + RETRIES_PATIENCE_US;

    return may_be && is_soon_enough(&retries->rules, time_us) ? time_us : 0;
}

/* Takes over what the one before it knew; while waiting, that is kept to what may interest. */
static void follow(const struct retries *retries, struct result *result, struct trial *trial)
{
    if (retries->rules.wait)
        attempts_release(&trial->last.earlier);
    result_follow(result, &trial->last);
}

enum retry retries_note(struct retries *retries, struct result *result, int64_t now_us,
                        int64_t *time_us)
{
    struct trial *trial = find_trial(retries, result->target);
    int failed = trial ? trial->failed : 0;
    enum cause cause = trial ? trial->last.cause : CAUSE_NONE;
    enum retry retry = RETRY_AT;

    if (trial)
        follow(retries, result, trial);
    *time_us = failed ? 0 : retry_time_us(retries, result, now_us);
    if (*time_us == 0 && failed < retries->rules.confirms) {
        *time_us = confirm_time_us(retries, result, now_us);
        retry = RETRY_AT_LAST;
    }
    if (*time_us) {
        struct trial *kept = keep(retries, trial, result);

        if (kept) {
            kept->parked = retry == RETRY_AT_LAST;
            kept->failed += kept->parked;
            kept->due_us = *time_us;
            kept->noted_us = now_us;
            return retry;
        }
    }
    if (failed && (result->verdict != VERDICT_FAILED || may_recover(result)))
        result_confirm(result, failed, cause);
    forget(retries, trial);
    return RETRY_NEVER;
}

void retries_forget(struct retries *retries, const struct target *target, struct result *result)
{
    struct trial *trial = find_trial(retries, target);

    if (trial && result)
        follow(retries, result, trial);
    forget(retries, trial);
}

/* The trial will not go on: its last result counts. */
static struct result end_trial(struct retries *retries, struct trial *trial)
{
    struct result result = trial->last;
    int failed = trial->failed;

    trial->last = (struct result){0};
    forget(retries, trial);
    if (failed > 1)
        result_confirm(&result, failed - 1, result.cause);
    return result;
}

bool retries_has(const struct retries *retries, const struct target *target)
{
    return find_trial(retries, target) != NULL;
}

bool retries_take(struct retries *retries, const struct target *target, struct result *result)
{
    struct trial *trial = find_trial(retries, target);

    if (trial)
        *result = end_trial(retries, trial);
    return trial;
}

bool retries_take_any(struct retries *retries, struct result *result)
{
    if (!retries->trials)
        return false;
    *result = end_trial(retries, retries->trials);
    return true;
}

/* The next one that is parked, from where it was last looked for. */
static struct trial *find_parked(struct retries *retries)
{
    while (retries->next && !retries->next->parked)
        retries->next = retries->next->hh.next;
    return retries->next;
}

bool retries_take_parked(struct retries *retries, struct result *result)
{
    struct trial *trial = find_parked(retries);

    if (trial)
        *result = end_trial(retries, trial);
    return trial;
}

static struct queue *find_queue(struct queue *queues, const struct trial *trial)
{
    struct queue *queue;

    HASH_FIND_STR(queues, trial->target->host, queue);
    return queue;
}

/* Short of memory, one is not counted, and not kept apart from others. */
static void count(struct queue **queues, const struct trial *trial)
{
    struct queue *queue = find_queue(*queues, trial);

    if (!queue) {
        queue = calloc(1, sizeof(*queue));
        if (!queue)
            return;
        queue->host = trial->target->host;
        HASH_ADD_KEYPTR(hh, *queues, queue->host, strlen(queue->host), queue);
        if (!queue->hh.tbl) {
            free(queue);
            return;
        }
    }
    queue->count++;
}

static void free_queues(struct queue *queues)
{
    struct queue *queue, *next;

    HASH_ITER(hh, queues, queue, next) {
        HASH_DEL(queues, queue);
        free(queue);
    }
}

void retries_space(struct retries *retries, int64_t now_us)
{
    struct queue *queues = NULL, *queue;
    struct trial *trial;

    for (trial = retries->trials; trial; trial = trial->hh.next)
        count(&queues, trial);
    for (trial = retries->trials; trial; trial = trial->hh.next) {
        int64_t space_us = SPACE_US;

        queue = find_queue(queues, trial);
        if (!queue)
            continue;
        if (space_us > retries->rules.confirm_delay_us / queue->count)
            space_us = retries->rules.confirm_delay_us / queue->count + 1; /* never 0: an order */
        if (trial->due_us < now_us)
            trial->due_us = now_us;
        if (trial->due_us < queue->free_us)
            trial->due_us = queue->free_us;
        queue->free_us = trial->due_us + space_us;
    }
    free_queues(queues);
    retries->next = retries->trials;
}

const struct target *retries_unpark(struct retries *retries, int64_t *time_us)
{
    struct trial *trial = find_parked(retries);

    if (!trial)
        return NULL;
    retries->next = trial->hh.next;
    trial->parked = false;
    *time_us = trial->due_us;
    return trial->target;
}

void retries_end(struct retries *retries)
{
    retries->rules = (struct retry_rules){0};
    retries->next = retries->trials;
}

int64_t retries_fresh_us(const struct retries *retries, const struct target *target)
{
    const struct trial *trial = find_trial(retries, target);

    return trial && (retries->rules.wait || trial->failed) ? trial->noted_us : 0;
}
