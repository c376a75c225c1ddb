/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "fake_history.h"
#include "output/status.h"
#include "printed.h"

/* Three URLs, all up. */
static void make_three(struct history *history)
{
    fake_history_init(history, 3);
    fake_url(&history->urls[0], "https://a.example/x?key=1", "First", "a.example");
    fake_url(&history->urls[1], "https://b.example/y", NULL, "b.example");
    fake_url(&history->urls[2], "https://b.example/z", "  ", "b.example");
}

static void expect_sentence(const struct history *history, const char *wanted)
{
    struct status *status = status_new(history, false);
    char *sentence = status_sentence(status);

    assert_string_equal(sentence, wanted);
    free(sentence);
    status_free(status);
}

TEST(sentences_of_several)
{
    struct history history;

    make_three(&history);
    expect_sentence(&history, "All 3 are up");
    history.urls[1].verdict = VERDICT_FAILED;
    expect_sentence(&history, "All 3 are up, 1 failed the last check");
    history.urls[1].is_down = true;
    expect_sentence(&history, "1 of 3 is down");
    history.urls[0].is_down = true;
    expect_sentence(&history, "2 of 3 are down");
    history.urls[2].is_down = true;
    expect_sentence(&history, "All 3 are down");
    fake_history_release(&history);
}

TEST(sentences_of_one)
{
    struct history history;

    fake_history_init(&history, 1);
    fake_url(&history.urls[0], "https://u:secret@a.example/x", NULL, "a.example");
    expect_sentence(&history, "https://***@a.example/x is up");
    history.urls[0].verdict = VERDICT_FAILED;
    expect_sentence(&history, "https://***@a.example/x is up, but failed the last check");
    history.urls[0].is_down = true;
    expect_sentence(&history, "https://***@a.example/x is down");
    history.urls[0].valid_until_us = FAKE_NOW_US - 1;
    expect_sentence(&history, "https://***@a.example/x is down");
    history.urls[0].verdict = VERDICT_UNKNOWN;
    history.urls[0].is_down = false;
    expect_sentence(&history, "https://***@a.example/x is unknown");
    history.count = 0;
    expect_sentence(&history, "Nothing is known yet");
    history.count = 1;
    fake_history_release(&history);
}

TEST(old_results_say_nothing)
{
    struct history history;
    struct status *status;

    make_three(&history);
    history.urls[0].is_down = true;
    history.urls[0].last_us = FAKE_NOW_US - FAKE_DAY_US / 2;
    history.urls[0].valid_until_us = FAKE_NOW_US - 1;
    expect_sentence(&history, "2 of 3 are up, 1 is unknown");
    history.urls[0].last_us = FAKE_NOW_US - FAKE_DAY_US - 1;
    expect_sentence(&history, "All 2 are up");
    status = status_new(&history, false);
    assert_int_equal(status->kinds[STATUS_GONE], 1);
    assert_string_equal(status->urls[2].label, "First");
    status_free(status);
    /* Checked once a week. */
    history.urls[0].valid_until_us = FAKE_NOW_US + 10 * FAKE_DAY_US;
    expect_sentence(&history, "1 of 3 is down");
    fake_history_release(&history);
}

TEST(worst_first_then_oldest)
{
    static const char *const wanted[] = {"https://b.example/z", "https://b.example/y", "First"};
    struct history history;
    struct status *status;

    make_three(&history);
    history.urls[2].is_down = true;
    history.urls[1].verdict = VERDICT_FLAKY;
    status = status_new(&history, false);
    for (size_t i = 0; i < COUNT_OF(wanted); i++)
        assert_string_equal(status->urls[i].label, wanted[i]);
    status_free(status);
    fake_history_release(&history);
}

TEST(public_labels_are_names_and_hosts)
{
    static const char *const wanted[] = {"First", "b.example", "b.example (2)"};
    struct history history;
    struct status *status;

    make_three(&history);
    status = status_new(&history, true);
    for (size_t i = 0; i < COUNT_OF(wanted); i++)
        assert_string_equal(status->urls[i].label, wanted[i]);
    status_free(status);
    fake_history_release(&history);
}

static char *reason_of(bool is_public, enum cause cause, const char *message)
{
    const struct status status = {.is_public = is_public};
    struct text text = {0};

    status_print_reason(&text, &status, cause, message);
    return ended(&text);
}

TEST(public_reasons_are_classes)
{
    char *private = reason_of(false, CAUSE_REFUSED, "refused by <192.0.2.1>");
    char *public = reason_of(true, CAUSE_REFUSED, "refused by <192.0.2.1>");
    char *short_one = reason_of(false, CAUSE_REFUSED, NULL);

    assert_string_equal(private, "refused: refused by &lt;192.0.2.1&gt;");
    assert_string_equal(public, "refused");
    assert_string_equal(short_one, "refused");
    free(private);
    free(public);
    free(short_one);
}

TEST(outages_last_first)
{
    static const char *const wanted[] = {"c", "b", "a"};
    struct history history;
    struct status *status;

    make_three(&history);
    fake_outage(&history.urls[0], 3 * FAKE_DAY_US, 60 * CLOCK_S, CAUSE_DNS, "a");
    fake_outage(&history.urls[1], 2 * FAKE_DAY_US, 60 * CLOCK_S, CAUSE_DNS, "b");
    fake_outage(&history.urls[0], 1 * FAKE_DAY_US, 60 * CLOCK_S, CAUSE_DNS, "c");
    status = status_new(&history, false);
    assert_int_equal(status->outage_count, COUNT_OF(wanted));
    for (size_t i = 0; i < COUNT_OF(wanted); i++)
        assert_string_equal(status->outages[i].outage->message, wanted[i]);
    assert_string_equal(status->outages[2].url->label, "First");
    status_free(status);
    fake_history_release(&history);
}

TEST(outage_of_a_url_that_is_gone_has_no_known_end)
{
    struct history history;
    struct status *status;

    make_three(&history);
    fake_outage(&history.urls[0], 3 * FAKE_DAY_US, 4 * FAKE_DAY_US, CAUSE_DNS, NULL);
    status = status_new(&history, false);
    assert_true(status->outages[0].goes_on);
    assert_int_equal(status->outages[0].until_us, FAKE_NOW_US);
    status_free(status);
    history.urls[0].last_us = history.urls[0].valid_until_us = FAKE_NOW_US - 2 * FAKE_DAY_US;
    status = status_new(&history, false);
    assert_false(status->outages[0].goes_on);
    assert_int_equal(status->outages[0].until_us, FAKE_NOW_US - 2 * FAKE_DAY_US);
    status_free(status);
    fake_history_release(&history);
}

static void expect_stale_after(const struct history *history, int64_t wanted_us)
{
    struct status *status = status_new(history, false);

    assert_int_equal(status->stale_after_us, wanted_us);
    status_free(status);
}

TEST(page_is_old_after_two_and_a_half_intervals)
{
    struct history history;

    make_three(&history);
    expect_stale_after(&history, 750 * CLOCK_S);
    for (size_t i = 0; i < 3; i++)
        history.urls[i].valid_until_us = FAKE_NOW_US + 150 * CLOCK_S;
    expect_stale_after(&history, 600 * CLOCK_S);
    for (size_t i = 0; i < 3; i++)
        history.urls[i].valid_until_us = 0;
    expect_stale_after(&history, 3600 * CLOCK_S);
    /* Only of those that this run has checked: others may be checked less often. */
    history.urls[0].last_us -= 60 * CLOCK_S;
    history.urls[0].valid_until_us = FAKE_NOW_US + FAKE_DAY_US;
    history.urls[1].valid_until_us = FAKE_NOW_US + 750 * CLOCK_S;
    expect_stale_after(&history, 750 * CLOCK_S);
    fake_history_release(&history);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences_of_several),
        cmocka_unit_test(sentences_of_one),
        cmocka_unit_test(old_results_say_nothing),
        cmocka_unit_test(worst_first_then_oldest),
        cmocka_unit_test(public_labels_are_names_and_hosts),
        cmocka_unit_test(public_reasons_are_classes),
        cmocka_unit_test(outages_last_first),
        cmocka_unit_test(outage_of_a_url_that_is_gone_has_no_known_end),
        cmocka_unit_test(page_is_old_after_two_and_a_half_intervals),
    };

    return RUN_TESTS(tests);
}
