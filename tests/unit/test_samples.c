/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdlib.h>

#include "base/clock.h"
#include "state/samples.h"

/* Results of a day, packed into a blob. */

#define DAY 20787 /* 2026-11-30 */
#define DAY_US (INT64_C(86400) * CLOCK_S)

static struct sample sample_at(int64_t second, int64_t latency_us)
{
    return (struct sample){.time_us = DAY * DAY_US + second * CLOCK_S, .latency_us = latency_us};
}

static int64_t latency_after_packing(int64_t latency_us)
{
    unsigned char blob[SAMPLE_BYTES_MAX];
    struct sample sample = sample_at(0, latency_us);
    struct sample_reader reader;

    sample_reader_init(&reader, DAY, blob, samples_append(blob, 0, &sample));
    assert_true(sample_reader_next(&reader, &sample));
    assert_false(sample_reader_next(&reader, &sample));
    return sample.latency_us;
}

TEST(days_are_days_of_utc)
{
    assert_int_equal(samples_day(0), 0);
    assert_int_equal(samples_day(DAY_US - 1), 0);
    assert_int_equal(samples_day(DAY_US), 1);
    assert_int_equal(samples_day(-1), -1);
    assert_int_equal(samples_day(DAY * DAY_US + 5), DAY);
    assert_int_equal(samples_day_begin_us(DAY), DAY * DAY_US);
}

TEST(a_latency_is_exact_to_one_part_in_512)
{
    int64_t last = 0;

    assert_int_equal(latency_after_packing(0), 0);
    assert_int_equal(latency_after_packing(-1), 0);
    for (int64_t latency = 1; latency < INT64_C(500000) * CLOCK_S; latency += latency / 300 + 1) {
        int64_t packed = latency_after_packing(latency);

        assert_in_range(packed, latency - latency / 512, latency + latency / 512);
        assert_true(packed >= last);
        last = packed;
    }
    assert_int_equal(latency_after_packing(511), 511);
    assert_int_equal(latency_after_packing(1023), 1024);
    assert_in_range(latency_after_packing(INT64_MAX), 6 * DAY_US, 7 * DAY_US);
}

TEST(what_is_appended_can_be_read)
{
    static const int64_t seconds[] = {0, 0, 1, 127, 128, 255, 16383, 33000, 86399, 86399};
    unsigned char blob[COUNT_OF(seconds) * SAMPLE_BYTES_MAX];
    struct sample_reader reader;
    struct sample sample;
    size_t length = 0;

    for (size_t i = 0; i < COUNT_OF(seconds); i++) {
        sample = sample_at(seconds[i], (int64_t)i);
        sample.verdict = (enum verdict)(i % VERDICT_UNKNOWN);
        sample.is_maintenance = i % 3 == 0;
        length = samples_append(blob, length, &sample);
    }
    assert_in_range(length, 3 * COUNT_OF(seconds), 4 * COUNT_OF(seconds));
    sample_reader_init(&reader, DAY, blob, length);
    for (size_t i = 0; i < COUNT_OF(seconds); i++) {
        assert_true(sample_reader_next(&reader, &sample));
        assert_int_equal(sample.time_us, sample_at(seconds[i], 0).time_us);
        assert_int_equal(sample.latency_us, i);
        assert_int_equal(sample.verdict, i % VERDICT_UNKNOWN);
        assert_int_equal(sample.is_maintenance, i % 3 == 0);
    }
    assert_false(sample_reader_next(&reader, &sample));
    assert_false(sample_reader_next(&reader, &sample));
}

TEST(every_5_minutes_a_day_takes_4_bytes_a_result)
{
    unsigned char blob[288 * SAMPLE_BYTES_MAX];
    size_t length = 0;

    for (int64_t second = 0; second < 86400; second += 300) {
        struct sample sample = sample_at(second, 123456);

        length = samples_append(blob, length, &sample);
    }
    assert_in_range(length, 3 * 288, 4 * 288);
}

TEST(a_clock_that_was_set_back_gives_the_time_of_the_last_result)
{
    unsigned char blob[2 * SAMPLE_BYTES_MAX];
    struct sample sample = sample_at(5000, 1);
    size_t length = samples_append(blob, 0, &sample);
    struct sample_reader reader;

    sample = sample_at(4000, 2);
    length = samples_append(blob, length, &sample);
    sample_reader_init(&reader, DAY, blob, length);
    assert_true(sample_reader_next(&reader, &sample));
    assert_true(sample_reader_next(&reader, &sample));
    assert_int_equal(sample.time_us, sample_at(5000, 0).time_us);
    assert_int_equal(sample.latency_us, 2);
}

TEST(an_empty_blob_has_no_results)
{
    struct sample_reader reader;
    struct sample sample;

    sample_reader_init(&reader, DAY, NULL, 0);
    assert_false(sample_reader_next(&reader, &sample));
}

/* Reads a blob to its end, checks that times stay within the day, and returns how many it has. */
static size_t count_samples(const unsigned char *blob, size_t length)
{
    struct sample_reader reader;
    struct sample sample;
    size_t count = 0;

    sample_reader_init(&reader, DAY, blob, length);
    for (int64_t last = DAY * DAY_US; sample_reader_next(&reader, &sample); last = sample.time_us) {
        assert_in_range(sample.time_us, last, (DAY + 1) * DAY_US - 1);
        assert_in_range(sample.verdict, VERDICT_OK, VERDICT_FAILED);
        assert_true(sample.latency_us >= 0);
        count++;
    }
    assert_true(count <= length / 3);
    return count;
}

/* The sanitizers see what is read beyond the end, as each blob is allocated with its length. */
TEST(a_damaged_blob_is_read_as_far_as_it_makes_sense)
{
    unsigned seed = 1;

    for (int round = 0; round < 3000; round++) {
        size_t length = (size_t)round % 100, count;
        unsigned char *blob = malloc(length + SAMPLE_BYTES_MAX);
        unsigned char *exact = malloc(length + 1);
        struct sample sample = sample_at(86399, 77);

        for (size_t i = 0; i < length; i++)
            blob[i] = (unsigned char)(rand_r(&seed) >> (round % 2 ? 4 : 12));
        memcpy(exact + 1, blob, length);
        count = count_samples(exact + 1, length);
        length = samples_append(blob, length, &sample);
        assert_int_equal(count_samples(blob, length), count + 1);
        free(exact);
        free(blob);
    }
}

TEST(a_blob_cut_anywhere_keeps_what_is_whole)
{
    unsigned char blob[10 * SAMPLE_BYTES_MAX];
    size_t length = 0;

    for (int64_t i = 0; i < 10; i++) {
        struct sample sample = sample_at(300 * i + 1000, 1);

        length = samples_append(blob, length, &sample);
    }
    assert_int_equal(length, 40);
    for (size_t cut = 0; cut <= length; cut++)
        assert_int_equal(count_samples(blob, cut), cut / 4);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_days_of_utc),
        cmocka_unit_test(a_latency_is_exact_to_one_part_in_512),
        cmocka_unit_test(what_is_appended_can_be_read),
        cmocka_unit_test(every_5_minutes_a_day_takes_4_bytes_a_result),
        cmocka_unit_test(a_clock_that_was_set_back_gives_the_time_of_the_last_result),
        cmocka_unit_test(an_empty_blob_has_no_results),
        cmocka_unit_test(a_damaged_blob_is_read_as_far_as_it_makes_sense),
        cmocka_unit_test(a_blob_cut_anywhere_keeps_what_is_whole),
    };

    alarm(HANG_S);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
