/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>

#include "engine/canary_set.h"
#include "base/clock.h"
#include "fake_target.h"

/*
 * A flock of three, each at a gate of its own. What comes of one is what the test has said before
 * it opened the gate. No thread, where the test says so (WRAPPED = pthread_create).
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
static sem_t gates[COUNT];
static _Atomic(enum cause) classes[COUNT];
static atomic_bool strange; /* a check was not called as it should be */
static struct canary_set *canary_set;
static struct error error;

static void check(void *context, const struct target *target, const struct probe_options *options,
                  struct result *result)
{
    size_t index = target->source.line;
    enum cause cause;

    if (context != targets || !options->last || !options->fresh_us)
        atomic_store(&strange, true);
    sem_take(&gates[index]);
    cause = atomic_load(&classes[index]);
    *result = (struct result){.target = target,
                              .verdict = cause == CAUSE_NONE ? VERDICT_OK : VERDICT_FAILED,
                              .cause = cause,
                              .message = strdup("why")};
}

static int setup(void **state)
{
    static const char *const urls[COUNT] = {"http://u:p@0/", "http://1/", "http://2/"};
    const struct canaries canaries = {.targets = (const struct target *const *)targets,
                                      .count = COUNT,
                                      .check = check};

    (void)state;
    threads_left = COUNT;
    for (size_t i = 0; i < COUNT; i++) {
        targets[i] = fake_target(urls[i], "");
        targets[i]->source.line = i;
        assert_int_equal(sem_init(&gates[i], 0, 0), 0);
    }
    canary_set = canary_set_new(&canaries, targets);
    assert_non_null(canary_set);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    canary_set_free(canary_set);
    assert_false(atomic_load(&strange));
    for (size_t i = 0; i < COUNT; i++) {
        sem_destroy(&gates[i]);
        target_free(targets[i]);
    }
    return 0;
}

static void let_go(size_t index, enum cause cause)
{
    atomic_store(&classes[index], cause);
    sem_post(&gates[index]);
}

/* Waits until the result of one is there, and listens. */
static enum flock_answer wait_and_listen(void)
{
    struct chan *results = canary_set_results(canary_set);

    assert_non_null(results);
    assert_int_equal(chan_select(&results, 1, CLOCK_NEVER), 0);
    return canary_set_poll(canary_set, &error);
}

static enum flock_answer let_go_and_listen(size_t index, enum cause cause)
{
    let_go(index, cause);
    return wait_and_listen();
}

/* All that is still in flight comes home. */
static void come_home(size_t in_flight)
{
    canary_set_dismiss(canary_set);
    for (size_t i = 0; i < COUNT; i++)
        sem_post(&gates[i]);
    for (size_t i = 0; i < in_flight; i++) {
        if (canary_set_results(canary_set))
            assert_int_equal(wait_and_listen(), CANARY_SET_SILENT);
    }
    assert_null(canary_set_results(canary_set));
}

TEST(nothing_is_in_flight_before_the_first_ask)
{
    assert_null(canary_set_results(canary_set));
    assert_int_equal(canary_set_poll(canary_set, &error), CANARY_SET_SILENT);
}

TEST(one_is_enough)
{
    canary_set_ask(canary_set);
    assert_int_equal(canary_set_poll(canary_set, &error), CANARY_SET_SILENT);
    assert_int_equal(let_go_and_listen(1, CAUSE_REFUSED), CANARY_SET_SILENT);
    assert_int_equal(let_go_and_listen(2, CAUSE_NONE), CANARY_SET_UP);
    assert_int_equal(canary_set_poll(canary_set, &error), CANARY_SET_SILENT);
    come_home(1);
}

TEST(all_must_fail_and_the_first_is_told)
{
    canary_set_ask(canary_set);
    assert_int_equal(let_go_and_listen(2, CAUSE_TIMEOUT_CONNECT), CANARY_SET_SILENT);
    assert_int_equal(let_go_and_listen(0, CAUSE_DNS), CANARY_SET_SILENT);
    assert_int_equal(let_go_and_listen(1, CAUSE_HTTP_5XX), CANARY_SET_DOWN);
    assert_string_equal(error.text, "http://***@0/: dns: why");
    assert_null(canary_set_results(canary_set));
}

/* It may have begun when all was well: it is asked again, and its answer then counts. */
TEST(what_is_in_flight_from_before_does_not_count)
{
    canary_set_ask(canary_set);
    assert_int_equal(let_go_and_listen(0, CAUSE_NONE), CANARY_SET_UP);
    canary_set_ask(canary_set);
    assert_int_equal(let_go_and_listen(0, CAUSE_REFUSED), CANARY_SET_SILENT);
    assert_int_equal(let_go_and_listen(1, CAUSE_NONE), CANARY_SET_SILENT);
    assert_int_equal(let_go_and_listen(1, CAUSE_REFUSED), CANARY_SET_SILENT);
    assert_int_equal(let_go_and_listen(2, CAUSE_NONE), CANARY_SET_SILENT);
    assert_int_equal(let_go_and_listen(2, CAUSE_REFUSED), CANARY_SET_DOWN);
    assert_null(canary_set_results(canary_set));
}

TEST(a_want_of_this_machine_says_nothing)
{
    canary_set_ask(canary_set);
    assert_int_equal(let_go_and_listen(0, CAUSE_REFUSED), CANARY_SET_SILENT);
    assert_int_equal(let_go_and_listen(1, CAUSE_LOCAL), CANARY_SET_SILENT);
    assert_int_equal(let_go_and_listen(2, CAUSE_REFUSED), CANARY_SET_SHORT);
    assert_string_equal(error.text, "http://1/: why");
}

TEST(a_thread_that_is_not_given_says_nothing)
{
    threads_left = 1;
    canary_set_ask(canary_set);
    assert_int_equal(let_go_and_listen(0, CAUSE_REFUSED), CANARY_SET_SHORT);
    assert_non_null(strstr(error.text, strerror(EAGAIN)));
    threads_left = 2;
    canary_set_ask(canary_set);
    let_go(0, CAUSE_REFUSED);
    let_go(1, CAUSE_REFUSED);
    let_go(2, CAUSE_REFUSED);
    for (int i = 0; i < COUNT; i++) {
        enum flock_answer answer = wait_and_listen();

        if (answer != CANARY_SET_SILENT) {
            assert_int_equal(answer, CANARY_SET_DOWN);
            assert_null(canary_set_results(canary_set));
            return;
        }
    }
    fail_msg("no answer");
}

TEST(no_thread_at_all)
{
    threads_left = 0;
    canary_set_ask(canary_set);
    assert_null(canary_set_results(canary_set));
    assert_int_equal(canary_set_poll(canary_set, &error), CANARY_SET_SHORT);
    assert_non_null(strstr(error.text, "http://***@0/: "));
}

TEST(who_could_be_asked_is_enough)
{
    threads_left = 1;
    canary_set_ask(canary_set);
    assert_int_equal(let_go_and_listen(0, CAUSE_NONE), CANARY_SET_UP);
}

#define CANARY_SET_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CANARY_SET_TEST(nothing_is_in_flight_before_the_first_ask),
        CANARY_SET_TEST(one_is_enough),
        CANARY_SET_TEST(all_must_fail_and_the_first_is_told),
        CANARY_SET_TEST(what_is_in_flight_from_before_does_not_count),
        CANARY_SET_TEST(a_want_of_this_machine_says_nothing),
        CANARY_SET_TEST(a_thread_that_is_not_given_says_nothing),
        CANARY_SET_TEST(no_thread_at_all),
        CANARY_SET_TEST(who_could_be_asked_is_enough),
    };

    return RUN_TESTS(tests);
}
