/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>

#include "fake_target.h"
#include "input/settings.h"
#include "session/exit_status.h"
#include "session/exit_codes.h"

/* The exit status once each URL that was read has its result. */

static const struct settings plain, waits = {.wait = true};
static const struct settings waits_strictly = {.wait = true, .strict = true};
static const struct settings waits_for_one = {.wait = true, .min_ok = 1};

static void expect_status(int expected, const struct settings *settings, enum run_end end,
                          const struct session *counts)
{
    struct session session = *counts;
    const struct run_outcome outcome = {.end = end};

    session.settings = settings;
    session.results = results_new(true, false);
    assert_int_equal(exit_status_of_run(&session, &outcome), expected);
    results_free(session.results);
}

/* With --wait, the deadline came together with the last result, which was not good enough. */
TEST(deadline_ends_a_wait)
{
    static const struct session failed = {.stats = {.ok = 1, .failed = 1}, .ok_count = 1};
    static const struct session warned = {.stats = {.ok = 1, .warned = 1}, .ok_count = 1};
    static const struct session flaky = {.stats = {.ok = 1, .flaky = 1}, .ok_count = 1};

    expect_status(EXIT_DEADLINE, &waits, RUN_DEADLINE, &failed);
    expect_status(EXIT_DEADLINE, &waits_strictly, RUN_DEADLINE, &warned);
    expect_status(EXIT_DEADLINE, &waits_strictly, RUN_DEADLINE, &flaky);
    expect_status(EXIT_ALL_OK, &waits_for_one, RUN_DEADLINE, &failed);
}

/* Not every URL could be checked: neither all is well, nor is a URL down. */
TEST(unknown_is_neither_ok_nor_failed)
{
    static const struct settings one_ok = {.min_ok = 1};
    static const struct session unknown = {.stats = {.ok = 1, .unknown = 1}, .ok_count = 1};
    static const struct session failed = {.stats = {.failed = 1, .unknown = 1}};

    expect_status(EXIT_INTERNAL, &plain, RUN_ENOUGH, &unknown);
    expect_status(EXIT_INTERNAL, &plain, RUN_ENOUGH, &failed);
    expect_status(EXIT_DEADLINE, &waits, RUN_DEADLINE, &unknown);
    expect_status(EXIT_ALL_OK, &one_ok, RUN_ENOUGH, &unknown);
}

TEST(failures_are_no_trouble)
{
    static const struct settings trouble = {.exit_on = EXIT_ON_TROUBLE};
    static const struct settings strict = {.exit_on = EXIT_ON_TROUBLE, .strict = true};
    static const struct settings waits_for_ok = {.exit_on = EXIT_ON_TROUBLE, .wait = true};
    static const struct session failed = {.stats = {.ok = 1, .failed = 1}, .ok_count = 1};
    static const struct session warned = {.stats = {.ok = 1, .warned = 1}, .ok_count = 1};
    static const struct session unknown = {.stats = {.ok = 1, .unknown = 1}, .ok_count = 1};

    expect_status(EXIT_ALL_OK, &trouble, RUN_ENOUGH, &failed);
    expect_status(EXIT_ALL_OK, &strict, RUN_ENOUGH, &warned);
    expect_status(EXIT_ALL_OK, &waits_for_ok, RUN_DEADLINE, &failed);
    expect_status(EXIT_INTERNAL, &trouble, RUN_ENOUGH, &unknown);
}

TEST(unread_list_is_trouble)
{
    static const struct settings trouble = {.exit_on = EXIT_ON_TROUBLE};
    struct session session = {.settings = &trouble, .results = results_new(false, false)};

    assert_int_equal(exit_status_of_run(
                         &session, &(struct run_outcome){.end = RUN_DEADLINE, .unfinished = true}),
                     EXIT_ALL_OK);
    assert_int_equal(exit_status_of_run(
                         &session, &(struct run_outcome){.end = RUN_DEADLINE, .list_unread = true}),
                     EXIT_DEADLINE);
    results_free(session.results);
}

/* The reader of the output is gone before the list was read to its end: it is not an empty list. */
TEST(no_reader_is_no_error)
{
    static const struct session gone = {.output_errno = EPIPE};

    expect_status(EXIT_ALL_OK, &plain, RUN_STOPPED, &gone);
    expect_status(EXIT_ALL_OK, &waits_for_one, RUN_STOPPED, &gone);
}

/*
 * A retry is still in flight when the run ends, and its thread does not end. What it retries may be
 * the network's fault, and no canary has answered since.
 */
static struct session session_with_retry(size_t canaries)
{
    static const struct settings silent = {.silent = true};
    struct error error;
    struct session session = {.settings = &silent,
                              .config.canaries.count = canaries,
                              .results = results_new(true, false),
                              .output = output_open(&silent, &error)};
    struct job *job = job_new(fake_target("http://a.test/", "a.test"));
    struct result result;

    assert_non_null(session.output);
    results_add(session.results, job);
    result_without_probe(job->target, CAUSE_REFUSED, "connection refused", &result);
    job_add_result(job, &result, 0, true);
    return session;
}

static void release(struct session *session)
{
    struct error error;

    output_close(session->output, NULL, &error);
    results_free(session->results);
    stats_release(&session->stats);
}

TEST(earlier_failure_counts_without_canaries)
{
    const struct run_outcome outcome = {.end = RUN_DEADLINE, .unfinished = true};
    struct session session = session_with_retry(0);

    assert_int_equal(exit_status_of_run(&session, &outcome), EXIT_DEADLINE);
    assert_int_equal(session.stats.failed, 1);
    release(&session);
}

TEST(earlier_failure_is_unverified_with_canaries)
{
    const struct run_outcome outcome = {.end = RUN_ENOUGH};
    struct session session = session_with_retry(1);

    assert_int_equal(exit_status_of_run(&session, &outcome), EXIT_ALL_OK);
    assert_int_equal(stats_done(&session.stats), 0);
    release(&session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deadline_ends_a_wait),
        cmocka_unit_test(unknown_is_neither_ok_nor_failed),
        cmocka_unit_test(failures_are_no_trouble),
        cmocka_unit_test(unread_list_is_trouble),
        cmocka_unit_test(no_reader_is_no_error),
        cmocka_unit_test(earlier_failure_counts_without_canaries),
        cmocka_unit_test(earlier_failure_is_unverified_with_canaries),
    };

    return RUN_TESTS(tests);
}
