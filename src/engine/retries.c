/* SPDX-License-Identifier: MIT */
#include "engine/retries.h"

#include <stdlib.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#include "engine/clock.h"

/* What doubles does not do so for ever. */
#define DELAY_MAX_US (120 * CLOCK_S)
/* Who asks for more is not waited for: that verdict is known now. */
#define WANTED_MAX_US (600 * CLOCK_S)

/* A target that will be tried again, and what came of it so far. */
struct trial {
    const struct target *target;
    struct result last;
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

static bool is_transient_status(int status)
{
    switch (status) {
    case 408:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504: return true;
    default: return false;
    }
}

/* What is OK, or WARN by somebody's wish, is not asked again. */
static bool is_transient(const struct result *result)
{
    if (result->verdict != VERDICT_FAILED)
        return false;
    switch (result->class) {
    case CLASS_DNS_TIMEOUT:
    case CLASS_REFUSED:
    case CLASS_UNREACHABLE:
    case CLASS_TIMEOUT_CONNECT:
    case CLASS_TIMEOUT_TLS:
    case CLASS_TIMEOUT_RESPONSE:
    case CLASS_TIMEOUT_BODY:
    case CLASS_TLS:
    case CLASS_RESET:
    case CLASS_EMPTY:
    case CLASS_TRUNCATED:
    case CLASS_PROTOCOL: return true;
    case CLASS_HTTP_4XX:
    case CLASS_HTTP_5XX:
    case CLASS_RATE_LIMITED: return is_transient_status(result_status(result));
    default: return false;
    }
}

/* How long its server wants to be left alone; 0: it did not say, or another one did. */
static int64_t wanted_us(const struct result *result)
{
    int status = result_status(result);
    bool is_own = result->outcome.redirects == 0;

    return is_own && (status == 429 || status == 503) ? result->outcome.retry_after_us : 0;
}

static bool is_soon_enough(const struct retry_rules *rules, int64_t time_us)
{
    return rules->until_us == 0 || time_us < rules->until_us;
}

int64_t retries_hold_until_us(const struct retry_rules *rules, const struct result *result,
                              int64_t now_us)
{
    int64_t until_us = now_us + wanted_us(result);

    if (rules->max == 0 || !is_transient(result) || until_us == now_us ||
        until_us > now_us + WANTED_MAX_US || !is_soon_enough(rules, until_us))
        return 0;
    return until_us;
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

    for (int i = 1; i < attempts && delay < DELAY_MAX_US; i++)
        delay *= 2;
    if (delay > DELAY_MAX_US && delay > retries->rules.delay_us)
        delay = DELAY_MAX_US;
    return delay * 3 / 4 + delay / 2 / 1024 * (int64_t)(chance(retries) % 1025);
}

/* Keeps the result in place of the one before it. */
static bool keep(struct retries *retries, struct trial *trial, struct result *result)
{
    if (trial) {
        result_release(&trial->last);
        trial->last = *result;
        return true;
    }
    trial = calloc(1, sizeof(*trial));
    if (!trial)
        return false;
    trial->target = result->target;
    HASH_ADD_PTR(retries->trials, target, trial);
    if (!trial->hh.tbl) {
        free(trial);
        return false;
    }
    trial->last = *result;
    return true;
}

static void forget(struct retries *retries, struct trial *trial)
{
    if (!trial)
        return;
    HASH_DEL(retries->trials, trial);
    result_release(&trial->last);
    free(trial);
}

/* When to try again, at a time of the server's or of ours; 0: not at all. */
static int64_t next_time_us(struct retries *retries, const struct result *result, int64_t now_us)
{
    int64_t time_us;

    if (result->attempts > retries->rules.max || !is_transient(result))
        return 0;
    if (wanted_us(result))
        return retries_hold_until_us(&retries->rules, result, now_us);
    time_us = now_us + delay_us(retries, result->attempts);
    return is_soon_enough(&retries->rules, time_us) ? time_us : 0;
}

bool retries_note(struct retries *retries, struct result *result, int64_t now_us, int64_t *again_us,
                  int64_t *hold_until_us)
{
    struct trial *trial = find_trial(retries, result->target);

    if (trial)
        result_follow(result, &trial->last);
    *hold_until_us = retries_hold_until_us(&retries->rules, result, now_us);
    *again_us = next_time_us(retries, result, now_us);
    if (*again_us && keep(retries, trial, result))
        return true;
    forget(retries, trial);
    return false;
}

void retries_forget(struct retries *retries, const struct target *target, struct result *result)
{
    struct trial *trial = find_trial(retries, target);

    if (trial && result)
        result_follow(result, &trial->last);
    forget(retries, trial);
}

bool retries_take(struct retries *retries, const struct target *target, struct result *result)
{
    struct trial *trial = find_trial(retries, target);

    if (!trial)
        return false;
    *result = trial->last;
    trial->last = (struct result){0};
    forget(retries, trial);
    return true;
}
