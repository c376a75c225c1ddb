/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "input/list.h"

/* Lists that cannot be read. */

static bool poll_fails;

int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms);
int __real_poll(struct pollfd *fds, nfds_t count, int timeout_ms);

int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    if (!poll_fails)
        return __real_poll(fds, count, timeout_ms);
    errno = EINVAL;
    return -1;
}

static struct input inputs[2];
static struct settings settings;

/* A list of a file, and then an operand. */
static struct list *open_list(const char *file, struct error *error)
{
    inputs[0] = (struct input){.kind = INPUT_FILE, .text = file};
    inputs[1] = (struct input){.kind = INPUT_OPERAND, .text = "operand"};
    settings = (struct settings){.proto_default = "http",
                                 .inputs = inputs,
                                 .input_count = COUNT_OF(inputs)};
    *error = (struct error){""};
    return list_new(&settings, error);
}

static void expect_refused(const char *file, const char *why)
{
    struct error error;

    assert_null(open_list(file, &error));
    assert_non_null(strstr(error.text, file));
    assert_non_null(strstr(error.text, why));
}

TEST(missing_file_is_refused_at_once)
{
    expect_refused("/nowhere/to/be/found", "No such file");
    expect_refused("", "No such file");
}

TEST(folder_is_refused_at_once)
{
    expect_refused("/tmp", "directory");
}

TEST(later_files_are_checked_as_well)
{
    struct error error = {""};

    inputs[0] = (struct input){.kind = INPUT_FILE, .text = "/dev/null"};
    inputs[1] = (struct input){.kind = INPUT_FILE, .text = "/nowhere/to/be/found"};
    settings = (struct settings){.proto_default = "http", .inputs = inputs, .input_count = 2};
    assert_null(list_new(&settings, &error));
    assert_non_null(strstr(error.text, "/nowhere/to/be/found"));
}

/* An operand is not a file's name. */
TEST(operand_is_not_opened)
{
    struct error error;
    struct list *list;

    inputs[0] = (struct input){.kind = INPUT_OPERAND, .text = "/nowhere/to/be/found"};
    settings = (struct settings){.proto_default = "http", .inputs = inputs, .input_count = 1};
    list = list_new(&settings, &error);
    assert_non_null(list);
    list_free(list);
    list_free(NULL);
}

/* The list ends with the reason; the rest of it is not read. */
static void expect_failure(struct list *list, const struct error *actual, const char *file)
{
    struct error error = *actual;
    struct target *target = NULL;

    assert_non_null(list);
    assert_int_equal(list_next(list, &target, &error), -1);
    assert_non_null(strstr(error.text, file));
    assert_int_equal(list_next(list, &target, &error), 0);
    target_free(target);
    list_free(list);
}

TEST(file_that_was_removed_ends_the_list)
{
    char path[] = "/tmp/urlcheck-test-XXXXXX";
    struct error error;
    struct list *list;

    close(mkstemp(path));
    list = open_list(path, &error);
    unlink(path);
    expect_failure(list, &error, path);
}

/* Reading one's own memory at address 0 gives EIO. */
TEST(read_error_ends_the_list)
{
    struct error error;

    if (access("/proc/self/mem", R_OK))
        skip();
    expect_failure(open_list("/proc/self/mem", &error), &error, "/proc/self/mem");
}

TEST(poll_error_ends_the_list)
{
    struct error error;
    struct list *list = open_list("-", &error);
    struct target *target = NULL;

    assert_non_null(list);
    poll_fails = true;
    assert_int_equal(list_next(list, &target, &error), -1);
    poll_fails = false;
    assert_string_equal(error.text, "cannot read standard input: Invalid argument");
    assert_int_equal(list_next(list, &target, &error), 0);
    list_free(list);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(missing_file_is_refused_at_once),
        cmocka_unit_test(folder_is_refused_at_once),
        cmocka_unit_test(later_files_are_checked_as_well),
        cmocka_unit_test(operand_is_not_opened),
        cmocka_unit_test(file_that_was_removed_ends_the_list),
        cmocka_unit_test(read_error_ends_the_list),
        cmocka_unit_test(poll_error_ends_the_list),
    };

    return RUN_TESTS(tests);
}
