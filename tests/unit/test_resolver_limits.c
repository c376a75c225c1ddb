/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>
#include <netdb.h>

#include "base/clock.h"
#include "fake_resolver.h"
#include "fast_clock.h"

/*
 * How long lookups take and wait, how many run at the same time, and what happens to abandoned
 * ones.
 */

/* A stalled machine must not make lookups slow, nor end the patience of their callers. */
static int run_slowly(void **state)
{
    (void)state;
    clock_run(1, 1000);
    return 0;
}

static int run_fast(void **state)
{
    (void)state;
    clock_run(20, 1);
    return 0;
}

static struct resolution look_up(const char *name, int64_t patience_us)
{
    return resolver_lookup(resolver, name, AF_INET, patience_us, 0);
}

TEST(limit_holds_and_is_used)
{
    struct lookup_call calls[30];

    begin(3);
    dns.gather = 3;
    for (size_t i = 0; i < COUNT_OF(calls); i++) {
        char name[16];

        sprintf(name, "n%zu.test", i);
        begin_lookup(&calls[i], resolver, name);
    }
    for (size_t i = 0; i < COUNT_OF(calls); i++)
        expect_lookup(&calls[i], LOOKUP_FOUND);
    assert_int_equal(dns_asked(), 30);
    assert_int_equal(dns.peak, 3);
    assert_int_equal(resolver_free(resolver), 0);
}

TEST(limit_of_one)
{
    struct lookup_call stuck, queued;

    begin(1);
    begin_lookup(&stuck, resolver, "stuck.test");
    dns_await_asked(1);
    begin_lookup(&queued, resolver, "a.test");
    helper_await_sleep(&queued.helper);
    assert_int_equal(dns_asked(), 1);
    dns_release();
    expect_lookup(&stuck, LOOKUP_FOUND);
    expect_lookup(&queued, LOOKUP_FOUND);
    assert_int_equal(dns.peak, 1);
    assert_int_equal(resolver_free(resolver), 0);
}

TEST(patience_ends_a_lookup_that_runs)
{
    struct resolution found;

    begin(2);
    found = look_up("stuck.test", 20);
    assert_int_equal(found.status, LOOKUP_TIMEOUT);
    assert_null(found.addresses);
    /* Its answer serves later callers. */
    dns_release();
    found = look_up("stuck.test", CLOCK_S);
    assert_int_equal(found.status, LOOKUP_FOUND);
    assert_int_equal(dns_asked(), 1);
    free(found.addresses);
    free_released(resolver);
}

/* The lookup that all callers gave up ends in a shortage: that answers no later caller. */
TEST(shortage_of_an_abandoned_lookup_is_not_kept)
{
    struct resolution found;

    begin(1);
    assert_int_equal(look_up("stuck.test", 20).status, LOOKUP_TIMEOUT);
    dns.code = EAI_SYSTEM;
    dns.os_error = EMFILE;
    dns_release();
    /* With a limit of one this begins only after the abandoned lookup has its answer. */
    assert_int_equal(look_up("a.test", CLOCK_S).status, LOOKUP_SHORTAGE);
    assert_int_equal(dns_asked(), 2);
    dns.code = 0;
    found = look_up("stuck.test", CLOCK_S);
    assert_int_equal(found.status, LOOKUP_FOUND);
    assert_int_equal(dns_asked(), 3);
    free(found.addresses);
    assert_int_equal(resolver_free(resolver), 0);
}

/* All threads that the system allows wait for silent name servers: the name is not to blame. */
TEST(patience_ends_a_lookup_that_gets_no_thread)
{
    struct lookup_call stuck;
    struct resolution found;

    begin(1);
    begin_lookup(&stuck, resolver, "stuck.test");
    dns_await_asked(1);
    atomic_store(&no_threads, true);
    found = look_up("a.test", CLOCK_S);
    assert_int_equal(found.status, LOOKUP_SHORTAGE);
    assert_int_equal(found.os_error, EAGAIN);
    assert_true(found.queued_us >= CLOCK_S);
    dns_release();
    expect_lookup(&stuck, LOOKUP_FOUND);
    /* No caller waits for it any more: it is not looked up. */
    free_released(resolver);
    assert_int_equal(dns_asked(), 1);
}

/* Patience begins when the lookup does: the name is not to blame for the queue. */
TEST(queue_uses_up_no_patience)
{
    struct lookup_call stuck[6];
    struct resolution found;

    begin(1);
    for (size_t i = 0; i < COUNT_OF(stuck); i++) {
        char name[16];

        sprintf(name, "stuck%zu.test", i);
        begin_lookup(&stuck[i], resolver, name);
        helper_await_sleep(&stuck[i].helper);
    }
    /* Less than one slow lookup takes. */
    found = look_up("a.test", RESOLVER_SLOW_US / 2);
    assert_int_equal(found.status, LOOKUP_FOUND);
    assert_true(found.queued_us > 0);
    free(found.addresses);
    dns_release();
    for (size_t i = 0; i < COUNT_OF(stuck); i++)
        expect_lookup(&stuck[i], LOOKUP_FOUND);
    free_released(resolver);
}

TEST(slow_lookups_do_not_delay_others)
{
    struct lookup_call stuck[5];
    struct resolution found;

    begin(2);
    for (size_t i = 0; i < COUNT_OF(stuck); i++) {
        char name[16];

        sprintf(name, "stuck%zu.test", i);
        begin_lookup(&stuck[i], resolver, name);
        helper_await_sleep(&stuck[i].helper);
    }
    found = look_up("a.test", 3600 * CLOCK_S);
    assert_int_equal(found.status, LOOKUP_FOUND);
    free(found.addresses);
    assert_true(dns_asked() > 2);
    dns_release();
    for (size_t i = 0; i < COUNT_OF(stuck); i++)
        expect_lookup(&stuck[i], LOOKUP_FOUND);
    free_released(resolver);
}

/* Each time as many as the limit says have become slow, as many others begin. */
TEST(many_slow_lookups)
{
    struct lookup_call stuck[40];

    begin(8);
    for (size_t i = 0; i < COUNT_OF(stuck); i++) {
        char name[16];

        sprintf(name, "stuck%zu.test", i);
        begin_lookup(&stuck[i], resolver, name);
    }
    dns_await_asked(40);
    dns_release();
    for (size_t i = 0; i < COUNT_OF(stuck); i++)
        expect_lookup(&stuck[i], LOOKUP_FOUND);
    assert_int_equal(dns_asked(), 40);
    free_released(resolver);
}

TEST(cancel_ends_all_lookups)
{
    struct lookup_call calls[10];

    begin(4);
    for (size_t i = 0; i < COUNT_OF(calls); i++) {
        char name[16];

        /* Four run, some have several callers, and the others are queued. */
        sprintf(name, "stuck%zu.test", i % 7);
        begin_lookup(&calls[i], resolver, name);
        helper_await_sleep(&calls[i].helper);
    }
    dns_await_asked(4);
    resolver_cancel(resolver);
    for (size_t i = 0; i < COUNT_OF(calls); i++)
        expect_lookup(&calls[i], LOOKUP_TIMEOUT);
    assert_int_equal(look_up("stuck0.test", CLOCK_S).status, LOOKUP_TIMEOUT);
    assert_int_equal(look_up("a.test", CLOCK_S).status, LOOKUP_TIMEOUT);
    resolver_cancel(resolver);
    dns_release();
    free_released(resolver);
}

TEST(cancel_ends_later_lookups)
{
    struct resolution found;

    begin(4);
    found = look_up("a.test", CLOCK_S);
    assert_int_equal(found.status, LOOKUP_FOUND);
    free(found.addresses);
    resolver_cancel(resolver);
    found = look_up("b.test", CLOCK_S);
    assert_int_equal(found.status, LOOKUP_TIMEOUT);
    assert_null(found.addresses);
    assert_int_equal(resolver_free(resolver), 0);
}

TEST(free_counts_running_lookups)
{
    struct lookup_call stuck[2];

    begin(4);
    begin_lookup(&stuck[0], resolver, "stuck1.test");
    begin_lookup(&stuck[1], resolver, "stuck2.test");
    free(look_up("a.test", CLOCK_S).addresses);
    dns_await_asked(3);
    resolver_cancel(resolver);
    expect_lookup(&stuck[0], LOOKUP_TIMEOUT);
    expect_lookup(&stuck[1], LOOKUP_TIMEOUT);
    assert_int_equal(resolver_free(resolver), 2);
    dns_release();
    free_released(resolver);
}

/* Soon after a caller gave up: others give up at once. */
static void expect_no_patience(int64_t patience_us)
{
    int64_t started_us = clock_now_us();

    for (int i = 0; i < 50; i++)
        assert_int_equal(look_up("stuck.test", patience_us).status, LOOKUP_TIMEOUT);
    assert_true(clock_now_us() - started_us < 25 * patience_us);
}

static void expect_patience(int64_t patience_us)
{
    struct lookup_call calls[5];

    for (size_t i = 0; i < COUNT_OF(calls); i++) {
        begin_lookup_for(&calls[i], resolver, "stuck.test", patience_us);
        helper_await_sleep(&calls[i].helper);
    }
    dns_release();
    for (size_t i = 0; i < COUNT_OF(calls); i++)
        expect_lookup(&calls[i], LOOKUP_FOUND);
    assert_int_equal(dns_asked(), 1);
}

#define PATIENCE_US (RESOLVER_FAILED_US / 2)

/* A caller gives a name up. Returns the time, and makes the clock nearly stop. */
static int64_t abandon_lookup(void)
{
    int64_t now_us;

    begin(2);
    clock_run(20, 1);
    assert_int_equal(look_up("stuck.test", PATIENCE_US).status, LOOKUP_TIMEOUT);
    now_us = clock_now_us();
    clock_run(1, 1000);
    return now_us;
}

/* It shares the running lookup; callers that come at the same time wait no longer. */
TEST(retry_of_a_silent_name_has_its_own_patience)
{
    int64_t started_us = abandon_lookup();

    expect_no_patience(PATIENCE_US);
    clock_run(20, 1);
    while (clock_now_us() <= started_us + RESOLVER_FAILED_US)
        sched_yield();
    clock_run(1, 1000);
    expect_patience(PATIENCE_US);
    free_released(resolver);
}

/* The current time, later than everything before. */
static int64_t a_moment_later(void)
{
    int64_t then_us = clock_now_us() + 1;

    while (clock_now_us() < then_us)
        sched_yield();
    return then_us;
}

/* A caller that needs a fresh answer shares the running lookup, as if it began now. */
TEST(fresh_lookup_of_a_silent_name_has_its_own_patience)
{
    int64_t started_us, fresh_since_us;
    struct resolution found;

    abandon_lookup();
    expect_no_patience(PATIENCE_US);
    fresh_since_us = a_moment_later();
    clock_run(20, 1);
    started_us = clock_now_us();
    found = resolver_lookup(resolver, "stuck.test", AF_INET, PATIENCE_US, fresh_since_us);
    assert_int_equal(found.status, LOOKUP_TIMEOUT);
    assert_true(clock_now_us() >= started_us + PATIENCE_US);
    assert_int_equal(dns_asked(), 1);
    dns_release();
    free_released(resolver);
}

#define SLOWLY(test) cmocka_unit_test_setup(test, run_slowly)
#define FAST(test) cmocka_unit_test_setup(test, run_fast)

/* A retry that comes later starts a new lookup; callers that come at once share the answer. */
TEST(failure_is_kept_for_a_while)
{
    struct resolution found;

    begin(2);
    dns.code = EAI_AGAIN;
    assert_int_equal(look_up("a.test", CLOCK_S).status, LOOKUP_FAILED);
    dns.code = 0;
    assert_int_equal(look_up("a.test", CLOCK_S).status, LOOKUP_FAILED);
    assert_int_equal(dns_asked(), 1);
    clock_run(1000000, 1);
    do
        found = look_up("a.test", 3600 * CLOCK_S);
    while (found.status == LOOKUP_FAILED);
    assert_int_equal(found.status, LOOKUP_FOUND);
    assert_int_equal(dns_asked(), 2);
    free(found.addresses);
    assert_int_equal(resolver_free(resolver), 0);
}

/* An answer is not used by callers that need one requested later. */
TEST(fresh_answers_need_a_new_lookup)
{
    struct resolution found;

    begin(2);
    for (int round = 1; round <= 3; round++) {
        int64_t fresh_since_us = a_moment_later();

        for (int i = 0; i < 3; i++) {
            found = resolver_lookup(resolver, "a.test", AF_INET, CLOCK_S, fresh_since_us);
            assert_int_equal(found.status, LOOKUP_FOUND);
            free(found.addresses);
            found = look_up("a.test", CLOCK_S);
            assert_int_equal(found.status, LOOKUP_FOUND);
            free(found.addresses);
        }
        assert_int_equal(dns_asked(), round);
    }
    assert_int_equal(resolver_free(resolver), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        SLOWLY(limit_holds_and_is_used),
        SLOWLY(limit_of_one),
        SLOWLY(patience_ends_a_lookup_that_runs),
        SLOWLY(shortage_of_an_abandoned_lookup_is_not_kept),
        FAST(patience_ends_a_lookup_that_gets_no_thread),
        FAST(queue_uses_up_no_patience),
        FAST(slow_lookups_do_not_delay_others),
        FAST(many_slow_lookups),
        SLOWLY(cancel_ends_all_lookups),
        SLOWLY(cancel_ends_later_lookups),
        SLOWLY(failure_is_kept_for_a_while),
        SLOWLY(fresh_answers_need_a_new_lookup),
        SLOWLY(fresh_lookup_of_a_silent_name_has_its_own_patience),
        SLOWLY(retry_of_a_silent_name_has_its_own_patience),
        SLOWLY(free_counts_running_lookups),
    };

    return RUN_TESTS(tests);
}
