/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>

#include "engine/canary_set.h"
#include "base/clock.h"
#include "fake_target.h"

/*
 * Three canaries. The check of each waits until the test gives it a result, and threads can be
 * refused (WRAPPED = pthread_create).
 */

#define COUNT 3

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument);

static size_t threads_left;

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument)
{
    if (threads_left == 0)
        return EAGAIN;
    threads_left--;
    return __real_pthread_create(thread, attributes, body, argument);
}

static struct target *targets[COUNT];
static sem_t answers[COUNT];
static _Atomic(enum cause) causes[COUNT];
static atomic_bool is_wrong; /* a check had wrong arguments */
static struct canary_set *canary_set;
static struct error error;

static void check(void *context, const struct target *target, const struct probe_options *options,
                  struct result *result)
{
    size_t index = target->source.line;
    enum cause cause;

    if (context != targets || !options->close_connection || !options->fresh_since_us)
        atomic_store(&is_wrong, true);
    sem_take(&answers[index]);
    cause = atomic_load(&causes[index]);
    *result = (struct result){.target = target,
                              .verdict = cause == CAUSE_NONE ? VERDICT_OK : verdict_of_cause(cause),
                              .cause = cause,
                              .message = strdup("why")};
}

static int setup(void **state)
{
    static const char *const urls[COUNT] = {"http://u:p@0/", "http://1/", "http://2/"};
    const struct canaries canaries = {.targets = targets, .count = COUNT, .check = check};

    (void)state;
    threads_left = COUNT;
    for (size_t i = 0; i < COUNT; i++) {
        targets[i] = fake_target(urls[i], "");
        targets[i]->source.line = i;
        assert_int_equal(sem_init(&answers[i], 0, 0), 0);
    }
    canary_set = canary_set_new(&canaries, targets);
    assert_non_null(canary_set);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    canary_set_free(canary_set);
    assert_false(atomic_load(&is_wrong));
    for (size_t i = 0; i < COUNT; i++) {
        sem_destroy(&answers[i]);
        target_free(targets[i]);
    }
    return 0;
}

static void answer(size_t index, enum cause cause)
{
    atomic_store(&causes[index], cause);
    sem_post(&answers[index]);
}

/* Waits for a result. */
static enum canary_answer wait_and_poll(void)
{
    struct chan *results = canary_set_results(canary_set);

    assert_non_null(results);
    assert_int_equal(chan_select(&results, 1, CLOCK_NEVER), 0);
    return canary_set_poll(canary_set, &error);
}

static enum canary_answer answer_and_poll(size_t index, enum cause cause)
{
    answer(index, cause);
    return wait_and_poll();
}

/* The checks that are still in flight end, and are ignored. */
static void end_all(size_t in_flight)
{
    canary_set_dismiss(canary_set);
    for (size_t i = 0; i < COUNT; i++)
        sem_post(&answers[i]);
    for (size_t i = 0; i < in_flight; i++) {
        if (canary_set_results(canary_set))
            assert_int_equal(wait_and_poll(), CANARIES_PENDING);
    }
    assert_null(canary_set_results(canary_set));
}

TEST(nothing_is_in_flight_before_the_first_ask)
{
    assert_null(canary_set_results(canary_set));
    assert_int_equal(canary_set_poll(canary_set, &error), CANARIES_PENDING);
}

TEST(one_answer_is_enough)
{
    canary_set_ask(canary_set);
    assert_int_equal(canary_set_poll(canary_set, &error), CANARIES_PENDING);
    assert_int_equal(answer_and_poll(1, CAUSE_REFUSED), CANARIES_PENDING);
    assert_int_equal(answer_and_poll(2, CAUSE_NONE), CANARIES_UP);
    assert_int_equal(canary_set_poll(canary_set, &error), CANARIES_PENDING);
    end_all(1);
}

TEST(down_names_the_first_canary)
{
    canary_set_ask(canary_set);
    assert_int_equal(answer_and_poll(2, CAUSE_TIMEOUT_CONNECT), CANARIES_PENDING);
    assert_int_equal(answer_and_poll(0, CAUSE_DNS), CANARIES_PENDING);
    assert_int_equal(answer_and_poll(1, CAUSE_HTTP_5XX), CANARIES_DOWN);
    assert_string_equal(error.text, "http://***@0/: dns: why");
    assert_null(canary_set_results(canary_set));
}

/* A check from before the ask may have begun when the network was up: it is repeated. */
TEST(checks_from_before_the_ask_do_not_count)
{
    canary_set_ask(canary_set);
    assert_int_equal(answer_and_poll(0, CAUSE_NONE), CANARIES_UP);
    canary_set_ask(canary_set);
    assert_int_equal(answer_and_poll(0, CAUSE_REFUSED), CANARIES_PENDING);
    assert_int_equal(answer_and_poll(1, CAUSE_NONE), CANARIES_PENDING);
    assert_int_equal(answer_and_poll(1, CAUSE_REFUSED), CANARIES_PENDING);
    assert_int_equal(answer_and_poll(2, CAUSE_NONE), CANARIES_PENDING);
    assert_int_equal(answer_and_poll(2, CAUSE_REFUSED), CANARIES_DOWN);
    assert_null(canary_set_results(canary_set));
}

TEST(shortage_is_no_answer)
{
    canary_set_ask(canary_set);
    assert_int_equal(answer_and_poll(0, CAUSE_REFUSED), CANARIES_PENDING);
    assert_int_equal(answer_and_poll(1, CAUSE_LOCAL), CANARIES_PENDING);
    assert_int_equal(answer_and_poll(2, CAUSE_REFUSED), CANARIES_SHORT);
    assert_string_equal(error.text, "http://1/: why");
}

TEST(missing_thread_is_no_answer)
{
    threads_left = 1;
    canary_set_ask(canary_set);
    assert_int_equal(answer_and_poll(0, CAUSE_REFUSED), CANARIES_SHORT);
    assert_non_null(strstr(error.text, strerror(EAGAIN)));
    threads_left = 2;
    canary_set_ask(canary_set);
    answer(0, CAUSE_REFUSED);
    answer(1, CAUSE_REFUSED);
    answer(2, CAUSE_REFUSED);
    for (int i = 0; i < COUNT; i++) {
        enum canary_answer now = wait_and_poll();

        if (now != CANARIES_PENDING) {
            assert_int_equal(now, CANARIES_DOWN);
            assert_null(canary_set_results(canary_set));
            return;
        }
    }
    fail_msg("no answer");
}

TEST(no_thread_at_all_is_a_shortage)
{
    threads_left = 0;
    canary_set_ask(canary_set);
    assert_null(canary_set_results(canary_set));
    assert_int_equal(canary_set_poll(canary_set, &error), CANARIES_SHORT);
    assert_non_null(strstr(error.text, "http://***@0/: "));
}

TEST(one_thread_is_enough)
{
    threads_left = 1;
    canary_set_ask(canary_set);
    assert_int_equal(answer_and_poll(0, CAUSE_NONE), CANARIES_UP);
}

#define SET_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        SET_TEST(nothing_is_in_flight_before_the_first_ask),
        SET_TEST(one_answer_is_enough),
        SET_TEST(down_names_the_first_canary),
        SET_TEST(checks_from_before_the_ask_do_not_count),
        SET_TEST(shortage_is_no_answer),
        SET_TEST(missing_thread_is_no_answer),
        SET_TEST(no_thread_at_all_is_a_shortage),
        SET_TEST(one_thread_is_enough),
    };

    return RUN_TESTS(tests);
}
