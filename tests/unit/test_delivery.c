/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/signals.h"
#include "fake_job.h"
#include "input/settings.h"
#include "session/delivery.h"

/* What is printed when the process is about to end by itself. */

static int64_t end_us;

int64_t __wrap_signals_end_us(const struct signals *signals);

int64_t __wrap_signals_end_us(const struct signals *signals)
{
    (void)signals;
    return end_us;
}

static void deliver(struct session *session, const char *url, enum cause cause)
{
    struct job *job = fake_job(url, "a.test");
    struct result result;

    results_add(session->results, job);
    result_without_probe(job->target, cause, "why", &result);
    job_add_result(job, &result, 0, true);
    assert_int_equal(delivery_deliver(session, job), DELIVERY_CONTINUE);
}

/* Delivers an UNKNOWN and a FAILED result. Returns how many lines were printed. */
static size_t lines_printed(struct session *session)
{
    char name[] = "/tmp/urlcheck-test-XXXXXX";
    int fd = mkstemp(name), c;
    struct settings settings = {.output_file = name};
    struct totals totals = {.stats = &session->stats, .list = "list"};
    struct error error;
    size_t lines = 0;
    FILE *file;

    session->settings = &settings;
    session->results = results_new(true, false);
    session->output = output_open(&settings, &error);
    assert_non_null(session->output);
    deliver(session, "http://a.test/1", CAUSE_CANCELLED);
    deliver(session, "http://a.test/2", CAUSE_REFUSED);
    assert_true(delivery_print_known(session));
    assert_int_equal(output_close(session->output, &totals, &error), 0);
    results_free(session->results);
    stats_release(&session->stats);
    file = fopen(name, "r");
    assert_non_null(file);
    while ((c = getc(file)) != EOF)
        lines += c == '\n';
    fclose(file);
    close(fd);
    unlink(name);
    return lines;
}

TEST(all_results_are_printed_while_there_is_time)
{
    struct session session = {0};

    end_us = CLOCK_NEVER;
    assert_int_equal(lines_printed(&session), 2);
    session = (struct session){0};
    end_us = clock_now_us() + 1000 * CLOCK_S;
    assert_int_equal(lines_printed(&session), 2);
    assert_false(session.is_cut);
}

/* So that those that are known come out, and files get their names. */
TEST(unknown_results_are_left_out_when_the_end_is_near)
{
    struct session session = {0};

    end_us = clock_now_us();
    assert_int_equal(lines_printed(&session), 1);
    assert_true(session.is_cut);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_results_are_printed_while_there_is_time),
        cmocka_unit_test(unknown_results_are_left_out_when_the_end_is_near),
    };

    return RUN_TESTS(tests);
}
