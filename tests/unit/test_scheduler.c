/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "scheduler_play.h"

TEST(empty_scheduler_has_no_job)
{
    begin(0);
    expect(0, "");
    assert_null(scheduler_drop(scheduler));
    assert_int_equal(scheduler_waiting(scheduler), 0);
    assert_int_equal(scheduler_wake_us(scheduler), CLOCK_NEVER);
    end();
    scheduler_free(NULL);
}

TEST(jobs_of_a_host_keep_their_order)
{
    begin(0);
    add("a1 a2 a3 a4");
    expect(0, "a1 a2 a3 a4");
    end();
}

TEST(hosts_take_turns)
{
    begin(0);
    add("a1 a2 a3 a4 b1 b2 c1");
    expect(0, "a1 b1 c1 a2 b2 a3 a4");
    end();
}

TEST(new_host_waits_one_round)
{
    begin(0);
    add("a1 a2 a3 b1 b2");
    expect_first(0, "a1");
    add("c1 c2");
    expect(0, "b1 a2 c1 b2 a3 c2");
    end();
}

TEST(host_limit_holds)
{
    begin(2);
    add("a1 a2 a3 a4 b1 b2 b3");
    expect(0, "a1 b1 a2 b2");
    assert_int_equal(scheduler_waiting(scheduler), 3);
    expect(0, "");
    finish("a2");
    expect(0, "a3");
    finish("b1");
    finish("b2");
    expect(0, "b3");
    finish("a1");
    finish("a3");
    expect(0, "a4");
    end();
}

TEST(host_limit_of_one_holds)
{
    begin(1);
    add("a1 a2 a3");
    for (int i = 1; i <= 3; i++) {
        char name[4];

        sprintf(name, "a%d", i);
        expect(0, name);
        finish(name);
    }
    expect(0, "");
    assert_int_equal(scheduler_waiting(scheduler), 0);
    end();
}

TEST(host_without_jobs_can_return)
{
    begin(1);
    add("a1");
    expect(0, "a1");
    finish("a1");
    add("a2 a3");
    expect(0, "a2");
    finish("a2");
    expect(0, "a3");
    end();
}

TEST(delayed_job_waits_for_its_time)
{
    begin(0);
    add("a1 a2 b1");
    expect(0, "a1 b1 a2");
    again("a1", 1000);
    assert_int_equal(scheduler_waiting(scheduler), 1);
    assert_int_equal(scheduler_wake_us(scheduler), 1000);
    expect(0, "");
    expect(999, "");
    expect(1000, "a1");
    assert_int_equal(scheduler_waiting(scheduler), 0);
    assert_int_equal(scheduler_wake_us(scheduler), CLOCK_NEVER);
    end();
}

/* A job that fails fast does not starve those that were never checked. */
TEST(delayed_job_goes_to_the_end_of_its_queue)
{
    begin(1);
    add("a1 a2 a3");
    expect(0, "a1");
    again("a1", 10);
    expect(10, "a2");
    again("a2", 10);
    expect(10, "a3");
    finish("a3");
    expect(10, "a1");
    finish("a1");
    expect(10, "a2");
    end();
}

TEST(delayed_job_does_not_block_its_host)
{
    begin(1);
    add("a1 a2 b1");
    expect(0, "a1 b1");
    again("a1", 10);
    expect(5, "a2");
    /* Due, but its host is at its limit. */
    expect(10, "");
    finish("a2");
    expect(10, "a1");
    end();
}

TEST(wake_time_is_the_earliest_delay)
{
    begin(0);
    add("a1 b1 c1 d1");
    expect(0, "a1 b1 c1 d1");
    again("a1", 300);
    again("b1", 100);
    again("c1", 200);
    again("d1", 150);
    assert_int_equal(scheduler_wake_us(scheduler), 100);
    expect(100, "b1");
    assert_int_equal(scheduler_wake_us(scheduler), 150);
    expect(150, "d1");
    assert_int_equal(scheduler_wake_us(scheduler), 200);
    expect(300, "c1 a1");
    end();
}

TEST(delayed_job_is_not_in_flight)
{
    begin(1);
    add("a1 a2");
    expect(0, "a1");
    again("a1", 50);
    expect(0, "a2");
    finish("a2");
    expect(49, "");
    expect(50, "a1");
    again("a1", 0);
    expect(50, "a1");
    finish("a1");
    expect(50, "");
    end();
}

static size_t drop_all(void)
{
    size_t count = 0;

    while (scheduler_drop(scheduler))
        count++;
    return count;
}

TEST(drop_ignores_limits_and_delays)
{
    begin(1);
    add("a1 a2 a3 b1 c1 c2");
    expect(0, "a1 b1 c1");
    again("b1", 1000000);
    assert_int_equal(scheduler_waiting(scheduler), 4);
    assert_int_equal(drop_all(), 4);
    assert_int_equal(scheduler_waiting(scheduler), 0);
    assert_int_equal(scheduler_wake_us(scheduler), CLOCK_NEVER);
    finish("a1");
    finish("c1");
    expect(2000000, "");
    end();
}

TEST(dropped_job_is_not_in_flight)
{
    begin(1);
    add("a1 a2");
    assert_ptr_equal(scheduler_drop(scheduler), job_named("a1"));
    assert_null(job_named("a1")->host);
    assert_int_equal(scheduler_waiting(scheduler), 1);
    assert_non_null(scheduler_next(scheduler, 0));
    assert_null(scheduler_next(scheduler, 0));
    end();
}

static bool keeps(const char *name)
{
    return scheduler_keeps_connection(job_named(name));
}

static size_t not_begun(const char *name)
{
    return atomic_load(&scheduler_host_counts(job_named(name))->not_begun);
}

/* Those in the queue, and those in flight until a thread begins them. */
TEST(jobs_that_have_not_begun_are_counted)
{
    begin(2);
    add("a1 a2 a3 b1");
    expect(0, "a1 b1 a2");
    assert_int_equal(not_begun("a1"), 3);
    assert_int_equal(not_begun("b1"), 1);
    scheduler_note_begun(job_named("a1"));
    scheduler_note_begun(job_named("a2"));
    assert_int_equal(not_begun("a1"), 1);
    assert_ptr_equal(scheduler_drop(scheduler), job_named("a3"));
    assert_int_equal(not_begun("a1"), 0);
    end();
}

TEST(waiting_jobs_of_a_host_are_known)
{
    begin(1);
    add("a1 a2 b1");
    expect(0, "a1 b1");
    assert_true(keeps("a1"));
    assert_false(keeps("b1"));
    finish("a1");
    assert_null(job_named("a1")->host);
    expect(0, "a2");
    assert_false(keeps("a2"));
    add("b2");
    assert_true(keeps("b1"));
    end();
}

TEST(one_check_at_a_time_means_one_connection)
{
    for (size_t limit = 1; limit <= 2; limit++) {
        begin(limit);
        add("a1 a2 a3 a4");
        job_named("a3")->target->connection_key = "with a client certificate";
        expect(0, limit == 1 ? "a1" : "a1 a2");
        if (limit == 1) {
            assert_true(keeps("a1"));
            finish("a1");
            expect(0, "a2");
        }
        assert_int_equal(keeps("a2"), limit == 2);
        end();
    }
}

TEST(starved_means_that_no_waiting_job_may_start)
{
    begin(1);
    assert_true(scheduler_is_starved(scheduler));
    add("a1 a2");
    assert_false(scheduler_is_starved(scheduler));
    expect(0, "a1");
    assert_true(scheduler_is_starved(scheduler));
    add("b1");
    assert_false(scheduler_is_starved(scheduler));
    end();
}

TEST(parked_job_is_neither_in_flight_nor_waiting)
{
    begin(1);
    add("a1 a2 b1");
    expect(0, "a1 b1");
    park("a1");
    assert_int_equal(scheduler_waiting(scheduler), 1);
    expect(0, "a2");
    finish("a2");
    assert_int_equal(scheduler_waiting(scheduler), 0);
    assert_int_equal(scheduler_wake_us(scheduler), CLOCK_NEVER);
    scheduler_add_at(scheduler, job_named("a1"), 500);
    assert_int_equal(scheduler_waiting(scheduler), 1);
    assert_int_equal(scheduler_wake_us(scheduler), 500);
    expect(499, "");
    expect(500, "a1");
    /* It is in flight like any other job: its host is at its limit. */
    add("a3");
    expect(500, "");
    finish("a1");
    expect(500, "a3");
    end();
}

TEST(parked_job_can_be_finished)
{
    begin(1);
    add("a1 a2");
    expect(0, "a1");
    park("a1");
    expect(0, "a2");
    finish("a1");
    assert_null(job_named("a1")->host);
    /* It does not count as the end of the check in flight. */
    add("a3");
    expect(0, "");
    park("a2");
    expect(0, "a3");
    finish("a3");
    finish("a2"); /* the last reference to the host */
    end();
}

TEST(parked_job_that_was_given_a_time_can_be_dropped)
{
    begin(1);
    add("a1");
    expect(0, "a1");
    park("a1");
    scheduler_add_at(scheduler, job_named("a1"), 1000);
    assert_ptr_equal(scheduler_drop(scheduler), job_named("a1"));
    assert_int_equal(scheduler_waiting(scheduler), 0);
    assert_null(scheduler_drop(scheduler));
    end();
}

TEST(free_with_jobs_left)
{
    begin(1);
    add("a1 a2 b1 c1");
    assert_non_null(scheduler_next(scheduler, 0));
    again("a1", 1000);
    end();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_scheduler_has_no_job),
        cmocka_unit_test(jobs_of_a_host_keep_their_order),
        cmocka_unit_test(hosts_take_turns),
        cmocka_unit_test(new_host_waits_one_round),
        cmocka_unit_test(host_limit_holds),
        cmocka_unit_test(host_limit_of_one_holds),
        cmocka_unit_test(host_without_jobs_can_return),
        cmocka_unit_test(delayed_job_waits_for_its_time),
        cmocka_unit_test(delayed_job_goes_to_the_end_of_its_queue),
        cmocka_unit_test(delayed_job_does_not_block_its_host),
        cmocka_unit_test(wake_time_is_the_earliest_delay),
        cmocka_unit_test(delayed_job_is_not_in_flight),
        cmocka_unit_test(drop_ignores_limits_and_delays),
        cmocka_unit_test(dropped_job_is_not_in_flight),
        cmocka_unit_test(jobs_that_have_not_begun_are_counted),
        cmocka_unit_test(waiting_jobs_of_a_host_are_known),
        cmocka_unit_test(one_check_at_a_time_means_one_connection),
        cmocka_unit_test(starved_means_that_no_waiting_job_may_start),
        cmocka_unit_test(parked_job_is_neither_in_flight_nor_waiting),
        cmocka_unit_test(parked_job_can_be_finished),
        cmocka_unit_test(parked_job_that_was_given_a_time_can_be_dropped),
        cmocka_unit_test(free_with_jobs_left),
    };

    return RUN_TESTS(tests);
}
