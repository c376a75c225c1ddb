/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdlib.h>

#include "results/merge.h"
#include "results/merge_vote.h"

/* The index of --merge, and what several places together say. */

static const char here[] = "here", there[] = "there";
static struct merge *merge;
static uint64_t position; /* of the next line */
static struct merge_url url;

static int setup(void **state)
{
    (void)state;
    merge = merge_new();
    position = 0;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    merge_free(merge);
    return 0;
}

static struct fingerprint fingerprint_of(unsigned key)
{
    return (struct fingerprint){.high = key * UINT64_C(0x9e3779b97f4a7c15), .low = 1 + key % 3};
}

/* Adds a line; its total_us is its number, from 1. */
static void add(unsigned key, const char *place, int64_t started_at_us, enum verdict verdict)
{
    struct fingerprint fingerprint = fingerprint_of(key);

    position++;
    assert_int_equal(merge_add(merge, &fingerprint,
                               &(struct merge_seen){.position = position,
                                                    .started_at_us = started_at_us,
                                                    .total_us = (int64_t)position,
                                                    .place = place,
                                                    .verdict = verdict}),
                     0);
}

/* Adds a result of a merged line. */
static void add_merged(unsigned key, const char *place, int64_t started_at_us, bool is_summary)
{
    struct fingerprint fingerprint = fingerprint_of(key);

    position++;
    assert_int_equal(merge_add(merge, &fingerprint,
                               &(struct merge_seen){.position = position,
                                                    .started_at_us = started_at_us,
                                                    .place = place,
                                                    .is_summary = is_summary,
                                                    .is_of_merged_line = true}),
                     0);
}

static void expect_listed(unsigned key)
{
    struct fingerprint fingerprint = fingerprint_of(key);

    assert_int_equal(merge_add_expected(merge, &fingerprint), 0);
}

/* The next URL has only one result, of that line. */
static void expect_line(uint64_t line)
{
    assert_int_equal(merge_next(merge, &url), 1);
    assert_int_equal(url.count, 1);
    assert_int_equal(url.seen->position, line);
}

static void expect_end(void)
{
    assert_int_equal(merge_next(merge, &url), 0);
    assert_int_equal(merge_next(merge, &url), 0);
}

TEST(nothing_is_merged)
{
    assert_int_equal(merge_finish(merge, false, 0), 0);
    expect_end();
}

TEST(later_result_of_a_place_is_kept)
{
    add(1, here, 2, VERDICT_OK);
    add(1, here, 3, VERDICT_FAILED);
    add(1, here, 1, VERDICT_OK);
    add(2, here, 3, VERDICT_OK);
    add(2, here, 3, VERDICT_FAILED);
    assert_int_equal(merge_finish(merge, false, 0), 0);
    expect_line(2);
    expect_line(5);
    expect_end();
    assert_int_equal(merge_replaced(merge), 3);
}

TEST(unknown_result_replaces_only_an_unknown_one)
{
    add(1, here, 1, VERDICT_UNKNOWN);
    add(1, here, 2, VERDICT_UNKNOWN);
    add(2, here, 1, VERDICT_UNKNOWN);
    add(2, here, 1, VERDICT_FAILED);
    add(2, here, 9, VERDICT_UNKNOWN);
    assert_int_equal(merge_finish(merge, false, 0), 0);
    expect_line(2);
    expect_line(4);
    expect_end();
}

/* Whichever of two lines about the same check comes first, that of which more is known is kept. */
TEST(summary_does_not_replace_the_whole_result)
{
    add(1, here, 2, VERDICT_OK);
    add_merged(1, here, 2, true);
    add_merged(2, here, 2, true);
    add(2, here, 2, VERDICT_OK);
    add(3, here, 2, VERDICT_OK);
    add_merged(3, here, 2, false);
    add_merged(4, here, 2, false);
    add_merged(4, here, 2, true);
    add(5, here, 2, VERDICT_OK);
    add_merged(5, here, 3, true);
    assert_int_equal(merge_finish(merge, false, 0), 0);
    assert_int_equal(merge_replaced(merge), 5);
    expect_line(1);
    expect_line(4);
    expect_line(5);
    expect_line(7);
    expect_line(10);
    expect_end();
}

/* That a merge has found no result of a URL is not what a place has seen. */
TEST(no_result_only_counts_alone)
{
    add(1, NULL, 0, VERDICT_UNKNOWN);
    add(1, here, 2, VERDICT_OK);
    add(2, here, 100, VERDICT_FAILED);
    add(2, NULL, 0, VERDICT_UNKNOWN);
    add(3, NULL, 0, VERDICT_UNKNOWN);
    add(4, NULL, 0, VERDICT_UNKNOWN);
    add(4, here, 1, VERDICT_OK);
    add(4, NULL, 0, VERDICT_UNKNOWN);
    assert_int_equal(merge_finish(merge, false, 98), 0);
    expect_line(2);
    expect_line(3);
    expect_line(5);
    assert_false(url.is_old);
    expect_line(7);
    assert_true(url.is_old);
    expect_end();
}

TEST(places_are_kept_apart)
{
    add(1, here, 1, VERDICT_OK);
    add(2, NULL, 1, VERDICT_OK);
    add(1, there, 0, VERDICT_FAILED);
    add(1, NULL, 0, VERDICT_WARN);
    add(1, there, 5, VERDICT_OK);
    add(1, here, 1, VERDICT_WARN);
    assert_int_equal(merge_finish(merge, false, 0), 0);
    assert_int_equal(merge_next(merge, &url), 1);
    assert_int_equal(url.count, 3);
    assert_ptr_equal(url.seen[0].place, here);
    assert_int_equal(url.seen[0].verdict, VERDICT_WARN);
    assert_ptr_equal(url.seen[1].place, there);
    assert_int_equal(url.seen[1].position, 5);
    assert_null(url.seen[2].place);
    expect_line(2);
    expect_end();
}

TEST(list_decides_on_the_order)
{
    expect_listed(3);
    expect_listed(1);
    expect_listed(9);
    expect_listed(3);
    add(1, here, 1, VERDICT_OK);
    add(2, here, 1, VERDICT_OK);
    add(3, here, 1, VERDICT_OK);
    assert_int_equal(merge_finish(merge, true, 0), 0);
    expect_line(3);
    expect_line(1);
    assert_int_equal(merge_next(merge, &url), 1);
    assert_int_equal(url.number, 2);
    assert_int_equal(url.count, 0);
    expect_line(3);
    expect_end();
    assert_int_equal(merge_left_out(merge), 1);
}

TEST(results_before_the_window_do_not_count)
{
    add(1, here, 100, VERDICT_FAILED);
    add(1, there, 89, VERDICT_FAILED);
    add(2, here, 89, VERDICT_FAILED);
    add(3, here, 90, VERDICT_FAILED);
    add(4, here, 0, VERDICT_FAILED); /* no check began */
    assert_int_equal(merge_finish(merge, false, 10), 0);
    expect_line(1);
    assert_false(url.is_old);
    expect_line(3);
    assert_true(url.is_old);
    expect_line(4);
    assert_false(url.is_old);
    expect_line(5);
    assert_false(url.is_old);
    expect_end();
}

/* More than the sorter has in memory. */
TEST(many_urls_keep_their_order)
{
    const unsigned count = 300000;

    for (unsigned i = 0; i < count; i++)
        add(i, i % 2 ? here : there, 1, VERDICT_OK);
    for (unsigned i = 0; i < count; i += 3)
        add(i, there, 2, VERDICT_FAILED);
    assert_int_equal(merge_finish(merge, false, 0), 0);
    for (unsigned i = 0; i < count; i++) {
        bool has_two = i % 3 == 0 && i % 2;

        assert_int_equal(merge_next(merge, &url), 1);
        assert_int_equal(url.number, i + 1);
        assert_int_equal(url.count, 1 + has_two);
        assert_int_equal(url.seen->verdict, i % 3 || has_two ? VERDICT_OK : VERDICT_FAILED);
    }
    expect_end();
}

static struct merge_vote vote_of(const struct merge_seen *seen, size_t count, size_t min_places,
                                 const char *message)
{
    struct merge_vote vote = merge_vote(seen, count, min_places);
    char *text = merge_vote_message(&vote, seen, count, seen[vote.chosen].cause ? "why" : NULL);

    if (message)
        assert_string_equal(text, message);
    else
        assert_null(text);
    free(text);
    return vote;
}

#define SEEN(verdict_, cause_, total)                                                              \
    {                                                                                              \
        .verdict = VERDICT_##verdict_, .cause = CAUSE_##cause_, .total_us = total                  \
    }

TEST(enough_places_make_it_failed)
{
    const struct merge_seen seen[] = {SEEN(FAILED, REFUSED, 5), SEEN(OK, NONE, 1),
                                      SEEN(FAILED, REFUSED, 9), SEEN(FAILED, DNS, 2),
                                      SEEN(FAILED, REFUSED, 7)};
    struct merge_vote vote = vote_of(seen, 5, 2, "why (4 of 5 places)");

    assert_int_equal(vote.verdict, VERDICT_FAILED);
    assert_int_equal(vote.cause, CAUSE_REFUSED);
    assert_int_equal(vote.chosen, 4);
    assert_int_equal(vote_of(seen, 5, 4, "why (4 of 5 places)").verdict, VERDICT_FAILED);
}

TEST(fewer_places_make_it_a_warning)
{
    const struct merge_seen seen[] = {SEEN(FAILED, REFUSED, 5), SEEN(OK, NONE, 3),
                                      SEEN(OK, NONE, 2), SEEN(FAILED, DNS, 2),
                                      SEEN(UNKNOWN, DEADLINE, 0)};
    struct merge_vote vote = vote_of(seen, 5, 3, "2 of 4 places: dns, refused");

    assert_int_equal(vote.verdict, VERDICT_WARN);
    assert_int_equal(vote.cause, CAUSE_SOME_PLACES);
    assert_int_equal(vote.chosen, 2);
}

TEST(all_places_suffice_if_there_are_fewer)
{
    const struct merge_seen seen[] = {SEEN(FAILED, REFUSED, 5), SEEN(UNKNOWN, LOCAL, 3)};

    assert_int_equal(vote_of(seen, 1, 2, "why").verdict, VERDICT_FAILED);
    assert_int_equal(vote_of(seen, 2, 2, "why").verdict, VERDICT_FAILED);
    assert_int_equal(vote_of(seen + 1, 1, 2, "why").verdict, VERDICT_UNKNOWN);
}

TEST(without_failures_the_worst_verdict_counts)
{
    const struct merge_seen seen[] = {SEEN(OK, NONE, 5), SEEN(WARN, SLOW, 3), SEEN(OK, NONE, 2)};

    assert_int_equal(vote_of(seen, 3, 2, "why").chosen, 1);
    assert_int_equal(vote_of(seen + 2, 1, 2, NULL).verdict, VERDICT_OK);
}

/* Asserts the message of one place, of a merged line. */
static void expect_undone(struct merge_seen seen, enum cause cause, const char *message,
                          const char *undone)
{
    struct sighting items[] = {{.verdict = VERDICT_FAILED, .cause = CAUSE_REFUSED},
                               {.verdict = VERDICT_FAILED, .cause = CAUSE_DNS},
                               {.verdict = VERDICT_OK},
                               {.verdict = VERDICT_UNKNOWN, .cause = CAUSE_LOCAL}};
    struct sightings sightings = {.items = items, .count = 4};
    char *text = merge_vote_undo(&seen, &sightings, cause, message);

    if (undone)
        assert_string_equal(text, undone);
    else
        assert_null(text);
    free(text);
}

TEST(vote_of_a_merged_line_is_undone)
{
    struct merge_seen seen = SEEN(FAILED, REFUSED, 1);

    expect_undone(seen, CAUSE_REFUSED, "why (2 of 3 places)", "why");
    expect_undone(seen, CAUSE_REFUSED, "why (2 of 4 places)", "why (2 of 4 places)");
    expect_undone(seen, CAUSE_REFUSED, "", "");
    expect_undone(seen, CAUSE_DNS, "why (2 of 3 places)", "seen from another place");
    seen.is_summary = true;
    seen.place = there;
    expect_undone(seen, CAUSE_REFUSED, "why (2 of 3 places)", "seen from there");
    expect_undone((struct merge_seen)SEEN(OK, NONE, 1), CAUSE_REFUSED, "why", NULL);
}

TEST(result_of_which_all_is_known_is_shown)
{
    struct merge_seen seen[] = {SEEN(FAILED, REFUSED, 1), SEEN(FAILED, REFUSED, 2),
                                SEEN(FAILED, REFUSED, 3)};

    seen[1].is_summary = true;
    assert_int_equal(vote_of(seen, 3, 2, "why (3 of 3 places)").chosen, 0);
    seen[0].is_summary = seen[2].is_summary = true;
    assert_int_equal(vote_of(seen, 3, 2, "why (3 of 3 places)").chosen, 1);
}

/* urlcheck itself prints this class for WARN only. */
TEST(failures_of_the_class_some_places_are_like_others)
{
    const struct merge_seen seen[] = {SEEN(OK, NONE, 5), SEEN(FAILED, SOME_PLACES, 3),
                                      SEEN(FAILED, SOME_PLACES, 2)};

    assert_int_equal(vote_of(seen, 3, 2, "why (2 of 3 places)").chosen, 2);
    assert_int_equal(vote_of(seen + 1, 1, 2, "why").chosen, 0);
}

#define MERGE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        MERGE_TEST(nothing_is_merged),
        MERGE_TEST(later_result_of_a_place_is_kept),
        MERGE_TEST(unknown_result_replaces_only_an_unknown_one),
        MERGE_TEST(summary_does_not_replace_the_whole_result),
        MERGE_TEST(no_result_only_counts_alone),
        MERGE_TEST(places_are_kept_apart),
        MERGE_TEST(list_decides_on_the_order),
        MERGE_TEST(results_before_the_window_do_not_count),
        MERGE_TEST(many_urls_keep_their_order),
        cmocka_unit_test(enough_places_make_it_failed),
        cmocka_unit_test(fewer_places_make_it_a_warning),
        cmocka_unit_test(all_places_suffice_if_there_are_fewer),
        cmocka_unit_test(without_failures_the_worst_verdict_counts),
        cmocka_unit_test(vote_of_a_merged_line_is_undone),
        cmocka_unit_test(result_of_which_all_is_known_is_shown),
        cmocka_unit_test(failures_of_the_class_some_places_are_like_others),
    };

    return RUN_TESTS(tests);
}
