/* SPDX-License-Identifier: MIT */
#include "results/merge_vote.h"

#include <stdlib.h>

#include "base/alloc.h"

static bool has_vote(const struct merge_seen *seen)
{
    return seen->cause != CAUSE_BAD_INPUT && !cause_is_of_run(seen->cause);
}

static bool has_failed(const struct merge_seen *seen)
{
    return has_vote(seen) && seen->verdict == VERDICT_FAILED;
}

static size_t latest(const struct merge_seen *seen, size_t count)
{
    size_t best = 0;

    for (size_t i = 1; i < count; i++) {
        if (seen[i].started_at_us > seen[best].started_at_us)
            best = i;
    }
    return best;
}

/* The class that most failures have; of several, the first one of the list of classes. */
static enum cause most_frequent_failure(const struct merge_seen *seen, size_t count)
{
    size_t counts[CAUSE_COUNT] = {0};
    enum cause best = CAUSE_NONE;

    for (size_t i = 0; i < count; i++)
        counts[seen[i].cause] += has_failed(&seen[i]);
    for (enum cause cause = 0; cause < CAUSE_COUNT; cause++) {
        if (counts[cause] > counts[best])
            best = cause;
    }
    return best;
}

static enum verdict worst(const struct merge_seen *seen, size_t count)
{
    enum verdict verdict = VERDICT_OK;

    for (size_t i = 0; i < count; i++) {
        if (has_vote(&seen[i]) && seen[i].verdict > verdict)
            verdict = seen[i].verdict;
    }
    return verdict;
}

/* Whether the result may be shown for this vote. */
static bool is_candidate(const struct merge_vote *vote, const struct merge_seen *seen)
{
    if (!has_vote(seen))
        return false;
    if (vote->cause == CAUSE_SOME_PLACES && vote->failed)
        return seen->verdict != VERDICT_FAILED;
    return seen->verdict == vote->verdict &&
           (vote->verdict != VERDICT_FAILED || seen->cause == vote->cause);
}

/* How many candidates are faster than one; of those as fast, the first one counts as faster. */
static size_t rank(const struct merge_vote *vote, const struct merge_seen *seen, size_t count,
                   size_t one)
{
    size_t faster = 0;

    for (size_t i = 0; i < count; i++)
        faster +=
            is_candidate(vote, &seen[i]) && (seen[i].total_us < seen[one].total_us ||
                                             (seen[i].total_us == seen[one].total_us && i < one));
    return faster;
}

static size_t median(const struct merge_vote *vote, const struct merge_seen *seen, size_t count)
{
    size_t candidates = 0, chosen = 0;

    for (size_t i = 0; i < count; i++)
        candidates += is_candidate(vote, &seen[i]);
    for (size_t i = 0; i < count; i++) {
        if (is_candidate(vote, &seen[i]) && rank(vote, seen, count, i) == (candidates - 1) / 2)
            chosen = i;
    }
    return chosen;
}

struct merge_vote merge_vote(const struct merge_seen *seen, size_t count, size_t min_places)
{
    struct merge_vote vote = {0};
    size_t needed;

    for (size_t i = 0; i < count; i++) {
        vote.votes += has_vote(&seen[i]);
        vote.failed += has_failed(&seen[i]);
    }
    needed = min_places < vote.votes ? min_places : vote.votes;
    if (vote.votes == 0) {
        vote.chosen = latest(seen, count);
        vote.verdict = seen[vote.chosen].verdict;
        vote.cause = seen[vote.chosen].cause;
        return vote;
    }
    if (vote.failed && vote.failed >= needed) {
        vote.verdict = VERDICT_FAILED;
        vote.cause = most_frequent_failure(seen, count);
        vote.chosen = median(&vote, seen, count);
    } else if (vote.failed) {
        vote.verdict = VERDICT_WARN;
        vote.cause = CAUSE_SOME_PLACES;
        vote.chosen = median(&vote, seen, count);
    } else {
        vote.verdict = worst(seen, count);
        vote.chosen = median(&vote, seen, count);
        vote.cause = seen[vote.chosen].cause;
    }
    return vote;
}

/* "dns, refused": the classes of the failures, in the order of the list of classes. */
static char *name_failures(const struct merge_seen *seen, size_t count)
{
    bool has_class[CAUSE_COUNT] = {false};
    char *names = xstrdup("");

    for (size_t i = 0; i < count; i++)
        has_class[seen[i].cause] |= has_failed(&seen[i]);
    for (enum cause cause = 0; cause < CAUSE_COUNT; cause++) {
        char *before = names;

        if (!has_class[cause])
            continue;
        names = xasprintf("%s%s%s", before, *before ? ", " : "", cause_name(cause));
        free(before);
    }
    return names;
}

char *merge_vote_message(const struct merge_vote *vote, const struct merge_seen *seen, size_t count,
                         const char *message)
{
    char *names, *text;

    if (vote->votes > 1 && vote->verdict == VERDICT_FAILED)
        return xasprintf("%s (%zu of %zu places)", message, vote->failed, vote->votes);
    if (vote->cause != CAUSE_SOME_PLACES || vote->failed == 0)
        return message ? xstrdup(message) : NULL;
    names = name_failures(seen, count);
    text = xasprintf("%zu of %zu places: %s", vote->failed, vote->votes, names);
    free(names);
    return text;
}
