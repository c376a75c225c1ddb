/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>

#include "base/error.h"

TEST(reason_is_a_phrase)
{
    struct error error;

    assert_int_equal(error_set(&error, "%s: %d", "a", 1), -1);
    assert_string_equal(error.text, "a: 1");
}

TEST(reason_is_cut_where_it_is_too_long)
{
    struct error error;
    char text[2 * sizeof(error.text)];

    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    error_set(&error, "%s", text);
    assert_int_equal(strlen(error.text), sizeof(error.text) - 1);
    errno = ENOENT;
    error_set_errno(&error, "%s", text);
    assert_int_equal(strlen(error.text), sizeof(error.text) - 1);
}

TEST(errno_is_named_and_kept)
{
    struct error error;

    errno = ENOENT;
    assert_int_equal(error_set_errno(&error, "cannot read '%s'", "x"), -1);
    assert_int_equal(errno, ENOENT);
    assert_string_equal(error.text, "cannot read 'x': No such file or directory");
}

TEST(shortage_is_of_descriptors_memory_and_disk)
{
    static const int others[] = {0, EACCES, EINVAL, ENOENT, EPIPE, EAGAIN, ETIMEDOUT};

    assert_true(error_is_shortage(EMFILE));
    assert_true(error_is_shortage(ENFILE));
    assert_true(error_is_shortage(ENOMEM));
    assert_true(error_is_shortage(ENOSPC));
    assert_true(error_is_shortage(EDQUOT));
    for (size_t i = 0; i < COUNT_OF(others); i++)
        assert_false(error_is_shortage(others[i]));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(reason_is_a_phrase),
        cmocka_unit_test(reason_is_cut_where_it_is_too_long),
        cmocka_unit_test(errno_is_named_and_kept),
        cmocka_unit_test(shortage_is_of_descriptors_memory_and_disk),
    };

    return RUN_TESTS(tests);
}
