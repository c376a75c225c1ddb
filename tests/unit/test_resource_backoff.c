/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/clock.h"
#include "engine/resource_backoff.h"
#include "fake_job.h"

/* As in resource_backoff.c. */
#define PAUSES_MAX 8
#define SHORTAGES_MAX 20

static struct resource_backoff backoff;
static struct job *a, *b;
static int64_t now_us;

static int setup(void **state)
{
    (void)state;
    backoff = (struct resource_backoff){0};
    a = fake_job("a", "a");
    b = fake_job("b", "b");
    now_us = 1000 * CLOCK_S;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    job_free(a);
    job_free(b);
    return 0;
}

static void expect(struct job *job, enum backoff_advice wanted)
{
    assert_int_equal(resource_backoff_note(&backoff, job, now_us), wanted);
}

/* A pause of that length begins; time passes until its end. */
static void expect_pause(struct job *job, int64_t length_ms)
{
    expect(job, BACKOFF_BEGINS);
    assert_int_equal(backoff.until_us, now_us + length_ms * CLOCK_MS);
    now_us = backoff.until_us;
}

TEST(first_shortage_begins_a_pause)
{
    assert_true(backoff.until_us <= now_us);
    expect_pause(a, 20);
}

/* The other checks in flight fail for the same reason. */
TEST(shortages_during_a_pause_change_nothing)
{
    int64_t until_us;

    expect(a, BACKOFF_BEGINS);
    until_us = backoff.until_us;
    expect(b, BACKOFF_GOES_ON);
    now_us = until_us - 1;
    expect(b, BACKOFF_GOES_ON);
    expect(NULL, BACKOFF_GOES_ON);
    assert_int_equal(backoff.until_us, until_us);
    assert_int_equal(backoff.pauses, 1);
    now_us = until_us;
    expect(b, BACKOFF_BEGINS);
}

/* All pauses together last 3.3 seconds. */
static const int64_t pauses_ms[PAUSES_MAX] = {20, 40, 80, 160, 320, 640, 1000, 1000};

TEST(pauses_double_up_to_a_second)
{
    for (size_t i = 0; i < COUNT_OF(pauses_ms); i++)
        expect_pause(i % 2 ? a : b, pauses_ms[i]);
    expect(a, BACKOFF_GIVE_UP);
    expect(NULL, BACKOFF_GIVE_UP);
}

TEST(success_resets_the_pauses)
{
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < COUNT_OF(pauses_ms); i++)
            expect_pause(NULL, pauses_ms[i]);
        expect(NULL, BACKOFF_GIVE_UP);
        resource_backoff_reset(&backoff);
    }
}

/* A check that causes the shortage itself, while others succeed, is not tried without end. */
TEST(each_job_has_a_bound)
{
    for (int i = 1; i < SHORTAGES_MAX; i++) {
        expect_pause(a, 20);
        resource_backoff_reset(&backoff);
    }
    expect(a, BACKOFF_GIVE_UP);
    assert_int_equal(a->shortages, SHORTAGES_MAX);
    /* This begins no pause, and counts for that job only. */
    expect_pause(b, 20);
}

TEST(shortages_during_a_pause_count_for_their_job)
{
    expect(b, BACKOFF_BEGINS);
    for (int i = 1; i < SHORTAGES_MAX; i++)
        expect(a, BACKOFF_GOES_ON);
    expect(a, BACKOFF_GIVE_UP);
}

#define BACKOFF_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        BACKOFF_TEST(first_shortage_begins_a_pause),
        BACKOFF_TEST(shortages_during_a_pause_change_nothing),
        BACKOFF_TEST(pauses_double_up_to_a_second),
        BACKOFF_TEST(success_resets_the_pauses),
        BACKOFF_TEST(each_job_has_a_bound),
        BACKOFF_TEST(shortages_during_a_pause_count_for_their_job),
    };

    return RUN_TESTS(tests);
}
