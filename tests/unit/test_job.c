/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "fake_job.h"

static struct job *job;

static int setup(void **state)
{
    (void)state;
    job = fake_job("http://a/", "a");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    job_free(job);
    return 0;
}

static struct result make_result(enum cause cause)
{
    struct result result = {.target = job->target,
                            .verdict = VERDICT_FAILED,
                            .cause = cause,
                            .attempts = 1};

    result.message = strdup(cause_name(cause));
    return result;
}

static void add_at(enum cause cause, int64_t now_us, bool keep_earlier)
{
    struct result result = make_result(cause);

    job_add_result(job, &result, now_us, keep_earlier);
}

/* The result has that cause, and its earlier attempts have these. */
static void expect(enum cause cause, int attempts, const enum cause *earlier, size_t count)
{
    assert_int_equal(job->result->cause, cause);
    assert_string_equal(job->result->message, cause_name(cause));
    assert_ptr_equal(job->result->target, job->target);
    assert_int_equal(job->result->attempts, attempts);
    assert_int_equal(job->result->earlier.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(job->result->earlier.items[i].cause, earlier[i]);
        assert_string_equal(job->result->earlier.items[i].message, cause_name(earlier[i]));
    }
}

TEST(new_job_is_empty)
{
    assert_non_null(job->target);
    assert_null(job->result);
    assert_null(job->host);
    assert_int_equal(job->timer.place, 0);
    assert_false(job->is_done || job->is_parked || job->awaits_retry);
    job_free(NULL);
}

TEST(first_result_has_no_earlier_attempts)
{
    add_at(CAUSE_DNS, 100, true);
    expect(CAUSE_DNS, 1, NULL, 0);
    assert_int_equal(job->result_at_us, 100);
}

TEST(earlier_attempts_are_kept)
{
    static const enum cause earlier[] = {CAUSE_DNS, CAUSE_RESET, CAUSE_EMPTY};

    for (size_t i = 0; i < COUNT_OF(earlier); i++)
        add_at(earlier[i], (int64_t)i, true);
    add_at(CAUSE_REFUSED, 77, true);
    expect(CAUSE_REFUSED, 4, earlier, 3);
    assert_int_equal(job->result_at_us, 77);
}

/* --wait: only the last failure is kept, even after many. */
TEST(only_the_last_attempt_is_kept)
{
    for (int i = 0; i < 100; i++)
        add_at(i % 2 ? CAUSE_DNS : CAUSE_RESET, i, false);
    add_at(CAUSE_REFUSED, 100, false);
    expect(CAUSE_REFUSED, 101, (enum cause[]){CAUSE_DNS}, 1);
}

TEST(dropped_result_leaves_nothing)
{
    add_at(CAUSE_DNS, 5, true);
    add_at(CAUSE_RESET, 6, true);
    job_drop_result(job);
    assert_null(job->result);
    job_drop_result(job);
    add_at(CAUSE_EMPTY, 7, true);
    expect(CAUSE_EMPTY, 1, NULL, 0);
}

#define JOB_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        JOB_TEST(new_job_is_empty),
        JOB_TEST(first_result_has_no_earlier_attempts),
        JOB_TEST(earlier_attempts_are_kept),
        JOB_TEST(only_the_last_attempt_is_kept),
        JOB_TEST(dropped_result_leaves_nothing),
    };

    return RUN_TESTS(tests);
}
