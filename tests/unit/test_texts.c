/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/escape.h"
#include "input/arg_file.h"
#include "input/check_options.h"
#include "input/client_cert.h"
#include "input/option_table.h"
#include "temp_file.h"

/* Texts of checks: their origins, the files they are read from, and identities. */

static void fill(const char *bytes, size_t length)
{
    FILE *file = fopen(temp_file_name, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

TEST(strings_have_an_origin)
{
    struct string_list strings = {0}, copy;
    char *joined;

    string_list_add(&strings, "a");
    string_list_add_from(&strings, "", "@file");
    string_list_copy(&copy, &strings);
    string_list_release(&strings);
    assert_string_equal(string_list_origin(copy.items[0]), "");
    assert_string_equal(string_list_origin(copy.items[1]), "@file");
    joined = string_list_join(&copy, "&&");
    assert_string_equal(joined, "a&&");
    free(joined);
    string_list_release(&copy);
    joined = string_list_join(&copy, "&");
    assert_string_equal(joined, "");
    free(joined);
}

TEST(files_are_read_completely)
{
    static const size_t sizes[] = {0, 1, 4094, 4095, 4096, 4097, 100000, ARG_FILE_BYTES_MAX};
    struct error error;

    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        char *bytes = malloc(sizes[i] + 1), *text;
        size_t length;

        for (size_t k = 0; k < sizes[i]; k++)
            bytes[k] = (char)(k * 7919 % 251);
        fill(bytes, sizes[i]);
        text = arg_file_read(temp_file_name, ARG_FILES_ANY, &length, &error);
        assert_non_null(text);
        assert_int_equal(length, sizes[i]);
        assert_memory_equal(text, bytes, length);
        assert_int_equal(text[length], '\0');
        free(text);
        free(bytes);
    }
}

TEST(unreadable_files_have_a_reason)
{
    char *bytes = calloc(1, ARG_FILE_BYTES_MAX + 1);
    struct error error;
    size_t length;

    fill(bytes, ARG_FILE_BYTES_MAX + 1);
    free(bytes);
    assert_null(arg_file_read(temp_file_name, ARG_FILES_ANY, &length, &error));
    assert_int_equal(errno, EFBIG);
    assert_null(arg_file_read("/dev/zero", ARG_FILES_ANY, &length, &error));
    assert_int_equal(errno, EFBIG);
    assert_null(arg_file_read("/nowhere/at all", ARG_FILES_ANY, &length, &error));
    assert_int_equal(errno, ENOENT);
    assert_null(arg_file_read("/tmp", ARG_FILES_ANY, &length, &error));
    assert_int_equal(errno, EISDIR);
    assert_null(arg_file_read("-", ARG_FILES_ANY, &length, &error));
    assert_int_equal(errno, EINVAL);
    fill("a\0b", 3);
    assert_null(arg_file_read_text(temp_file_name, ARG_FILES_ANY, &error));
    assert_int_equal(errno, EINVAL);
}

/* Reading a pipe may have to wait for its writer, which a line of a list must not do. */
TEST(pipes_are_read_only_if_that_is_allowed)
{
    char fifo[sizeof(temp_file_name) + 5];
    struct error error;
    size_t length;

    sprintf(fifo, "%s.fifo", temp_file_name);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_null(arg_file_read(fifo, ARG_FILES_REGULAR, &length, &error));
    assert_int_equal(errno, EINVAL);
    assert_non_null(strstr(error.text, "is not a regular file"));
    assert_null(arg_read_text(fifo, ARG_FILES_REGULAR, &error));
    assert_null(arg_file_read("/dev/zero", ARG_FILES_REGULAR, &length, &error));
    assert_int_equal(errno, EINVAL);
    fill("a", 1);
    assert_int_equal(unlink(fifo), 0);
    free(arg_read(temp_file_name, ARG_FILES_REGULAR, &length, &error));
    assert_int_equal(length, 1);
}

/* The identity of a check to which the option was applied. */
static char *identity_of(const char *option, const char *value)
{
    struct check check = check_defaults();
    struct error error;
    char *identity;

    if (option_apply(&(struct option_use){.spec = option_find(option, strlen(option)),
                                          .settings = &check,
                                          .argument = value},
                     &error))
        fail_msg("--%s: %s", option, error.text);
    identity = check_identify(&check);
    check_release(&check);
    return identity;
}

static void expect_identities(bool same, const char *option, const char *a, const char *b)
{
    char *one = identity_of(option, a), *other = identity_of(option, b);

    if ((strcmp(one, other) == 0) != same)
        fail_msg("%s and %s", one, other);
    free(one);
    free(other);
}

TEST(long_texts_differ_by_their_hash)
{
    char a[100001], b[100001];
    char *identity;

    memset(a, 'a', sizeof(a) - 1);
    a[sizeof(a) - 1] = '\0';
    strcpy(b, a);
    b[50000] = 'b';
    expect_identities(true, "data", a, a);
    expect_identities(false, "data", a, b);
    expect_identities(false, "data", a, a + 1);
    expect_identities(false, "data", "a", "b");
    identity = identity_of("data", a);
    assert_true(strlen(identity) < 128);
    free(identity);
}

TEST(cookie_file_differs_from_the_same_cookie)
{
    fill("a=b", 3);
    expect_identities(false, "cookie", "a=b", temp_file_name);
    expect_identities(true, "cookie", temp_file_name, temp_file_name);
}

static void expect_split(const char *given, const char *file, const char *password)
{
    struct client_cert cert;

    client_cert_split(&cert, given);
    assert_string_equal(cert.file, file);
    assert_string_equal(cert.password, password);
    client_cert_release(&cert);
}

/* https://curl.se/docs/manpage.html#-E */
TEST(certificates_and_passwords)
{
    expect_split("a.pem", "a.pem", "");
    expect_split("a.pem:pass:word\\:", "a.pem", "pass:word\\:");
    expect_split("a.pem:", "a.pem", "");
    expect_split("a\\:b\\\\c\\d:e", "a:b\\c\\d", "e");
    expect_split("a\\", "a\\", "");
    expect_split("", "", "");
}

TEST(what_needs_no_escape)
{
    assert_false(escape_is_needed(""));
    assert_false(escape_is_needed("http://user:secret@host/ \xc3\xbc"));
    assert_false(escape_is_needed("http://host/#a#b"));
    assert_true(escape_is_needed("http://host/##"));
    assert_true(escape_is_needed("a\n"));
    assert_true(escape_is_needed("\x1b"));
    assert_true(escape_is_needed("a\xff"));
    assert_true(escape_is_needed("\xe2\x80\xae"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_have_an_origin),
        cmocka_unit_test(files_are_read_completely),
        cmocka_unit_test(unreadable_files_have_a_reason),
        cmocka_unit_test(pipes_are_read_only_if_that_is_allowed),
        cmocka_unit_test(long_texts_differ_by_their_hash),
        cmocka_unit_test(cookie_file_differs_from_the_same_cookie),
        cmocka_unit_test(certificates_and_passwords),
        cmocka_unit_test(what_needs_no_escape),
    };

    alarm(HANG_S);
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
