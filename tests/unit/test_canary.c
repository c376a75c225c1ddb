/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>

#include "engine/canary.h"
#include "engine/clock.h"
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
static _Atomic(enum class) classes[COUNT];
static atomic_bool strange; /* a check was not called as it should be */
static struct flock *flock;
static struct reason reason;

static void check(void *context, const struct target *target, const struct manner *manner,
                  struct result *result)
{
    size_t index = target->source.line;
    enum class class;

    if (context != targets || !manner->last || !manner->fresh_us)
        atomic_store(&strange, true);
    sem_take(&gates[index]);
    class = atomic_load(&classes[index]);
    *result = (struct result){.target = target,
                              .verdict = class == CLASS_NONE ? VERDICT_OK : VERDICT_FAILED,
                              .class = class,
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
    flock = flock_new(&canaries, targets);
    assert_non_null(flock);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    flock_free(flock);
    assert_false(atomic_load(&strange));
    for (size_t i = 0; i < COUNT; i++) {
        sem_destroy(&gates[i]);
        target_free(targets[i]);
    }
    return 0;
}

static void let_go(size_t index, enum class class)
{
    atomic_store(&classes[index], class);
    sem_post(&gates[index]);
}

/* Waits until the result of one is there, and listens. */
static enum flock_answer wait_and_listen(void)
{
    struct chan *results = flock_results(flock);

    assert_non_null(results);
    assert_int_equal(chan_select(&results, 1, CLOCK_NEVER), 0);
    return flock_listen(flock, &reason);
}

static enum flock_answer let_go_and_listen(size_t index, enum class class)
{
    let_go(index, class);
    return wait_and_listen();
}

/* All that is still in flight comes home. */
static void come_home(size_t in_flight)
{
    flock_dismiss(flock);
    for (size_t i = 0; i < COUNT; i++)
        sem_post(&gates[i]);
    for (size_t i = 0; i < in_flight; i++) {
        if (flock_results(flock))
            assert_int_equal(wait_and_listen(), FLOCK_SILENT);
    }
    assert_null(flock_results(flock));
}

TEST(nothing_is_in_flight_before_the_first_ask)
{
    assert_null(flock_results(flock));
    assert_int_equal(flock_listen(flock, &reason), FLOCK_SILENT);
}

TEST(one_is_enough)
{
    flock_ask(flock);
    assert_int_equal(flock_listen(flock, &reason), FLOCK_SILENT);
    assert_int_equal(let_go_and_listen(1, CLASS_REFUSED), FLOCK_SILENT);
    assert_int_equal(let_go_and_listen(2, CLASS_NONE), FLOCK_UP);
    assert_int_equal(flock_listen(flock, &reason), FLOCK_SILENT);
    come_home(1);
}

TEST(all_must_fail_and_the_first_is_told)
{
    flock_ask(flock);
    assert_int_equal(let_go_and_listen(2, CLASS_TIMEOUT_CONNECT), FLOCK_SILENT);
    assert_int_equal(let_go_and_listen(0, CLASS_DNS), FLOCK_SILENT);
    assert_int_equal(let_go_and_listen(1, CLASS_HTTP_5XX), FLOCK_DOWN);
    assert_string_equal(reason.text, "http://***@0/: dns: why");
    assert_null(flock_results(flock));
}

/* It may have begun when all was well: it is asked again, and its answer then counts. */
TEST(what_is_in_flight_from_before_does_not_count)
{
    flock_ask(flock);
    assert_int_equal(let_go_and_listen(0, CLASS_NONE), FLOCK_UP);
    flock_ask(flock);
    assert_int_equal(let_go_and_listen(0, CLASS_REFUSED), FLOCK_SILENT);
    assert_int_equal(let_go_and_listen(1, CLASS_NONE), FLOCK_SILENT);
    assert_int_equal(let_go_and_listen(1, CLASS_REFUSED), FLOCK_SILENT);
    assert_int_equal(let_go_and_listen(2, CLASS_NONE), FLOCK_SILENT);
    assert_int_equal(let_go_and_listen(2, CLASS_REFUSED), FLOCK_DOWN);
    assert_null(flock_results(flock));
}

TEST(a_want_of_this_machine_says_nothing)
{
    flock_ask(flock);
    assert_int_equal(let_go_and_listen(0, CLASS_REFUSED), FLOCK_SILENT);
    assert_int_equal(let_go_and_listen(1, CLASS_LOCAL), FLOCK_SILENT);
    assert_int_equal(let_go_and_listen(2, CLASS_REFUSED), FLOCK_SHORT);
    assert_string_equal(reason.text, "http://1/: why");
}

TEST(a_thread_that_is_not_given_says_nothing)
{
    threads_left = 1;
    flock_ask(flock);
    assert_int_equal(let_go_and_listen(0, CLASS_REFUSED), FLOCK_SHORT);
    assert_non_null(strstr(reason.text, strerror(EAGAIN)));
    threads_left = 2;
    flock_ask(flock);
    let_go(0, CLASS_REFUSED);
    let_go(1, CLASS_REFUSED);
    let_go(2, CLASS_REFUSED);
    for (int i = 0; i < COUNT; i++) {
        enum flock_answer answer = wait_and_listen();

        if (answer != FLOCK_SILENT) {
            assert_int_equal(answer, FLOCK_DOWN);
            assert_null(flock_results(flock));
            return;
        }
    }
    fail_msg("no answer");
}

TEST(no_thread_at_all)
{
    threads_left = 0;
    flock_ask(flock);
    assert_null(flock_results(flock));
    assert_int_equal(flock_listen(flock, &reason), FLOCK_SHORT);
    assert_non_null(strstr(reason.text, "http://***@0/: "));
}

TEST(who_could_be_asked_is_enough)
{
    threads_left = 1;
    flock_ask(flock);
    assert_int_equal(let_go_and_listen(0, CLASS_NONE), FLOCK_UP);
}

#define FLOCK_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        FLOCK_TEST(nothing_is_in_flight_before_the_first_ask),
        FLOCK_TEST(one_is_enough),
        FLOCK_TEST(all_must_fail_and_the_first_is_told),
        FLOCK_TEST(what_is_in_flight_from_before_does_not_count),
        FLOCK_TEST(a_want_of_this_machine_says_nothing),
        FLOCK_TEST(a_thread_that_is_not_given_says_nothing),
        FLOCK_TEST(no_thread_at_all),
        FLOCK_TEST(who_could_be_asked_is_enough),
    };

    return RUN_TESTS(tests);
}
