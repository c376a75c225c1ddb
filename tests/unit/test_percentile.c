/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdlib.h>

#include "state/percentile.h"

static int64_t percentile_of(const int64_t *values, size_t count, unsigned percent)
{
    int64_t copy[64];

    memcpy(copy, values, count * sizeof(*values));
    return percentile(copy, count, percent);
}

TEST(percentiles_are_values_that_occurred)
{
    static const int64_t values[] = {5, 1, 4, 2, 3, 10, 9, 8, 7, 6};

    assert_int_equal(percentile_of(values, 0, 50), 0);
    assert_int_equal(percentile_of(values, 1, 50), 5);
    assert_int_equal(percentile_of(values, 1, 95), 5);
    assert_int_equal(percentile_of(values, 2, 50), 1);
    assert_int_equal(percentile_of(values, 2, 51), 5);
    assert_int_equal(percentile_of(values, 10, 0), 1);
    assert_int_equal(percentile_of(values, 10, 10), 1);
    assert_int_equal(percentile_of(values, 10, 50), 5);
    assert_int_equal(percentile_of(values, 10, 90), 9);
    assert_int_equal(percentile_of(values, 10, 95), 10);
    assert_int_equal(percentile_of(values, 10, 100), 10);
}

static int by_value(const void *a, const void *b)
{
    const int64_t *one = a, *other = b;

    return (*one > *other) - (*one < *other);
}

TEST(percentiles_are_those_of_the_sorted_values)
{
    unsigned seed = 7;

    for (int round = 0; round < 3000; round++) {
        int64_t values[64], sorted[64];
        size_t count = 1 + (size_t)rand_r(&seed) % 64;
        unsigned percent = 1 + (unsigned)rand_r(&seed) % 100;

        for (size_t i = 0; i < count; i++) /* few values in half of the rounds */
            sorted[i] = values[i] = rand_r(&seed) % (round % 2 ? 5 : 100000);
        qsort(sorted, count, sizeof(*sorted), by_value);
        assert_int_equal(percentile(values, count, percent),
                         sorted[(count * percent + 99) / 100 - 1]);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(percentiles_are_values_that_occurred),
        cmocka_unit_test(percentiles_are_those_of_the_sorted_values),
    };

    alarm(HANG_S);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
