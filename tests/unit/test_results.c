/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "fake_job.h"
#include "results/results.h"

static struct results *results;

static void begin(bool keeps_order)
{
    results = results_new(keeps_order, false);
}

static void end(void)
{
    results_free(results);
}

static struct job *add(const char *url)
{
    struct job *job = fake_job(url, "host");

    assert_true(results_add(results, job));
    return job;
}

static void add_again(const char *url)
{
    assert_false(results_add(results, fake_job(url, "host")));
}

static void put(struct job *job)
{
    struct result result = {.target = job->target, .verdict = VERDICT_FAILED, .cause = CAUSE_EMPTY};

    result.message = strdup(job->target->given);
    result.outcome.final_url = strdup(job->target->given);
    job_add_result(job, &result, 0, true);
    results_put(results, job);
}

/* The next results are those of these URLs; after them none is known yet. */
static void expect(const char *const *wanted)
{
    for (; *wanted; wanted++) {
        const struct job *job = results_next(results);

        assert_non_null(job);
        assert_string_equal(job->target->given, *wanted);
        assert_string_equal(job->result->message, *wanted);
        assert_int_equal(job->result->cause, CAUSE_EMPTY);
    }
    assert_null(results_next(results));
    results_release(results);
    assert_null(results_next(results));
}

#define EXPECT(...) expect((const char *const[]){__VA_ARGS__, NULL})
#define EXPECT_NONE() expect((const char *const[]){NULL})

static void expect_counts(size_t count, size_t known, size_t folded)
{
    assert_int_equal(results_count(results), count);
    assert_int_equal(results_unknown(results), count - known);
    assert_int_equal(results_folded(results), folded);
}

/* The jobs without their last result are those of these URLs. */
static void expect_unknown(const char *const *wanted)
{
    const struct job *job = NULL;

    while ((job = results_next_unknown(results, job))) {
        assert_non_null(*wanted);
        assert_string_equal(job->target->given, *wanted++);
    }
    assert_null(*wanted);
}

#define EXPECT_UNKNOWN(...) expect_unknown((const char *const[]){__VA_ARGS__, NULL})
#define EXPECT_NONE_UNKNOWN() expect_unknown((const char *const[]){NULL})

TEST(empty_map_has_no_results)
{
    begin(true);
    EXPECT_NONE();
    expect_counts(0, 0, 0);
    EXPECT_NONE_UNKNOWN();
    end();
    results_free(NULL);
}

TEST(results_come_in_the_order_of_the_input)
{
    struct job *a, *b, *c, *d;

    begin(true);
    a = add("a"), b = add("b"), c = add("c"), d = add("d");
    put(c);
    EXPECT_NONE();
    put(a);
    EXPECT("a");
    put(b);
    EXPECT("b", "c");
    put(d);
    EXPECT("d");
    expect_counts(4, 4, 0);
    end();
}

/* A sanitizer would report memory that is not freed. */
TEST(without_order_results_are_not_kept)
{
    struct job *a, *b, *c;

    begin(false);
    a = add("a"), b = add("b"), c = add("c");
    put(c);
    EXPECT_NONE();
    EXPECT_UNKNOWN("a", "b");
    put(a);
    put(b);
    EXPECT_NONE();
    EXPECT_NONE_UNKNOWN();
    add_again("c");
    expect_counts(3, 3, 1);
    put(add("d"));
    EXPECT_NONE();
    end();
}

TEST(jobs_can_be_added_after_results)
{
    begin(true);
    put(add("a"));
    EXPECT("a");
    put(add("b"));
    put(add("c"));
    EXPECT("b", "c");
    put(add("d"));
    EXPECT("d");
    end();
}

TEST(same_url_is_folded)
{
    struct job *a, *b;

    begin(true);
    a = add("a");
    add_again("a");
    b = add("b");
    add_again("b");
    add_again("a");
    expect_counts(2, 0, 3);
    put(b);
    put(a);
    EXPECT("a", "b");
    /* Also after its result was printed. */
    add_again("a");
    EXPECT_NONE();
    expect_counts(2, 2, 4);
    end();
}

TEST(similar_urls_are_not_folded)
{
    static const char *const urls[] = {"a", "A", "a/", "ab", "http://a", ""};

    begin(true);
    for (size_t i = 0; i < COUNT_OF(urls); i++)
        add(urls[i]);
    expect_counts(COUNT_OF(urls), 0, 0);
    end();
}

/* Different URLs may be shown alike. */
TEST(key_decides_what_is_folded)
{
    struct job *a = fake_job("***@host", ""), *b = fake_job("***@host", "");
    struct job *c = fake_job("other", "");

    begin(true);
    a->target->key = "one";
    b->target->key = "two";
    c->target->key = "one";
    assert_true(results_add(results, a));
    assert_true(results_add(results, b));
    assert_false(results_add(results, c));
    put(b);
    put(a);
    EXPECT("***@host", "***@host");
    end();
}

static struct job *add_without_key(void)
{
    struct job *job = fake_job("same", "");

    job->target->key = NULL;
    job->target->problem = "too long";
    assert_true(results_add(results, job));
    return job;
}

TEST(job_without_a_key_is_never_folded)
{
    struct job *a, *b;

    begin(true);
    a = add_without_key();
    b = add_without_key();
    expect_counts(2, 0, 0);
    put(a);
    EXPECT("same");
    put(b);
    EXPECT("same");
    for (int i = 0; i < 100; i++) {
        put(add_without_key());
        EXPECT("same");
    }
    expect_counts(102, 102, 0);
    end();
}

TEST(unknown_jobs_are_found_in_the_order_of_the_input)
{
    for (int ordered = 0; ordered < 2; ordered++) {
        struct job *a, *b, *c;

        begin(ordered);
        a = add("a"), b = add("b"), c = add("c"), add("d");
        EXPECT_UNKNOWN("a", "b", "c", "d");
        put(b);
        EXPECT_UNKNOWN("a", "c", "d");
        put(a);
        EXPECT_UNKNOWN("c", "d");
        while (results_next(results))
            results_release(results);
        EXPECT_UNKNOWN("c", "d");
        put(c);
        EXPECT_UNKNOWN("d");
        while (results_next(results))
            results_release(results);
        EXPECT_UNKNOWN("d");
        end();
    }
}

/* The result of an attempt is not the last one. */
TEST(job_is_unknown_until_it_is_put)
{
    struct result result = {.verdict = VERDICT_FAILED, .cause = CAUSE_RESET, .attempts = 1};
    struct job *a;

    begin(true);
    a = add("a");
    result.target = a->target;
    job_add_result(a, &result, 0, true);
    EXPECT_NONE();
    EXPECT_UNKNOWN("a");
    expect_counts(1, 0, 0);
    put(a);
    EXPECT("a");
    EXPECT_NONE_UNKNOWN();
    end();
}

TEST(jobs_in_any_state_are_freed)
{
    for (int ordered = 0; ordered < 2; ordered++) {
        begin(ordered);
        add("unknown");
        put(add("not printed"));
        put(add("not printed either"));
        put(add_without_key());
        end();
        begin(ordered);
        put(add("printed last"));
        assert_int_equal(results_next(results) != NULL, ordered);
        end();
    }
}

/* A sanitizer would report a read of freed memory. */
TEST(all_jobs_can_be_kept_after_they_were_printed)
{
    for (int ordered = 0; ordered < 2; ordered++) {
        struct job *a, *b;

        begin(ordered);
        a = add("a"), b = add("b");
        results_keep_all(results);
        put(a), put(b);
        while (results_next(results))
            results_release(results);
        assert_string_equal(a->target->given, "a");
        assert_string_equal(b->target->given, "b");
        EXPECT_NONE_UNKNOWN();
        add_again("a");
        end();
    }
}

TEST(unknown_jobs_can_be_skipped)
{
    struct job *a, *c;

    begin(true);
    add("-"), a = add("a"), add("b"), c = add("c"), add("d");
    put(a), put(c);
    EXPECT_NONE();
    results_skip_unknown(results);
    EXPECT("a", "c");
    put(add("e"));
    EXPECT("e");
    EXPECT_UNKNOWN("-", "b", "d");
    end();
}

/* A job as results_add() numbers it; name: NULL is none. */
static size_t number_of(const char *key, const char *given, const char *name)
{
    struct job *job = fake_job(given, "");

    job->target->key = key ? key : given;
    job->target->name = name;
    assert_true(results_add(results, job));
    return job->number;
}

TEST(jobs_that_look_alike_are_numbered)
{
    results = results_new(false, true);
    assert_int_equal(number_of(NULL, "http://a/", NULL), 1);
    assert_int_equal(number_of(NULL, "http://b/", NULL), 1);
    assert_int_equal(number_of("http://a/ accept=200", "http://a/", NULL),
                     2); /* after a plain line */
    assert_int_equal(number_of("http://a/ accept=204", "http://a/", NULL), 3);
    assert_int_equal(number_of("http://c/ accept=200", "http://c/", NULL), 1);
    assert_int_equal(number_of(NULL, "http://c/", NULL), 2); /* a plain line after it */
    assert_int_equal(number_of("http://a/ name=x", "http://a/", "x"), 1);
    assert_int_equal(number_of("http://a/ accept=200 name=x", "http://a/", "x"), 2);
    assert_int_equal(number_of("http://a/ name=y", "http://a/", "y"), 1);
    /* The password is hidden. */
    assert_int_equal(number_of(NULL, "http://u:p@a/", NULL), 1);
    assert_int_equal(number_of(NULL, "http://u:q@a/", NULL), 2);
    assert_int_equal(number_of(NULL, "http://d/", NULL), 1);
    /* A name may look like a number, or be empty. */
    assert_int_equal(number_of("http://a/ name=#2", "http://a/", "#2"), 1);
    assert_int_equal(number_of("http://a/ name=", "http://a/", ""), 4);
    assert_int_equal(number_of("empty", "", NULL), 1);
    assert_int_equal(number_of("quotes", "''", NULL), 2);
    end();
}

/* Lines that cannot be checked are never folded. */
TEST(jobs_without_a_key_are_numbered)
{
    results = results_new(false, true);
    assert_int_equal(add_without_key()->number, 1);
    assert_int_equal(add_without_key()->number, 2);
    end();
}

TEST(jobs_have_no_number_if_none_is_wanted)
{
    begin(false);
    assert_int_equal(number_of(NULL, "http://a/", NULL), 0);
    assert_int_equal(number_of("http://a/ accept=200", "http://a/", NULL), 0);
    end();
}

#define URLS 300

TEST(results_put_in_any_order_come_in_the_order_of_the_input)
{
    static char urls[URLS][16];
    struct job *jobs[URLS];

    for (unsigned run = 0; run < 30; run++) {
        uint64_t random = random_seed(run);
        size_t seen = 0;

        begin(true);
        for (size_t i = 0; i < URLS; i++) {
            sprintf(urls[i], "url%zu", i);
            jobs[i] = add(urls[i]);
        }
        for (size_t left = URLS; left > 0; left--) {
            size_t chosen = random_below(&random, left);
            const struct job *job;

            put(jobs[chosen]);
            memmove(&jobs[chosen], &jobs[chosen + 1], (left - 1 - chosen) * sizeof(jobs[0]));
            while ((job = results_next(results)))
                assert_string_equal(job->target->given, urls[seen++]);
            results_release(results);
            if (left > 1)
                assert_string_equal(results_next_unknown(results, NULL)->target->given, urls[seen]);
        }
        assert_int_equal(seen, URLS);
        end();
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_map_has_no_results),
        cmocka_unit_test(results_come_in_the_order_of_the_input),
        cmocka_unit_test(without_order_results_are_not_kept),
        cmocka_unit_test(jobs_can_be_added_after_results),
        cmocka_unit_test(same_url_is_folded),
        cmocka_unit_test(similar_urls_are_not_folded),
        cmocka_unit_test(key_decides_what_is_folded),
        cmocka_unit_test(job_without_a_key_is_never_folded),
        cmocka_unit_test(unknown_jobs_are_found_in_the_order_of_the_input),
        cmocka_unit_test(job_is_unknown_until_it_is_put),
        cmocka_unit_test(jobs_in_any_state_are_freed),
        cmocka_unit_test(all_jobs_can_be_kept_after_they_were_printed),
        cmocka_unit_test(unknown_jobs_can_be_skipped),
        cmocka_unit_test(jobs_that_look_alike_are_numbered),
        cmocka_unit_test(jobs_without_a_key_are_numbered),
        cmocka_unit_test(jobs_have_no_number_if_none_is_wanted),
        cmocka_unit_test(results_put_in_any_order_come_in_the_order_of_the_input),
    };

    return RUN_TESTS(tests);
}
