/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "list_files.h"

/* Lines of the greatest length, and longer ones. */

/* An item of length bytes: http://a/xxx... */
static void write_item(FILE *file, size_t length)
{
    fputs("http://a/", file);
    for (size_t i = strlen("http://a/"); i < length; i++)
        fputc('x', file);
}

static void expect_item(struct list *list, size_t length)
{
    struct target *target;
    struct error error;

    assert_int_equal(list_next(list, &target, &error), 1);
    assert_null(target->problem);
    assert_int_equal(strlen(target->given), length);
    assert_int_equal(target->given[length - 1], 'x');
    target_free(target);
}

/* Lines of all lengths around the limit, each between two short ones. */
static void expect_bound(const char *line_end)
{
    for (size_t length = LIST_LINE_BYTES_MAX - 3; length < LIST_LINE_BYTES_MAX + 6; length++) {
        FILE *file = begin_file();
        struct list *list;

        fputs("first\n", file);
        write_item(file, length);
        fprintf(file, "%slast\n", line_end);
        fclose(file);
        list = open_list();
        expect_next(list, "1 first");
        if (length <= LIST_LINE_BYTES_MAX)
            expect_item(list, length);
        else
            expect_next(list, "2 !64 KiB");
        expect_next(list, "3 last");
        expect_next(list, NULL);
        list_free(list);
        unlink(paths[--settings.input_count]);
    }
}

TEST(limit_is_exact)
{
    expect_bound("\n");
    expect_bound("\r\n");
}

TEST(bound_is_exact_without_a_newline)
{
    struct list *list;

    for (size_t more = 0; more < 2; more++) {
        FILE *file = begin_file();

        write_item(file, LIST_LINE_BYTES_MAX + more);
        fclose(file);
    }
    list = open_list();
    expect_item(list, LIST_LINE_BYTES_MAX);
    expect_next(list, "1 !64 KiB");
    expect_next(list, NULL);
    list_free(list);
}

TEST(far_too_long_line_is_one_target)
{
    const size_t length = 5 * LIST_LINE_BYTES_MAX + 12345;
    FILE *file = begin_file();

    write_item(file, length);
    fputs("\nafter\n#", file);
    write_item(file, length);
    fputs("\nlast\n", file);
    write_item(file, length);
    fclose(file);
    add_operand("more");
    EXPECT("1 !64 KiB", "2 after", "4 last", "5 !64 KiB", "1 more");
}

/* Up to the limit it is a blank line. */
TEST(too_long_line_of_blanks_is_refused)
{
    FILE *file = begin_file();

    fprintf(file, "%*shttp://a/\nafter\n", LIST_LINE_BYTES_MAX + 100, "");
    fclose(file);
    EXPECT("1 !64 KiB", "2 after");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        LIST_TEST(limit_is_exact),
        LIST_TEST(bound_is_exact_without_a_newline),
        LIST_TEST(far_too_long_line_is_one_target),
        LIST_TEST(too_long_line_of_blanks_is_refused),
    };

    return RUN_TESTS(tests);
}
