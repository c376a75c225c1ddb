/* SPDX-License-Identifier: MIT */
#ifndef RESULTS_MERGE_VOTE_H
#define RESULTS_MERGE_VOTE_H

#include <stddef.h>

#include "result/sighting.h"
#include "results/merge.h"

/*
 * What several places together say of a URL. Each place has a vote, unless it could not check the URL:
 * bad-input, local, cancelled, deadline.
 *
 *     FAILED by at least min_places, or by all if fewer voted     FAILED, the most frequent class
 *     FAILED by fewer                                             WARN, some-places
 *     FAILED by none                                              the worst of their verdicts
 *     no votes                                                    the latest result
 */
struct merge_vote {
    enum verdict verdict;
    enum cause cause;
    /* Which of them is shown: of those with this verdict and class (of some-places: those that did not fail),
       that with the median latency, the lower one of two; a summary only if all of them are. */
    size_t chosen;
    size_t failed;
    size_t votes;
};

/* count is at least 1. */
struct merge_vote merge_vote(const struct merge_seen *seen, size_t count, size_t min_places);

/*
 * The message for people. `message` is that of the chosen result, or NULL. With more than one vote, a
 * FAILED one gets "(3 of 5 places)"; that of some-places is "2 of 5 places: dns, refused". NULL: none,
 * the result is plain OK. The caller frees it.
 */
char *merge_vote_message(const struct merge_vote *vote, const struct merge_seen *seen, size_t count,
                         const char *message);

/*
 * The message of one place, of a merged line with that class and message and what its places have seen: without
 * "(3 of 5 places)". If it is of another place, "seen from oslo". NULL: that result is plain OK. The caller
 * frees it.
 */
char *merge_vote_undo(const struct merge_seen *seen, const struct sightings *sightings,
                      enum cause cause, const char *message);

#endif
