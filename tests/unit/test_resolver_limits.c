/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>
#include <netdb.h>

#include "base/clock.h"
#include "fake_resolver.h"
#include "fast_clock.h"

/* How long lookups take and wait, how many there are at once, and how they are left. */

/* A machine that stalls must not make lookups slow here, nor use up anybody's patience. */
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
    assert_int_equal(found.lookup, LOOKUP_TIMEOUT);
    assert_null(found.addresses);
    /* Its answer, when it comes, serves those who ask later. */
    dns_release();
    found = look_up("stuck.test", CLOCK_S);
    assert_int_equal(found.lookup, LOOKUP_FOUND);
    assert_int_equal(dns_asked(), 1);
    free(found.addresses);
    free_released(resolver);
}

/* All threads that there are to be had wait for silent name servers: the name is not to blame. */
TEST(patience_ends_a_lookup_that_waits_in_vain)
{
    struct lookup_call stuck;
    struct resolution found;

    begin(1);
    begin_lookup(&stuck, resolver, "stuck.test");
    dns_await_asked(1);
    atomic_store(&no_threads, true);
    found = look_up("a.test", CLOCK_S);
    assert_int_equal(found.lookup, LOOKUP_SHORTAGE);
    assert_int_equal(found.os_error, EAGAIN);
    assert_true(found.queued_us >= CLOCK_S);
    dns_release();
    expect_lookup(&stuck, LOOKUP_FOUND);
    /* Nobody waits for it any more: it is not asked. */
    free_released(resolver);
    assert_int_equal(dns_asked(), 1);
}

/* Its patience begins when its lookup does: the queue before it is not the name's fault. */
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
    assert_int_equal(found.lookup, LOOKUP_FOUND);
    assert_true(found.queued_us > 0);
    free(found.addresses);
    dns_release();
    for (size_t i = 0; i < COUNT_OF(stuck); i++)
        expect_lookup(&stuck[i], LOOKUP_FOUND);
    free_released(resolver);
}

TEST(nobody_waits_long_for_slow_ones)
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
    assert_int_equal(found.lookup, LOOKUP_FOUND);
    free(found.addresses);
    assert_true(dns_asked() > 2);
    dns_release();
    for (size_t i = 0; i < COUNT_OF(stuck); i++)
        expect_lookup(&stuck[i], LOOKUP_FOUND);
    free_released(resolver);
}

/* However many are stuck: as many as the limit says begin anew when those before are slow. */
TEST(many_slow_ones)
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

        /* Four that run, one that several ask for, and some that wait for their turn. */
        sprintf(name, "stuck%zu.test", i % 7);
        begin_lookup(&calls[i], resolver, name);
        helper_await_sleep(&calls[i].helper);
    }
    dns_await_asked(4);
    resolver_cancel(resolver);
    for (size_t i = 0; i < COUNT_OF(calls); i++)
        expect_lookup(&calls[i], LOOKUP_TIMEOUT);
    assert_int_equal(look_up("stuck0.test", CLOCK_S).lookup, LOOKUP_TIMEOUT);
    assert_int_equal(look_up("a.test", CLOCK_S).lookup, LOOKUP_TIMEOUT);
    resolver_cancel(resolver);
    dns_release();
    free_released(resolver);
}

TEST(cancel_ends_lookups_to_come)
{
    struct resolution found;

    begin(4);
    found = look_up("a.test", CLOCK_S);
    assert_int_equal(found.lookup, LOOKUP_FOUND);
    free(found.addresses);
    resolver_cancel(resolver);
    found = look_up("b.test", CLOCK_S);
    assert_int_equal(found.lookup, LOOKUP_TIMEOUT);
    assert_null(found.addresses);
    assert_int_equal(resolver_free(resolver), 0);
}

TEST(free_counts_lookups_that_are_stuck)
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

/* Too soon after that to hope for another answer: the silence is believed, and nobody waits. */
static void expect_silence(int64_t patience_us)
{
    int64_t begun_us = clock_now_us();

    for (int i = 0; i < 50; i++)
        assert_int_equal(look_up("stuck.test", patience_us).lookup, LOOKUP_TIMEOUT);
    assert_true(clock_now_us() - begun_us < 25 * patience_us);
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

/* A name that is given up by one who has that patience, at the time returned. The clock stops. */
static int64_t begin_silence(void)
{
    int64_t now_us;

    begin(2);
    clock_run(20, 1);
    assert_int_equal(look_up("stuck.test", PATIENCE_US).lookup, LOOKUP_TIMEOUT);
    now_us = clock_now_us();
    clock_run(1, 1000);
    return now_us;
}

/* With the lookup that is still under way; those who come then wait no longer than the first. */
TEST(retry_of_a_silent_name_has_its_own_patience)
{
    int64_t begun_us = begin_silence();

    expect_silence(PATIENCE_US);
    clock_run(20, 1);
    while (clock_now_us() <= begun_us + RESOLVER_FAILED_US)
        sched_yield();
    clock_run(1, 1000);
    expect_patience(PATIENCE_US);
    free_released(resolver);
}

/* A time that has come, and before which all was that has been. */
static int64_t a_moment_later(void)
{
    int64_t then_us = clock_now_us() + 1;

    while (clock_now_us() < then_us)
        sched_yield();
    return then_us;
}

/* Who wants none of what was asked before shares what is under way, as if it began now. */
TEST(fresh_lookup_of_a_silent_name_has_its_own_patience)
{
    int64_t begun_us, fresh_us;
    struct resolution found;

    begin_silence();
    expect_silence(PATIENCE_US);
    fresh_us = a_moment_later();
    clock_run(20, 1);
    begun_us = clock_now_us();
    found = resolver_lookup(resolver, "stuck.test", AF_INET, PATIENCE_US, fresh_us);
    assert_int_equal(found.lookup, LOOKUP_TIMEOUT);
    assert_true(clock_now_us() >= begun_us + PATIENCE_US);
    assert_int_equal(dns_asked(), 1);
    dns_release();
    free_released(resolver);
}

#define SLOWLY(test) cmocka_unit_test_setup(test, run_slowly)
#define FAST(test) cmocka_unit_test_setup(test, run_fast)

/* A retry that comes later asks again; all that come at once believe the one answer. */
TEST(failure_is_believed_for_a_while)
{
    struct resolution found;

    begin(2);
    dns.code = EAI_AGAIN;
    assert_int_equal(look_up("a.test", CLOCK_S).lookup, LOOKUP_FAILED);
    dns.code = 0;
    assert_int_equal(look_up("a.test", CLOCK_S).lookup, LOOKUP_FAILED);
    assert_int_equal(dns_asked(), 1);
    clock_run(1000000, 1);
    do
        found = look_up("a.test", 3600 * CLOCK_S);
    while (found.lookup == LOOKUP_FAILED);
    assert_int_equal(found.lookup, LOOKUP_FOUND);
    assert_int_equal(dns_asked(), 2);
    free(found.addresses);
    assert_int_equal(resolver_free(resolver), 0);
}

/* What was answered is an answer, but for those who want none from before some time. */
TEST(names_are_looked_up_anew_for_who_wants_it_fresh)
{
    struct resolution found;

    begin(2);
    for (int round = 1; round <= 3; round++) {
        int64_t fresh_us = a_moment_later();

        for (int i = 0; i < 3; i++) {
            found = resolver_lookup(resolver, "a.test", AF_INET, CLOCK_S, fresh_us);
            assert_int_equal(found.lookup, LOOKUP_FOUND);
            free(found.addresses);
            found = look_up("a.test", CLOCK_S);
            assert_int_equal(found.lookup, LOOKUP_FOUND);
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
        FAST(patience_ends_a_lookup_that_waits_in_vain),
        FAST(queue_uses_up_no_patience),
        FAST(nobody_waits_long_for_slow_ones),
        FAST(many_slow_ones),
        SLOWLY(cancel_ends_all_lookups),
        SLOWLY(cancel_ends_lookups_to_come),
        SLOWLY(failure_is_believed_for_a_while),
        SLOWLY(names_are_looked_up_anew_for_who_wants_it_fresh),
        SLOWLY(fresh_lookup_of_a_silent_name_has_its_own_patience),
        SLOWLY(retry_of_a_silent_name_has_its_own_patience),
        SLOWLY(free_counts_lookups_that_are_stuck),
    };

    return RUN_TESTS(tests);
}
