/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "engine/retries.h"
#include "scheduler_play.h"

/*
 * Hosts that ask for a pause (Retry-After): what main does, and what threads see. In most tests one
 * check of host a and one of host b stay in flight, so that there is a job that speaks for its host.
 */

static void begin_with_jobs_in_flight(void)
{
    begin(0);
    add("a1 b1");
    expect(0, "a1 b1");
}

/* The host asks for a pause. Returns whether it is honored. Times are in seconds. */
static bool pause_host(const char *name, int64_t seconds, int64_t now)
{
    return scheduler_pause_host(scheduler, job_named(name), now * CLOCK_S,
                                (now + seconds) * CLOCK_S, RETRIES_PATIENCE_US);
}

/* Until when the host is paused as threads see it, in seconds. */
static int64_t seen_until(const char *name)
{
    return scheduler_paused_until_us(job_named(name)) / CLOCK_S;
}

TEST(paused_host_waits_and_others_go_on)
{
    begin(4);
    add("a1 a2 a3 b1 b2");
    expect_first(0, "a1");
    assert_true(scheduler_pause_host(scheduler, job_named("a1"), 0, 100, RETRIES_PATIENCE_US));
    expect(10, "b1 b2");
    finish("a1");
    add("a4");
    assert_true(scheduler_is_starved(scheduler));
    expect(99, "");
    assert_int_equal(scheduler_wake_us(scheduler), 100);
    expect(100, "a2 a3");
    assert_int_equal(scheduler_wake_us(scheduler), CLOCK_NEVER);
    /* Two: half as many as before. */
    finish("a2");
    expect(100, "a4");
    end();
}

TEST(longest_pause_counts)
{
    static const int64_t until_us[] = {100, 50, 200};
    static const char *const names_asked[] = {"a1", "a2", "a3"};

    begin(4);
    add("a1 a2 a3 a4");
    expect(0, "a1 a2 a3 a4");
    for (size_t i = 0; i < COUNT_OF(until_us); i++) {
        assert_true(scheduler_pause_host(scheduler, job_named(names_asked[i]), 0, until_us[i],
                                         RETRIES_PATIENCE_US));
        again(names_asked[i], 0);
    }
    again("a4", 0);
    assert_int_equal(scheduler_paused_until_us(job_named("a1")), 200);
    expect(199, "");
    /* All of these were one burst: the limit is halved once. */
    expect(200, "a1 a2");
    end();
}

TEST(paused_host_without_jobs_is_remembered)
{
    begin(0);
    add("a1");
    expect(0, "a1");
    assert_true(pause_host("a1", 100, 0));
    finish("a1");
    assert_int_equal(scheduler_wake_us(scheduler), CLOCK_NEVER);
    add("a2");
    expect(99 * CLOCK_S, "");
    expect(100 * CLOCK_S, "a2");
    end();
}

TEST(drop_ignores_pauses)
{
    begin(0);
    add("a1 a2");
    expect_first(0, "a1");
    assert_true(pause_host("a1", 100, 0));
    assert_ptr_equal(scheduler_drop(scheduler), job_named("a2"));
    assert_int_equal(scheduler_waiting(scheduler), 0);
    end();
}

TEST(threads_see_the_pause_of_their_host)
{
    begin_with_jobs_in_flight();
    assert_int_equal(seen_until("a1"), 0);
    assert_true(pause_host("a1", 100, 0));
    assert_true(pause_host("b1", 300, 0));
    assert_true(pause_host("a1", 50, 0));
    assert_int_equal(seen_until("a1"), 100);
    assert_int_equal(seen_until("b1"), 300);
    assert_true(pause_host("a1", 300, 100));
    assert_int_equal(seen_until("a1"), 400);
    end();
}

TEST(pauses_add_up_to_ten_minutes)
{
    begin_with_jobs_in_flight();
    for (int64_t now = 1; now < 10; now++)
        assert_true(pause_host("a1", 60, now * 100));
    assert_true(pause_host("a1", 59, 1000));
    assert_false(pause_host("a1", 2, 1100));
    assert_int_equal(seen_until("a1"), 1059);
    assert_true(pause_host("a1", 1, 1100));
    for (int64_t now = 12; now < 20; now++)
        assert_false(pause_host("a1", 1, now * 100));
    /* Each host has a count of its own. */
    assert_true(pause_host("b1", 600, 2000));
    assert_false(pause_host("b1", 601, 2000));
    assert_int_equal(seen_until("b1"), 2600);
    end();
}

TEST(overlapping_pauses_count_once)
{
    begin_with_jobs_in_flight();
    for (int i = 0; i < 1000; i++)
        assert_true(pause_host("a1", 300, i % 300));
    assert_int_equal(seen_until("a1"), 599);
    assert_true(pause_host("a1", 1, 599));
    assert_false(pause_host("a1", 1, 600));
    end();
}

TEST(pause_that_is_not_honored_slows_the_host)
{
    begin(2);
    add("a1 a2 a3");
    expect(0, "a1 a2");
    assert_false(pause_host("a1", 601, 0));
    finish("a1");
    expect(0, "");
    finish("a2");
    expect(0, "a3");
    end();
}

TEST(response_ends_the_sum_but_not_the_pause)
{
    begin_with_jobs_in_flight();
    for (int64_t now = 1; now < 20; now++) {
        assert_true(pause_host("a1", 600, now * 1000));
        assert_false(pause_host("a1", 1, now * 1000 + 600));
        scheduler_note_response(job_named("a1"));
    }
    assert_true(pause_host("a1", 600, 30000));
    scheduler_note_response(job_named("a1"));
    assert_int_equal(seen_until("a1"), 30600);
    add("a2");
    finish("a1");
    expect(INT64_C(30599) * CLOCK_S, "");
    expect(INT64_C(30600) * CLOCK_S, "a2");
    /* A response of another host changes nothing. */
    assert_true(pause_host("a2", 600, 40000));
    scheduler_note_response(job_named("b1"));
    assert_false(pause_host("a2", 1, 41000));
    end();
}

/* --wait. */
TEST(endless_patience_does_not_overflow)
{
    int64_t until_us = 0;

    begin_with_jobs_in_flight();
    for (int64_t now = 0; now < 100; now++) {
        int64_t now_us = now * 1000000000 * CLOCK_S;

        until_us = now_us + 1000000000 * CLOCK_S;
        assert_true(scheduler_pause_host(scheduler, job_named("a1"), now_us, until_us, INT64_MAX));
    }
    assert_int_equal(scheduler_paused_until_us(job_named("a1")), until_us);
    end();
}

TEST(announced_pause_is_seen_by_threads_only)
{
    begin_with_jobs_in_flight();
    scheduler_announce_pause(job_named("a1"), 100 * CLOCK_S);
    scheduler_announce_pause(job_named("a1"), 50 * CLOCK_S);
    assert_int_equal(seen_until("a1"), 100);
    assert_int_equal(seen_until("b1"), 0);
    add("a2");
    expect(0, "a2");
    end();
}

TEST(main_revokes_an_announced_pause)
{
    begin_with_jobs_in_flight();
    assert_true(pause_host("a1", 600, 0));
    scheduler_announce_pause(job_named("a1"), 1200 * CLOCK_S);
    assert_false(pause_host("a1", 500, 700));
    assert_int_equal(seen_until("a1"), 600);
    end();
}

/* Main handles results later than threads: an older one says nothing of a pause announced since. */
TEST(older_result_does_not_revoke_a_later_announcement)
{
    begin_with_jobs_in_flight();
    scheduler_announce_pause(job_named("a1"), 20 * CLOCK_S);
    scheduler_announce_pause(job_named("a1"), 90 * CLOCK_S);
    assert_true(pause_host("a1", 20, 0));
    assert_int_equal(seen_until("a1"), 90);
    assert_true(pause_host("a1", 10, 0));
    assert_int_equal(seen_until("a1"), 90);
    assert_false(pause_host("a1", 601, 20));
    assert_int_equal(seen_until("a1"), 90);
    end();
}

/* Threads announce pauses while main confirms and revokes them: the longest is never lost. */
static atomic_int announcements;

static void announce(void *argument)
{
    for (int i = 1; i <= 1000; i++) {
        scheduler_announce_pause(argument, i * CLOCK_S);
        atomic_fetch_add(&announcements, 1);
    }
}

TEST(threads_announce_while_main_confirms)
{
    struct helper helpers[2];

    begin_with_jobs_in_flight();
    atomic_store(&announcements, 0);
    for (size_t i = 0; i < COUNT_OF(helpers); i++)
        helper_start(&helpers[i], announce, job_named("a1"));
    while (atomic_load(&announcements) < 2000)
        assert_true(pause_host("a1", 1, 0));
    for (size_t i = 0; i < COUNT_OF(helpers); i++)
        helper_join(&helpers[i]);
    assert_int_equal(seen_until("a1"), 1000);
    end();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(paused_host_waits_and_others_go_on),
        cmocka_unit_test(longest_pause_counts),
        cmocka_unit_test(paused_host_without_jobs_is_remembered),
        cmocka_unit_test(drop_ignores_pauses),
        cmocka_unit_test(threads_see_the_pause_of_their_host),
        cmocka_unit_test(pauses_add_up_to_ten_minutes),
        cmocka_unit_test(overlapping_pauses_count_once),
        cmocka_unit_test(pause_that_is_not_honored_slows_the_host),
        cmocka_unit_test(response_ends_the_sum_but_not_the_pause),
        cmocka_unit_test(endless_patience_does_not_overflow),
        cmocka_unit_test(announced_pause_is_seen_by_threads_only),
        cmocka_unit_test(main_revokes_an_announced_pause),
        cmocka_unit_test(older_result_does_not_revoke_a_later_announcement),
        cmocka_unit_test(threads_announce_while_main_confirms),
    };

    return RUN_TESTS(tests);
}
