/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input/list_trust.h"

static char path[] = "/tmp/urlcheck-test-XXXXXX";
static int fd;

static int setup(void **state)
{
    (void)state;
    strcpy(path + strlen(path) - 6, "XXXXXX");
    fd = mkstemp(path);
    return fd < 0 ? -1 : 0;
}

static int teardown(void **state)
{
    (void)state;
    return close(fd) || unlink(path);
}

/* NULL: the list is trusted; else a part of the reason. */
static void expect(int list, const char *name, const char *part)
{
    char *reason = list_distrust(list, name);

    if (part && (!reason || !strstr(reason, part)))
        fail_msg("'%s' does not say '%s'", reason ? reason : "", part);
    if (!part && reason)
        fail_msg("not trusted: %s", reason);
    free(reason);
}

TEST(nobody_else_may_write_it)
{
    static const mode_t right[] = {0600, 0644, 0400, 0755};
    static const mode_t wrong[] = {0660, 0620, 0602, 0666, 0777};

    for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
        assert_int_equal(fchmod(fd, right[i]), 0);
        expect(fd, path, NULL);
    }
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(fchmod(fd, wrong[i]), 0);
        expect(fd, path, "can be written by others (chmod go-w or --trust-list allows it)");
    }
}

/* What is open counts, not what has the name by now. */
TEST(the_open_file_counts)
{
    expect(fd, "/dev/null", NULL);
    expect(fd, "-", "standard input is not trusted");
}

TEST(only_regular_files)
{
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int folder = open("/", O_RDONLY | O_CLOEXEC);

    expect(null, "null", "'null' is not a regular file");
    expect(folder, "/", "'/' is not a regular file");
    expect(-1, "nothing", "'nothing' is not a regular file");
    close(null);
    close(folder);
}

TEST(of_the_user_or_root)
{
    if (geteuid() != 0 || fchown(fd, 12345, 0))
        skip();
    expect(fd, path, "belongs to another user");
    if (seteuid(54321) == 0) {
        expect(fd, path, "belongs to another user");
        assert_int_equal(seteuid(0), 0);
    }
    if (seteuid(12345) == 0) {
        expect(fd, path, NULL);
        assert_int_equal(seteuid(0), 0);
    }
    assert_int_equal(fchown(fd, 0, 0), 0);
    if (seteuid(54321) == 0) {
        expect(fd, path, NULL);
        assert_int_equal(seteuid(0), 0);
    }
}

#define TRUST_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TRUST_TEST(nobody_else_may_write_it),
        TRUST_TEST(the_open_file_counts),
        TRUST_TEST(only_regular_files),
        TRUST_TEST(of_the_user_or_root),
    };

    return RUN_TESTS(tests);
}
