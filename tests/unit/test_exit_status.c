/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>

#include "input/settings.h"
#include "session/session_internal.h"
#include "session/session.h"

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
    session.results = results_new(false);
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

/* The reader of the output is gone before the list was read to its end: it is not an empty list. */
TEST(no_reader_is_no_error)
{
    static const struct session gone = {.output_errno = EPIPE};

    expect_status(EXIT_ALL_OK, &plain, RUN_STOPPED, &gone);
    expect_status(EXIT_ALL_OK, &waits_for_one, RUN_STOPPED, &gone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deadline_ends_a_wait),
        cmocka_unit_test(no_reader_is_no_error),
    };

    return RUN_TESTS(tests);
}
