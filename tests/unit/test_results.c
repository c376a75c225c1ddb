/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "fake_target.h"
#include "results/results.h"

/* The map; each test makes its targets by their URLs, and tells results by their class. */

static struct results *results;

static void begin(bool unordered)
{
    results = results_new(unordered);
    assert_non_null(results);
}

static void end(void)
{
    results_free(results);
}

/* A target that the map takes: it is kept by the map from then on. */
static const struct target *add(const char *url)
{
    struct target *target = fake_target(url, "host");

    assert_int_equal(results_add(results, target), 1);
    return target;
}

static void add_again(const char *url)
{
    assert_int_equal(results_add(results, fake_target(url, "host")), 0);
}

static void put(const struct target *target)
{
    struct result result = {.target = target, .verdict = VERDICT_FAILED, .cause = CAUSE_EMPTY};

    result.message = strdup(target->given);
    result.outcome.final_url = strdup(target->given);
    assert_int_equal(results_put(results, &result), 0);
}

/* The next results are those of the URLs in wanted, and after them none is known yet. */
static void expect(const char *const *wanted)
{
    const struct result *result;

    for (; *wanted; wanted++) {
        result = results_next(results);
        assert_non_null(result);
        assert_string_equal(result->target->given, *wanted);
        assert_string_equal(result->message, *wanted);
        assert_int_equal(result->cause, CAUSE_EMPTY);
    }
    assert_null(results_next(results));
    assert_null(results_next(results));
}

#define EXPECT(...) expect((const char *const[]){__VA_ARGS__, NULL})
#define EXPECT_NONE() expect((const char *const[]){NULL})

static void expect_counts(size_t count, size_t known, size_t folded)
{
    assert_int_equal(results_count(results), count);
    assert_int_equal(results_known(results), known);
    assert_int_equal(results_folded(results), folded);
}

TEST(empty_map_has_nothing)
{
    begin(false);
    EXPECT_NONE();
    expect_counts(0, 0, 0);
    assert_null(results_missing(results));
    end();
    results_free(NULL);
}

TEST(results_come_in_the_order_of_the_input)
{
    const struct target *a, *b, *c, *d;

    begin(false);
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

TEST(unordered_results_come_as_they_come)
{
    const struct target *a, *b, *c;

    begin(true);
    a = add("a"), b = add("b"), c = add("c");
    EXPECT_NONE();
    put(c);
    EXPECT("c");
    put(a);
    put(b);
    EXPECT("a", "b");
    end();
}

TEST(targets_may_follow_results)
{
    for (int unordered = 0; unordered < 2; unordered++) {
        begin(unordered);
        put(add("a"));
        EXPECT("a");
        put(add("b"));
        put(add("c"));
        EXPECT("b", "c");
        put(add("d"));
        EXPECT("d");
        end();
    }
}

TEST(same_url_is_folded)
{
    const struct target *a, *b;

    begin(false);
    a = add("a");
    add_again("a");
    b = add("b");
    add_again("b");
    add_again("a");
    expect_counts(2, 0, 3);
    put(b);
    put(a);
    EXPECT("a", "b");
    /* Also once its result has been handed out. */
    add_again("a");
    EXPECT_NONE();
    expect_counts(2, 2, 4);
    end();
}

TEST(urls_that_look_alike_are_not_folded)
{
    static const char *const urls[] = {"a", "A", "a/", "ab", "http://a", ""};

    begin(false);
    for (size_t i = 0; i < COUNT_OF(urls); i++)
        add(urls[i]);
    expect_counts(COUNT_OF(urls), 0, 0);
    end();
}

/* Not what is shown tells targets apart, but their key. */
TEST(key_decides_what_is_folded)
{
    struct target *a = fake_target("***@host", ""), *b = fake_target("***@host", "");
    struct target *c = fake_target("other", "");

    begin(false);
    a->key = "one";
    b->key = "two";
    c->key = "one";
    assert_int_equal(results_add(results, a), 1);
    assert_int_equal(results_add(results, b), 1);
    assert_int_equal(results_add(results, c), 0);
    put(b);
    put(a);
    EXPECT("***@host", "***@host");
    end();
}

static const struct target *add_without_key(void)
{
    struct target *target = fake_target("same", "");

    target->key = NULL;
    target->problem = "too long";
    assert_int_equal(results_add(results, target), 1);
    return target;
}

TEST(target_without_a_key_is_like_no_other)
{
    for (int unordered = 0; unordered < 2; unordered++) {
        const struct target *a, *b;

        begin(unordered);
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
}

TEST(missing_is_the_first_without_a_result)
{
    for (int unordered = 0; unordered < 2; unordered++) {
        const struct target *a, *b, *c;

        begin(unordered);
        a = add("a"), b = add("b"), c = add("c");
        assert_ptr_equal(results_missing(results), a);
        put(b);
        assert_ptr_equal(results_missing(results), a);
        put(a);
        assert_ptr_equal(results_missing(results), c);
        EXPECT(unordered ? "b" : "a", unordered ? "a" : "b");
        assert_ptr_equal(results_missing(results), c);
        put(c);
        assert_null(results_missing(results));
        EXPECT("c");
        assert_null(results_missing(results));
        end();
    }
}

TEST(free_takes_all_with_it)
{
    for (int unordered = 0; unordered < 2; unordered++) {
        begin(unordered);
        add("no result");
        put(add("never handed out"));
        put(add("neither"));
        put(add_without_key());
        end();
        begin(unordered);
        put(add("handed out last"));
        assert_non_null(results_next(results));
        end();
    }
}

/* Read after it was handed out, and the next one too: a sanitizer would tell. */
TEST(retained_targets_outlive_their_results)
{
    const struct target *a, *b;

    begin(false);
    a = add("a"), b = add("b");
    results_retain(results);
    put(a), put(b);
    EXPECT("a", "b");
    assert_string_equal(a->given, "a");
    assert_string_equal(b->given, "b");
    assert_null(results_missing(results));
    add_again("a");
    end();
}

/* Whoever will not be known holds nobody up any more. */
TEST(what_is_not_known_is_passed_over)
{
    const struct target *a, *c;

    begin(false);
    add("-"), a = add("a"), add("b"), c = add("c"), add("d");
    put(a), put(c);
    EXPECT_NONE();
    results_skip(results);
    EXPECT("a", "c");
    end();
}

/* Any order of results: each comes once, in order, as soon as those before it are known. */
#define URLS 300

TEST(any_order_of_results_comes_out_in_order)
{
    static char urls[URLS][16];
    const struct target *targets[URLS];

    for (unsigned run = 0; run < 30; run++) {
        uint64_t random = random_seed(run);
        size_t seen = 0;

        begin(false);
        for (size_t i = 0; i < URLS; i++) {
            sprintf(urls[i], "url%zu", i);
            targets[i] = add(urls[i]);
        }
        for (size_t left = URLS; left > 0; left--) {
            size_t chosen = random_below(&random, left);
            const struct result *result;

            put(targets[chosen]);
            memmove(&targets[chosen], &targets[chosen + 1],
                    (left - 1 - chosen) * sizeof(targets[0]));
            while ((result = results_next(results)))
                assert_string_equal(result->target->given, urls[seen++]);
            if (left > 1)
                assert_string_equal(results_missing(results)->given, urls[seen]);
        }
        assert_int_equal(seen, URLS);
        end();
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_map_has_nothing),
        cmocka_unit_test(results_come_in_the_order_of_the_input),
        cmocka_unit_test(unordered_results_come_as_they_come),
        cmocka_unit_test(targets_may_follow_results),
        cmocka_unit_test(same_url_is_folded),
        cmocka_unit_test(urls_that_look_alike_are_not_folded),
        cmocka_unit_test(key_decides_what_is_folded),
        cmocka_unit_test(target_without_a_key_is_like_no_other),
        cmocka_unit_test(missing_is_the_first_without_a_result),
        cmocka_unit_test(free_takes_all_with_it),
        cmocka_unit_test(retained_targets_outlive_their_results),
        cmocka_unit_test(what_is_not_known_is_passed_over),
        cmocka_unit_test(any_order_of_results_comes_out_in_order),
    };

    return RUN_TESTS(tests);
}
