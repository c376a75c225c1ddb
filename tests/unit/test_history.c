/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdlib.h>

#include "base/clock.h"
#include "state/history.h"
#include "state/samples.h"
#include "state/state_internal.h"

/* state_history() on a file that the tests fill: 20787 is a day, 2026-11-30; times are in its seconds. */

#define DAY 20787
#define OF_DAY(second) ((INT64_C(86400) * DAY + (second)) * CLOCK_S)

static char name[] = "/tmp/urlcheck-test-XXXXXX";
static struct state *file;

static int open_file(void **state)
{
    struct error error;

    (void)state;
    setenv("TZ", "UTC", 1);
    close(mkstemp(name));
    file = state_open(name, STATE_UPDATE, &error);
    return file ? 0 : -1;
}

static int close_file(void **state)
{
    (void)state;
    state_close(file);
    return unlink(name);
}

static void run_sql(const char *sql)
{
    struct error error;

    if (database_run(&file->database, sql, &error))
        fail_msg("%s: %s", sql, error.text);
}

static int empty_file(void **state)
{
    (void)state;
    run_sql("DELETE FROM day; DELETE FROM outage; DELETE FROM url");
    return 0;
}

/* A URL with an id; the other columns have plain values. */
static void add_url(int id, const char *columns, const char *values)
{
    char *sql = sqlite3_mprintf("INSERT INTO url(id, key, url, first_us, last_us, verdict%s)"
                                " VALUES(%d, 'key%d', 'http://%d/', %lld, %lld, 'OK'%s)",
                                columns, id, id, id, (long long)OF_DAY(-864000),
                                (long long)OF_DAY(86400), values);

    run_sql(sql);
    sqlite3_free(sql);
}

static void add_outage(int url, int64_t begin, const char *end, const char *class)
{
    char *sql = sqlite3_mprintf("INSERT INTO outage(url, begin_us, end_us, class, message)"
                                " VALUES(%d, %lld, %s, %Q, 'why')",
                                url, (long long)OF_DAY(begin), end, class);

    run_sql(sql);
    sqlite3_free(sql);
}

static void add_blob(int url, int64_t day, const void *blob, size_t length)
{
    sqlite3_stmt *insert;

    sqlite3_prepare_v2(file->database.connection, "INSERT INTO day VALUES(?, ?, ?)", -1, &insert,
                       NULL);
    sqlite3_bind_int(insert, 1, url);
    sqlite3_bind_int64(insert, 2, day);
    sqlite3_bind_blob(insert, 3, blob, (int)length, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(insert), SQLITE_DONE);
    sqlite3_finalize(insert);
}

/* Results every step seconds from `first` to before `end`, within one day, in `latency_ms`. */
static void add_results(int url, int64_t first, int64_t end, int64_t step, int64_t latency_ms)
{
    unsigned char blob[1024 * SAMPLE_BYTES_MAX];
    size_t length = 0;

    for (int64_t second = first; second < end; second += step) {
        struct sample sample = {.time_us = OF_DAY(second), .latency_us = latency_ms * CLOCK_MS};

        length = samples_append(blob, length, &sample);
    }
    add_blob(url, samples_day(OF_DAY(first)), blob, length);
}

static struct history *read_history(int64_t from, int64_t to)
{
    struct error error;
    struct history *history = state_history(file, OF_DAY(from), OF_DAY(to), &error);

    if (!history)
        fail_msg("%s", error.text);
    return history;
}

TEST(an_empty_file_has_no_history)
{
    struct history *history = read_history(0, 86400);

    assert_int_equal(history->count, 0);
    assert_int_equal(history->to_us, OF_DAY(86400));
    history_free(history);
    history_free(NULL);
}

TEST(a_url_with_all_its_columns)
{
    struct history *history;
    const struct history_url *url;

    add_url(1, ", name, host, class, message, latency_us, cert_not_after_us",
            ", 'shop', 'a.example', 'slow', 'took 3 s', 3000000, 5000000");
    add_url(2, "", "");
    run_sql("UPDATE url SET verdict = 'FAILED', class = 'refused' WHERE id = 2");
    run_sql("UPDATE url SET key = 'http://1/ max-time=3 head' WHERE id = 1");
    add_results(1, 0, 3600, 300, 100);
    add_results(2, 0, 3600, 300, 200);
    history = read_history(0, 3600);
    assert_int_equal(history->count, 2);
    url = &history->urls[0];
    assert_string_equal(url->url, "http://1/");
    assert_string_equal(url->name, "shop");
    assert_string_equal(url->host, "a.example");
    assert_string_equal(url->attributes, "max-time=3 head");
    assert_string_equal(url->message, "took 3 s");
    assert_int_equal(url->verdict, VERDICT_OK);
    assert_int_equal(url->cause, CAUSE_SLOW);
    assert_int_equal(url->last_us, OF_DAY(86400));
    assert_int_equal(url->last_latency_us, 3 * CLOCK_S);
    assert_int_equal(url->cert_not_after_us, 5 * CLOCK_S);
    assert_int_equal(url->checks, 12);
    assert_int_equal(url->time.up_us, 3600 * CLOCK_S);
    assert_in_range(url->p50_us, 99800, 100200);
    url = &history->urls[1];
    assert_null(url->name);
    assert_null(url->attributes);
    assert_null(url->message);
    assert_int_equal(url->verdict, VERDICT_FAILED);
    assert_int_equal(url->cause, CAUSE_REFUSED);
    assert_in_range(url->p95_us, 199600, 200400);
    history_free(history);
}

TEST(only_what_has_results_in_the_period)
{
    struct history *history;

    for (int id = 1; id <= 3; id++)
        add_url(id, "", "");
    add_results(1, 0, 3600, 300, 1);
    add_results(2, 7200, 10800, 300, 1);
    history = read_history(7000, 10800);
    assert_int_equal(history->count, 1);
    assert_string_equal(history->urls[0].url, "http://2/");
    history_free(history);
}

/* The results of the day before say how long the first ones are valid. */
TEST(results_of_earlier_days_are_read_as_far_as_they_matter)
{
    struct history *history;

    add_url(1, "", "");
    add_results(1, -86400 + 600, 0, 600, 1);
    add_results(1, 3000, 3001, 1, 1);
    add_results(1, -2 * 86400, -86400, 86400, 1);
    history = read_history(600, 4500);
    /* Valid until 900, as the last one came at -600; then from 3000 on, for 1500. */
    assert_int_equal(history->urls[0].time.up_us, (300 + 1500) * CLOCK_S);
    assert_int_equal(history->urls[0].time.unknown_us, 2100 * CLOCK_S);
    assert_int_equal(history->urls[0].checks, 1);
    history_free(history);
}

TEST(the_end_of_an_outage_of_a_url_that_is_not_checked_any_more_is_not_known)
{
    struct history *history;
    const struct history_url *url;

    for (int id = 1; id <= 2; id++) {
        add_url(id, "", "");
        add_outage(id, 600, "NULL", "dns");
        add_results(id, 0, id == 1 ? 3600 : 7200, 300, 1);
    }
    run_sql("UPDATE url SET last_us = 1795996800000000 + 3300000000 WHERE id = 1");
    run_sql("UPDATE url SET last_us = 1795996800000000 + 6900000000 WHERE id = 2");
    history = read_history(0, 7200);
    url = &history->urls[0];
    assert_false(url->is_down);
    assert_false(history_is_known(history, url));
    assert_int_equal(history_outage_until_us(history, url, &url->outages[0]), OF_DAY(3300 + 750));
    assert_int_equal(url->time.down_us, (3300 + 750 - 600) * CLOCK_S);
    url = &history->urls[1];
    assert_true(url->is_down);
    assert_int_equal(history_outage_until_us(history, url, &url->outages[0]), OF_DAY(7200));
    history_free(history);
    /* No run for longer than a day: nothing is known. */
    history = read_history(0, 6900 + 86401);
    assert_false(history->urls[1].is_down);
    history_free(history);
}

TEST(outages_that_overlap_the_period_the_last_one_first)
{
    struct history *history;
    const struct history_url *url;

    add_url(1, "", "");
    add_results(1, 0, 7200, 300, 1);
    add_outage(1, -500, "5", "dns");               /* damaged: ends in 1970 */
    add_outage(1, 600, "1795998600000000", "dns"); /* at 00:10, for 20 minutes */
    add_outage(1, 6000, "NULL", "no-such-class");
    add_outage(1, 8000, "NULL", "dns");
    history = read_history(0, 7200);
    url = &history->urls[0];
    assert_int_equal(url->outage_count, 2);
    assert_true(url->is_down);
    assert_int_equal(url->outages[0].begin_us, OF_DAY(6000));
    assert_int_equal(url->outages[0].end_us, 0);
    assert_int_equal(url->outages[0].cause, CAUSE_NONE);
    assert_int_equal(url->outages[1].cause, CAUSE_DNS);
    assert_string_equal(url->outages[1].message, "why");
    assert_int_equal(url->time.down_us, (1200 + 1200) * CLOCK_S);
    history_free(history);
}

/* SQLite lets any column have any type. */
TEST(a_damaged_file_does_no_harm)
{
    static const unsigned char blob[] = {0xff, 0xff, 0xff, 0xff};
    struct history *history;

    add_url(1, ", name, class, cert_not_after_us", ", x'00ff', 7, 'x'");
    run_sql("UPDATE url SET url = x'ff00', verdict = 'GOOD', first_us = -5");
    add_blob(1, DAY, blob, sizeof(blob));
    add_blob(1, DAY - 1, "", 0);
    add_blob(1, INT64_MIN, blob, sizeof(blob));
    add_results(1, -2 * 86400, -86400, 600, 1);
    run_sql("INSERT INTO outage(url, begin_us, end_us) VALUES(1, 'x', 'y')");
    run_sql("INSERT INTO outage(url, begin_us, end_us) VALUES(1, -9223372036854775807, NULL)");
    run_sql("INSERT INTO outage(url, begin_us, end_us) VALUES(1, 1, 9223372036854775807)");
    history = read_history(-2 * 86400, 7200);
    assert_int_equal(history->count, 1);
    assert_int_equal(history->urls[0].checks, 144);
    assert_int_equal(history->urls[0].outage_count, 1);
    assert_int_equal(history->urls[0].verdict, VERDICT_UNKNOWN);
    history_free(history);
}

TEST(a_table_that_is_missing_is_an_error)
{
    struct error error;

    run_sql("ALTER TABLE outage RENAME TO other");
    assert_null(state_history(file, OF_DAY(0), OF_DAY(1), &error));
    assert_non_null(strstr(error.text, name));
    run_sql("ALTER TABLE other RENAME TO outage");
    history_free(read_history(0, 1));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_empty_file_has_no_history, empty_file),
        cmocka_unit_test_setup(a_url_with_all_its_columns, empty_file),
        cmocka_unit_test_setup(only_what_has_results_in_the_period, empty_file),
        cmocka_unit_test_setup(results_of_earlier_days_are_read_as_far_as_they_matter, empty_file),
        cmocka_unit_test_setup(
            the_end_of_an_outage_of_a_url_that_is_not_checked_any_more_is_not_known, empty_file),
        cmocka_unit_test_setup(outages_that_overlap_the_period_the_last_one_first, empty_file),
        cmocka_unit_test_setup(a_damaged_file_does_no_harm, empty_file),
        cmocka_unit_test_setup(a_table_that_is_missing_is_an_error, empty_file),
    };

    alarm(HANG_S);
    return cmocka_run_group_tests(tests, open_file, close_file);
}
