/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdlib.h>

#include "base/clock.h"
#include "state/local_days.h"
#include "state/timeline.h"

/*
 * How samples and outages add up. Times are minutes; the period begins at minute 0, at midnight of UTC.
 * A story is one letter a result, every `step` minutes from `begin`: o is OK, w WARN, y FLAKY, x FAILED,
 * m and M are OK and FAILED in maintenance hours, and a blank is no result. The n-th result of a story has
 * a latency of n milliseconds.
 */

#define MINUTE_US (60 * CLOCK_S)
#define MIDNIGHT_US (INT64_C(20787) * 86400 * CLOCK_S)
#define SAMPLES_MAX 4096
#define OUTAGES_MAX 8

struct story {
    int64_t length; /* of the period */
    int64_t first;  /* when the URL had its first result; 0: the first of the story */
    struct sample samples[SAMPLES_MAX];
    size_t count;
    struct history_outage outages[OUTAGES_MAX];
    size_t outage_count;
    struct history_url url;
};

static struct story story;

static int64_t at(int64_t minute)
{
    return MIDNIGHT_US + minute * MINUTE_US;
}

static void tell(int64_t begin, int64_t step, const char *letters)
{
    for (; *letters; letters++, begin += step) {
        struct sample *sample = &story.samples[story.count];

        if (*letters == ' ')
            continue;
        assert_true(++story.count <= SAMPLES_MAX);
        *sample = (struct sample){.time_us = at(begin),
                                  .latency_us = (int64_t)story.count * CLOCK_MS,
                                  .is_maintenance = strchr("mM", *letters) != NULL};
        sample->verdict = strchr("xM", *letters) ? VERDICT_FAILED
                          : *letters == 'w'      ? VERDICT_WARN
                          : *letters == 'y'      ? VERDICT_FLAKY
                                                 : VERDICT_OK;
    }
}

/* end -1: it goes on. */
static void add_outage(int64_t begin, int64_t end)
{
    story.outages[story.outage_count++] = (struct history_outage){.begin_us = at(begin),
                                                                  .end_us = end < 0 ? 0 : at(end),
                                                                  .cause = CAUSE_REFUSED};
}

/* Adds the story up, and empties it. */
static const struct history_url *add_up(int64_t length)
{
    struct timeline timeline = {.from_us = MIDNIGHT_US,
                                .to_us = at(length),
                                .samples = story.samples,
                                .sample_count = story.count};
    int64_t *days = local_days(timeline.from_us, timeline.to_us, &timeline.day_count);

    timeline.days = days;
    timeline.first_us = story.first ? at(story.first) : 0;
    free(story.url.days);
    story.url = (struct history_url){.outages = story.outages, .outage_count = story.outage_count};
    timeline_add_up(&timeline, &story.url);
    free(days);
    story.count = story.outage_count = 0;
    story.first = 0;
    return &story.url;
}

static void expect_time(const struct history_time *time, int64_t up, int64_t down,
                        int64_t maintenance, int64_t unknown)
{
    assert_int_equal(time->up_us, up * MINUTE_US);
    assert_int_equal(time->down_us, down * MINUTE_US);
    assert_int_equal(time->maintenance_us, maintenance * MINUTE_US);
    assert_int_equal(time->unknown_us, unknown * MINUTE_US);
}

TEST(a_result_is_valid_until_the_next_one)
{
    tell(0, 10, "owyoo");
    expect_time(&add_up(50)->time, 50, 0, 0, 0);
    assert_int_equal(story.url.checks, 5);
    assert_int_equal(story.url.blips, 0);
}

TEST(the_last_result_is_valid_for_two_and_a_half_intervals)
{
    tell(0, 10, "ooooo");
    expect_time(&add_up(65)->time, 65, 0, 0, 0);
    tell(0, 10, "ooooo");
    expect_time(&add_up(100)->time, 65, 0, 0, 35);
    assert_int_equal(story.url.valid_until_us, at(65));
}

TEST(where_results_are_missing_nothing_is_known)
{
    tell(0, 10, "oooooo   oooooo");
    expect_time(&add_up(150)->time, 135, 0, 0, 15);
    tell(0, 10, "oooooo  oooooo"); /* 30 minutes, of which 25 are measured */
    expect_time(&add_up(140)->time, 135, 0, 0, 5);
    tell(0, 10, "oooooo oooooo"); /* one missing run is within the tolerance */
    expect_time(&add_up(130)->time, 130, 0, 0, 0);
}

TEST(the_usual_interval_is_the_median_of_the_last_20)
{
    /* Only the result after ten intervals of 60 minutes is valid for longer than 25 minutes. */
    tell(-400, 10, "ooooooooooooooooooooooooooooooooooooooooo");
    tell(60, 60, "oooooooooo");
    expect_time(&add_up(660)->time, 25 + 9 * 25 + 60, 0, 0, 660 - 310);
}

TEST(one_result_alone_measures_nothing)
{
    tell(5, 1, "o");
    expect_time(&add_up(60)->time, 0, 0, 0, 55);
    assert_int_equal(story.url.checks, 1);
    assert_int_equal(story.url.p50_us, 1 * CLOCK_MS);
}

TEST(two_results_at_almost_the_same_time_do_not_make_the_interval_short)
{
    for (int64_t minute = 0; minute < 600; minute += 30)
        tell(minute, 1, "oo");
    expect_time(&add_up(600)->time, 600, 0, 0, 0);
}

TEST(time_before_the_first_result_is_not_part_of_the_period)
{
    tell(30, 10, "ooo");
    expect_time(&add_up(60)->time, 30, 0, 0, 0);
    /* Its first results have been removed from the file: nothing is known of that time. */
    story.first = -100;
    tell(30, 10, "ooo");
    expect_time(&add_up(60)->time, 30, 0, 0, 30);
    story.first = 10;
    tell(30, 10, "ooo");
    expect_time(&add_up(60)->time, 30, 0, 0, 20);
}

TEST(results_before_the_period_are_valid_in_it)
{
    tell(-25, 10, "ooooo");
    expect_time(&add_up(20)->time, 20, 0, 0, 0);
    assert_int_equal(story.url.checks, 2);
    assert_int_equal(story.url.p95_us, 5 * CLOCK_MS);
    tell(-40, 10, "ooo");
    tell(30, 10, "ooo");
    expect_time(&add_up(60)->time, 5 + 30, 0, 0, 25);
}

TEST(without_results_in_the_period_there_is_no_history)
{
    tell(-40, 10, "oooo");
    assert_int_equal(add_up(60)->checks, 0);
    assert_null(story.url.days);
    assert_int_equal(add_up(60)->checks, 0);
}

TEST(an_outage_is_down_from_its_first_failure_to_the_first_pass)
{
    tell(0, 10, "ooxxxooo");
    add_outage(20, 50);
    expect_time(&add_up(80)->time, 50, 30, 0, 0);
    assert_int_equal(story.url.blips, 0);
    assert_int_equal(history_uptime(&story.url.time), 6250);
}

TEST(an_outage_that_goes_on_is_down_while_it_is_measured)
{
    tell(0, 10, "ooxx");
    add_outage(20, -1);
    expect_time(&add_up(100)->time, 20, 35, 0, 45);
    assert_int_equal(history_measured(&story.url.time), 5500);
}

TEST(an_outage_that_began_before_the_period)
{
    tell(-30, 10, "oxxxxoo");
    add_outage(-20, 20);
    expect_time(&add_up(40)->time, 20, 20, 0, 0);
}

TEST(passes_within_an_outage_are_down_and_failures_outside_are_blips)
{
    tell(0, 10, "oxoxxoxoooxo");
    add_outage(30, 70);
    expect_time(&add_up(120)->time, 80, 40, 0, 0);
    assert_int_equal(story.url.blips, 2);
}

TEST(outages_begin_within_a_second)
{
    tell(0, 10, "ooxxo");
    add_outage(20, 40);
    story.outages[0].begin_us += 999999;
    story.outages[0].end_us += 7;
    expect_time(&add_up(50)->time, 30, 20, 0, 0);
    assert_int_equal(story.url.blips, 0);
}

TEST(outages_of_a_damaged_file_are_counted_once)
{
    tell(0, 10, "oxxxxoo");
    add_outage(20, 60);
    add_outage(10, 30);
    add_outage(40, 20);
    add_outage(15, 25);
    expect_time(&add_up(70)->time, 20, 50, 0, 0);
}

TEST(maintenance_is_neither_up_nor_down)
{
    tell(0, 10, "oommMMxo");
    add_outage(40, 70);
    expect_time(&add_up(80)->time, 30, 10, 40, 0);
    assert_int_equal(story.url.blips, 0);
    assert_int_equal(history_measured(&story.url.time), 10000);
    assert_int_equal(history_uptime(&story.url.time), 7500);
    tell(0, 10, "oMoo");
    expect_time(&add_up(40)->time, 30, 0, 10, 0);
    assert_int_equal(story.url.blips, 0);
}

TEST(percentiles_are_of_successes)
{
    tell(0, 10, "xxoooooooooox");
    add_outage(0, 20);
    add_up(130);
    assert_int_equal(story.url.p50_us, 7 * CLOCK_MS);
    assert_int_equal(story.url.p95_us, 12 * CLOCK_MS);
    tell(0, 10, "xxx");
    assert_int_equal(add_up(30)->p50_us, 0);
    assert_int_equal(story.url.blips, 3);
}

TEST(days_add_up)
{
    tell(-60, 60,
         "oooooooooooooooooooooooo" /* to 22:00 */
         "ooooxxxxooooooooooooooo  ooooooooooooo");
    add_outage(27 * 60, 31 * 60);
    add_up(60 * 60);
    assert_int_equal(story.url.day_count, 3);
    assert_int_equal(story.url.days[0].begin_us, at(0));
    expect_time(&story.url.days[0].time, 24 * 60, 0, 0, 0);
    expect_time(&story.url.days[1].time, 24 * 60 - 4 * 60 - 30, 4 * 60, 0, 30);
    expect_time(&story.url.days[2].time, 12 * 60, 0, 0, 0);
    expect_time(&story.url.time, 60 * 60 - 4 * 60 - 30, 4 * 60, 0, 30);
    assert_int_equal(story.url.days[0].p50_us, 13 * CLOCK_MS);
    assert_int_equal(story.url.days[2].begin_us, at(48 * 60));
}

TEST(uptime_is_never_rounded_up)
{
    struct history_time time = {.up_us = 1000000000, .down_us = 1};

    assert_int_equal(history_uptime(&time), 9999);
    time.down_us = 0;
    assert_int_equal(history_uptime(&time), 10000);
    time = (struct history_time){.up_us = 999996, .down_us = 4};
    assert_int_equal(history_uptime(&time), 9999);
    time = (struct history_time){.down_us = 5};
    assert_int_equal(history_uptime(&time), 0);
    time = (struct history_time){.maintenance_us = 5, .unknown_us = 15};
    assert_int_equal(history_uptime(&time), -1);
    assert_int_equal(history_measured(&time), 2500);
    time = (struct history_time){.up_us = 1000000000, .unknown_us = 1};
    assert_int_equal(history_measured(&time), 9999);
    time = (struct history_time){0};
    assert_int_equal(history_uptime(&time), -1);
    assert_int_equal(history_measured(&time), 0);
}

/* Whatever the samples and outages are, no time is counted twice, and none is negative. */
TEST(every_sum_is_the_period)
{
    unsigned seed = 3;

    for (int round = 0; round < 2000; round++) {
        int64_t minute = -rand_r(&seed) % 3000, length = 1 + rand_r(&seed) % 5000;
        const struct history_time *time;
        size_t results = (size_t)rand_r(&seed) % 200;

        for (size_t i = 0; i < results && minute <= length; i++) {
            const char letter[] = {"owyxmM"[rand_r(&seed) % 6], '\0'};

            tell(minute, 1, letter);
            minute += rand_r(&seed) % (i % 7 ? 20 : 400);
        }
        for (int i = rand_r(&seed) % OUTAGES_MAX; i > 0; i--) {
            int64_t begin = rand_r(&seed) % 8000 - 3000;

            add_outage(begin, rand_r(&seed) % 4 ? begin + rand_r(&seed) % 500 : -1);
        }
        story.first = -2900;
        time = &add_up(length)->time;
        if (story.url.checks == 0)
            continue;
        assert_int_equal(time->up_us + time->down_us + time->maintenance_us + time->unknown_us,
                         length * MINUTE_US);
        for (size_t i = 0; i < story.url.day_count; i++) {
            time = &story.url.days[i].time;
            assert_true(time->up_us >= 0 && time->down_us >= 0 && time->maintenance_us >= 0 &&
                        time->unknown_us >= 0);
        }
    }
}

static int use_utc(void **state)
{
    (void)state;
    return setenv("TZ", "UTC", 1);
}

static int release(void **state)
{
    (void)state;
    free(story.url.days);
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_result_is_valid_until_the_next_one),
        cmocka_unit_test(the_last_result_is_valid_for_two_and_a_half_intervals),
        cmocka_unit_test(where_results_are_missing_nothing_is_known),
        cmocka_unit_test(the_usual_interval_is_the_median_of_the_last_20),
        cmocka_unit_test(one_result_alone_measures_nothing),
        cmocka_unit_test(two_results_at_almost_the_same_time_do_not_make_the_interval_short),
        cmocka_unit_test(time_before_the_first_result_is_not_part_of_the_period),
        cmocka_unit_test(results_before_the_period_are_valid_in_it),
        cmocka_unit_test(without_results_in_the_period_there_is_no_history),
        cmocka_unit_test(an_outage_is_down_from_its_first_failure_to_the_first_pass),
        cmocka_unit_test(an_outage_that_goes_on_is_down_while_it_is_measured),
        cmocka_unit_test(an_outage_that_began_before_the_period),
        cmocka_unit_test(passes_within_an_outage_are_down_and_failures_outside_are_blips),
        cmocka_unit_test(outages_begin_within_a_second),
        cmocka_unit_test(outages_of_a_damaged_file_are_counted_once),
        cmocka_unit_test(maintenance_is_neither_up_nor_down),
        cmocka_unit_test(percentiles_are_of_successes),
        cmocka_unit_test(days_add_up),
        cmocka_unit_test(uptime_is_never_rounded_up),
        cmocka_unit_test(every_sum_is_the_period),
    };

    alarm(HANG_S);
    return cmocka_run_group_tests(tests, use_utc, release);
}
