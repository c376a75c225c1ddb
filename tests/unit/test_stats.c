/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "fake_target.h"
#include "results/stats.h"

static struct stats stats;
static struct target *target;

static int setup(void **state)
{
    (void)state;
    target = fake_target("http://a/", "a");
    stats_init(&stats, true);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    stats_release(&stats);
    target_free(target);
    return 0;
}

/* A complete response after that many milliseconds. */
static struct result response(int64_t ms)
{
    struct result result = {.target = target, .verdict = VERDICT_OK};

    result.outcome.phase = PHASE_DONE;
    result.outcome.status = 200;
    result.outcome.total_us = ms * 1000;
    return result;
}

static void add(int64_t ms)
{
    struct result result = response(ms);

    stats_add(&stats, &result);
}

static void add_failed_because(enum cause cause, char *message)
{
    struct result result = {.target = target,
                            .verdict = verdict_of_cause(cause),
                            .cause = cause,
                            .message = message};

    result.outcome.phase = PHASE_CONNECT;
    result.outcome.total_us = 99 * 1000000;
    stats_add(&stats, &result);
}

static void add_failed(enum cause cause)
{
    char message[] = "first";

    add_failed_because(cause, message);
}

static void add_with_cause_slow(enum verdict verdict, int64_t ms)
{
    struct result result = response(ms);

    result.verdict = verdict;
    result.cause = CAUSE_SLOW;
    stats_add(&stats, &result);
}

static void expect_ms(unsigned percent, int64_t wanted)
{
    assert_int_equal(stats_percentile_us(&stats, percent), wanted * 1000);
}

TEST(verdicts_are_counted)
{
    add(1);
    add(2);
    add_failed(CAUSE_REFUSED);
    add_failed(CAUSE_LOCAL);
    add_failed_because(CAUSE_LOCAL, (char[]){"second"});
    add_with_cause_slow(VERDICT_WARN, 3);
    add_with_cause_slow(VERDICT_FLAKY, 3);
    add_with_cause_slow(VERDICT_FLAKY, 3);
    assert_int_equal(stats.ok, 2);
    assert_int_equal(stats.warned, 1);
    assert_int_equal(stats.flaky, 2);
    assert_int_equal(stats_done(&stats), 8);
    assert_int_equal(stats.failed, 1);
    assert_int_equal(stats.unknown, 2);
    assert_int_equal(stats.classes[VERDICT_UNKNOWN][CAUSE_LOCAL], 2);
    assert_int_equal(stats.classes[VERDICT_FLAKY][CAUSE_SLOW], 2);
    assert_int_equal(stats.classes[VERDICT_OK][CAUSE_NONE], 2);
    assert_string_equal(stats.shortage, "first");
}

TEST(no_responses_have_no_percentile)
{
    assert_int_equal(stats_percentile_us(&stats, 1), -1);
    assert_int_equal(stats_percentile_us(&stats, 50), -1);
    assert_int_equal(stats_percentile_us(&stats, 100), -1);
}

TEST(percentiles_of_one)
{
    add(7);
    expect_ms(1, 7);
    expect_ms(50, 7);
    expect_ms(100, 7);
}

static void add_us(int64_t us)
{
    struct result result = response(0);

    result.outcome.total_us = us;
    stats_add(&stats, &result);
}

static void expect_us(unsigned percent, int64_t wanted)
{
    assert_int_equal(stats_percentile_us(&stats, percent), wanted);
}

/* The maximum is that of the list of the slowest, which no percentile exceeds. */
TEST(maximum_is_exact)
{
    add_us(7099);
    expect_us(1, 7099);
    expect_us(99, 7099);
    expect_us(100, 7099);
    assert_int_equal(stats.slowest[0].total_us, 7099);
}

TEST(percentiles_are_rounded_up_to_tenths_of_a_millisecond)
{
    add_us(1);
    add_us(51501);
    add_us(51600);
    add_us(51601);
    add_us(51701);
    expect_us(20, 100);
    expect_us(40, 51600);
    expect_us(60, 51600);
    expect_us(80, 51700);
    expect_us(99, 51701);
}

/* Latencies up to 20 s in steps of 0.97 s, and far longer ones, next to one that is longer still. */
TEST(long_latencies_are_exact_to_a_part)
{
    for (int64_t us = 1; us < INT64_MAX / 2; us += us < 20000000 ? 970001 : us) {
        const int64_t longer_us = us + us / 2 + 1000;
        int64_t found;

        stats_release(&stats);
        stats_init(&stats, true);
        add_us(us);
        add_us(longer_us);
        found = stats_percentile_us(&stats, 50);
        if (found < us || found - us >= (us < 6553600 ? 100 : us / 32768 + 100))
            fail_msg("%lld us: the percentile is %lld", (long long)us, (long long)found);
        expect_us(100, longer_us);
    }
}

TEST(percentiles_of_two)
{
    add(9);
    add(7);
    expect_ms(1, 7);
    expect_ms(50, 7);
    expect_ms(51, 9);
    expect_ms(100, 9);
}

/* Added in no order, and further ones after the first query. */
TEST(percentiles_of_a_hundred)
{
    for (int i = 0; i < 100; i++)
        add(1 + (i * 37) % 100);
    for (unsigned percent = 1; percent <= 100; percent++)
        expect_ms(percent, percent);
    for (int i = 0; i < 100; i++)
        add(1000);
    expect_ms(50, 100);
    expect_ms(51, 1000);
}

/* Nearest rank by its definition: the smallest value that so many percent do not exceed. */
TEST(percentiles_of_any_number)
{
    for (unsigned count = 1; count <= 130; count++) {
        stats_release(&stats);
        stats_init(&stats, true);
        for (unsigned i = count; i > 0; i--)
            add(i);
        for (unsigned percent = 1; percent <= 100; percent++) {
            unsigned rank = 1;

            while (rank * 100 < percent * count)
                rank++;
            expect_ms(percent, rank);
        }
    }
}

TEST(many_latencies_are_kept)
{
    for (int i = 1; i <= 10000; i++)
        add(i);
    expect_ms(50, 5000);
    expect_ms(99, 9900);
    expect_ms(100, 10000);
}

TEST(latencies_are_those_of_complete_responses)
{
    struct result result = response(50);

    add_failed(CAUSE_REFUSED);
    result.outcome.phase = PHASE_BODY;
    stats_add(&stats, &result);
    assert_int_equal(stats_percentile_us(&stats, 50), -1);
    assert_null(stats.slowest[0].url);
    /* A FAILED for its status was a complete response. */
    result.outcome.phase = PHASE_DONE;
    result.outcome.status = 503;
    result.verdict = VERDICT_FAILED;
    result.cause = CAUSE_HTTP_5XX;
    stats_add(&stats, &result);
    expect_ms(50, 50);
    assert_non_null(stats.slowest[0].url);
}

TEST(latencies_of_warn_count)
{
    add_with_cause_slow(VERDICT_WARN, 40);
    expect_ms(50, 40);
    assert_non_null(stats.slowest[0].url);
}

static void expect_slowest(const int64_t *ms, size_t count)
{
    for (size_t i = 0; i < STATS_SLOWEST; i++) {
        if (i >= count) {
            assert_null(stats.slowest[i].url);
            continue;
        }
        assert_non_null(stats.slowest[i].url);
        assert_int_equal(stats.slowest[i].total_us, ms[i] * 1000);
    }
}

TEST(slowest_are_kept_in_order)
{
    add(5);
    expect_slowest((int64_t[]){5}, 1);
    add(3);
    add(9);
    expect_slowest((int64_t[]){9, 5, 3}, 3);
    add(5);
    add(4);
    expect_slowest((int64_t[]){9, 5, 5, 4, 3}, 5);
    add(1);
    expect_slowest((int64_t[]){9, 5, 5, 4, 3}, 5);
    add(10);
    expect_slowest((int64_t[]){10, 9, 5, 5, 4}, 5);
    add(7);
    expect_slowest((int64_t[]){10, 9, 7, 5, 5}, 5);
}

TEST(slowest_name_their_urls)
{
    static const char *const urls[] = {"http://slow/", "http://fast/"};

    for (size_t i = 0; i < 2; i++) {
        struct result result = response(i ? 1 : 100);
        struct target *own = fake_target(urls[i], "");

        result.target = own;
        stats_add(&stats, &result);
        target_free(own);
    }
    assert_string_equal(stats.slowest[0].url, urls[0]);
    assert_string_equal(stats.slowest[1].url, urls[1]);
}

TEST(counts_alone_keep_no_latencies)
{
    stats_release(&stats);
    stats_init(&stats, false);
    add(5);
    add_failed(CAUSE_DNS);
    assert_int_equal(stats.ok, 1);
    assert_int_equal(stats.failed, 1);
    assert_int_equal(stats_percentile_us(&stats, 50), -1);
    assert_null(stats.slowest[0].url);
}

#define STATS_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

TEST(failures_at_a_proxy_are_counted_for_each)
{
    static char first[] = "a:1 (http_proxy)", second[] = "a:1 (https_proxy)";

    for (int i = 0; i < 5; i++) {
        struct result result = {.target = target,
                                .verdict = VERDICT_FAILED,
                                .cause = CAUSE_REFUSED};

        result.outcome.proxy = i < 3 ? first : second;
        stats_add(&stats, &result);
        result.verdict = VERDICT_FLAKY;
        stats_add(&stats, &result);
        result.verdict = VERDICT_FAILED;
        result.outcome.proxy = NULL;
        stats_add(&stats, &result);
    }
    assert_string_equal(stats.proxies[0].name, first);
    assert_int_equal(stats.proxies[0].count, 3);
    assert_string_equal(stats.proxies[1].name, second);
    assert_int_equal(stats.proxies[1].count, 2);
    assert_null(stats.proxies[2].name);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        STATS_TEST(verdicts_are_counted),
        STATS_TEST(no_responses_have_no_percentile),
        STATS_TEST(percentiles_of_one),
        STATS_TEST(maximum_is_exact),
        STATS_TEST(percentiles_are_rounded_up_to_tenths_of_a_millisecond),
        STATS_TEST(long_latencies_are_exact_to_a_part),
        STATS_TEST(percentiles_of_two),
        STATS_TEST(percentiles_of_a_hundred),
        STATS_TEST(percentiles_of_any_number),
        STATS_TEST(many_latencies_are_kept),
        STATS_TEST(latencies_are_those_of_complete_responses),
        STATS_TEST(latencies_of_warn_count),
        STATS_TEST(slowest_are_kept_in_order),
        STATS_TEST(slowest_name_their_urls),
        STATS_TEST(counts_alone_keep_no_latencies),
        STATS_TEST(failures_at_a_proxy_are_counted_for_each),
    };

    return RUN_TESTS(tests);
}
