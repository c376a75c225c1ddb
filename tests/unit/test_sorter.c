/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/sorter.h"

struct record {
    uint64_t key;
    uint64_t number;
    char more[48];
};

static int by_key(const void *first, const void *second)
{
    const struct record *a = first, *b = second;

    return (a->key > b->key) - (a->key < b->key);
}

/* Adds the numbers from 0, shuffled, each `copies` times, and asserts that they come in order. */
static void sort_numbers(uint64_t count, uint64_t copies)
{
    struct sorter *sorter = sorter_new(sizeof(struct record), by_key);
    const void *next = NULL;

    for (uint64_t i = 0; i < count * copies; i++) {
        /* 7919 is prime, and divides no count that is used here. */
        struct record record = {.key = i * 7919 % count, .number = i, .more = "x"};

        assert_int_equal(sorter_add(sorter, &record), 0);
    }
    assert_int_equal(sorter_finish(sorter), 0);
    for (uint64_t i = 0; i < count * copies; i++) {
        const struct record *record;

        assert_int_equal(sorter_next(sorter, &next), 1);
        record = next;
        assert_int_equal(record->key, i / copies);
        assert_int_equal(record->number * 7919 % count, record->key);
        assert_int_equal(record->more[0], 'x');
    }
    assert_int_equal(sorter_next(sorter, &next), 0);
    assert_int_equal(sorter_next(sorter, &next), 0);
    sorter_free(sorter);
}

TEST(few_records_stay_in_memory)
{
    setenv("TMPDIR", "/missing", 1);
    sort_numbers(1, 1);
    sort_numbers(1000, 3);
    unsetenv("TMPDIR");
}

TEST(many_records_are_sorted_on_disk)
{
    sort_numbers(400000, 1);
    sort_numbers(150000, 2);
}

TEST(nothing_is_sorted)
{
    struct sorter *sorter = sorter_new(8, by_key);
    const void *next;

    assert_int_equal(sorter_finish(sorter), 0);
    assert_int_equal(sorter_next(sorter, &next), 0);
    assert_int_equal(sorter_next(sorter, &next), 0);
    sorter_free(sorter);
    sorter_free(NULL);
}

TEST(disk_that_is_missing_is_reported)
{
    struct sorter *sorter = sorter_new(sizeof(struct record), by_key);
    struct record record = {0};
    int status = 0;

    setenv("TMPDIR", "/missing", 1);
    while (status == 0 && record.key++ < 1000000)
        status = sorter_add(sorter, &record);
    assert_int_equal(status, -1);
    assert_int_equal(errno, ENOENT);
    unsetenv("TMPDIR");
    sorter_free(sorter);
}

/* The descriptor that the next open() returns. */
static int next_descriptor(void)
{
    int fd = dup(STDIN_FILENO);

    close(fd);
    return fd;
}

TEST(file_that_cannot_be_read_stays_so)
{
    struct sorter *sorter = sorter_new(sizeof(struct record), by_key);
    int fd = next_descriptor(), got = 1;
    const void *next;

    for (uint64_t i = 0; i < 400000; i++)
        assert_int_equal(sorter_add(sorter, &(struct record){.key = i}), 0);
    assert_int_equal(sorter_finish(sorter), 0);
    assert_int_equal(sorter_next(sorter, &next), 1);
    assert_int_equal(ftruncate(fd, 0), 0);
    for (int i = 0; i < 400000 && got == 1; i++)
        got = sorter_next(sorter, &next);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(got, -1);
        assert_int_equal(errno, EIO);
        errno = 0;
        got = sorter_next(sorter, &next);
    }
    sorter_free(sorter);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_records_stay_in_memory),
        cmocka_unit_test(many_records_are_sorted_on_disk),
        cmocka_unit_test(nothing_is_sorted),
        cmocka_unit_test(disk_that_is_missing_is_reported),
        cmocka_unit_test(file_that_cannot_be_read_stays_so),
    };

    return RUN_TESTS(tests);
}
