/* SPDX-License-Identifier: MIT */
#include "run_state.h"

#include "base/clock.h"

/* When a job that was not checked because of its host's pause rejoins the host's queue. */
#define POSTPONED_US (10 * CLOCK_MS)

void run_deliver(struct run_state *run, struct job *job)
{
    const struct run_config *config = run->config;

    if (run->outcome.end == RUN_OFFLINE)
        return; /* if the network is down, nothing is known of the URL */
    switch (config->deliver(config->context, job)) {
    case DELIVERY_CONTINUE: break;
    case DELIVERY_ENOUGH: run_stop(run, RUN_ENOUGH); break;
    case DELIVERY_STOP: run_stop(run, RUN_STOPPED); break;
    }
}

/* Gives the job a result that says why it was not checked. */
static void add_unchecked(struct job *job, enum cause cause, const char *message)
{
    struct result result;

    result_without_probe(job->target, cause, message, &result);
    job_add_result(job, &result, clock_now_us(), true);
}

void run_deliver_refused(struct run_state *run, struct job *job)
{
    add_unchecked(job, CAUSE_BAD_INPUT, job->target->problem);
    run_deliver(run, job);
}

/*
 * Delivers a result that may be due to the network, at the end of a run, when no canary will be
 * checked any more. If not every job gets a result, the session must not count this one as known.
 */
static void deliver_unverified(struct run_state *run, struct job *job)
{
    run->outcome.unfinished = true;
    if (!run_delivers_all(run->outcome.end)) {
        job_drop_result(job);
        return;
    }
    run_mark_unverified(run->outcome.end, job);
    run_deliver(run, job);
}

/* Delivers a final result, unless it may be due to the network. */
static void deliver_or_withhold(struct run_state *run, struct job *job)
{
    if (job->awaits_retry)
        run->awaiting_retry--;
    job->awaits_retry = false;
    if (!network_may_be_cause(&run->network, job->result))
        run_deliver(run, job);
    else if (run->is_stopping)
        deliver_unverified(run, job);
    else
        network_withhold(&run->network, job);
}

void run_deliver_unfinished(struct run_state *run, struct job *job)
{
    enum run_end end = run->outcome.end;

    run->outcome.unfinished = true;
    if (end == RUN_STOPPED || end == RUN_LOST || (!job->result && !run_delivers_all(end)))
        return;
    run_conclude_job(end, job);
    deliver_or_withhold(run, job);
}

void run_stop(struct run_state *run, enum run_end end)
{
    struct job *job;

    if (run->is_stopping)
        return;
    run->outcome.end = end;
    run->is_stopping = true;
    run->stopped_us = clock_now_us();
    run->retries.rules = (struct retry_rules){0}; /* every result is final from now on */
    while ((job = worker_pool_take_back(run->pool))) {
        scheduler_finish(run->scheduler, job);
        run_deliver_unfinished(run, job);
    }
    while ((job = network_take_withheld(&run->network)))
        deliver_unverified(run, job);
    while ((job = retries_unpark(&run->retries))) {
        scheduler_finish(run->scheduler, job);
        run_deliver_unfinished(run, job);
    }
    run->config->cancel(run->config->context);
}

void run_fail(struct run_state *run, const char *what, const char *why)
{
    if (!run->is_stopping)
        error_set(&run->outcome.error, "%s%s%s", what, *what ? ": " : "", why);
    run_stop(run, RUN_FAILED);
}

static void lower_limit(struct run_state *run, size_t target, int error_number)
{
    const struct run_config *config = run->config;

    if (!in_flight_limit_lower(&run->limit, target, worker_pool_in_flight(run->pool)))
        return;
    worker_pool_set_max(run->pool, run->limit.current);
    if (!run->is_limit_reported)
        config->limit_lowered(config->context, run->limit.current, error_number);
    run->is_limit_reported = true;
}

/*
 * Has a job checked again after a shortage of descriptors, threads or ports, with fewer checks in
 * flight if the shortage is new. job_counts: the check of this job met the shortage. False: it was
 * tried often enough.
 */
static bool check_again_with_less(struct run_state *run, struct job *job, bool job_counts,
                                  size_t target_limit, int error_number)
{
    enum backoff_advice advice =
        resource_backoff_note(&run->backoff, job_counts ? job : NULL, clock_now_us());

    if (advice == BACKOFF_GIVE_UP)
        return false;
    if (advice == BACKOFF_BEGINS) {
        run->config->trim(run->config->context);
        lower_limit(run, target_limit, error_number);
    }
    scheduler_again(run->scheduler, job, run->backoff.until_us);
    return true;
}

/* The check of a job in flight has ended with its final result. */
static void finish(struct run_state *run, struct job *job)
{
    scheduler_finish(run->scheduler, job);
    deliver_or_withhold(run, job);
}

/* The run's end cancelled the check: an earlier result counts, or else how far the check came. */
static void take_cut_off(struct run_state *run, struct job *job, struct result *result)
{
    scheduler_finish(run->scheduler, job);
    if (!job->result && run_delivers_all(run->outcome.end)) {
        run_conclude_job(run->outcome.end, job);
        job->result->attempts = result->attempts;
        job->result->outcome = result->outcome;
        result->outcome = (struct outcome){0};
        run->outcome.unfinished = true;
        run_deliver(run, job);
    } else {
        run_deliver_unfinished(run, job);
    }
    result_release(result);
}

/* Obeys a server that asks for a pause (Retry-After). */
static void apply_retry_after(struct run_state *run, struct job *job, struct result *result)
{
    struct retry_after *retry_after = &result->retry_after;
    const struct retry_rules *rules = &run->config->retries;
    int64_t asked_us = retry_after->until_us - result->outcome.retry_after_us;

    if (retry_after->of_host && retry_after->honored)
        retry_after->honored = scheduler_pause_host(
            run->scheduler, job, asked_us, retry_after->until_us, retries_patience_us(rules));
    else if (retry_after->of_host)
        scheduler_slow_host(run->scheduler, job);
    /* If another host requested the pause, this host has responded without one: by its redirect. */
    if (result->outcome.status && (retry_after->until_us == 0 || result->outcome.on_other_host))
        scheduler_note_response(job);
}

/* The job will be checked again; it was not before. */
static void note_awaits_retry(struct run_state *run, struct job *job)
{
    if (!job->awaits_retry)
        run->awaiting_retry++;
    job->awaits_retry = true;
}

static void take_result(struct run_state *run, struct job *job, struct result *result)
{
    int64_t now_us = clock_now_us();
    int64_t time_us;

    apply_retry_after(run, job, result);
    network_note_result(&run->network, result);
    if (run->config->judge)
        run->config->judge(run->config->context, result);
    job_add_result(job, result, now_us, !run->config->retries.wait);
    switch (retries_decide(&run->retries, job, now_us, &time_us)) {
    case RETRY_AT:
        note_awaits_retry(run, job);
        scheduler_again(run->scheduler, job, time_us);
        return;
    case RETRY_PARK:
        note_awaits_retry(run, job);
        job->shortages = 0; /* the confirmation is a check of its own */
        scheduler_park(run->scheduler, job);
        retries_park(&run->retries, job);
        return;
    case RETRY_NEVER: break;
    }
    finish(run, job);
}

bool run_take_thread_shortage(struct run_state *run, struct job *job, int error_number)
{
    struct result result;

    if (check_again_with_less(run, job, false, worker_pool_in_flight(run->pool), error_number))
        return false;
    result_without_probe(job->target, CAUSE_LOCAL, "this machine cannot start a thread", &result);
    take_result(run, job, &result);
    return true;
}

void run_take_completion(struct run_state *run, struct completion *completion)
{
    struct job *job = completion->job;
    struct result *result = &completion->result;

    if (run->is_stopping && (completion->is_postponed || result->cause == CAUSE_CANCELLED)) {
        take_cut_off(run, job, result);
        return;
    }
    if (completion->is_postponed) {
        /* The scheduler holds it until the end of the pause, unless main revokes the pause. */
        scheduler_again(run->scheduler, job, clock_now_us() + POSTPONED_US);
        return;
    }
    if (result_is_shortage(result)) {
        size_t target = in_flight_limit_decreased(&run->limit, worker_pool_in_flight(run->pool));

        if (!run->is_stopping &&
            check_again_with_less(run, job, true, target, result->outcome.os_error)) {
            result_release(result);
            return;
        }
    } else {
        resource_backoff_reset(&run->backoff);
        if (in_flight_limit_succeed(&run->limit))
            worker_pool_set_max(run->pool, run->limit.current);
    }
    take_result(run, job, result);
}

bool run_is_idle(const struct run_state *run)
{
    return run->list_ended && worker_pool_in_flight(run->pool) == 0 &&
           scheduler_waiting(run->scheduler) == 0;
}

void run_start_confirmations(struct run_state *run)
{
    struct job *job;

    retries_plan_confirmations(&run->retries, clock_now_us());
    while ((job = retries_unpark(&run->retries))) {
        run->is_confirming = true;
        scheduler_add_at(run->scheduler, job, job->confirm_at_us);
    }
}
