/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>

#include "base/clock.h"
#include "engine/worker_pool.h"
#include "fake_target.h"

/* Threads that check. A test says how, by the target's host; checks tell on which thread. */

#define TARGETS_MAX 200

static struct target *targets[TARGETS_MAX];
static atomic_int threads[TARGETS_MAX]; /* which one checked it */
static sem_t gate;

static int setup(void **state)
{
    (void)state;
    for (size_t i = 0; i < TARGETS_MAX; i++) {
        targets[i] = fake_target("", "");
        targets[i]->source.line = i;
        atomic_store(&threads[i], 0);
    }
    return sem_init(&gate, 0, 0);
}

static int teardown(void **state)
{
    (void)state;
    for (size_t i = 0; i < TARGETS_MAX; i++)
        target_free(targets[i]);
    return sem_destroy(&gate);
}

static const struct probe_options any_manner;

static void note(const struct target *target, struct result *result)
{
    *result = (struct result){.target = target, .verdict = VERDICT_OK};
    atomic_store(&threads[target->source.line], (int)syscall(SYS_gettid));
}

static void check_at_once(void *context, const struct target *target,
                          const struct probe_options *options, struct result *result)
{
    (void)options;
    *(atomic_int *)context += 1;
    note(target, result);
}

static void check_at_the_gate(void *context, const struct target *target,
                              const struct probe_options *options, struct result *result)
{
    (void)options;
    (void)context;
    sem_take(&gate);
    note(target, result);
}

static void check_never(void *context, const struct target *target,
                        const struct probe_options *options, struct result *result)
{
    (void)options;
    (void)context;
    (void)target;
    (void)result;
    pthread_exit(NULL);
}

static struct worker_pool *crew_of(size_t max, check_function *check, void *context)
{
    struct worker_pool *pool = worker_pool_new(max, CREW_AHEAD, check, context);

    assert_non_null(pool);
    assert_int_equal(worker_pool_in_flight(pool), 0);
    return pool;
}

static size_t count_threads(size_t checked)
{
    size_t count = 0;

    for (size_t i = 0; i < checked; i++) {
        bool seen = false;

        assert_int_not_equal(atomic_load(&threads[i]), 0);
        for (size_t k = 0; k < i; k++)
            seen = seen || atomic_load(&threads[k]) == atomic_load(&threads[i]);
        count += !seen;
    }
    return count;
}

TEST(each_has_a_thread_of_its_own)
{
    struct worker_pool *pool = crew_of(50, check_at_the_gate, NULL);
    struct result result;

    for (size_t i = 0; i < 50; i++)
        assert_int_equal(worker_pool_start(pool, targets[i], &any_manner), 0);
    assert_int_equal(worker_pool_in_flight(pool), 50);
    for (size_t i = 0; i < 50; i++)
        sem_post(&gate);
    for (size_t left = 50; left > 0; left--) {
        assert_int_equal(worker_pool_receive(pool, &result, 1, CLOCK_NEVER), 1);
        assert_int_equal(worker_pool_in_flight(pool), left - 1);
    }
    assert_int_equal(count_threads(50), 50);
    worker_pool_free(pool);
}

TEST(threads_that_are_free_take_the_next)
{
    atomic_int checks = 0;
    struct worker_pool *pool = crew_of(3, check_at_once, &checks);
    size_t started = 0, received = 0;

    while (received < TARGETS_MAX) {
        struct result results[8];
        ssize_t count;

        while (started < TARGETS_MAX && worker_pool_has_room(pool))
            assert_int_equal(worker_pool_start(pool, targets[started++], &any_manner), 0);
        count = worker_pool_receive(pool, results, 8, CLOCK_NEVER);
        assert_in_range(count, 1, 8);
        received += (size_t)count;
    }
    assert_int_equal(worker_pool_in_flight(pool), 0);
    assert_int_equal(atomic_load(&checks), TARGETS_MAX);
    assert_in_range(count_threads(TARGETS_MAX), 1, 3);
    worker_pool_free(pool);
}

TEST(result_belongs_to_its_target)
{
    atomic_int checks = 0;
    struct worker_pool *pool = crew_of(1, check_at_once, &checks);
    struct result result;

    for (size_t i = 0; i < 20; i++) {
        assert_int_equal(worker_pool_start(pool, targets[i], &any_manner), 0);
        assert_int_equal(worker_pool_receive(pool, &result, 1, CLOCK_NEVER), 1);
        assert_ptr_equal(result.target, targets[i]);
        assert_int_equal(result.verdict, VERDICT_OK);
    }
    worker_pool_free(pool);
}

TEST(receive_keeps_to_its_deadline)
{
    struct worker_pool *pool = crew_of(2, check_at_the_gate, NULL);
    struct result result;

    assert_int_equal(worker_pool_start(pool, targets[0], &any_manner), 0);
    errno = 0;
    assert_int_equal(worker_pool_receive(pool, &result, 1, 0), -1);
    assert_int_equal(errno, ETIMEDOUT);
    assert_int_equal(worker_pool_in_flight(pool), 1);
    sem_post(&gate);
    assert_int_equal(worker_pool_receive(pool, &result, 1, CLOCK_NEVER), 1);
    worker_pool_free(pool);
}

TEST(results_can_be_selected)
{
    atomic_int checks = 0;
    struct worker_pool *pool = crew_of(2, check_at_once, &checks);
    struct chan *chans[] = {worker_pool_results(pool)};
    struct result result;

    assert_int_equal(worker_pool_start(pool, targets[0], &any_manner), 0);
    assert_int_equal(chan_select(chans, 1, CLOCK_NEVER), 0);
    assert_int_equal(worker_pool_receive(pool, &result, 1, 0), 1);
    worker_pool_free(pool);
}

TEST(check_that_ends_its_thread_is_noticed)
{
    struct worker_pool *pool = crew_of(4, check_never, NULL);
    struct result result;

    for (size_t i = 0; i < 3; i++)
        assert_int_equal(worker_pool_start(pool, targets[i], &any_manner), 0);
    errno = 0;
    assert_int_equal(worker_pool_receive(pool, &result, 1, CLOCK_NEVER), -1);
    assert_int_equal(errno, EDEADLK);
    assert_int_equal(worker_pool_in_flight(pool), 3);
    worker_pool_free(pool);
}

/* Some end their threads, and others do not: all results that there are still come. */
static void check_every_other(void *context, const struct target *target,
                              const struct probe_options *options, struct result *result)
{
    (void)options;
    (void)context;
    if (target->source.line % 2)
        pthread_exit(NULL);
    note(target, result);
}

TEST(results_beside_one_that_is_lost_come)
{
    struct worker_pool *pool = crew_of(100, check_every_other, NULL);
    struct result result;

    for (size_t i = 0; i < 100; i++)
        assert_int_equal(worker_pool_start(pool, targets[i], &any_manner), 0);
    for (size_t i = 0; i < 50; i++) {
        assert_int_equal(worker_pool_receive(pool, &result, 1, CLOCK_NEVER), 1);
        assert_int_equal(result.target->source.line % 2, 0);
    }
    assert_int_equal(worker_pool_receive(pool, &result, 1, CLOCK_NEVER), -1);
    assert_int_equal(errno, EDEADLK);
    assert_int_equal(worker_pool_in_flight(pool), 50);
    worker_pool_free(pool);
}

static void check_then_die(void *context, const struct target *target,
                           const struct probe_options *options, struct result *result)
{
    sem_take(&gate);
    check_never(context, target, options, result);
}

/* Those that wait for a thread are as lost as those that ended theirs. */
TEST(checks_that_no_thread_is_left_for_are_noticed)
{
    struct worker_pool *pool = crew_of(2, check_then_die, NULL);
    struct result result;
    size_t started = 0;

    while (worker_pool_has_room(pool))
        assert_int_equal(worker_pool_start(pool, targets[started++ % TARGETS_MAX], &any_manner), 0);
    assert_true(started > 2);
    sem_post(&gate);
    sem_post(&gate);
    assert_int_equal(worker_pool_receive(pool, &result, 1, CLOCK_NEVER), -1);
    assert_int_equal(errno, EDEADLK);
    assert_int_equal(worker_pool_in_flight(pool), started);
    worker_pool_free(pool);
}

/* Each up to the limit on a thread of its own; a few more wait, and then there is no room. */
TEST(checks_beyond_the_limit_wait_for_a_thread)
{
    struct worker_pool *pool = crew_of(3, check_at_the_gate, NULL);
    struct result result;
    size_t started = 0;

    for (; worker_pool_has_room(pool); started++)
        assert_int_equal(worker_pool_start(pool, targets[started % TARGETS_MAX], &any_manner), 0);
    assert_in_range(started, 4, 1000);
    assert_true(worker_pool_is_supplied(pool));
    for (size_t i = 0; i < started; i++)
        sem_post(&gate);
    for (size_t i = 0; i < started; i++)
        assert_int_equal(worker_pool_receive(pool, &result, 1, CLOCK_NEVER), 1);
    assert_true(worker_pool_has_room(pool));
    assert_false(worker_pool_is_supplied(pool));
    assert_in_range(count_threads(started < TARGETS_MAX ? started : TARGETS_MAX), 1, 3);
    worker_pool_free(pool);
}

TEST(checks_that_have_not_begun_are_taken_back)
{
    struct worker_pool *pool = crew_of(1, check_at_the_gate, NULL);
    struct result result;

    assert_null(worker_pool_take_back(pool));
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(worker_pool_start(pool, targets[i], &any_manner), 0);
    assert_ptr_equal(worker_pool_take_back(pool), targets[1]);
    assert_ptr_equal(worker_pool_take_back(pool), targets[2]);
    sem_post(&gate);
    sem_post(&gate);
    assert_int_equal(worker_pool_receive(pool, &result, 1, CLOCK_NEVER), 1);
    assert_ptr_equal(result.target, targets[0]);
    assert_int_equal(worker_pool_receive(pool, &result, 1, CLOCK_NEVER), 1);
    assert_ptr_equal(result.target, targets[3]);
    assert_int_equal(worker_pool_in_flight(pool), 0);
    assert_null(worker_pool_take_back(pool));
    worker_pool_free(pool);
}

static void receive_all(struct worker_pool *pool, size_t count)
{
    struct result results[TARGETS_MAX];

    while (count > 0) {
        ssize_t received = worker_pool_receive(pool, results, TARGETS_MAX, CLOCK_NEVER);

        assert_in_range(received, 1, count);
        count -= (size_t)received;
    }
}

/* Checks so many at once, each on a thread: none ends before all have begun. */
static void check_at_once_each(struct worker_pool *pool, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_int_equal(worker_pool_start(pool, targets[i], &any_manner), 0);
    for (size_t i = 0; i < count; i++)
        sem_post(&gate);
    receive_all(pool, count);
}

/* Waits until no more than count of the threads that checked the first ten live. */
static void await_threads(size_t count)
{
    size_t alive;

    do {
        sched_yield();
        alive = 0;
        for (size_t i = 0; i < 10; i++)
            alive += thread_state(atomic_load(&threads[i])) != 0;
    } while (alive > count);
}

TEST(free_ends_threads_that_have_nothing_to_do)
{
    struct worker_pool *pool = crew_of(10, check_at_the_gate, NULL);

    check_at_once_each(pool, 10);
    worker_pool_free(pool);
    await_threads(0);
}

TEST(limit_ends_free_threads)
{
    struct worker_pool *pool = crew_of(10, check_at_the_gate, NULL);

    check_at_once_each(pool, 10);
    worker_pool_set_max(pool, 3);
    await_threads(3);
    check_at_once_each(pool, 3);
    worker_pool_set_max(pool, 10);
    check_at_once_each(pool, 10);
    worker_pool_free(pool);
}

TEST(limit_ends_threads_when_they_are_free)
{
    struct worker_pool *pool = crew_of(10, check_at_the_gate, NULL);

    for (size_t i = 0; i < 10; i++)
        assert_int_equal(worker_pool_start(pool, targets[i], &any_manner), 0);
    worker_pool_set_max(pool, 3);
    for (size_t i = 0; i < 10; i++)
        sem_post(&gate);
    receive_all(pool, 10);
    await_threads(3);
    check_at_once_each(pool, 3);
    worker_pool_free(pool);
}

TEST(crew_that_did_nothing_is_freed)
{
    worker_pool_free(crew_of(5, check_at_once, NULL));
    worker_pool_free(NULL);
}

#define CREW_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CREW_TEST(each_has_a_thread_of_its_own),
        CREW_TEST(threads_that_are_free_take_the_next),
        CREW_TEST(result_belongs_to_its_target),
        CREW_TEST(receive_keeps_to_its_deadline),
        CREW_TEST(results_can_be_selected),
        CREW_TEST(check_that_ends_its_thread_is_noticed),
        CREW_TEST(results_beside_one_that_is_lost_come),
        CREW_TEST(checks_that_no_thread_is_left_for_are_noticed),
        CREW_TEST(checks_beyond_the_limit_wait_for_a_thread),
        CREW_TEST(checks_that_have_not_begun_are_taken_back),
        CREW_TEST(free_ends_threads_that_have_nothing_to_do),
        CREW_TEST(limit_ends_free_threads),
        CREW_TEST(limit_ends_threads_when_they_are_free),
        CREW_TEST(crew_that_did_nothing_is_freed),
    };

    return RUN_TESTS(tests);
}
