/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/units.h"
#include "fake_target.h"
#include "output/change_text.h"
#include "output/format.h"

/* What --changes prints: the texts, and what is one message. */

#define MINUTE_US (60 * CLOCK_S)
#define HOUR_US (60 * MINUTE_US)
#define DAY_US (24 * HOUR_US)
#define MIDNIGHT_US (1577919600 * CLOCK_S) /* 2020-01-02 00:00 CET */
#define SINCE_US (MIDNIGHT_US + 14 * HOUR_US + 5 * MINUTE_US)

static struct settings settings;
static struct format_context context;
static struct text text;

static int setup(void **state)
{
    (void)state;
    setenv("TZ", "CET-1", 1);
    tzset();
    settings = (struct settings){.changes = true};
    context = (struct format_context){.settings = &settings};
    context.out = &text;
    context.state = calloc(1, format_changes.state_bytes);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    format_changes.release(&context);
    free(context.state);
    text_release(&text);
    return 0;
}

static void expect_text(struct transition transition, int64_t now_us, const char *expected)
{
    char room[CHANGE_TEXT_BYTES];

    assert_string_equal(change_text(room, &transition, now_us), expected);
}

TEST(down)
{
    struct transition down = {.change = CHANGE_DOWN,
                              .is_down = true,
                              .since_us = SINCE_US,
                              .runs = 3};

    expect_text(down, SINCE_US + 10 * MINUTE_US, "DOWN since 14:05 CET (3 runs)");
    expect_text(down, MIDNIGHT_US + DAY_US - 1, "DOWN since 14:05 CET (3 runs)");
    expect_text(down, MIDNIGHT_US + DAY_US, "DOWN since 2 Jan, 14:05 CET (3 runs)");
    expect_text(down, SINCE_US + 366 * DAY_US, "DOWN since 2 Jan 2020, 14:05 CET (3 runs)");
    down.runs = 1;
    expect_text(down, SINCE_US, "DOWN since 14:05 CET");
    down.is_first = true;
    expect_text(down, SINCE_US, "DOWN (first check)");
}

TEST(up)
{
    struct transition up = {.change = CHANGE_UP, .since_us = SINCE_US, .cause = CAUSE_HTTP_5XX};
    struct result result = {.verdict = VERDICT_OK};
    char room[CHANGE_TEXT_BYTES];

    up.until_us = SINCE_US + 130 * MINUTE_US + CLOCK_S;
    expect_text(up, up.until_us, "UP again after 2 h 10 min");
    result.transition = up;
    assert_string_equal(change_reason(room, &result, up.until_us), "was http-5xx since 14:05 CET");
    up.until_us = SINCE_US - 1; /* the clock was set back */
    expect_text(up, up.until_us, "UP again after 0 s");
}

TEST(still_down)
{
    struct transition transition = {.change = CHANGE_STILL_DOWN,
                                    .is_down = true,
                                    .since_us = SINCE_US,
                                    .runs = 288};

    expect_text(transition, SINCE_US + DAY_US, "still DOWN for 1 d, since 2 Jan, 14:05 CET");
}

TEST(flapping)
{
    struct transition transition = {.change = CHANGE_FLAPPING, .changes = 5};

    expect_text(transition, SINCE_US, "FLAPPING (5 changes in 21 runs), silent until it is steady");
    transition = (struct transition){.change = CHANGE_STEADY, .until_us = SINCE_US};
    expect_text(transition, SINCE_US, "steady again, UP since 14:05 CET");
    transition = (struct transition){.change = CHANGE_STEADY,
                                     .is_down = true,
                                     .since_us = SINCE_US,
                                     .runs = 20};
    expect_text(transition, SINCE_US, "steady again, DOWN since 14:05 CET (20 runs)");
}

TEST(nothing_and_a_warning)
{
    expect_text((struct transition){0}, SINCE_US, "");
    expect_text((struct transition){.change = CHANGE_WARNING}, SINCE_US, "WARN");
}

TEST(durations_are_rounded)
{
    static const struct {
        int64_t us;
        const char *text;
    } rows[] = {
        {-5, "0 s"},
        {400 * CLOCK_MS, "0 s"},
        {59 * CLOCK_S, "59 s"},
        {59900 * CLOCK_MS, "1 min"},
        {299 * CLOCK_S, "5 min"},
        {301 * CLOCK_S, "5 min"},
        {59 * MINUTE_US + 31 * CLOCK_S, "1 h"},
        {HOUR_US + 29 * CLOCK_S, "1 h"},
        {2 * HOUR_US + 10 * MINUTE_US, "2 h 10 min"},
        {DAY_US - 1, "1 d"},
        {DAY_US + 29 * MINUTE_US, "1 d"},
        {DAY_US + 31 * MINUTE_US, "1 d 1 h"},
        {400 * DAY_US, "400 d"},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char room[UNITS_TEXT_BYTES];

        assert_string_equal(format_span(room, rows[i].us), rows[i].text);
    }
}

/* A result on a path of a host, whose message is "why N". */
static void add(enum change change, enum cause cause, const char *host, const char *name)
{
    char url[100], message[20];
    struct target *target;
    struct result result = {.cause = cause, .message = message};

    snprintf(url, sizeof(url), "http://%s/%zu", host, context.count);
    snprintf(message, sizeof(message), "why %zu", context.count);
    target = fake_target(url, host);
    target->name = name;
    result.target = target;
    result.verdict = cause == CAUSE_NONE ? VERDICT_OK : VERDICT_FAILED;
    if (cause == CAUSE_NONE)
        result.message = NULL;
    result.transition = (struct transition){.change = change,
                                            .is_down = cause != CAUSE_NONE,
                                            .since_us = SINCE_US,
                                            .until_us = SINCE_US + HOUR_US,
                                            .runs = 1,
                                            .cause = cause ? cause : CAUSE_RESET};
    context.count++;
    format_changes.result(&context, &result);
    target_free(target);
}

static void expect(const char *expected)
{
    format_changes.end(&context);
    text_add_char(&text, '\0');
    assert_string_equal(text.bytes, expected);
}

TEST(one_change_is_a_line)
{
    add(CHANGE_DOWN, CAUSE_DNS, "a.example", NULL);
    add(CHANGE_DOWN, CAUSE_REFUSED, "a.example", "the \x1b API");
    expect(
        "DOWN since 2 Jan 2020, 14:05 CET: http://a.example/0  dns: why 0\n"
        "DOWN since 2 Jan 2020, 14:05 CET: http://a.example/1  (the \\x1b API)  refused: why 1\n");
}

TEST(changes_of_one_host_and_class_are_one_message)
{
    for (int i = 0; i < 4; i++) {
        add(CHANGE_DOWN, CAUSE_REFUSED, "a.example", i ? NULL : "API");
        add(CHANGE_DOWN, CAUSE_REFUSED, "b.example", NULL);
    }
    add(CHANGE_DOWN, CAUSE_REFUSED, "a.example", NULL);
    add(CHANGE_DOWN, CAUSE_DNS, "a.example", NULL);
    expect("DOWN since 2 Jan 2020, 14:05 CET: 5 URLs of a.example: refused\n"
           "  http://a.example/0  (API)  why 0\n"
           "  http://a.example/2  why 2\n"
           "  http://a.example/4  why 4\n"
           "  and 2 more\n"
           "DOWN since 2 Jan 2020, 14:05 CET: 4 URLs of b.example: refused\n"
           "  http://b.example/1  why 1\n"
           "  http://b.example/3  why 3\n"
           "  http://b.example/5  why 5\n"
           "  and 1 more\n"
           "DOWN since 2 Jan 2020, 14:05 CET: http://a.example/9  dns: why 9\n");
}

TEST(messages_are_ordered_by_what_has_changed)
{
    add(CHANGE_UP, CAUSE_NONE, "a.example", NULL);
    add(CHANGE_UP, CAUSE_NONE, "a.example", NULL);
    add(CHANGE_DOWN, CAUSE_REFUSED, "b.example", NULL);
    expect("DOWN since 2 Jan 2020, 14:05 CET: http://b.example/2  refused: why 2\n"
           "UP again after 1 h: 2 URLs of a.example: was reset since 2 Jan 2020, 14:05 CET\n"
           "  http://a.example/0\n"
           "  http://a.example/1\n");
}

TEST(remark_on_what_is_up_again_is_not_why_it_was_down)
{
    add(CHANGE_UP, CAUSE_SLOW, "a.example", NULL);
    expect("UP again after 1 h: http://a.example/0  was slow since 2 Jan 2020, 14:05 CET; "
           "now FAILED, slow: why 0\n");
}

TEST(lines_that_name_no_host_are_one_message)
{
    add(CHANGE_DOWN, CAUSE_BAD_INPUT, "", NULL);
    add(CHANGE_DOWN, CAUSE_BAD_INPUT, "", NULL);
    expect("DOWN since 2 Jan 2020, 14:05 CET: 2 lines: bad-input\n"
           "  http:///0  why 0\n"
           "  http:///1  why 1\n");
}

TEST(hostile_text_is_one_record)
{
    struct target *target = fake_target("http://u:p@a/\n::error::", "a\x1b[31m");
    char message[] = "x\r\ny \xe2\x80\xae##[error]";
    struct result result = {.target = target,
                            .verdict = VERDICT_FAILED,
                            .cause = CAUSE_CONTENT,
                            .message = message,
                            .transition = {.change = CHANGE_DOWN, .is_first = true}};

    target->name = "n\n";
    context.count++;
    format_changes.result(&context, &result);
    expect("DOWN (first check): http://***@a/\\x0a::error::  (n\\x0a)  content: "
           "x\\x0d\\x0ay \\u{202e}#\\x23[error]\n");
    target_free(target);
}

TEST(journal_has_a_priority_on_each_line)
{
    context.is_journal = true;
    add(CHANGE_DOWN, CAUSE_DNS, "a", NULL);
    add(CHANGE_DOWN, CAUSE_DNS, "a", NULL);
    add(CHANGE_UP, CAUSE_NONE, "a", NULL);
    expect("<3>DOWN since 2 Jan 2020, 14:05 CET: 2 URLs of a: dns\n"
           "<3>  http://a/0  why 0\n"
           "<3>  http://a/1  why 1\n"
           "<6>UP again after 1 h: http://a/2  was reset since 2 Jan 2020, 14:05 CET\n");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(down, setup, teardown),
        cmocka_unit_test_setup_teardown(up, setup, teardown),
        cmocka_unit_test_setup_teardown(still_down, setup, teardown),
        cmocka_unit_test_setup_teardown(flapping, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_and_a_warning, setup, teardown),
        cmocka_unit_test_setup_teardown(durations_are_rounded, setup, teardown),
        cmocka_unit_test_setup_teardown(one_change_is_a_line, setup, teardown),
        cmocka_unit_test_setup_teardown(changes_of_one_host_and_class_are_one_message, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(messages_are_ordered_by_what_has_changed, setup, teardown),
        cmocka_unit_test_setup_teardown(remark_on_what_is_up_again_is_not_why_it_was_down, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(lines_that_name_no_host_are_one_message, setup, teardown),
        cmocka_unit_test_setup_teardown(hostile_text_is_one_record, setup, teardown),
        cmocka_unit_test_setup_teardown(journal_has_a_priority_on_each_line, setup, teardown),
    };

    return RUN_TESTS(tests);
}
