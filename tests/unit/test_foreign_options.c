/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <ctype.h>
#include <stdlib.h>

#include "input/foreign_options.h"
#include "input/option_table.h"

/* The table of other tools' options. tests/cli/cases/foreign-options.case shows its answers. */

/* Whether urlcheck has this option: "--name" or "-n", of length bytes. */
static bool is_option(const char *word, size_t length)
{
    if (length > 2 && word[1] == '-')
        return option_find(word + 2, length - 2) != NULL;
    for (size_t i = 0; length == 2 && i < option_spec_count; i++) {
        if (option_specs[i].letter == word[1])
            return true;
    }
    return false;
}

/* Calls visit for each name in the table. Returns their number. */
static size_t for_each_name(void (*visit)(const char *name, size_t length, const char *answer))
{
    size_t count = 0;

    for (size_t i = 0; i < foreign_option_count; i++) {
        const struct foreign_option *option = &foreign_options[i];

        for (const char *name = option->names; *name; count++) {
            size_t length = strcspn(name, " ");

            visit(name, length, option->answer);
            name += length + (name[length] == ' ');
        }
    }
    return count;
}

static void check_name(const char *name, size_t length, const char *answer)
{
    if (length < 2 || name[0] != '-' || is_option(name, length))
        fail_msg("'%.*s' is an option here, or none", (int)length, name);
    if (foreign_option_answer(name, length) != answer)
        fail_msg("'%.*s' is in the table twice", (int)length, name);
}

TEST(no_name_is_an_option_here_or_in_the_table_twice)
{
    assert_true(for_each_name(check_name) > 200);
}

/* "curl's -f" is one of curl's. */
TEST(answers_name_options_that_exist)
{
    for (size_t i = 0; i < foreign_option_count; i++) {
        const char *answer = foreign_options[i].answer;

        for (const char *dash = answer; (dash = strchr(dash, '-')); dash++) {
            size_t dashes = strspn(dash, "-"), length = dashes;
            bool is_word = dash == answer || strchr(" (", dash[-1]);
            bool is_curls = dash - answer >= 7 && strncmp(dash - 7, "curl's ", 7) == 0;

            while (isalnum((unsigned char)dash[length]) || strchr("-.", dash[length])) {
                if (!dash[length])
                    break;
                length++;
            }
            while (length > dashes && strchr("-.", dash[length - 1]))
                length--;
            if (is_word && !is_curls && length > dashes && !is_option(dash, length))
                fail_msg("there is no option '%.*s': %s", (int)length, dash, answer);
            dash += length - 1;
        }
    }
}

static void expect_answer(const char *word, const char *answer)
{
    const char *found = foreign_option_answer(word, strlen(word));

    if (!answer)
        assert_null(found);
    else if (!found || !strstr(found, answer))
        fail_msg("%s: '%s', not '%s'", word, found ? found : "nothing", answer);
}

TEST(long_names_may_have_one_dash)
{
    expect_answer("--timeout", "--max-time");
    expect_answer("-timeout", "--max-time");
    expect_answer("-t", "--max-time");
    expect_answer("--t", NULL);
    expect_answer("--mc", "--accept");
    expect_answer("-mc", "--accept");
    expect_answer("---timeout", NULL);
    expect_answer("--time", NULL);
    expect_answer("--timeouts", NULL);
    expect_answer("-", NULL);
    expect_answer("--", NULL);
    expect_answer("-\xff", NULL);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_name_is_an_option_here_or_in_the_table_twice),
        cmocka_unit_test(answers_name_options_that_exist),
        cmocka_unit_test(long_names_may_have_one_dash),
    };

    return RUN_TESTS(tests);
}
