/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdlib.h>

#include "input/target.h"
#include "output/html_counts.h"

static void count(struct html_counts *counts, const struct result *result)
{
    struct shown shown = {0};

    shown_begin(&shown, result);
    html_counts_add(counts, &shown);
    shown_release(&shown);
}

static void add(struct html_counts *counts, const char *origin, enum verdict verdict,
                int64_t not_after)
{
    const struct target target = {.origin = origin};
    const struct result result = {.target = &target,
                                  .verdict = verdict,
                                  .outcome = {.cert_not_after = not_after}};

    count(counts, &result);
}

TEST(hosts_are_limited_and_all_results_counted)
{
    struct html_counts counts = {0};
    char origin[64];

    for (int i = 0; i < HTML_HOSTS + 5; i++) {
        snprintf(origin, sizeof(origin), "http://host%d:80", i);
        add(&counts, origin, VERDICT_FAILED, 0);
    }
    add(&counts, "http://host0:80", VERDICT_OK, 0);
    add(&counts, "", VERDICT_FAILED, 0);
    assert_int_equal(HASH_COUNT(counts.hosts), HTML_HOSTS);
    assert_int_equal(counts.other_hosts[VERDICT_FAILED], 5);
    assert_int_equal(counts.other_hosts[VERDICT_OK], 0);
    html_counts_release(&counts);
}

TEST(hosts_with_most_failures_come_first)
{
    static const char *const wanted[] = {"c", "b", "a:8080", "d"};
    struct html_counts counts = {0};
    size_t i = 0;

    add(&counts, "http://d:80", VERDICT_OK, 0);
    add(&counts, "http://a:8080", VERDICT_WARN, 0);
    add(&counts, "https://b:443", VERDICT_FAILED, 0);
    add(&counts, "http://c:80", VERDICT_FAILED, 0);
    add(&counts, "http://c:80", VERDICT_FAILED, 0);
    html_counts_sort_hosts(&counts);
    for (struct html_host *host = counts.hosts; host; host = host->hh.next)
        assert_string_equal(host->name, wanted[i++]);
    assert_int_equal(i, COUNT_OF(wanted));
    html_counts_release(&counts);
}

TEST(earliest_certificates_are_kept_once)
{
    struct html_counts counts = {0};
    char origin[64];

    for (int i = 100; i > 0; i--) {
        snprintf(origin, sizeof(origin), "https://host%d:443", i);
        add(&counts, origin, VERDICT_OK, 1000 + i);
        add(&counts, origin, VERDICT_OK, 1000 + i);
    }
    add(&counts, "https://host0:443", VERDICT_OK, 0);
    for (int i = 0; i < HTML_EXPIRIES; i++)
        assert_int_equal(counts.expiries[i].not_after, 1001 + i);
    assert_string_equal(counts.expiries[0].host, "host1");
    html_counts_release(&counts);
}

TEST(expired_certificate_is_one)
{
    struct bad_certificate bad = {.not_after = 7};
    const struct target target = {.origin = "https://a:443"};
    struct result result = {.target = &target,
                            .verdict = VERDICT_FAILED,
                            .cause = CAUSE_CERT_EXPIRED,
                            .outcome = {.bad_certificate = &bad}};
    struct html_counts counts = {0};

    count(&counts, &result);
    result.cause = CAUSE_CERT_HOST;
    count(&counts, &result);
    assert_int_equal(counts.expiries[0].not_after, 7);
    assert_null(counts.expiries[1].host);
    html_counts_release(&counts);
}

TEST(times_are_counted_up_to_a_bound)
{
    const struct target target = {.origin = "http://a:80"};
    struct result result = {.target = &target, .outcome = {.phase = PHASE_DONE, .status = 200}};
    struct html_counts counts = {0};

    result.outcome.total_us = 1000;
    count(&counts, &result);
    result.outcome.total_us = 1001;
    count(&counts, &result);
    result.outcome.total_us = INT64_MAX / 2;
    count(&counts, &result);
    result.outcome.status = 0;
    count(&counts, &result);
    assert_int_equal(counts.buckets[0], 1);
    assert_int_equal(counts.buckets[1], 1);
    assert_int_equal(counts.buckets[HTML_BUCKETS - 1], 1);
    html_counts_release(&counts);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_are_limited_and_all_results_counted),
        cmocka_unit_test(hosts_with_most_failures_come_first),
        cmocka_unit_test(earliest_certificates_are_kept_once),
        cmocka_unit_test(expired_certificate_is_one),
        cmocka_unit_test(times_are_counted_up_to_a_bound),
    };

    return RUN_TESTS(tests);
}
