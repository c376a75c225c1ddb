/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "fake_target.h"
#include "state/schema.h"
#include "state/state.h"
#include "state/state_internal.h"
#include "state_version_1.h"

/* The state file over several runs. Times are those of the test. */

#define MINUTE_US (60 * CLOCK_S)
#define DAY_US (24 * 60 * MINUTE_US)
#define START_US (20000 * DAY_US + 12 * 60 * MINUTE_US)

static char file[] = "/tmp/urlcheck-test-XXXXXX";

static struct settings settings = {.keep_us = 90 * DAY_US,
                                   .changes = true,
                                   .failure_threshold = 1,
                                   .success_threshold = 1};

/* A new, empty file. */
static int set_up(void **unused)
{
    int fd;

    (void)unused;
    strcpy(file + strlen(file) - 6, "XXXXXX");
    fd = mkstemp(file);
    assert_true(fd >= 0);
    close(fd);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    return unlink(file);
}

/* The first number that a query finds. */
static int64_t number(const char *sql)
{
    sqlite3 *connection;
    sqlite3_stmt *statement;
    int64_t found;

    assert_int_equal(sqlite3_open(file, &connection), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(connection, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    found = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(connection);
    return found;
}

static void change_file(const char *sql)
{
    sqlite3 *connection;

    assert_int_equal(sqlite3_open(file, &connection), SQLITE_OK);
    assert_int_equal(sqlite3_exec(connection, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(connection);
}

/* A run of one URL. */
struct run {
    struct state *state;
    struct target *target;
};

static void add(struct state *state, const struct target *target, enum cause cause,
                int64_t latency_us)
{
    struct result result = {.target = target,
                            .verdict = cause ? VERDICT_FAILED : VERDICT_OK,
                            .cause = cause,
                            .message = NULL,
                            .outcome = {.total_us = latency_us}};

    if (cause == CAUSE_CANCELLED)
        result.verdict = VERDICT_UNKNOWN;
    state_add(state, &result);
}

static struct run run_begin(const char *url, enum cause cause, int64_t latency_us)
{
    struct error error;
    struct run run = {.state = state_open(file, STATE_UPDATE, NULL, &error),
                      .target = fake_target(url, "a.test")};

    assert_non_null(run.state);
    state_admit(run.state, run.target);
    add(run.state, run.target, cause, latency_us);
    return run;
}

static struct transition run_commit(struct run *run, int64_t now_us)
{
    struct error error;

    assert_int_equal(state_commit(run->state, &settings, now_us, 0, &error), 0);
    return state_transition(run->state, run->target);
}

static void run_end(struct run *run)
{
    state_close(run->state);
    target_free(run->target);
}

/* A run whose changes are reported. */
static enum change run_all(const char *url, enum cause cause, int64_t now_us)
{
    struct run run = run_begin(url, cause, 20 * CLOCK_MS);
    enum change change = run_commit(&run, now_us).change;
    struct error error;

    assert_int_equal(state_set_notified(run.state, now_us, 0, &error), 0);
    run_end(&run);
    return change;
}

TEST(a_change_is_reported_once)
{
    assert_int_equal(run_all("http://a.test/", CAUSE_NONE, START_US), CHANGE_NONE);
    assert_int_equal(run_all("http://a.test/", CAUSE_REFUSED, START_US + 1), CHANGE_DOWN);
    assert_int_equal(run_all("http://a.test/", CAUSE_REFUSED, START_US + 2), CHANGE_NONE);
    assert_int_equal(run_all("http://a.test/", CAUSE_NONE, START_US + 3), CHANGE_UP);
    assert_int_equal(run_all("http://a.test/", CAUSE_NONE, START_US + 4), CHANGE_NONE);
    assert_int_equal(number("SELECT count(*) FROM outage"), 1);
    assert_int_equal(number("SELECT begin_us FROM outage"), START_US + 1);
    assert_int_equal(number("SELECT end_us FROM outage"), START_US + 3);
}

TEST(a_change_that_was_not_reported_is_reported_by_the_next_run)
{
    struct run run = run_begin("http://a.test/", CAUSE_REFUSED, 0);

    assert_int_equal(run_commit(&run, START_US).change, CHANGE_DOWN);
    assert_int_equal(state_change_count(run.state), 1);
    run_end(&run);
    assert_int_equal(run_all("http://a.test/", CAUSE_REFUSED, START_US + 1), CHANGE_DOWN);
    assert_int_equal(run_all("http://a.test/", CAUSE_REFUSED, START_US + 2), CHANGE_NONE);
}

TEST(without_commit_the_file_does_not_change)
{
    struct run run = run_begin("http://a.test/", CAUSE_REFUSED, 0);

    run_end(&run);
    assert_int_equal(number("SELECT count(*) FROM url"), 0);
}

TEST(unknown_results_are_not_added)
{
    struct run run = run_begin("http://a.test/", CAUSE_CANCELLED, 0);

    assert_int_equal(run_commit(&run, START_US).change, CHANGE_NONE);
    run_end(&run);
    assert_int_equal(number("SELECT count(*) FROM url"), 0);
}

/* Two runs at once: the second one notes only what it has decided itself. */
TEST(runs_may_overlap)
{
    struct run first = run_begin("http://a.test/", CAUSE_REFUSED, 0);
    struct run second = run_begin("http://a.test/", CAUSE_NONE, 20 * CLOCK_MS);
    struct error error;

    assert_int_equal(run_commit(&first, START_US).change, CHANGE_DOWN);
    run_commit(&second, START_US + 1);
    assert_int_equal(state_set_notified(first.state, START_US + 2, 0, &error), 0);
    assert_int_equal(state_set_notified(second.state, START_US + 3, 0, &error), 0);
    run_end(&first);
    run_end(&second);
    assert_int_equal(number("SELECT results FROM url"), 2);
    assert_int_equal(run_all("http://a.test/", CAUSE_NONE, START_US + 4), CHANGE_NONE);
}

/* A run waited for the lock while a later one wrote: its result is history, and changes nothing. */
TEST(a_later_result_stays_the_last_one)
{
    struct run earlier;

    run_all("http://a.test/", CAUSE_REFUSED, START_US);
    earlier = run_begin("http://a.test/", CAUSE_NONE, 20 * CLOCK_MS);
    run_all("http://a.test/", CAUSE_REFUSED, START_US + 20);
    assert_int_equal(run_commit(&earlier, START_US + 10).change, CHANGE_NONE);
    assert_int_equal(state_change_count(earlier.state), 0);
    run_end(&earlier);
    assert_int_equal(number("SELECT is_down AND streak = 2 AND results = 3 FROM url"), 1);
    assert_int_equal(number("SELECT last_us FROM url"), START_US + 20);
    assert_int_equal(number("SELECT count(*) FROM outage WHERE end_us IS NULL"), 1);
    assert_int_equal(number("SELECT length(samples) FROM day"), 5 + 3 + 3);
    assert_int_equal(run_all("http://a.test/", CAUSE_NONE, START_US + 30), CHANGE_UP);
}

/* Lines that differ in their name, or in a secret, have numbers in the order of the input. */
TEST(equal_lines_are_numbered)
{
    struct error error;
    struct state *open = state_open(file, STATE_UPDATE, NULL, &error);
    struct target *targets[3];

    for (size_t i = 0; i < COUNT_OF(targets); i++) {
        targets[i] = fake_target("http://a.test/", "a.test");
        state_admit(open, targets[i]);
    }
    add(open, targets[2], CAUSE_NONE, 30);
    add(open, targets[0], CAUSE_NONE, 10);
    assert_int_equal(state_commit(open, &settings, START_US, 0, &error), 0);
    state_close(open);
    for (size_t i = 0; i < COUNT_OF(targets); i++)
        target_free(targets[i]);
    assert_int_equal(number("SELECT latency_us FROM url WHERE key = 'http://a.test/'"), 10);
    assert_int_equal(number("SELECT latency_us FROM url WHERE key = 'http://a.test/ #3'"), 30);
    assert_int_equal(number("SELECT count(*) FROM url"), 2);
}

/* All is forgotten if the clock is still wrong after midnight. */
TEST(a_day_of_a_clock_that_is_years_ahead_forgets_nothing)
{
    const int64_t year_us = 365 * DAY_US;

    run_all("http://down.test/", CAUSE_REFUSED, START_US);
    for (int i = 0; i < 5; i++)
        run_all("http://a.test/", CAUSE_NONE, START_US + i * DAY_US);
    for (int i = 0; i < 5; i++)
        run_all("http://a.test/", CAUSE_NONE, START_US + 4 * year_us + i * MINUTE_US);
    assert_int_equal(number("SELECT count(*) FROM day"), 7);
    assert_int_equal(number("SELECT count(*) FROM outage WHERE end_us IS NULL"), 1);
    assert_int_equal(
        run_all("http://down.test/", CAUSE_REFUSED, START_US + 4 * year_us + 5 * MINUTE_US),
        CHANGE_NONE);
    run_all("http://a.test/", CAUSE_REFUSED, START_US + 4 * year_us + 5 * MINUTE_US);
    assert_int_equal(run_all("http://a.test/", CAUSE_NONE, START_US + 5 * DAY_US), CHANGE_UP);
    assert_int_equal(number("SELECT count(*) FROM day"), 9);
    assert_int_equal(number("SELECT count(*) FROM outage WHERE end_us < begin_us"), 0);
}

TEST(old_results_are_forgotten_and_outages_kept)
{
    run_all("http://gone.test/", CAUSE_NONE, START_US);
    run_all("http://down.test/", CAUSE_REFUSED, START_US);
    run_all("http://a.test/", CAUSE_NONE, START_US);
    run_all("http://a.test/", CAUSE_NONE, START_US + 90 * DAY_US);
    assert_int_equal(number("SELECT count(*) FROM day"), 4);
    run_all("http://a.test/", CAUSE_NONE, START_US + 91 * DAY_US);
    assert_int_equal(number("SELECT count(*) FROM day"), 2);
    assert_int_equal(number("SELECT count(*) FROM url WHERE url = 'http://gone.test/'"), 0);
    assert_int_equal(number("SELECT count(*) FROM url WHERE url = 'http://down.test/'"), 1);
    assert_int_equal(number("SELECT end_us FROM outage"), START_US);
    /* Its outage has ended with its last result: this is a new one. */
    assert_int_equal(run_all("http://down.test/", CAUSE_REFUSED, START_US + 93 * DAY_US),
                     CHANGE_DOWN);
    assert_int_equal(number("SELECT count(*) FROM outage"), 2);
}

/* Nothing is known of the time between: the outage has ended with its last result. */
TEST(an_outage_of_a_url_that_was_forgotten_is_over)
{
    run_all("http://up.test/", CAUSE_REFUSED, START_US);
    run_all("http://down.test/", CAUSE_REFUSED, START_US);
    run_all("http://a.test/", CAUSE_NONE, START_US + 90 * DAY_US);
    run_all("http://up.test/", CAUSE_NONE, START_US + 91 * DAY_US);
    assert_int_equal(number("SELECT count(*) FROM outage WHERE end_us IS NULL"), 0);
    run_all("http://down.test/", CAUSE_REFUSED, START_US + 91 * DAY_US);
    assert_int_equal(number("SELECT count(*) FROM outage WHERE end_us IS NULL"), 1);
    assert_int_equal(number("SELECT count(*) FROM outage WHERE end_us = begin_us"), 2);
}

TEST(a_clock_that_was_set_back_does_no_harm)
{
    run_all("http://a.test/", CAUSE_NONE, START_US);
    run_all("http://a.test/", CAUSE_REFUSED, START_US - MINUTE_US);
    run_all("http://a.test/", CAUSE_NONE, START_US - 2 * DAY_US);
    assert_int_equal(number("SELECT results FROM url"), 3);
    assert_int_equal(number("SELECT count(*) FROM day"), 2);
}

static int64_t usual(size_t count)
{
    struct run run = run_begin("http://a.test/", CAUSE_CANCELLED, 0);
    int64_t usual_us = state_usual_latency_us(run.state, run.target, count);

    run_end(&run);
    return usual_us;
}

static void measure(enum cause cause, int64_t latency_us, int64_t now_us)
{
    struct run run = run_begin("http://a.test/", cause, latency_us);

    run_commit(&run, now_us);
    run_end(&run);
}

TEST(usual_latency_is_the_median_of_the_last_successes)
{
    assert_int_equal(usual(1), 0);
    measure(CAUSE_NONE, 256000, START_US);
    measure(CAUSE_NONE, 64000, START_US + MINUTE_US);
    measure(CAUSE_REFUSED, 1, START_US + 2 * MINUTE_US);
    measure(CAUSE_NONE, 128000, START_US + DAY_US);
    assert_int_equal(usual(1), 128000);
    assert_int_equal(usual(2), 96000);
    assert_int_equal(usual(3), 128000);
    assert_int_equal(usual(4), 0);
}

TEST(a_corrected_line_may_become_bad_again)
{
    struct error error;
    struct target *bad = fake_target("http://a.test/", "");

    bad->problem = "unknown attribute";
    bad->check = NULL;
    for (int64_t i = 0; i < 3; i++) {
        struct state *open = state_open(file, STATE_UPDATE, NULL, &error);

        state_admit(open, bad);
        add(open, bad, CAUSE_BAD_INPUT, 0);
        assert_int_equal(state_commit(open, &settings, START_US + 10 * i, 0, &error), 0);
        assert_int_equal(state_transition(open, bad).change, i == 1 ? CHANGE_NONE : CHANGE_DOWN);
        assert_int_equal(state_set_notified(open, START_US + 10 * i, 0, &error), 0);
        state_close(open);
        if (i == 1)
            run_all("http://a.test/", CAUSE_NONE, START_US + 15);
    }
    target_free(bad);
    assert_int_equal(number("SELECT count(*) FROM outage"), 0);
    assert_int_equal(number("SELECT count(*) FROM day"), 1);
}

/* A URL that is FAILED, and needs a name, which no URL of this run has. Its change. */
static enum change run_needing(const char *name, int64_t now_us)
{
    struct error error;
    struct check check = {.needs = name};
    struct target *target = fake_target("http://behind.test/", "behind.test");
    struct state *open = state_open(file, STATE_UPDATE, NULL, &error);
    enum change change;

    target->check = &check;
    state_admit(open, target);
    add(open, target, CAUSE_REFUSED, 0);
    assert_int_equal(state_commit(open, &settings, now_us, 0, &error), 0);
    change = state_transition(open, target).change;
    state_close(open);
    target->check = NULL;
    target_free(target);
    return change;
}

TEST(of_urls_of_one_name_in_the_file_one_that_is_down_is_enough)
{
    const struct {
        const char *down;
        const char *earlier;
        enum change change;
    } cases[] = {
        {"0", "0", CHANGE_DOWN},
        {"id = (SELECT min(id) FROM url)", "0", CHANGE_NONE},
        {"id = (SELECT max(id) FROM url)", "0", CHANGE_NONE},
        {"url = 'http://b.test/'", "url = 'http://b.test/'", CHANGE_DOWN},
        {"url = 'http://b.test/'", "url <> 'http://b.test/'", CHANGE_NONE},
    };
    char sql[400];

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        run_all("http://a.test/", CAUSE_NONE, START_US);
        run_all("http://b.test/", CAUSE_NONE, START_US);
        run_all("http://c.test/", CAUSE_NONE, START_US);
        snprintf(
            sql, sizeof(sql),
            "UPDATE url SET name = 'router', is_down = %s, last_us = last_us - (%s) * 1000000000",
            cases[i].down, cases[i].earlier);
        change_file(sql);
        assert_int_equal(run_needing("router", START_US + 1), cases[i].change);
        change_file("DELETE FROM day; DELETE FROM outage; DELETE FROM url");
    }
}

/* Which name state_needs_unknown() says after a run that needs "router"; NULL: none. */
static void expect_unknown(int64_t now_us, bool is_unknown, bool is_old)
{
    struct error error;
    struct check check = {.needs = "router"};
    struct target *target = fake_target("http://behind.test/", "behind.test");
    struct state *open = state_open(file, STATE_UPDATE, NULL, &error);
    bool found_old = false;
    const char *url;

    target->check = &check;
    state_admit(open, target);
    add(open, target, CAUSE_NONE, 1);
    assert_int_equal(state_commit(open, &settings, now_us, 0, &error), 0);
    assert_int_equal(state_needs_unknown(open, &url, &found_old) != NULL, is_unknown);
    assert_int_equal(found_old, is_old);
    state_close(open);
    target->check = NULL;
    target_free(target);
}

/* A line that was removed while it was down: the URLs that needed it are reported again. */
TEST(a_name_that_was_not_checked_for_long_suppresses_nothing)
{
    run_all("http://a.test/", CAUSE_REFUSED, START_US);
    expect_unknown(START_US, true, false);
    change_file("UPDATE url SET name = 'router' WHERE url = 'http://a.test/'");
    expect_unknown(START_US + 1, false, false);
    assert_int_equal(run_needing("router", START_US + 5 * MINUTE_US), CHANGE_NONE);
    assert_int_equal(run_needing("router", START_US + 149 * MINUTE_US), CHANGE_NONE);
    assert_int_equal(run_needing("router", START_US + 151 * MINUTE_US), CHANGE_DOWN);
    expect_unknown(START_US + 152 * MINUTE_US, true, true);
}

TEST(a_name_of_a_list_that_runs_daily_suppresses_for_two_and_a_half_days)
{
    for (int i = 0; i < 3; i++)
        run_all("http://a.test/", CAUSE_REFUSED, START_US + i * DAY_US);
    change_file("UPDATE url SET name = 'router'");
    assert_int_equal(run_needing("router", START_US + 4 * DAY_US), CHANGE_NONE);
    assert_int_equal(run_needing("router", START_US + 5 * DAY_US), CHANGE_DOWN);
}

/* A line of a run: its name, what it needs (NULL: nothing), whether it is down, and reported. */
struct dependent {
    const char *name, *needs;
    bool is_down, is_reported;
};

#define DEPENDENTS 3

static void expect_reported(const struct dependent lines[DEPENDENTS])
{
    static const char *const urls[DEPENDENTS] = {"http://0.test/", "http://1.test/",
                                                 "http://2.test/"};
    struct check checks[DEPENDENTS] = {{0}};
    struct target *targets[DEPENDENTS];
    struct error error;
    struct state *open = state_open(file, STATE_UPDATE, NULL, &error);

    for (size_t i = 0; i < DEPENDENTS; i++) {
        targets[i] = fake_target(urls[i], "a.test");
        checks[i].needs = lines[i].needs;
        targets[i]->check = &checks[i];
        targets[i]->name = lines[i].name;
        state_admit(open, targets[i]);
        add(open, targets[i], lines[i].is_down ? CAUSE_REFUSED : CAUSE_NONE, 0);
    }
    assert_int_equal(state_commit(open, &settings, START_US, 0, &error), 0);
    for (size_t i = 0; i < DEPENDENTS; i++) {
        assert_int_equal(state_transition(open, targets[i]).change,
                         lines[i].is_reported ? CHANGE_DOWN : CHANGE_NONE);
        targets[i]->check = NULL;
        target_free(targets[i]);
    }
    state_close(open);
    change_file("DELETE FROM day; DELETE FROM outage; DELETE FROM url");
}

TEST(urls_that_need_each_other_do_not_hide_each_other)
{
    const struct dependent all[][DEPENDENTS] = {
        /* In a row: the last one is the reason. */
        {{"a", "b", true, false}, {"b", "c", true, false}, {"c", NULL, true, true}},
        /* In a cycle, and one that needs the cycle. */
        {{"a", "b", true, true}, {"b", "a", true, true}, {"c", "a", true, false}},
        {{"a", "b", true, true}, {"b", "c", true, true}, {"c", "a", true, true}},
        /* In a cycle that is not down everywhere. */
        {{"a", "b", true, false}, {"b", "c", true, true}, {"c", "a", false, false}},
        /* A name in the cycle is also that of a URL outside of it, which is down. */
        {{"a", "b", true, false}, {"b", "a", true, true}, {"b", NULL, true, true}},
    };

    for (size_t i = 0; i < COUNT_OF(all); i++)
        expect_reported(all[i]);
}

static void expect_refusal(enum state_mode mode, const char *reason)
{
    struct error error = {{0}};

    assert_null(state_open(file, mode, NULL, &error));
    assert_non_null(strstr(error.text, file));
    assert_non_null(strstr(error.text, reason));
}

TEST(files_of_others_are_left_alone)
{
    change_file("CREATE TABLE a(b)");
    expect_refusal(STATE_UPDATE, "another program");
    assert_int_equal(number("SELECT count(*) FROM sqlite_master"), 1);
    change_file("DROP TABLE a; PRAGMA application_id = 5; PRAGMA user_version = 1");
    expect_refusal(STATE_UPDATE, "another program");
    expect_refusal(STATE_READ, "another program");
}

TEST(a_newer_file_is_left_alone)
{
    run_all("http://a.test/", CAUSE_NONE, START_US);
    change_file("PRAGMA user_version = 1000");
    expect_refusal(STATE_UPDATE, "newer");
    expect_refusal(STATE_READ, "newer");
    assert_int_equal(number("SELECT count(*) FROM url"), 1);
    assert_int_equal(number("PRAGMA user_version"), 1000);
}

TEST(a_file_of_version_1_is_read)
{
    change_file(state_version_1);
    assert_int_equal(run_all("http://a.test/", CAUSE_REFUSED, START_US + 1), CHANGE_NONE);
    assert_int_equal(run_all("http://a.test/", CAUSE_NONE, START_US + 2), CHANGE_UP);
    assert_int_equal(number("PRAGMA user_version"), schema_version());
    assert_int_equal(number("SELECT end_us FROM outage"), START_US + 2);
    assert_int_equal(number("SELECT results FROM url"), 3);
}

TEST(a_damaged_file_is_an_error)
{
    struct error error;
    struct run run;
    FILE *damaged;

    run_all("http://a.test/", CAUSE_NONE, START_US);
    damaged = fopen(file, "r+");
    assert_non_null(damaged);
    fseek(damaged, 4096, SEEK_SET);
    for (int i = 0; i < 8 * 4096; i++)
        fputc(0xaa, damaged);
    fclose(damaged);
    run = run_begin("http://a.test/", CAUSE_NONE, 1);
    assert_int_equal(state_commit(run.state, &settings, START_US, 0, &error), -1);
    assert_non_null(strstr(error.text, "damaged"));
    run_end(&run);
}

TEST(reading_does_not_create_tables)
{
    int64_t trusts;
    struct error error;
    struct state *open;

    expect_refusal(STATE_READ, "no results");
    assert_int_equal(number("SELECT count(*) FROM sqlite_master"), 0);
    run_all("http://a.test/", CAUSE_NONE, START_US);
    open = state_open(file, STATE_READ, NULL, &error);
    assert_non_null(open);
    assert_int_equal(
        database_read_number(&open->database, "PRAGMA trusted_schema", &trusts, &error), 0);
    assert_int_equal(trusts, 0);
    state_close(open);
}

TEST(a_file_that_was_replaced_is_not_written)
{
    struct run run = run_begin("http://a.test/", CAUSE_NONE, 1);
    struct error error;
    char moved[sizeof(file) + 4];

    snprintf(moved, sizeof(moved), "%s.old", file);
    assert_int_equal(rename(file, moved), 0);
    assert_int_equal(state_commit(run.state, &settings, START_US, 0, &error), -1);
    assert_non_null(strstr(error.text, "removed or replaced"));
    run_end(&run);
    assert_int_equal(rename(moved, file), 0);
}

TEST(a_lock_is_not_waited_for_longer_than_said)
{
    struct run run = run_begin("http://a.test/", CAUSE_REFUSED, 0);
    struct error error;
    sqlite3 *other;

    assert_int_equal(sqlite3_open(file, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(state_commit(run.state, &settings, START_US, 0, &error), -1);
    assert_non_null(strstr(error.text, "locked"));
    assert_int_equal(state_change_count(run.state), 0);
    sqlite3_close(other);
    assert_int_equal(run_commit(&run, START_US).change, CHANGE_DOWN);
    run_end(&run);
}

static sqlite3 *lock(const char *how)
{
    sqlite3 *other;

    assert_int_equal(sqlite3_open(file, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, how, NULL, NULL, NULL), SQLITE_OK);
    return other;
}

/* Counts down. */
static bool gives_up(void *context)
{
    int *left = context;

    return --*left == 0;
}

TEST(a_wait_for_a_lock_is_given_up)
{
    int left = 1;
    const struct patience patience = {CLOCK_NEVER, gives_up, &left};
    struct error error;
    struct state *open;
    sqlite3 *other;

    run_all("http://a.test/", CAUSE_NONE, START_US);
    other = lock("BEGIN EXCLUSIVE");
    assert_null(state_open(file, STATE_UPDATE, &patience, &error));
    assert_non_null(strstr(error.text, "locked"));
    assert_int_equal(left, 0);
    sqlite3_close(other);
    open = state_open(file, STATE_UPDATE, &patience, &error);
    assert_non_null(open);
    other = lock("BEGIN IMMEDIATE");
    left = 3;
    assert_int_equal(state_commit(open, &settings, START_US, CLOCK_NEVER / 2, &error), -1);
    assert_int_equal(left, 0);
    sqlite3_close(other);
    state_close(open);
}

TEST(opening_waits_no_longer_than_said)
{
    int left = 1;
    const struct patience patience = {0, gives_up, &left};
    struct error error;
    sqlite3 *other = lock("BEGIN EXCLUSIVE");

    assert_null(state_open(file, STATE_UPDATE, &patience, &error));
    assert_int_equal(left, 1);
    sqlite3_close(other);
}

TEST(the_usual_latency_is_not_waited_for)
{
    int left = 1;
    const struct patience patience = {CLOCK_NEVER, gives_up, &left};
    struct target *target = fake_target("http://a.test/", "a.test");
    struct error error;
    struct state *open;
    sqlite3 *other;

    measure(CAUSE_NONE, 256000, START_US);
    open = state_open(file, STATE_UPDATE, &patience, &error);
    state_admit(open, target);
    other = lock("BEGIN EXCLUSIVE");
    assert_int_equal(state_usual_latency_us(open, target, 1), 0);
    assert_int_equal(left, 1);
    sqlite3_close(other);
    assert_true(state_usual_latency_us(open, target, 1) > 0);
    state_close(open);
    target_free(target);
}

TEST(the_file_is_for_its_user_and_gives_space_back)
{
    struct stat info;
    mode_t mask = umask(0);

    assert_int_equal(unlink(file), 0);
    run_all("http://a.test/", CAUSE_NONE, START_US);
    umask(mask);
    assert_int_equal(stat(file, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(number("PRAGMA auto_vacuum"), 2);
    assert_int_equal(number("PRAGMA application_id"), 0x55726c43);
}

int main(void)
{
#define RUN(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        RUN(a_change_is_reported_once),
        RUN(a_change_that_was_not_reported_is_reported_by_the_next_run),
        RUN(without_commit_the_file_does_not_change),
        RUN(unknown_results_are_not_added),
        RUN(runs_may_overlap),
        RUN(a_later_result_stays_the_last_one),
        RUN(equal_lines_are_numbered),
        RUN(a_day_of_a_clock_that_is_years_ahead_forgets_nothing),
        RUN(old_results_are_forgotten_and_outages_kept),
        RUN(an_outage_of_a_url_that_was_forgotten_is_over),
        RUN(a_clock_that_was_set_back_does_no_harm),
        RUN(usual_latency_is_the_median_of_the_last_successes),
        RUN(a_corrected_line_may_become_bad_again),
        RUN(a_name_that_was_not_checked_for_long_suppresses_nothing),
        RUN(a_name_of_a_list_that_runs_daily_suppresses_for_two_and_a_half_days),
        RUN(of_urls_of_one_name_in_the_file_one_that_is_down_is_enough),
        RUN(urls_that_need_each_other_do_not_hide_each_other),
        RUN(files_of_others_are_left_alone),
        RUN(a_newer_file_is_left_alone),
        RUN(a_file_of_version_1_is_read),
        RUN(a_damaged_file_is_an_error),
        RUN(reading_does_not_create_tables),
        RUN(a_file_that_was_replaced_is_not_written),
        RUN(a_lock_is_not_waited_for_longer_than_said),
        RUN(a_wait_for_a_lock_is_given_up),
        RUN(opening_waits_no_longer_than_said),
        RUN(the_usual_latency_is_not_waited_for),
        RUN(the_file_is_for_its_user_and_gives_space_back),
    };

    return RUN_TESTS(tests);
}
