/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/clock.h"
#include "state/url_state.h"

/*
 * A play is a text with a letter for each run, 5 minutes apart:
 *
 *     .  OK    w  WARN    k  FLAKY    c  WARN, class cert-expiry    ?  UNKNOWN
 *     F  FAILED    T  FAILED, of another class
 *     ~  after a letter: suppressed    !  not noted: the run was killed    '  without --changes
 *
 * What is expected has a letter for each run: the change, or '-' for none.
 *
 *     D down    U up    R still down    X flapping    S steady, up    s steady, down    C certificate
 */

#define START_US (1000000 * CLOCK_S)
#define INTERVAL_US (300 * CLOCK_S)

static struct url_rules rules;
static struct url_state url;
static struct transition last; /* the last one that was no CHANGE_NONE */
static int64_t interval_us;
static int64_t now_us;

static int setup(void **state)
{
    (void)state;
    rules = (struct url_rules){.failure_threshold = 1, .success_threshold = 1};
    url = (struct url_state){0};
    last = (struct transition){0};
    interval_us = INTERVAL_US;
    now_us = START_US;
    return 0;
}

static void add(char letter)
{
    switch (letter) {
    case '.': url_state_add(&url, VERDICT_OK, CAUSE_NONE, &rules, now_us); break;
    case 'w': url_state_add(&url, VERDICT_WARN, CAUSE_SLOW, &rules, now_us); break;
    case 'k': url_state_add(&url, VERDICT_FLAKY, CAUSE_RESET, &rules, now_us); break;
    case 'c': url_state_add(&url, VERDICT_WARN, CAUSE_CERT_EXPIRY, &rules, now_us); break;
    case 'F': url_state_add(&url, VERDICT_FAILED, CAUSE_REFUSED, &rules, now_us); break;
    case 'T': url_state_add(&url, VERDICT_FAILED, CAUSE_DNS, &rules, now_us); break;
    case '?': url_state_add(&url, VERDICT_UNKNOWN, CAUSE_LOCAL, &rules, now_us); break;
    default: fail_msg("letter %c", letter);
    }
}

static char letter_of(const struct transition *transition)
{
    switch (transition->change) {
    case CHANGE_NONE: return '-';
    case CHANGE_DOWN: return 'D';
    case CHANGE_UP: return 'U';
    case CHANGE_STILL_DOWN: return 'R';
    case CHANGE_FLAPPING: return 'X';
    case CHANGE_STEADY: return transition->is_down ? 's' : 'S';
    case CHANGE_WARNING: return 'C';
    }
    return '\0';
}

static void play(const char *runs, const char *expected)
{
    char actual[200] = "";
    size_t count = 0;

    for (const char *run = runs; *run; count++) {
        const char letter = *run++;
        enum url_reporting reporting = URL_REPORTED;
        struct transition transition;
        bool is_killed = *run == '!';

        if (*run == '~')
            reporting = URL_SUPPRESSED;
        if (*run == '\'')
            reporting = URL_UNREPORTED;
        if (strchr("~!'", *run) && *run)
            run++;
        add(letter);
        if (letter != '?') {
            transition = url_state_decide(&url, &rules, reporting, true, now_us);
            if (!is_killed)
                url_state_note(&url, transition.change, now_us);
        } else {
            transition = (struct transition){0};
        }
        if (transition.change != CHANGE_NONE)
            last = transition;
        assert_true(count < sizeof(actual) - 1);
        actual[count] = letter_of(&transition);
        now_us += interval_us;
    }
    assert_string_equal(actual, expected);
}

/* The time of a run, from 0. */
static int64_t time_of(int run)
{
    return START_US + run * INTERVAL_US;
}

TEST(first_run_is_silent_if_it_passes)
{
    play("...wk", "-----");
}

TEST(first_run_is_reported_if_it_fails)
{
    play("F", "D");
    assert_true(last.is_first);
    assert_true(last.is_down);
    play("FF.", "--U");
    assert_false(last.is_first);
}

TEST(change_is_reported_once)
{
    play("..FFF..", "--D--U-");
    assert_int_equal(last.since_us, time_of(2));
    assert_int_equal(last.until_us, time_of(5));
    assert_int_equal(last.runs, 3);
    assert_int_equal(last.cause, CAUSE_REFUSED);
    assert_false(last.is_down);
}

TEST(class_that_changes_during_an_outage_is_no_change)
{
    play(".FTTF", "-D---");
}

TEST(cause_is_that_of_the_last_failure)
{
    play(".FT.", "-D-U");
    assert_int_equal(last.cause, CAUSE_DNS);
}

TEST(warn_and_flaky_pass)
{
    play("FwF", "DUD");
    setup(NULL);
    play("Fk", "DU");
}

TEST(failure_threshold_counts_runs_in_a_row)
{
    rules.failure_threshold = 3;
    play(".FF.FFF", "------D");
    assert_int_equal(last.since_us, time_of(4)); /* the first of the streak, not the third */
    assert_int_equal(last.runs, 3);
}

TEST(success_threshold_counts_runs_in_a_row)
{
    rules.success_threshold = 2;
    play("F.F..", "D---U");
    assert_int_equal(last.since_us, time_of(0));
    assert_int_equal(last.until_us, time_of(3)); /* the first of the streak that passes */
    assert_int_equal(last.runs, 2);
}

TEST(first_runs_below_the_threshold_are_silent)
{
    rules.failure_threshold = 2;
    play("F.", "--");
    setup(NULL);
    rules.failure_threshold = 2;
    play("FF", "-D");
    assert_int_equal(last.since_us, time_of(0));
    assert_false(last.is_first);
}

TEST(unknown_touches_nothing)
{
    struct url_state before;

    rules.failure_threshold = 2;
    play("?", "-");
    assert_int_equal(url.results, 0);
    play(".F?F", "---D");
    before = url;
    play("???", "---");
    assert_memory_equal(&before, &url, sizeof(url));
    play(".", "U");
}

TEST(reminder_comes_by_time_and_doubles_up_to_a_day)
{
    int64_t day_us = 86400 * CLOCK_S;
    int64_t reported[8] = {0};
    size_t count = 0;

    rules.remind_us = 3600 * CLOCK_S;
    for (now_us = 1; now_us < 5 * day_us; now_us += INTERVAL_US) {
        struct transition transition;

        add('F');
        transition = url_state_decide(&url, &rules, URL_REPORTED, true, now_us);
        url_state_note(&url, transition.change, now_us);
        if (transition.change == CHANGE_STILL_DOWN) {
            assert_true(count < COUNT_OF(reported));
            reported[count++] = (now_us - 1) / (3600 * CLOCK_S);
            assert_int_equal(transition.since_us, 1);
        }
    }
    /* 1, 2, 4, 8, 16 hours apart, then a day */
    assert_int_equal(count, 8);
    for (size_t i = 0; i < count; i++) {
        static const int64_t hours[] = {1, 3, 7, 15, 31, 55, 79, 103};

        assert_int_equal(reported[i], hours[i]);
    }
}

TEST(reminder_longer_than_a_day_is_not_shortened)
{
    interval_us = 86400 * CLOCK_S;
    rules.remind_us = 3 * interval_us;
    play("FFFFFFFFFF", "D--R--R--R");
}

/* A run that is a little early: cron starts them at the same minute, but they do not take as long. */
TEST(reminder_may_be_a_little_early)
{
    rules.remind_us = 2 * INTERVAL_US;
    play("FF", "D-");
    now_us -= CLOCK_S;
    play("F", "R");
}

TEST(reminders_begin_again_with_each_outage)
{
    rules.remind_us = INTERVAL_US;
    play("FFFFF.FFF", "DR-R-UDR-");
}

TEST(clock_that_was_wrong_does_not_stop_reminders)
{
    rules.remind_us = INTERVAL_US;
    now_us = 100 * START_US;
    play("F", "D");
    now_us = START_US;
    play("FF", "R-");
}

TEST(flapping_is_reported_once_and_its_end)
{
    /* The fourth change in a row weighs 4.84 of 20: more than 20 %. */
    play("..........F.F.F.F.F", "----------DUDX-----");
    assert_int_equal(last.changes, 4);
    /* The last change, alone in the window, has to be in its older half: 0.75 to 1.25. */
    play("....................", "-------------------S");
    assert_false(last.is_down);
    assert_int_equal(last.until_us, time_of(19));
    play("F.", "DU");
}

TEST(flapping_may_end_down)
{
    play("F.F.F", "DUDUX");
    play("FFFFF", "----s");
    assert_true(last.is_down);
    assert_int_equal(last.since_us, time_of(4));
    assert_int_equal(last.runs, 6);
    play("F.", "-U");
    assert_int_equal(last.since_us, time_of(4));
}

TEST(no_reminder_while_it_flaps)
{
    rules.remind_us = INTERVAL_US;
    play("F.F.FFFFF", "DUDUX----");
}

TEST(rare_failures_are_no_flapping)
{
    for (int i = 0; i < 5; i++)
        play("F...................", "DU------------------");
}

TEST(what_a_threshold_ignores_is_no_flapping)
{
    rules.failure_threshold = 2;
    play(".F.F.F.F.F.FF", "------------D");
    setup(NULL);
    rules.success_threshold = 2;
    play(".F.F.F.F.F.F..", "-D-----------U");
}

/* There was no change from up to down. */
TEST(a_first_outage_beyond_the_threshold_is_no_change)
{
    rules.failure_threshold = 2;
    play("FFF", "-D-");
    assert_int_equal(url.window, UINT32_MAX);
}

TEST(flapping_beyond_the_thresholds_is_reported)
{
    rules.failure_threshold = rules.success_threshold = 2;
    play("..FF..FF..FF", "---D-U-D-X--");
    assert_int_equal(last.changes, 4);
}

TEST(suppressed_change_is_reported_later)
{
    play(".F~F~F", "---D");
    assert_int_equal(last.since_us, time_of(1));
    assert_int_equal(last.runs, 3);
}

TEST(suppressed_change_that_is_over_is_not_reported)
{
    play(".F~F~.~.", "-----");
    setup(NULL);
    play(".F~F~.", "----");
}

/* Else a report that it is down would come with a result that passes. */
TEST(suppressed_change_that_may_be_over_is_not_reported)
{
    rules.success_threshold = 2;
    play(".F~F~..", "-----");
    setup(NULL);
    rules.success_threshold = 2;
    play(".F~F~.F..", "----D-U");
    assert_int_equal(last.since_us, time_of(1));
    setup(NULL);
    rules.success_threshold = 2;
    play(".F!...", "-DDU-");
}

TEST(no_reminder_while_it_passes)
{
    rules.success_threshold = 2;
    rules.remind_us = interval_us;
    play(".......FFF..", "-------DR--U");
}

TEST(recovery_in_maintenance_is_reported_later)
{
    play(".F.~.~.", "-D--U");
    assert_int_equal(last.until_us, time_of(2));
}

TEST(outage_after_a_suppressed_recovery_is_another_one)
{
    play(".F.~F", "-D-D");
    assert_int_equal(last.since_us, time_of(3));
    assert_int_equal(last.runs, 1);
}

TEST(suppressed_results_are_no_flapping)
{
    play(".F~.~F~.~F~.~F~.~F~.", "-----------");
    play("F", "D");
}

TEST(run_without_changes_reports_later)
{
    play(".F'F'F.", "---DU");
    setup(NULL);
    play(".F'.'.", "----");
}

TEST(killed_run_is_repeated)
{
    play(".F!F!FF", "-DDD-");
    assert_int_equal(last.since_us, time_of(1));
    play(".!.!..", "UUU-");
    assert_int_equal(last.since_us, time_of(1));
    assert_int_equal(last.until_us, time_of(5));
}

/* Nobody knows whether the user has read "DOWN": "UP again after …" is right in both cases. */
TEST(outage_that_ends_after_a_killed_run_is_reported_as_over)
{
    play(".F!.", "-DU");
    assert_int_equal(last.since_us, time_of(1));
    assert_int_equal(last.until_us, time_of(2));
    play("..", "--");
    setup(NULL);
    play(".F!.!..", "-DUU-");
    setup(NULL);
    play(".F!.~.'..", "-D--U-");
}

TEST(killed_report_of_up_before_the_next_outage)
{
    play("F.!F.", "DUDU");
    assert_int_equal(last.since_us, time_of(2));
}

TEST(killed_reminder_is_repeated)
{
    rules.remind_us = 2 * INTERVAL_US;
    play("FFF!FFFFF", "D-RR---R");
}

TEST(killed_report_of_flapping_is_repeated)
{
    play("F.F.!F!F", "DUDUXX");
    play("FFFF!F!FF", "---sss-");
}

TEST(note_of_another_run_is_ignored)
{
    struct transition down, up;

    play(".", "-");
    add('F');
    down = url_state_decide(&url, &rules, URL_REPORTED, true, now_us++);
    add('.');
    up = url_state_decide(&url, &rules, URL_REPORTED, true, now_us++); /* a run that overlaps */
    assert_int_equal(up.change, CHANGE_UP);
    url_state_note(&url, down.change, now_us++);
    assert_int_equal(url.issued, CHANGE_UP);
    url_state_note(&url, up.change, now_us++);
    play("...", "---");
}

TEST(certificate_is_reported_once_and_then_weekly)
{
    interval_us = 86400 * CLOCK_S;
    play("cccccccccccccccc", "C------C------C-");
    play(".", "-"); /* renewed */
    play("cc", "C-");
}

TEST(certificate_is_reported_again_only_after_a_renewal)
{
    play("cFkwc", "CDU--");
    play(".c", "-C");
    setup(NULL);
    play("c!c", "CC");
}

TEST(certificate_that_fails_is_an_outage)
{
    play("ccF", "C-D");
}

TEST(what_needs_a_url_that_is_down_or_flapping_is_suppressed)
{
    play(".", "-");
    assert_false(url_state_suppresses(&url));
    play("F", "D");
    assert_true(url_state_suppresses(&url));
    play(".", "U");
    assert_false(url_state_suppresses(&url));
    play("F.F.", "DX--");
    assert_true(url_state_suppresses(&url));
}

TEST(change_has_a_word)
{
    for (enum change change = CHANGE_DOWN; change <= CHANGE_WARNING; change++)
        assert_int_equal(change_find(change_name(change)), change);
    assert_null(change_name(CHANGE_NONE));
    assert_int_equal(change_find(NULL), CHANGE_NONE);
    assert_int_equal(change_find("other"), CHANGE_NONE);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(first_run_is_silent_if_it_passes, setup),
        cmocka_unit_test_setup(first_run_is_reported_if_it_fails, setup),
        cmocka_unit_test_setup(change_is_reported_once, setup),
        cmocka_unit_test_setup(class_that_changes_during_an_outage_is_no_change, setup),
        cmocka_unit_test_setup(cause_is_that_of_the_last_failure, setup),
        cmocka_unit_test_setup(warn_and_flaky_pass, setup),
        cmocka_unit_test_setup(failure_threshold_counts_runs_in_a_row, setup),
        cmocka_unit_test_setup(success_threshold_counts_runs_in_a_row, setup),
        cmocka_unit_test_setup(first_runs_below_the_threshold_are_silent, setup),
        cmocka_unit_test_setup(unknown_touches_nothing, setup),
        cmocka_unit_test_setup(reminder_comes_by_time_and_doubles_up_to_a_day, setup),
        cmocka_unit_test_setup(reminder_longer_than_a_day_is_not_shortened, setup),
        cmocka_unit_test_setup(reminder_may_be_a_little_early, setup),
        cmocka_unit_test_setup(reminders_begin_again_with_each_outage, setup),
        cmocka_unit_test_setup(clock_that_was_wrong_does_not_stop_reminders, setup),
        cmocka_unit_test_setup(flapping_is_reported_once_and_its_end, setup),
        cmocka_unit_test_setup(flapping_may_end_down, setup),
        cmocka_unit_test_setup(no_reminder_while_it_flaps, setup),
        cmocka_unit_test_setup(rare_failures_are_no_flapping, setup),
        cmocka_unit_test_setup(what_a_threshold_ignores_is_no_flapping, setup),
        cmocka_unit_test_setup(a_first_outage_beyond_the_threshold_is_no_change, setup),
        cmocka_unit_test_setup(flapping_beyond_the_thresholds_is_reported, setup),
        cmocka_unit_test_setup(suppressed_change_is_reported_later, setup),
        cmocka_unit_test_setup(suppressed_change_that_is_over_is_not_reported, setup),
        cmocka_unit_test_setup(suppressed_change_that_may_be_over_is_not_reported, setup),
        cmocka_unit_test_setup(no_reminder_while_it_passes, setup),
        cmocka_unit_test_setup(recovery_in_maintenance_is_reported_later, setup),
        cmocka_unit_test_setup(outage_after_a_suppressed_recovery_is_another_one, setup),
        cmocka_unit_test_setup(suppressed_results_are_no_flapping, setup),
        cmocka_unit_test_setup(run_without_changes_reports_later, setup),
        cmocka_unit_test_setup(killed_run_is_repeated, setup),
        cmocka_unit_test_setup(outage_that_ends_after_a_killed_run_is_reported_as_over, setup),
        cmocka_unit_test_setup(killed_report_of_up_before_the_next_outage, setup),
        cmocka_unit_test_setup(killed_reminder_is_repeated, setup),
        cmocka_unit_test_setup(killed_report_of_flapping_is_repeated, setup),
        cmocka_unit_test_setup(note_of_another_run_is_ignored, setup),
        cmocka_unit_test_setup(certificate_is_reported_once_and_then_weekly, setup),
        cmocka_unit_test_setup(certificate_is_reported_again_only_after_a_renewal, setup),
        cmocka_unit_test_setup(certificate_that_fails_is_an_outage, setup),
        cmocka_unit_test_setup(what_needs_a_url_that_is_down_or_flapping_is_suppressed, setup),
        cmocka_unit_test_setup(change_has_a_word, setup),
    };

    return RUN_TESTS(tests);
}
