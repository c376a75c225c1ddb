/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>

#include "input/settings.h"
#include "session/session_internal.h"
#include "session/session.h"

/* What a run comes to once each URL that was read has its result. */

static const struct settings plain, waits = {.wait = true};
static const struct settings waits_strictly = {.wait = true, .strict = true};
static const struct settings waits_for_one = {.wait = true, .min_ok = 1};

static void expect_status(int expected, const struct settings *settings, enum run_end end,
                          const struct session *counts)
{
    struct session session = *counts;
    struct run run = {.end = end, .unfinished = false};

    session.settings = settings;
    session.results = results_new(false);
    assert_non_null(session.results);
    assert_int_equal(exit_status_of_run(&session, &run), expected);
    results_free(session.results);
    run_release(&run);
}

/* The deadline came while the last answer was on its way: it is as bad as all those before it. */
TEST(deadline_comes_first_where_it_is_waited_for_more)
{
    static const struct session failed = {.stats = {.ok = 1, .failed = 1}, .ok = 1};
    static const struct session warned = {.stats = {.ok = 1, .warned = 1}, .ok = 1};
    static const struct session flaky = {.stats = {.ok = 1, .flaky = 1}, .ok = 1};

    expect_status(EXIT_DEADLINE, &waits, RUN_DEADLINE, &failed);
    expect_status(EXIT_DEADLINE, &waits_strictly, RUN_DEADLINE, &warned);
    expect_status(EXIT_DEADLINE, &waits_strictly, RUN_DEADLINE, &flaky);
    expect_status(EXIT_ALL_OK, &waits_for_one, RUN_DEADLINE, &failed);
}

/* A reader who has gone before the list was read: of that nothing is known. */
TEST(nothing_is_said_of_a_list_where_nobody_reads)
{
    static const struct session gone = {.output_error = EPIPE};

    expect_status(EXIT_ALL_OK, &plain, RUN_STOPPED, &gone);
    expect_status(EXIT_ALL_OK, &waits_for_one, RUN_STOPPED, &gone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deadline_comes_first_where_it_is_waited_for_more),
        cmocka_unit_test(nothing_is_said_of_a_list_where_nobody_reads),
    };

    return RUN_TESTS(tests);
}
