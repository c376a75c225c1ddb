/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "fake_target.h"
#include "output/recap.h"
#include "printed.h"

/* Which failures are printed once more, and how few of many. */

static struct recap *recap;

static int setup(void **state)
{
    (void)state;
    recap = recap_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    recap_free(recap);
    return 0;
}

static void add(enum verdict verdict, enum cause cause, const char *host, const char *path)
{
    char url[100], message[] = "why";
    struct target *target;
    struct result result = {.verdict = verdict, .cause = cause, .message = message};

    snprintf(url, sizeof(url), "http://%s/%s", host, path);
    target = fake_target(url, host);
    result.target = target;
    recap_add(recap, &result);
    target_free(target);
}

/* That many failures of hosts first, first + 1, ..., one each. */
static void add_hosts(enum cause cause, int first, int count)
{
    for (int i = first; i < first + count; i++) {
        char host[20];

        snprintf(host, sizeof(host), "h%d", i);
        add(VERDICT_FAILED, cause, host, "");
    }
}

static char *print(void)
{
    struct text text = {0};

    recap_print(&text, recap);
    return ended(&text);
}

static void expect(const char *wanted)
{
    char *text = print();

    assert_string_equal(text, wanted);
    free(text);
}

static size_t lines_printed(void)
{
    char *text = print();
    size_t lines = 0;

    for (const char *c = text; *c; c++)
        lines += *c == '\n';
    free(text);
    return lines;
}

TEST(class_with_the_most_failures_is_first)
{
    add(VERDICT_FAILED, CAUSE_DNS, "a", "1");
    add(VERDICT_FAILED, CAUSE_RESET, "a", "2");
    add(VERDICT_FAILED, CAUSE_RESET, "b", "3");
    add(VERDICT_FAILED, CAUSE_RESET, "a", "4\033");
    expect("FAILED, by class:\n"
           "reset: 3\n"
           "  http://a/2  why\n"
           "  http://a/4\\x1b  why\n"
           "  http://b/3  why\n"
           "dns: 1\n"
           "  http://a/1  why\n");
}

TEST(only_failures_are_repeated)
{
    add(VERDICT_OK, CAUSE_NONE, "a", "");
    add(VERDICT_WARN, CAUSE_SLOW, "a", "");
    add(VERDICT_FLAKY, CAUSE_RESET, "a", "");
    add(VERDICT_UNKNOWN, CAUSE_CANCELLED, "a", "");
    expect("FAILED, by class:\n");
    assert_false(recap_is_needed(recap, 1000000));
    add(VERDICT_FAILED, CAUSE_DNS, "a", "");
    assert_true(recap_is_needed(recap, 1000000));
    assert_false(recap_is_needed(recap, 0));
}

TEST(failures_that_are_still_visible_are_not_repeated)
{
    char message[] = "why";
    struct target *target = fake_target("http://a/", "a");
    struct result result = {.verdict = VERDICT_FAILED,
                            .cause = CAUSE_DNS,
                            .message = message,
                            .target = target};

    assert_true(recap_add(recap, &result));
    recap_set_rows_before(recap, 1000000);
    assert_false(recap_add(recap, &result));
    assert_false(recap_is_needed(recap, 1000002));
    assert_true(recap_is_needed(recap, 2000000));
    target_free(target);
}

TEST(twenty_of_a_class_are_all_printed)
{
    for (int i = 0; i < RECAP_LINES; i++)
        add(VERDICT_FAILED, CAUSE_DNS, i % 2 ? "a" : "b", "");
    assert_int_equal(lines_printed(), 2 + RECAP_LINES);
}

TEST(host_with_many_failures_is_abridged)
{
    char *text;

    add_hosts(CAUSE_REFUSED, 0, 3);
    for (int i = 0; i < 5000; i++)
        add(VERDICT_FAILED, CAUSE_REFUSED, "many", "");
    text = print();
    assert_non_null(strstr(text, "refused: 5,003\n"));
    assert_non_null(strstr(text, "  and 4,995 more of many\n"));
    free(text);
    assert_int_equal(lines_printed(), 2 + 3 + 5 + 1);
}

TEST(more_hosts_than_are_kept_are_counted)
{
    char *text;

    add_hosts(CAUSE_REFUSED, 0, RECAP_HOSTS + 1234);
    add_hosts(CAUSE_REFUSED, 0, 2);
    text = print();
    assert_non_null(strstr(text, "  http://h0/  why\n  and 1 more of h0\n"));
    assert_non_null(strstr(text, "  http://h19/  why\n  and 1,234 more\n"));
    free(text);
}

TEST(lines_without_a_host_are_counted_too)
{
    char *text;

    for (int i = 0; i < RECAP_LINES + 7; i++)
        add(VERDICT_FAILED, CAUSE_BAD_INPUT, "", "");
    text = print();
    assert_non_null(strstr(text, "  and 7 more\n"));
    free(text);
}

TEST(no_line_begins_with_a_command_for_ci_systems)
{
    char message[] = "why";
    struct target *target = fake_target("::error::x", "");
    struct result result = {.verdict = VERDICT_FAILED,
                            .cause = CAUSE_BAD_INPUT,
                            .message = message,
                            .target = target};

    recap_add(recap, &result);
    expect("FAILED, by class:\nbad-input: 1\n  \\x3a:error::x  why\n");
    target_free(target);
}

#define RECAP_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        RECAP_TEST(class_with_the_most_failures_is_first),
        RECAP_TEST(no_line_begins_with_a_command_for_ci_systems),
        RECAP_TEST(only_failures_are_repeated),
        RECAP_TEST(failures_that_are_still_visible_are_not_repeated),
        RECAP_TEST(twenty_of_a_class_are_all_printed),
        RECAP_TEST(host_with_many_failures_is_abridged),
        RECAP_TEST(more_hosts_than_are_kept_are_counted),
        RECAP_TEST(lines_without_a_host_are_counted_too),
    };

    return RUN_TESTS(tests);
}
