/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "input/expectations.h"
#include "base/cause.h"

/* The arguments of --accept, --warn and --cert-expiry. */

static void expect_statuses(const char *list, const char *wanted)
{
    struct error error;

    if (statuses_check(list, &error))
        fail_msg("'%s' is refused: %s", list, error.text);
    for (int status = 100; status <= 999; status++) {
        char word[8];

        snprintf(word, sizeof(word), "%d", status);
        if (statuses_hold_status(list, status) != (strstr(wanted, word) != NULL))
            fail_msg("'%s': %d", list, status);
    }
}

TEST(statuses)
{
    expect_statuses("200", "200");
    expect_statuses("200,404", "200 404");
    expect_statuses("404, 200 ,301", "200 301 404");
    expect_statuses("200-202", "200 201 202");
    expect_statuses("999-999,100-101", "999 100 101");
    expect_statuses("refused", "");
    expect_statuses("refused,503,slow", "503");
}

TEST(hundreds)
{
    struct error error;

    assert_int_equal(statuses_check("4xx,5XX", &error), 0);
    for (int status = 100; status <= 999; status++)
        assert_int_equal(statuses_hold_status("4xx,5XX", status), status >= 400 && status < 600);
    assert_true(statuses_hold_status("9xx", 999));
    assert_true(statuses_hold_status("1xx", 100));
}

TEST(classes_about_a_server_are_allowed)
{
    for (int number = CAUSE_NONE + 1; number < CAUSE_COUNT; number++) {
        enum cause cause = (enum cause)number;
        bool is_answer = cause != CAUSE_BAD_INPUT && cause != CAUSE_LOCAL &&
                         cause != CAUSE_DEADLINE && cause != CAUSE_CANCELLED &&
                         cause != CAUSE_SOME_PLACES;
        struct error error;
        char list[64];

        snprintf(list, sizeof(list), "200,%s,4xx", cause_name(cause));
        assert_int_equal(statuses_check(list, &error) == 0, is_answer);
        for (int other = CAUSE_NONE + 1; is_answer && other < CAUSE_COUNT; other++)
            assert_int_equal(statuses_hold_cause(list, (enum cause)other), other == number);
    }
}

TEST(no_list_contains_a_result_without_a_class)
{
    assert_false(statuses_hold_cause("200", CAUSE_NONE));
}

static void refuse(const char *list, const char *what)
{
    struct error error;

    if (statuses_check(list, &error) == 0)
        fail_msg("'%s' is not refused", list);
    if (!strstr(error.text, what))
        fail_msg("'%s': '%s' does not say '%s'", list, error.text, what);
}

TEST(wrong_lists)
{
    static const char *const wrong[] = {"99",  "1000", "0xx",  "xxx",    "4x",
                                        "40x", "-200", "200-", "200-29", "20-299",
                                        "2e2", "+200", "2 00", "a",      "HTTP"};

    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        refuse(wrong[i], "neither a status nor a class");
    refuse("", "an empty list");
    refuse("200,", "a comma with nothing after it: '200,'");
    refuse("200, ", "nothing after it");
    refuse(",200", "nothing before it");
    refuse("200,,refused", "nothing before it: '200,,refused'");
    refuse(",", "nothing before it");
    refuse("200,299-200", "'299-200'");
    refuse("299-200", "try 200-299");
    refuse("200,refusd", "did you mean refused?");
    refuse("cert-expird", "did you mean cert-expire");
    refuse("200,local", "'local'");
}

static void expect_expiry(const char *text, int64_t warn_s, int64_t fail_s)
{
    int64_t warn_us, fail_us;

    if (expiry_parse(text, &warn_us, &fail_us))
        fail_msg("'%s' is refused", text);
    assert_int_equal(warn_us, warn_s * 1000000);
    assert_int_equal(fail_us, fail_s * 1000000);
}

TEST(expiries)
{
    static const char *const wrong[] = {"",   ",",    "21,", ",7",   "7,21", "21,7,3", "x",   "-1",
                                        "1w", "21 7", "d",   "21d;", "4000", "1h1d",   "7,8d"};
    int64_t warn_us, fail_us;

    expect_expiry("21", 21 * 86400, 0);
    expect_expiry("21d", 21 * 86400, 0);
    expect_expiry("21,7", 21 * 86400, 7 * 86400);
    expect_expiry("1.5,12h", 129600, 43200);
    expect_expiry("90m,90m", 5400, 5400);
    expect_expiry("0", 0, 0);
    expect_expiry("3650", INT64_C(3650) * 86400, 0);
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        if (expiry_parse(wrong[i], &warn_us, &fail_us) == 0)
            fail_msg("'%s' is not refused", wrong[i]);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(statuses),
        cmocka_unit_test(hundreds),
        cmocka_unit_test(classes_about_a_server_are_allowed),
        cmocka_unit_test(no_list_contains_a_result_without_a_class),
        cmocka_unit_test(wrong_lists),
        cmocka_unit_test(expiries),
    };

    return RUN_TESTS(tests);
}
