/* SPDX-License-Identifier: MIT */
#include "run_state.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"

/* How many checks must succeed after the first shortage before one more is in flight. */
#define CAUTION 64

void progress_stop(struct progress *progress, enum run_end end)
{
    const struct target *target;

    if (progress->stopping)
        return;
    progress->run->end = end;
    progress->stopping = true;
    progress->stopped_us = clock_now_us();
    retries_end(&progress->retries);
    while ((target = worker_pool_take_back(progress->pool)))
        progress_deliver_unfinished(progress, target);
    network_forsake(progress);
    progress->runner->cancel(progress->runner->context);
}

void progress_deliver(struct progress *progress, struct result *result)
{
    if (progress->run->end == RUN_OFFLINE) {
        result_release(result);
        return;
    }
    switch (progress->runner->deliver(progress->runner->context, result)) {
    case DELIVERY_GO_ON: break;
    case DELIVERY_ENOUGH: progress_stop(progress, RUN_ENOUGH); break;
    case DELIVERY_IN_VAIN: progress_stop(progress, RUN_STOPPED); break;
    }
}

/* The same, unless it is withheld. */
static void deliver_in_doubt(struct progress *progress, struct result *result)
{
    if (!network_withholds(progress, result))
        progress_deliver(progress, result);
}

void progress_deliver_unchecked(struct progress *progress, const struct target *target,
                                enum cause cause, const char *message)
{
    struct result result;

    result_without_probe(target, cause, message, &result);
    progress_deliver(progress, &result);
}

void progress_deliver_unfinished(struct progress *progress, const struct target *target)
{
    struct result result;

    progress->run->unfinished = true;
    if (progress->run->end == RUN_STOPPED || progress->run->end == RUN_LOST)
        return;
    if (!retries_take(&progress->retries, target, &result)) {
        if (!run_has_all(progress->run->end))
            return;
        run_make_result(progress->run->end, target, &result);
    }
    deliver_in_doubt(progress, &result);
}

void progress_deliver_parked(struct progress *progress)
{
    struct result result;

    while (retries_take_parked(&progress->retries, &result)) {
        progress->run->unfinished = true;
        deliver_in_doubt(progress, &result);
    }
}

/* Fewer at once from now on. What fails while the surplus drains does not lower it again. */
static void lower_limit(struct progress *progress, size_t limit, int os_error)
{
    const struct runner *runner = progress->runner;

    if (limit == 0)
        limit = 1;
    if (progress->lowering || limit >= progress->limit)
        return;
    progress->limit = limit;
    worker_pool_set_max(progress->pool, limit);
    progress->lowering = worker_pool_in_flight(progress->pool) > progress->limit;
    if (!progress->told)
        runner->lowered(runner->context, progress->limit, os_error);
    progress->told = true;
}

/* Puts back a target that could not be checked for want of something. False if that is in vain. */
static bool put_back(struct progress *progress, const struct target *target,
                     enum shortage_advice advice, size_t limit, int os_error)
{
    struct shortage *shortage = &progress->shortage;

    switch (advice) {
    case SHORTAGE_IN_VAIN: return false;
    case SHORTAGE_RESTING: break;
    case SHORTAGE_REST:
        progress->successes = 0;
        progress->caution = progress->caution ? progress->caution * 2 : CAUTION;
        progress->runner->trim(progress->runner->context);
        lower_limit(progress, limit, os_error);
        break;
    }
    return scheduler_again(progress->scheduler, target, shortage->rest_until_us) == 0;
}

/* What is fine again may be used again: one more in flight, after more successes each time. */
static void note_success(struct progress *progress)
{
    shortage_over(&progress->shortage);
    if (progress->limit == progress->runner->parallel_max ||
        ++progress->successes < progress->caution)
        return;
    progress->successes = 0;
    worker_pool_set_max(progress->pool, ++progress->limit);
}

/* The check of a target has ended for good: nobody may look at the target after its result. */
static void finish_check(struct progress *progress, const struct target *target)
{
    scheduler_done(progress->scheduler, target);
    shortage_forget(&progress->shortage, target);
}

/* The same with the result that is its last. */
static void finish_with(struct progress *progress, const struct target *target,
                        struct result *result)
{
    retries_forget(&progress->retries, target, result);
    finish_check(progress, target);
    deliver_in_doubt(progress, result);
}

static void finish_for_want(struct progress *progress, const struct target *target,
                            const char *message)
{
    struct result result;

    result_without_probe(target, CAUSE_LOCAL, message, &result);
    finish_with(progress, target, &result);
}

bool progress_lacks_thread(struct progress *progress, const struct target *target, int os_error)
{
    enum shortage_advice advice = shortage_note(&progress->shortage, NULL, clock_now_us());

    if (put_back(progress, target, advice, worker_pool_in_flight(progress->pool), os_error))
        return true;
    finish_for_want(progress, target, "this machine gives no thread");
    return false;
}

/* The check of a target is made at that time, or made again. */
static void put_off(struct progress *progress, const struct target *target, int64_t time_us)
{
    if (!progress->stopping && scheduler_again(progress->scheduler, target, time_us) == 0)
        return;
    if (!progress->stopping) {
        finish_for_want(progress, target, strerror(ENOMEM));
        return;
    }
    finish_check(progress, target);
    progress_deliver_unfinished(progress, target);
}

/* Whoever has too much asked of it has less from now on, and nothing for a while. */
static void heed(struct progress *progress, const struct target *target,
                 const struct retry_after *retry_after)
{
    if (!retry_after->of_host)
        return;
    if (retry_after->honored)
        scheduler_hold(progress->scheduler, target, retry_after->until_us);
    else
        scheduler_slow(progress->scheduler, target);
}

/* Puts back the target of a result that is not the last word. False if it is. */
static bool try_again(struct progress *progress, const struct target *target, struct result *result)
{
    int64_t again_us;
    enum retry retry;

    heed(progress, target, &result->retry_after);
    retry = retries_note(&progress->retries, result, clock_now_us(), &again_us);
    if (retry == RETRY_AT)
        put_off(progress, target, again_us);
    if (retry == RETRY_AT_LAST)
        finish_check(progress, target);
    return retry != RETRY_NEVER;
}

bool progress_is_idle(const struct progress *progress)
{
    return progress->list_ended && worker_pool_in_flight(progress->pool) == 0 &&
           scheduler_waiting(progress->scheduler) == 0;
}

/* A target that is not in flight, and cannot be again for want of memory. */
static void give_up_for_want(struct progress *progress, const struct target *target)
{
    struct result result;

    result_without_probe(target, CAUSE_LOCAL, strerror(ENOMEM), &result);
    retries_forget(&progress->retries, target, &result);
    progress_deliver(progress, &result);
}

void progress_confirm(struct progress *progress)
{
    const struct target *target;
    int64_t time_us;

    retries_space(&progress->retries, clock_now_us());
    while ((target = retries_unpark(&progress->retries, &time_us))) {
        progress->confirming = true;
        if (scheduler_add_at(progress->scheduler, target, time_us))
            give_up_for_want(progress, target);
    }
}

/* The same of one that could not be checked for want of something. */
static bool try_again_with_less(struct progress *progress, const struct target *target,
                                struct result *result)
{
    size_t in_flight = worker_pool_in_flight(progress->pool);
    enum shortage_advice advice;

    if (progress->stopping)
        return false;
    if (in_flight > progress->limit)
        in_flight = progress->limit;
    advice = shortage_note(&progress->shortage, target, clock_now_us());
    if (!put_back(progress, target, advice, in_flight * 3 / 4, result->outcome.os_error))
        return false;
    result_release(result);
    return true;
}

/* The run's end has cut the check off: what was known before counts, or else how far it came. */
static void take_cut_off(struct progress *progress, struct result *result)
{
    const struct target *target = result->target;
    struct result made;

    finish_check(progress, target);
    if (!run_has_all(progress->run->end) || retries_has(&progress->retries, target)) {
        result_release(result);
        progress_deliver_unfinished(progress, target);
        return;
    }
    progress->run->unfinished = true;
    run_make_result(progress->run->end, target, &made);
    made.attempts = result->attempts;
    made.outcome = result->outcome;
    result->outcome = (struct outcome){0};
    result_release(result);
    progress_deliver(progress, &made);
}

void progress_take_result(struct progress *progress, struct result *result)
{
    const struct target *target = result->target;
    int64_t held_until_us = result->held_until_us;

    if (progress->stopping && result->cause == CAUSE_CANCELLED) {
        take_cut_off(progress, result);
        return;
    }
    if (held_until_us) {
        result_release(result);
        put_off(progress, target, held_until_us);
        return;
    }
    if (!result_is_shortage(result))
        note_success(progress);
    else if (try_again_with_less(progress, target, result))
        return;
    network_note(progress, result);
    if (!try_again(progress, target, result))
        finish_with(progress, target, result);
}
