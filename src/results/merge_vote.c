/* SPDX-License-Identifier: MIT */
#include "results/merge_vote.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

/* After the message of a FAILED result. */
#define PLACES_FORMAT " (%zu of %zu places)"

static bool has_vote(const struct merge_seen *seen)
{
    return seen->cause != CAUSE_BAD_INPUT && !cause_is_of_run(seen->cause);
}

static bool has_failed(const struct merge_seen *seen)
{
    return has_vote(seen) && seen->verdict == VERDICT_FAILED;
}

static void count_vote(struct merge_vote *vote, enum verdict verdict, enum cause cause)
{
    const struct merge_seen seen = {.verdict = verdict, .cause = cause};

    vote->votes += has_vote(&seen);
    vote->failed += has_failed(&seen);
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

/* Whether the result agrees with this vote. */
static bool agrees(const struct merge_vote *vote, const struct merge_seen *seen)
{
    if (!has_vote(seen))
        return false;
    if (vote->verdict == VERDICT_WARN && vote->failed) /* some-places */
        return seen->verdict != VERDICT_FAILED;
    return seen->verdict == vote->verdict &&
           (vote->verdict != VERDICT_FAILED || seen->cause == vote->cause);
}

/* By latency; of two that are as fast, the first one of the array comes first. */
static int compare_latencies(const void *first, const void *second)
{
    const struct merge_seen *a = *(const struct merge_seen *const *)first;
    const struct merge_seen *b = *(const struct merge_seen *const *)second;

    if (a->total_us != b->total_us)
        return a->total_us < b->total_us ? -1 : 1;
    return a < b ? -1 : a > b;
}

/* Which result is shown: of those that agree, one of which all is known, if there is one. */
static size_t choose(const struct merge_vote *vote, const struct merge_seen *seen, size_t count)
{
    const struct merge_seen **agreeing = xmalloc(count * sizeof(*agreeing));
    size_t number = 0, chosen;
    bool is_summary = true;

    for (size_t i = 0; i < count; i++)
        is_summary = is_summary && (seen[i].is_summary || !agrees(vote, &seen[i]));
    for (size_t i = 0; i < count; i++) {
        if (seen[i].is_summary == is_summary && agrees(vote, &seen[i]))
            agreeing[number++] = &seen[i];
    }
    qsort(agreeing, number, sizeof(const struct merge_seen *), compare_latencies);
    chosen = (size_t)(agreeing[(number - 1) / 2] - seen);
    free(agreeing);
    return chosen;
}

struct merge_vote merge_vote(const struct merge_seen *seen, size_t count, size_t min_places)
{
    struct merge_vote vote = {0};
    size_t needed;

    for (size_t i = 0; i < count; i++)
        count_vote(&vote, seen[i].verdict, seen[i].cause);
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
        vote.chosen = choose(&vote, seen, count);
    } else if (vote.failed) {
        vote.verdict = VERDICT_WARN;
        vote.cause = CAUSE_SOME_PLACES;
        vote.chosen = choose(&vote, seen, count);
    } else {
        vote.verdict = worst(seen, count);
        vote.chosen = choose(&vote, seen, count);
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
        return xasprintf("%s" PLACES_FORMAT, message, vote->failed, vote->votes);
    if (vote->verdict != VERDICT_WARN || vote->failed == 0)
        return message ? xstrdup(message) : NULL;
    names = name_failures(seen, count);
    text = xasprintf("%zu of %zu places: %s", vote->failed, vote->votes, names);
    free(names);
    return text;
}

char *merge_vote_undo(const struct merge_seen *seen, const struct sightings *sightings,
                      enum cause cause, const char *message)
{
    struct merge_vote vote = {0};
    size_t length;
    char *ending;

    if (seen->cause == CAUSE_NONE)
        return NULL;
    if (seen->is_summary || seen->cause != cause)
        return xasprintf("seen from %s", seen->place ? seen->place : "another place");
    for (size_t i = 0; i < sightings->count; i++)
        count_vote(&vote, sightings->items[i].verdict, sightings->items[i].cause);
    ending = xasprintf(PLACES_FORMAT, vote.failed, vote.votes);
    length = strlen(message);
    if (length >= strlen(ending) && strcmp(message + length - strlen(ending), ending) == 0)
        length -= strlen(ending);
    free(ending);
    return xasprintf("%.*s", (int)length, message);
}
