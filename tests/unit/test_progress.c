/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <locale.h>
#include <stdlib.h>

#include "base/units.h"
#include "output/progress.h"
#include "output/terminal.h"

/* What the progress line says, and how it is cut. tests/system/terminal.py shows when it is drawn. */

#define NOW_US (1000 * CLOCK_S)
#define WIDE "\xe6\xbc\xa2" /* a character of two columns */

static const struct stats counts = {.ok = 440, .failed = 10}, almost = {.ok = 488, .failed = 10};
static const struct stats one = {.ok = 1}, none = {0};

/* At now_us, 10 s after the beginning. */
static void expect(const char *wanted, size_t columns, struct progress_facts facts)
{
    char *text;

    progress_enable(NOW_US - 10 * CLOCK_S);
    facts.now_us = NOW_US;
    if (facts.next_us == 0)
        facts.next_us = CLOCK_NEVER;
    text = progress_text(&facts, columns);
    assert_string_equal(text, wanted);
    assert_true(terminal_width(text) <= columns);
    free(text);
}

#define FACTS(...) ((struct progress_facts){__VA_ARGS__})
#define LIST_READ(done, number) .stats = &(done), .total = (number), .total_known = true
#define AWAITED(url) .awaited = (url), .awaited_since_us = NOW_US - 8 * CLOCK_S

TEST(total_is_not_shown_while_the_list_is_read)
{
    expect("450 done, 440 OK, 10 FAILED, 45/s", 79,
           FACTS(.stats = &counts, .total = 66098, .in_flight = 256, .queued = 4000));
}

TEST(time_left_while_targets_wait_for_their_turn)
{
    expect("450/500 done, 440 OK, 10 FAILED, 45/s, 2 s left", 79,
           FACTS(LIST_READ(counts, 500), .in_flight = 40, .queued = 10));
    expect("450/6000 done, 440 OK, 10 FAILED, 45/s, 2 min 4 s left", 79,
           FACTS(LIST_READ(counts, 6000), .in_flight = 40, .queued = 10));
    expect("450/500000 done, 440 OK, 10 FAILED, 45/s, 3 h 5 min left", 79,
           FACTS(LIST_READ(counts, 500000), .in_flight = 40, .queued = 10));
}

TEST(no_time_left_if_all_that_remains_is_in_flight)
{
    expect("450/500 done, 440 OK, 10 FAILED, 50 in flight", 79,
           FACTS(LIST_READ(counts, 500), .in_flight = 50, AWAITED("http://a.test/")));
}

TEST(when_little_is_left_it_is_named)
{
    expect("498/500, waiting for http://127.0.1.123/stall (8 s) and 1 more", 79,
           FACTS(LIST_READ(almost, 500), .in_flight = 2, AWAITED("http://127.0.1.123/stall")));
    expect("498/499, waiting for http://127.0.1.123/stall (8 s)", 79,
           FACTS(LIST_READ(almost, 499), .in_flight = 1, AWAITED("http://127.0.1.123/stall")));
    /* Not a check that has just begun, nor while others wait for their turn. */
    expect("498/500 done, 488 OK, 10 FAILED, 2 in flight", 79,
           FACTS(LIST_READ(almost, 500), .in_flight = 2, .awaited = "http://a.test/",
                 .awaited_since_us = NOW_US - CLOCK_S / 2));
    expect("498/510 done, 488 OK, 10 FAILED, 50/s, 1 s left", 79,
           FACTS(LIST_READ(almost, 510), .in_flight = 1, .queued = 11, AWAITED("http://a.test/")));
}

TEST(awaited_url_is_safe_to_print)
{
    expect("1/2, waiting for http://***@a.test/\\x1b (8 s)", 79,
           FACTS(LIST_READ(one, 2), .in_flight = 1, AWAITED("http://user:secret@a.test/\x1b")));
}

TEST(awaited_url_is_shortened_to_the_width)
{
    const struct progress_facts two =
        FACTS(LIST_READ(almost, 500), .in_flight = 2, AWAITED("http://127.0.1.123/stall?query"));

    expect("498/500, waiting for http://127.0.1.123/stall?query (8 s) and 1 more", 68, two);
    expect("498/500, waiting for http://127.0.1.123/stall?query (8 s)", 67, two);
    expect("498/500, waiting for 127.0.1.123/stall?query (8 s)", 56, two);
    expect("498/500, waiting for 127.0.1.123/stall?q... (8 s)", 49, two);
    expect("498/500, waiting for 127.0.1.123 (8 s)", 39, two);
    expect("498/500, waiting for 127.0.1.123 (8 s", 37, two);
    expect("498/500, w", 10, two);
    expect("", 0, two);
}

TEST(wide_characters_are_never_cut_in_two)
{
    const struct progress_facts facts = FACTS(LIST_READ(one, 2), .in_flight = 1,
                                              AWAITED("http://a.test/" WIDE WIDE WIDE WIDE WIDE));

    expect("1/2, waiting for http://a.test/" WIDE WIDE WIDE WIDE WIDE " (8 s)", 47, facts);
    expect("1/2, waiting for a.test/" WIDE WIDE WIDE WIDE WIDE " (8 s)", 46, facts);
    expect("1/2, waiting for a.test/" WIDE WIDE WIDE "... (8 s)", 39, facts);
    expect("1/2, waiting for a.test/" WIDE WIDE "... (8 s)", 38, facts);
}

TEST(pace_is_left_out_if_there_is_no_room)
{
    const struct progress_facts facts = FACTS(LIST_READ(counts, 500), .in_flight = 40, .queued = 9);

    expect("450/500 done, 440 OK, 10 FAILED", 39, facts);
    expect("450/500 done, 44", 16, facts);
}

TEST(retries_and_pauses_have_a_time)
{
    expect("498/500 done, 2 to retry, 488 OK, 10 FAILED, next in 22 s", 79,
           FACTS(LIST_READ(almost, 500), .to_retry = 2, .next_us = NOW_US + 22 * CLOCK_S));
    expect("498/500 done, 2 to retry, 488 OK, 10 FAILED, next in 1 min 30 s", 79,
           FACTS(LIST_READ(almost, 500), .to_retry = 2, .next_us = NOW_US + 90 * CLOCK_S));
    expect("498/500 done, 2 to retry, 488 OK, 10 FAILED, next in 1 s", 79,
           FACTS(LIST_READ(almost, 500), .to_retry = 2, .next_us = NOW_US + CLOCK_S / 2));
    /* Their host, or all, must pause. */
    expect("450/500 done, 440 OK, 10 FAILED, next in 1 min", 79,
           FACTS(LIST_READ(counts, 500), .queued = 50, .next_us = NOW_US + 60 * CLOCK_S));
    /* Others are in flight. */
    expect("498/500 done, 1 to retry, 488 OK, 10 FAILED, 1 in flight", 79,
           FACTS(LIST_READ(almost, 500), .to_retry = 1, .in_flight = 1,
                 .next_us = NOW_US + 22 * CLOCK_S));
}

TEST(canaries_are_named_while_only_they_are_awaited)
{
    expect("0 done, asking the canaries (2 s)", 79,
           FACTS(.stats = &none, .canaries_since_us = NOW_US - 2 * CLOCK_S));
    expect("498/500, asking the canaries (0 s)", 79,
           FACTS(LIST_READ(almost, 500), .canaries_since_us = NOW_US - CLOCK_S / 2));
}

TEST(other_verdicts_are_counted)
{
    static const struct stats all = {.ok = 1, .warned = 2, .flaky = 3, .failed = 4};

    expect("10/20 done, 1 OK, 2 WARN, 3 FLAKY, 4 FAILED, 1.0/s, 11 s left", 79,
           FACTS(LIST_READ(all, 20), .in_flight = 1, .queued = 9));
}

static void expect_duration(const char *wanted, int64_t duration_us)
{
    char text[UNITS_TEXT_BYTES];

    assert_string_equal(format_seconds(text, duration_us), wanted);
}

TEST(durations_are_for_people)
{
    expect_duration("0 s", 0);
    expect_duration("0 s", CLOCK_S - 1);
    expect_duration("59 s", 60 * CLOCK_S - 1);
    expect_duration("1 min", 60 * CLOCK_S);
    expect_duration("3 min 20 s", 200 * CLOCK_S);
    expect_duration("2 h 10 min", 7859 * CLOCK_S);
    expect_duration("1 h", 3601 * CLOCK_S);
    expect_duration("3 d 4 h", (3 * 24 + 4) * 3600 * CLOCK_S);
    expect_duration("106751991 d 4 h", INT64_MAX);
}

TEST(width_of_text)
{
    assert_int_equal(terminal_width(""), 0);
    assert_int_equal(terminal_width("abc"), 3);
    assert_int_equal(terminal_width("a" WIDE "b"), 4);
    assert_int_equal(terminal_width("e\xcc\x81"), 1);         /* a combining accent */
    assert_int_equal(terminal_width("\xf0\x9f\x98\x80!"), 3); /* U+1F600 */
    assert_int_equal(terminal_width("\xff"), 1);              /* never in escaped text */
}

static void expect_rows(size_t rows, const char *text, size_t columns)
{
    size_t length = strlen(text);
    char *exact = malloc(length ? length : 1); /* a sanitizer sees what is read after its end */

    assert_non_null(exact);
    memcpy(exact, text, length);
    assert_int_equal(terminal_rows_taken(exact, length, columns), rows);
    free(exact);
}

TEST(rows_of_lines)
{
    expect_rows(0, "", 4);
    expect_rows(1, "\n", 4);
    expect_rows(1, "abcd\n", 4);
    expect_rows(2, "abcde\n", 4);
    expect_rows(3, "abcdefghi\n", 4);
    expect_rows(4, "abcde\n\nx\n", 4);
    expect_rows(1, "\033[31;1mabcd\033[m\n", 4);
    expect_rows(2, "abc" WIDE "\n", 4); /* its two columns are not torn apart */
}

TEST(rows_of_a_text_that_ends_anywhere)
{
    expect_rows(0, "abcd", 4);
    expect_rows(1, "abcde", 4);
    expect_rows(1, "\n\033", 4);
    expect_rows(1, "\n\033[31", 4);
    expect_rows(1, "\n\033[31m", 4);
    expect_rows(2, "\n\033[31\n", 4);
    expect_rows(1, "\nab\xe2\x82", 4);
    expect_rows(2, "\nab\xf0\x9f\x98", 4);
    expect_rows(1, "\nab\xc3", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(total_is_not_shown_while_the_list_is_read),
        cmocka_unit_test(time_left_while_targets_wait_for_their_turn),
        cmocka_unit_test(no_time_left_if_all_that_remains_is_in_flight),
        cmocka_unit_test(when_little_is_left_it_is_named),
        cmocka_unit_test(awaited_url_is_safe_to_print),
        cmocka_unit_test(awaited_url_is_shortened_to_the_width),
        cmocka_unit_test(wide_characters_are_never_cut_in_two),
        cmocka_unit_test(pace_is_left_out_if_there_is_no_room),
        cmocka_unit_test(retries_and_pauses_have_a_time),
        cmocka_unit_test(canaries_are_named_while_only_they_are_awaited),
        cmocka_unit_test(other_verdicts_are_counted),
        cmocka_unit_test(durations_are_for_people),
        cmocka_unit_test(width_of_text),
        cmocka_unit_test(rows_of_lines),
        cmocka_unit_test(rows_of_a_text_that_ends_anywhere),
    };

    setlocale(LC_CTYPE, "C.UTF-8");
    return RUN_TESTS(tests);
}
