/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FAKE_RUN_H
#define TESTS_FAKE_RUN_H

#include <stdlib.h>

#include "base/clock.h"
#include "engine/run_loop.h"

/*
 * A run of fake checks: operands as the list, and a record of all that the run does with each. A
 * test sets functions that say how a check behaves and what else happens.
 */

#define FAKE_HOSTS_MAX 64

/* One target's record. */
struct record {
    struct job *job; /* from its admission until its delivery */
    int admitted;
    atomic_int checks;
    struct probe_options options; /* of the last check */
    int results;
    enum cause cause;
    enum verdict verdict;
    int attempts;
    char message[160];
};

struct fake;

/* The check of a target; *result is OK at first. Called by many threads. */
typedef void fake_check(struct fake *fake, size_t index, struct result *result);

struct fake {
    struct run_config config;
    struct settings settings;
    size_t count;
    size_t hosts;
    char (*urls)[32];
    struct record *records;

    /* Set by the test; NULL: nothing special. */
    fake_check *behave;
    enum admission (*admit)(struct fake *fake, size_t index);
    enum delivery (*deliver)(struct fake *fake, size_t index);
    int64_t (*on_idle)(struct fake *fake, const struct run_status *status);

    /* What the run did. */
    pthread_t main;
    pthread_mutex_t mutex; /* guards the members up to cancels */
    pthread_cond_t changed;
    size_t in_flight, peak;
    size_t host_in_flight[FAKE_HOSTS_MAX], host_peak[FAKE_HOSTS_MAX];
    size_t admitted, delivered;
    size_t cancels;
    int trims, lowers;
    int violations; /* of rules that hold in every run */
    size_t lowered_to;
    int lowered_error;
};

static inline size_t fake_index(const struct target *target)
{
    return target->source.line - 1;
}

/* Each function of the config but check must be called by the thread that called run_loop(). */
static inline void fake_note_caller(struct fake *fake)
{
    fake->violations += !pthread_equal(pthread_self(), fake->main);
}

/* Increments a counter that checks may wait for. */
static inline void fake_note(struct fake *fake, size_t *count)
{
    pthread_mutex_lock(&fake->mutex);
    ++*count;
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->mutex);
}

static inline enum admission fake_admit(void *context, struct job *job)
{
    struct fake *fake = context;
    size_t index = fake_index(job->target);
    enum admission admission = fake->admit ? fake->admit(fake, index) : ADMIT_CHECK;

    fake_note_caller(fake);
    if (admission != ADMIT_CHECK) {
        job_free(job);
        return admission;
    }
    fake->records[index].admitted++;
    fake->records[index].job = job;
    fake_note(fake, &fake->admitted);
    return ADMIT_CHECK;
}

static inline void fake_count(struct fake *fake, size_t index, bool begins)
{
    size_t *host = &fake->host_in_flight[index % fake->hosts];
    size_t *host_peak = &fake->host_peak[index % fake->hosts];

    pthread_mutex_lock(&fake->mutex);
    fake->in_flight += begins ? 1 : (size_t)-1;
    *host += begins ? 1 : (size_t)-1;
    if (fake->in_flight > fake->peak)
        fake->peak = fake->in_flight;
    if (*host > *host_peak)
        *host_peak = *host;
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->mutex);
}

static inline void fake_check_target(void *context, const struct target *target,
                                     const struct probe_options *options, struct result *result)
{
    struct fake *fake = context;
    size_t index = fake_index(target);

    atomic_fetch_add(&fake->records[index].checks, 1);
    fake->records[index].options = *options;
    fake_count(fake, index, true);
    *result = (struct result){.target = target, .verdict = VERDICT_OK, .attempts = 1};
    result->outcome.phase = PHASE_DONE;
    result->outcome.status = 200;
    if (fake->behave)
        fake->behave(fake, index, result);
    fake_count(fake, index, false);
}

static inline enum delivery fake_deliver(void *context, struct job *job)
{
    struct fake *fake = context;
    size_t index = fake_index(job->target);
    struct record *record = &fake->records[index];
    const struct result *result = job->result;

    fake_note_caller(fake);
    fake->violations += record->job != job || job->awaits_retry;
    record->results++;
    record->cause = result->cause;
    record->verdict = result->verdict;
    record->attempts = result->attempts;
    snprintf(record->message, sizeof(record->message), "%s",
             result->message ? result->message : "");
    job_free(job);
    record->job = NULL;
    fake_note(fake, &fake->delivered);
    return fake->deliver ? fake->deliver(fake, index) : DELIVERY_CONTINUE;
}

static inline void fake_cancel(void *context)
{
    struct fake *fake = context;

    fake_note_caller(fake);
    fake_note(fake, &fake->cancels);
}

static inline void fake_trim(void *context)
{
    fake_note_caller(context);
    ((struct fake *)context)->trims++;
}

static inline void fake_limit_lowered(void *context, size_t limit, int error_number)
{
    struct fake *fake = context;

    fake_note_caller(fake);
    fake->lowers++;
    fake->lowered_to = limit;
    fake->lowered_error = error_number;
}

static inline int64_t fake_on_idle(void *context, const struct run_status *status)
{
    struct fake *fake = context;

    fake_note_caller(fake);
    return fake->on_idle ? fake->on_idle(fake, status) : CLOCK_NEVER;
}

/* A run of count targets, "http://hH/N", over that many hosts in turn. */
static inline struct fake *fake_new(size_t count, size_t hosts, size_t parallel_max)
{
    struct fake *fake = calloc(1, sizeof(*fake));

    assert_non_null(fake);
    assert_in_range(hosts, 1, FAKE_HOSTS_MAX);
    fake->config = (struct run_config){.parallel_max = parallel_max,
                                       .context = fake,
                                       .admit = fake_admit,
                                       .check = fake_check_target,
                                       .deliver = fake_deliver,
                                       .cancel = fake_cancel,
                                       .trim = fake_trim,
                                       .limit_lowered = fake_limit_lowered,
                                       .on_idle = fake_on_idle};
    fake->count = count;
    fake->hosts = hosts;
    fake->urls = calloc(count + 1, sizeof(*fake->urls));
    fake->records = calloc(count + 1, sizeof(*fake->records));
    fake->settings = (struct settings){.proto_default = "http", .input_count = count};
    fake->settings.inputs = calloc(count + 1, sizeof(struct input));
    assert_true(fake->urls && fake->records && fake->settings.inputs);
    for (size_t i = 0; i < count; i++) {
        sprintf(fake->urls[i], "http://h%zu/%zu", i % hosts, i);
        fake->settings.inputs[i] = (struct input){.kind = INPUT_OPERAND, .text = fake->urls[i]};
    }
    pthread_mutex_init(&fake->mutex, NULL);
    pthread_cond_init(&fake->changed, NULL);
    fake->main = pthread_self();
    return fake;
}

static inline struct list *fake_list(struct fake *fake)
{
    struct error error;
    struct list *list = list_new(&fake->settings, &error);

    assert_non_null(list);
    fake->config.signals = signals_start();
    assert_non_null(fake->config.signals);
    return list;
}

/* Runs the list and frees it. */
static inline struct run_outcome fake_run_list(struct fake *fake, struct list *list)
{
    struct run_outcome outcome = run_loop(&fake->config, list);

    signals_stop(fake->config.signals);
    list_free(list);
    return outcome;
}

static inline struct run_outcome fake_run(struct fake *fake)
{
    return fake_run_list(fake, fake_list(fake));
}

static inline void fake_free(struct fake *fake)
{
    for (size_t i = 0; i < fake->count; i++)
        job_free(fake->records[i].job);
    pthread_cond_destroy(&fake->changed);
    pthread_mutex_destroy(&fake->mutex);
    free(fake->settings.inputs);
    free(fake->records);
    free(fake->urls);
    free(fake);
}

/*
 * Makes the list a pipe that never ends: the end at ends[1] stays open. All URLs have been written
 * to it. The caller closes both ends.
 */
static inline void fake_use_pipe(struct fake *fake, int ends[2])
{
    static char path[32];

    assert_int_equal(pipe(ends), 0);
    snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
    for (size_t i = 0; i < fake->count; i++)
        assert_true(dprintf(ends[1], "%s\n", fake->urls[i]) > 0);
    fake->settings.inputs[0] = (struct input){.kind = INPUT_FILE, .text = path};
    fake->settings.input_count = 1;
}

/* In a check: waits for a condition on members that the mutex guards. */
#define FAKE_AWAIT(fake, condition)                                                                \
    do {                                                                                           \
        pthread_mutex_lock(&(fake)->mutex);                                                        \
        while (!(condition))                                                                       \
            pthread_cond_wait(&(fake)->changed, &(fake)->mutex);                                   \
        pthread_mutex_unlock(&(fake)->mutex);                                                      \
    } while (0)

/* What holds in every run: the limits, the calling thread, at most one result for each job. */
static inline void fake_expect_rules(const struct fake *fake)
{
    size_t host_limit = fake->config.scheduling.host_limit;

    assert_in_range(fake->peak, 0, fake->config.parallel_max);
    for (size_t i = 0; host_limit && i < fake->hosts; i++)
        assert_in_range(fake->host_peak[i], 0, host_limit);
    assert_int_equal(fake->violations, 0);
    assert_in_range(fake->lowers, 0, 1);
    assert_in_range(fake->cancels, 0, 1);
    for (size_t i = 0; i < fake->count; i++) {
        assert_in_range(fake->records[i].admitted, 0, 1);
        assert_in_range(fake->records[i].results, 0, fake->records[i].admitted);
    }
}

static inline size_t fake_results(const struct fake *fake, enum cause cause)
{
    size_t count = 0;

    for (size_t i = 0; i < fake->count; i++)
        count += fake->records[i].results > 0 && fake->records[i].cause == cause;
    return count;
}

/* Each target was admitted, and had exactly one result. */
static inline void fake_expect_all(const struct fake *fake)
{
    fake_expect_rules(fake);
    for (size_t i = 0; i < fake->count; i++) {
        assert_int_equal(fake->records[i].admitted, 1);
        assert_int_equal(fake->records[i].results, 1);
    }
}

/* Runs to the end: each target has exactly one result, and nothing was cancelled. */
static inline void fake_expect_done(struct fake *fake)
{
    struct run_outcome outcome = fake_run(fake);

    assert_int_equal(outcome.end, RUN_DONE);
    assert_false(outcome.threads_left);
    assert_false(outcome.unfinished);
    fake_expect_all(fake);
    assert_int_equal(fake->cancels, 0);
}

#endif
