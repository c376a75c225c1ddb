/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>

#include "base/clock.h"
#include "base/thread.h"
#include "engine/worker_pool.h"

/*
 * Threads that check. A test says how by a work function, which notes its thread. Starts and joins
 * of threads are counted (WRAPPED = pthread_create thread_join).
 */

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument);
int __real_pthread_join(pthread_t thread, void **value);
int __wrap_pthread_join(pthread_t thread, void **value);

static size_t created, joined, threads_left;

/* Both are called by the test's own thread only. */
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument)
{
    if (threads_left == 0)
        return EAGAIN;
    threads_left--;
    created++;
    return __real_pthread_create(thread, attributes, body, argument);
}

int __wrap_pthread_join(pthread_t thread, void **value)
{
    joined++;
    return __real_pthread_join(thread, value);
}

#define JOBS_MAX 300

static struct job jobs[JOBS_MAX];
static atomic_int threads[JOBS_MAX]; /* which thread checked each job last */
static atomic_int checks[JOBS_MAX];
static sem_t gate;
static atomic_size_t arrived; /* at the gate */
static const struct probe_options no_options;

static int setup(void **state)
{
    (void)state;
    created = joined = 0;
    threads_left = SIZE_MAX;
    for (size_t i = 0; i < JOBS_MAX; i++) {
        atomic_store(&threads[i], 0);
        atomic_store(&checks[i], 0);
    }
    return sem_init(&gate, 0, 0);
}

static int teardown(void **state)
{
    (void)state;
    assert_int_equal(joined, created);
    return sem_destroy(&gate);
}

static size_t index_of(const struct job *job)
{
    return (size_t)(job - jobs);
}

static void work_at_once(const void *context, const struct probe_options *options,
                         struct completion *completion)
{
    size_t index = index_of(completion->job);

    (void)context;
    completion->is_postponed = options->close_connection;
    completion->result.attempts = (int)index;
    atomic_store(&threads[index], (int)syscall(SYS_gettid));
    atomic_fetch_add(&checks[index], 1);
}

static void work_after_the_gate(const void *context, const struct probe_options *options,
                                struct completion *completion)
{
    atomic_fetch_add(&arrived, 1);
    sem_take(&gate);
    work_at_once(context, options, completion);
}

static struct worker_pool *pool_of(size_t max, size_t queue, work_function *work)
{
    struct worker_pool *pool = worker_pool_new(max, queue, work, NULL);

    assert_non_null(pool);
    assert_int_equal(worker_pool_in_flight(pool), 0);
    return pool;
}

static void start(struct worker_pool *pool, size_t index)
{
    assert_true(worker_pool_has_room(pool));
    assert_int_equal(worker_pool_start(pool, &jobs[index], &no_options), 0);
}

static size_t receive_one(struct worker_pool *pool)
{
    struct completion completion;

    assert_int_equal(worker_pool_receive(pool, &completion, 1, CLOCK_NEVER), 1);
    return index_of(completion.job);
}

static void expect_nothing_can_come(struct worker_pool *pool)
{
    struct completion completion;

    assert_int_equal(worker_pool_receive(pool, &completion, 1, CLOCK_NEVER), -1);
    assert_int_equal(errno, EDEADLK);
}

static void receive_all(struct worker_pool *pool)
{
    while (worker_pool_in_flight(pool))
        receive_one(pool);
}

static void open_gate(size_t count)
{
    for (size_t i = 0; i < count; i++)
        sem_post(&gate);
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

/* Checks that many jobs, each on a thread: none ends before all have begun. */
static void check_all_at_once(struct worker_pool *pool, size_t count)
{
    size_t before = atomic_load(&arrived);

    for (size_t i = 0; i < count; i++)
        start(pool, i);
    while (atomic_load(&arrived) < before + count)
        sched_yield();
    open_gate(count);
    receive_all(pool);
    assert_int_equal(count_threads(count), count);
}

TEST(each_job_has_a_thread_of_its_own)
{
    struct worker_pool *pool = pool_of(50, WORKER_POOL_QUEUE, work_after_the_gate);

    for (size_t i = 0; i < 50; i++)
        start(pool, i);
    assert_int_equal(worker_pool_in_flight(pool), 50);
    open_gate(50);
    for (size_t left = 50; left > 0; left--) {
        receive_one(pool);
        assert_int_equal(worker_pool_in_flight(pool), left - 1);
    }
    assert_int_equal(count_threads(50), 50);
    worker_pool_free(pool);
}

/* One thread: the first job is on it, the others wait for it. */
TEST(first_started_job_in_flight_is_known)
{
    struct worker_pool *pool = pool_of(1, WORKER_POOL_QUEUE, work_after_the_gate);
    size_t before = atomic_load(&arrived);

    assert_null(worker_pool_first(pool));
    for (size_t i = 0; i < 3; i++)
        start(pool, i);
    assert_int_equal(worker_pool_queued(pool), 2);
    for (size_t i = 0; i < 3; i++) {
        while (atomic_load(&arrived) <= before + i)
            sched_yield();
        assert_ptr_equal(worker_pool_first(pool), &jobs[i]);
        assert_in_range(atomic_load(&jobs[i].begun_us), 1, clock_now_us());
        open_gate(1);
        assert_int_equal(receive_one(pool), i);
    }
    assert_null(worker_pool_first(pool));
    assert_int_equal(worker_pool_queued(pool), 0);
    worker_pool_free(pool);
}

TEST(free_threads_take_the_next_job)
{
    struct worker_pool *pool = pool_of(3, WORKER_POOL_QUEUE, work_at_once);
    size_t started = 0, received = 0;

    while (received < JOBS_MAX) {
        struct completion completions[8];
        ssize_t count;

        while (started < JOBS_MAX && worker_pool_has_room(pool))
            start(pool, started++);
        count = worker_pool_receive(pool, completions, 8, CLOCK_NEVER);
        assert_in_range(count, 1, 8);
        received += (size_t)count;
    }
    assert_int_equal(worker_pool_in_flight(pool), 0);
    for (size_t i = 0; i < JOBS_MAX; i++)
        assert_int_equal(atomic_load(&checks[i]), 1);
    assert_int_equal(created, 3);
    worker_pool_free(pool);
}

TEST(completion_is_that_of_its_job)
{
    struct worker_pool *pool = pool_of(1, WORKER_POOL_QUEUE, work_at_once);

    for (size_t i = 0; i < 20; i++) {
        const struct probe_options options = {.close_connection = i % 2};
        struct completion completion;

        assert_int_equal(worker_pool_start(pool, &jobs[i], &options), 0);
        assert_int_equal(worker_pool_receive(pool, &completion, 1, CLOCK_NEVER), 1);
        assert_ptr_equal(completion.job, &jobs[i]);
        assert_int_equal(completion.is_postponed, i % 2);
        assert_int_equal(completion.result.attempts, i);
    }
    worker_pool_free(pool);
}

TEST(receive_has_a_deadline)
{
    struct worker_pool *pool = pool_of(2, WORKER_POOL_QUEUE, work_after_the_gate);
    struct completion completion;

    start(pool, 0);
    assert_int_equal(worker_pool_receive(pool, &completion, 1, 0), -1);
    assert_int_equal(errno, ETIMEDOUT);
    assert_int_equal(worker_pool_in_flight(pool), 1);
    open_gate(1);
    assert_int_equal(receive_one(pool), 0);
    worker_pool_free(pool);
}

TEST(receive_reports_that_nothing_can_come)
{
    struct worker_pool *pool = pool_of(2, WORKER_POOL_QUEUE, work_at_once);

    start(pool, 0);
    receive_one(pool);
    expect_nothing_can_come(pool);
    worker_pool_free(pool);
}

TEST(completions_can_be_selected)
{
    struct worker_pool *pool = pool_of(2, WORKER_POOL_QUEUE, work_at_once);
    struct chan *chans[] = {worker_pool_completions(pool)};
    struct completion completion;

    start(pool, 0);
    assert_int_equal(chan_select(chans, 1, CLOCK_NEVER), 0);
    assert_int_equal(worker_pool_receive(pool, &completion, 1, 0), 1);
    worker_pool_free(pool);
}

/* Completions that were not received are released with the pool. */
static void work_with_a_message(const void *context, const struct probe_options *options,
                                struct completion *completion)
{
    work_at_once(context, options, completion);
    completion->result.message = strdup("owned");
}

TEST(free_releases_completions)
{
    struct worker_pool *pool = pool_of(5, WORKER_POOL_QUEUE, work_with_a_message);

    for (size_t i = 0; i < 20; i++)
        start(pool, i);
    worker_pool_free(pool);
    for (size_t i = 0; i < 20; i++)
        assert_int_equal(atomic_load(&checks[i]), 1);
}

/* Up to the limit each job has a thread; as many as the queue holds wait. */
TEST(queue_is_bounded)
{
    static const size_t queues[] = {0, 10, 256};

    for (size_t k = 0; k < COUNT_OF(queues); k++) {
        struct worker_pool *pool = pool_of(3, queues[k], work_after_the_gate);
        size_t started = 0;

        for (; worker_pool_has_room(pool); started++) {
            assert_int_equal(worker_pool_is_supplied(pool),
                             queues[k] && started >= 3 + queues[k] / 2);
            start(pool, started);
        }
        assert_int_equal(started, 3 + queues[k]);
        open_gate(started);
        receive_all(pool);
        assert_true(worker_pool_has_room(pool));
        assert_false(worker_pool_is_supplied(pool));
        assert_in_range(count_threads(started), 1, 3);
        worker_pool_free(pool);
    }
}

TEST(queued_jobs_can_be_taken_back)
{
    struct worker_pool *pool = pool_of(1, WORKER_POOL_QUEUE, work_after_the_gate);

    assert_null(worker_pool_take_back(pool));
    for (size_t i = 0; i < 4; i++)
        start(pool, i);
    assert_ptr_equal(worker_pool_take_back(pool), &jobs[1]);
    assert_ptr_equal(worker_pool_take_back(pool), &jobs[2]);
    assert_int_equal(worker_pool_in_flight(pool), 2);
    open_gate(2);
    assert_int_equal(receive_one(pool), 0);
    assert_int_equal(receive_one(pool), 3);
    assert_int_equal(worker_pool_in_flight(pool), 0);
    assert_null(worker_pool_take_back(pool));
    expect_nothing_can_come(pool);
    worker_pool_free(pool);
}

/* The order to end that a lower limit left in the queue is no job. */
TEST(orders_to_end_are_not_taken_back)
{
    for (int i = 0; i < 50; i++) {
        struct worker_pool *pool = pool_of(10, WORKER_POOL_QUEUE, work_after_the_gate);

        check_all_at_once(pool, 10);
        worker_pool_set_max(pool, 1);
        assert_null(worker_pool_take_back(pool));
        assert_int_equal(worker_pool_in_flight(pool), 0);
        worker_pool_free(pool);
    }
}

/* After the limit was raised, new threads are started as jobs end; the queue does not grow. */
TEST(queue_is_not_filled_before_all_threads_run)
{
    struct worker_pool *pool = pool_of(3, WORKER_POOL_QUEUE, work_after_the_gate);

    worker_pool_set_max(pool, 1);
    for (size_t i = 0; i < 4; i++)
        start(pool, i);
    worker_pool_set_max(pool, 3);
    for (size_t i = 4; i < 6; i++) {
        while (!worker_pool_has_room(pool)) {
            open_gate(1);
            receive_one(pool);
        }
        assert_true(worker_pool_in_flight(pool) < 3);
        start(pool, i);
    }
    assert_int_equal(created, 3);
    open_gate(8);
    receive_all(pool);
    worker_pool_free(pool);
}

/* Without a new thread, a job waits in the queue only if a thread is free. */
TEST(start_fails_without_any_thread)
{
    struct worker_pool *pool = pool_of(5, WORKER_POOL_QUEUE, work_after_the_gate);

    threads_left = 0;
    assert_int_equal(worker_pool_start(pool, &jobs[0], &no_options), -1);
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(worker_pool_in_flight(pool), 0);
    threads_left = 1;
    start(pool, 0);
    assert_int_equal(worker_pool_start(pool, &jobs[1], &no_options), -1);
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(worker_pool_in_flight(pool), 1);
    open_gate(2);
    receive_one(pool);
    start(pool, 1); /* by the thread that there is */
    assert_int_equal(receive_one(pool), 1);
    assert_int_equal(created, 1);
    expect_nothing_can_come(pool);
    worker_pool_free(pool);
}

/* Waits until at most count of the threads that checked the first jobs are alive. */
static void await_threads(size_t count, size_t checked)
{
    size_t alive;

    do {
        sched_yield();
        alive = 0;
        for (size_t i = 0; i < checked; i++)
            alive += thread_state(atomic_load(&threads[i])) != 0;
    } while (alive > count);
}

TEST(free_ends_idle_threads)
{
    struct worker_pool *pool = pool_of(10, WORKER_POOL_QUEUE, work_after_the_gate);

    check_all_at_once(pool, 10);
    worker_pool_free(pool);
    await_threads(0, 10);
}

TEST(lower_limit_ends_idle_threads)
{
    struct worker_pool *pool = pool_of(10, WORKER_POOL_QUEUE, work_after_the_gate);

    check_all_at_once(pool, 10);
    worker_pool_set_max(pool, 3);
    await_threads(3, 10);
    check_all_at_once(pool, 3);
    worker_pool_set_max(pool, 10);
    check_all_at_once(pool, 10);
    worker_pool_free(pool);
}

TEST(lower_limit_ends_busy_threads_after_their_job)
{
    struct worker_pool *pool = pool_of(10, WORKER_POOL_QUEUE, work_after_the_gate);

    for (size_t i = 0; i < 10; i++)
        start(pool, i);
    worker_pool_set_max(pool, 3);
    open_gate(10);
    receive_all(pool);
    await_threads(3, 10);
    check_all_at_once(pool, 3);
    worker_pool_free(pool);
}

/* Threads that end are joined before others are started: their stacks would add up. */
TEST(ended_threads_are_joined)
{
    struct worker_pool *pool = pool_of(20, WORKER_POOL_QUEUE, work_after_the_gate);

    for (size_t cycle = 0; cycle < 50; cycle++) {
        check_all_at_once(pool, 20);
        assert_int_equal(created - joined, 20);
        assert_int_equal(created, 20 + 19 * cycle);
        worker_pool_set_max(pool, 1);
        await_threads(1, 20);
        worker_pool_set_max(pool, 20);
    }
    worker_pool_free(pool);
}

/* Threads that end after their job are joined as well. */
TEST(retired_threads_are_joined)
{
    struct worker_pool *pool = pool_of(20, WORKER_POOL_QUEUE, work_after_the_gate);

    for (size_t cycle = 0; cycle < 50; cycle++) {
        size_t before = atomic_load(&arrived);

        for (size_t i = 0; i < 20; i++)
            start(pool, i);
        while (atomic_load(&arrived) < before + 20)
            sched_yield();
        assert_int_equal(created - joined, 20);
        worker_pool_set_max(pool, 1);
        open_gate(20);
        receive_all(pool);
        await_threads(1, 20);
        worker_pool_set_max(pool, 20);
    }
    worker_pool_free(pool);
}

/* Limits that change at random: each job is checked once for each start. */
static void play(uint64_t *random)
{
    struct worker_pool *pool = pool_of(8, random_below(random, 20), work_at_once);
    size_t started = 0, received = 0;

    while (received < JOBS_MAX) {
        struct completion completions[4];
        ssize_t count;

        for (size_t i = random_below(random, 12); i > 0 && started < JOBS_MAX; i--) {
            if (worker_pool_has_room(pool))
                start(pool, started++);
        }
        if (random_below(random, 3) == 0)
            worker_pool_set_max(pool, 1 + random_below(random, 8));
        assert_int_equal(worker_pool_in_flight(pool), started - received);
        if (started == received)
            continue;
        count = worker_pool_receive(pool, completions, 1 + random_below(random, 4), CLOCK_NEVER);
        assert_in_range(count, 1, 4);
        received += (size_t)count;
    }
    worker_pool_free(pool);
}

TEST(limits_that_change_lose_no_job)
{
    for (unsigned run = 1; run <= 50; run++) {
        uint64_t random = random_seed(run);

        play(&random);
        for (size_t i = 0; i < JOBS_MAX; i++)
            assert_int_equal(atomic_load(&checks[i]), run);
    }
}

TEST(unused_pool_is_freed)
{
    worker_pool_free(pool_of(5, WORKER_POOL_QUEUE, work_at_once));
    worker_pool_free(NULL);
}

#define POOL_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        POOL_TEST(each_job_has_a_thread_of_its_own),
        POOL_TEST(first_started_job_in_flight_is_known),
        POOL_TEST(free_threads_take_the_next_job),
        POOL_TEST(completion_is_that_of_its_job),
        POOL_TEST(receive_has_a_deadline),
        POOL_TEST(receive_reports_that_nothing_can_come),
        POOL_TEST(completions_can_be_selected),
        POOL_TEST(free_releases_completions),
        POOL_TEST(queue_is_bounded),
        POOL_TEST(queued_jobs_can_be_taken_back),
        POOL_TEST(orders_to_end_are_not_taken_back),
        POOL_TEST(queue_is_not_filled_before_all_threads_run),
        POOL_TEST(start_fails_without_any_thread),
        POOL_TEST(free_ends_idle_threads),
        POOL_TEST(lower_limit_ends_idle_threads),
        POOL_TEST(lower_limit_ends_busy_threads_after_their_job),
        POOL_TEST(ended_threads_are_joined),
        POOL_TEST(retired_threads_are_joined),
        POOL_TEST(limits_that_change_lose_no_job),
        POOL_TEST(unused_pool_is_freed),
    };

    return RUN_TESTS(tests);
}
