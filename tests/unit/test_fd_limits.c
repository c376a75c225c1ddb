/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/fd_limits.h"

TEST(idle_connections_are_what_checks_leave)
{
    const struct fd_limits limits = {.connections = 300};

    assert_int_equal(fd_limits_idle(&limits, 256), 44);
    assert_int_equal(fd_limits_idle(&limits, 299), 1);
}

TEST(no_idle_connection_if_checks_need_all)
{
    const struct fd_limits limits = {.connections = 300};

    assert_int_equal(fd_limits_idle(&limits, 300), 0);
    assert_int_equal(fd_limits_idle(&limits, 301), 0);
    assert_int_equal(fd_limits_idle(&limits, SIZE_MAX), 0);
}

TEST(at_most_512_idle_connections)
{
    const struct fd_limits less = {.connections = 256 + 511}, equal = {.connections = 256 + 512},
                           more = {.connections = 256 + 513}, many = {.connections = 2500000};

    assert_int_equal(fd_limits_idle(&less, 256), 511);
    assert_int_equal(fd_limits_idle(&equal, 256), 512);
    assert_int_equal(fd_limits_idle(&more, 256), 512);
    assert_int_equal(fd_limits_idle(&many, 256), 512);
}

/* Each of these lowers the hard limit further: that cannot be undone, unless by root. */
static struct fd_limits raise_from(size_t soft, size_t hard, size_t to_open)
{
    const struct rlimit limit = {.rlim_cur = soft, .rlim_max = hard};
    struct fd_limits limits;
    struct rlimit now;

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &now), 0);
    if (now.rlim_max < hard || getenv("UNDER_VALGRIND"))
        skip();
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    limits = fd_limits_raise(to_open);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &now), 0);
    assert_int_equal(now.rlim_cur, hard);
    assert_int_equal(now.rlim_max, hard);
    assert_int_equal(limits.files, hard);
    return limits;
}

/* How many descriptors are open, inherited ones included. */
static size_t count_open(void)
{
    size_t count = 0;

    for (int fd = 0; fd < 4096; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

TEST(soft_limit_is_raised_to_the_hard_one_and_divided)
{
    struct fd_limits limits = raise_from(64, 1000, 0);
    /* 16 lookups with 2 each, and 8 for lists and outputs. */
    size_t left = 1000 - count_open() - 16 * 2 - 8;

    assert_int_equal(limits.lookups, 16);
    assert_int_equal(limits.in_flight, left / 3);
    assert_int_equal(limits.connections, left / 4);
}

TEST(open_files_are_not_counted_as_available)
{
    struct fd_limits before = raise_from(64, 900, 0);
    int fds[24];
    struct fd_limits after;

    for (size_t i = 0; i < COUNT_OF(fds); i++) {
        fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
        assert_true(fds[i] >= 0);
    }
    after = raise_from(64, 900, 0);
    for (size_t i = 0; i < COUNT_OF(fds); i++)
        close(fds[i]);
    assert_int_equal(before.in_flight - after.in_flight, 24 / 3);
    assert_int_equal(before.connections - after.connections, 24 / 4);
}

TEST(files_to_open_are_not_available)
{
    struct fd_limits before = raise_from(64, 800, 0), after = raise_from(64, 800, 24);

    assert_int_equal(before.in_flight - after.in_flight, 24 / 3);
    assert_int_equal(before.connections - after.connections, 24 / 4);
}

TEST(limits_that_are_already_equal)
{
    struct fd_limits limits = raise_from(160, 160, 0);

    assert_int_equal(limits.lookups, 10);
}

TEST(at_least_one_check_and_one_lookup)
{
    struct fd_limits limits = raise_from(12, 12, 0);

    assert_int_equal(limits.lookups, 1);
    assert_int_equal(limits.in_flight, 1);
    assert_int_equal(limits.connections, 0);
    assert_int_equal(fd_limits_idle(&limits, 1), 0);
}

TEST(exhausted_only_if_no_descriptor_is_left)
{
    int fds[12];
    size_t count = 0;

    raise_from(12, 12, 0);
    assert_false(fd_limits_exhausted());
    while (count < COUNT_OF(fds) && (fds[count] = dup(STDERR_FILENO)) >= 0)
        count++;
    assert_true(fd_limits_exhausted());
    close(fds[--count]);
    assert_false(fd_limits_exhausted());
    while (count)
        close(fds[--count]);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(idle_connections_are_what_checks_leave),
        cmocka_unit_test(no_idle_connection_if_checks_need_all),
        cmocka_unit_test(at_most_512_idle_connections),
        cmocka_unit_test(soft_limit_is_raised_to_the_hard_one_and_divided),
        cmocka_unit_test(open_files_are_not_counted_as_available),
        cmocka_unit_test(files_to_open_are_not_available),
        cmocka_unit_test(limits_that_are_already_equal),
        cmocka_unit_test(at_least_one_check_and_one_lookup),
        cmocka_unit_test(exhausted_only_if_no_descriptor_is_left),
    };

    return RUN_TESTS(tests);
}
