/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FAKE_CANARIES_H
#define TESTS_FAKE_CANARIES_H

#include "fake_run.h"
#include "fast_clock.h"

/*
 * Fake runs with canaries, whose checks show the network as the test sets it. The clock is fast:
 * link with the WRAPPED of fast_clock.h.
 */

#define CANARIES 2

static struct target *canaries[CANARIES];
static atomic_int asks;    /* checks of canaries that have begun */
static atomic_bool is_up;  /* the network */
static atomic_bool stalls; /* the second canary answers only once all is cancelled */
static atomic_int turns;   /* of the run loop */

/* For each target: how many asks had begun when its last check ended. */
#define TARGETS_MAX 5000
static atomic_int asks_then[TARGETS_MAX];

static inline void fail_as(struct result *result, enum cause cause)
{
    result->verdict = verdict_of_cause(cause);
    result->cause = cause;
    result->message = strdup("fake");
    result->outcome.phase = PHASE_CONNECT;
    result->outcome.status = 0;
}

static inline void check_canary(void *context, const struct target *target,
                                const struct probe_options *options, struct result *result)
{
    struct fake *fake = context;

    (void)options;
    atomic_fetch_add(&asks, 1);
    *result = (struct result){.target = target, .verdict = VERDICT_OK, .attempts = 1};
    result->outcome.phase = PHASE_DONE;
    result->outcome.status = 200;
    if (target == canaries[1] && atomic_load(&stalls)) {
        FAKE_AWAIT(fake, fake->cancels > 0);
        fail_as(result, CAUSE_CANCELLED);
    } else if (!atomic_load(&is_up)) {
        fail_as(result, CAUSE_UNREACHABLE);
    }
}

static inline int canaries_setup(void **state)
{
    (void)state;
    clock_run(20, 1);
    atomic_store(&asks, 0);
    atomic_store(&is_up, true);
    atomic_store(&stalls, false);
    atomic_store(&turns, 0);
    for (size_t i = 0; i < CANARIES; i++) {
        canaries[i] = calloc(1, sizeof(struct target));
        assert_non_null(canaries[i]);
        canaries[i]->given = "http://u:p@canary/";
    }
    return 0;
}

static inline int canaries_teardown(void **state)
{
    (void)state;
    for (size_t i = 0; i < CANARIES; i++)
        free(canaries[i]);
    return 0;
}

static inline int64_t count_turns(struct fake *fake, const struct run_status *status)
{
    (void)fake;
    (void)status;
    atomic_fetch_add(&turns, 1);
    return CLOCK_NEVER;
}

static inline struct fake *fake_with_canaries(size_t count, size_t max, size_t canary_count)
{
    struct fake *fake = fake_new(count, 10, max);

    assert_in_range(count, 0, TARGETS_MAX);
    fake->config.canaries =
        (struct canaries){.targets = canaries, .count = canary_count, .check = check_canary};
    fake->on_idle = count_turns;
    return fake;
}

static inline void fail_every_third(struct fake *fake, size_t index, struct result *result)
{
    (void)fake;
    if (index % 3 == 0)
        fail_as(result, CAUSE_REFUSED);
    atomic_store(&asks_then[index], atomic_load(&asks));
}

static inline void fail_all(struct fake *fake, size_t index, struct result *result)
{
    (void)fake;
    fail_as(result, CAUSE_TIMEOUT_CONNECT);
    atomic_store(&asks_then[index], atomic_load(&asks));
}

/* In deliver: a failure without a response comes only after a later ask. */
static inline enum delivery expect_asked_after(struct fake *fake, size_t index)
{
    if (fake->records[index].cause != CAUSE_NONE &&
        atomic_load(&asks) <= atomic_load(&asks_then[index]))
        fake->violations++;
    return DELIVERY_CONTINUE;
}

#endif
