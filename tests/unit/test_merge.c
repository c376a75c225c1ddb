/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "results/merge.h"
#include "results/merge_vote.h"

/* The index of --merge, and what several places together say. */

static const char here[] = "here", there[] = "there";
static struct merge *merge;

static int setup(void **state)
{
    (void)state;
    merge = merge_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    merge_free(merge);
    return 0;
}

static void add(const char *key, const char *place, int64_t started_at_us, enum verdict verdict,
                uint64_t position)
{
    merge_add(merge, key, strlen(key),
              &(struct merge_seen){.position = position,
                                   .started_at_us = started_at_us,
                                   .place = place,
                                   .verdict = verdict});
}

/* The position of the only line that is kept of a URL. */
static uint64_t kept(const char *key)
{
    size_t count;
    const struct merge_seen *seen =
        merge_seen_of(merge, merge_find(merge, key, strlen(key)), &count);

    assert_int_equal(count, 1);
    return seen->position;
}

TEST(later_result_of_a_place_is_kept)
{
    add("a", here, 2, VERDICT_OK, 1);
    add("a", here, 3, VERDICT_FAILED, 2);
    add("a", here, 1, VERDICT_OK, 3);
    assert_int_equal(kept("a"), 2);
    add("a", here, 3, VERDICT_OK, 4);
    assert_int_equal(kept("a"), 4);
    assert_int_equal(merge_count(merge), 1);
    assert_int_equal(merge_replaced(merge), 3);
}

TEST(unknown_result_replaces_only_an_unknown_one)
{
    add("a", here, 1, VERDICT_UNKNOWN, 1);
    add("a", here, 2, VERDICT_UNKNOWN, 2);
    assert_int_equal(kept("a"), 2);
    add("a", here, 1, VERDICT_FAILED, 3);
    assert_int_equal(kept("a"), 3);
    add("a", here, 9, VERDICT_UNKNOWN, 4);
    assert_int_equal(kept("a"), 3);
}

TEST(places_are_kept_apart)
{
    size_t count;
    const struct merge_seen *seen;

    add("a", here, 1, VERDICT_OK, 1);
    add("b", NULL, 1, VERDICT_OK, 2);
    add("a", there, 0, VERDICT_FAILED, 3);
    add("a", NULL, 0, VERDICT_WARN, 4);
    add("a", there, 5, VERDICT_OK, 5);
    seen = merge_seen_of(merge, merge_find(merge, "a", 1), &count);
    assert_int_equal(count, 3);
    assert_ptr_equal(seen[0].place, here);
    assert_ptr_equal(seen[1].place, there);
    assert_int_equal(seen[1].position, 5);
    assert_null(seen[2].place);
    assert_int_equal(kept("b"), 2);
    assert_true(merge_find(merge, "c", 1) == MERGE_NONE);
}

TEST(many_urls_keep_their_numbers)
{
    char key[32];

    for (unsigned i = 0; i < 20000; i++)
        merge_add(merge, key, (size_t)sprintf(key, "url %u", i),
                  &(struct merge_seen){.position = i, .place = here});
    for (unsigned i = 0; i < 20000; i++)
        assert_int_equal(merge_find(merge, key, (size_t)sprintf(key, "url %u", i)), i);
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

#define MERGE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        MERGE_TEST(later_result_of_a_place_is_kept),
        MERGE_TEST(unknown_result_replaces_only_an_unknown_one),
        MERGE_TEST(places_are_kept_apart),
        MERGE_TEST(many_urls_keep_their_numbers),
        cmocka_unit_test(enough_places_make_it_failed),
        cmocka_unit_test(fewer_places_make_it_a_warning),
        cmocka_unit_test(all_places_suffice_if_there_are_fewer),
        cmocka_unit_test(without_failures_the_worst_verdict_counts),
    };

    return RUN_TESTS(tests);
}
