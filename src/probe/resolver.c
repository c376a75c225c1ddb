/* SPDX-License-Identifier: MIT */
#include "resolver.h"

#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/thread.h"

/*
 * How lookups run
 * ===============
 * Each pair of address family and name has one entry. All callers that need it share its lookup:
 *
 *                     a thread takes it           getaddrinfo() returns
 *     new --> QUEUED ------------------> RUNNING ---------------------> ANSWERED
 *               |                        ^     |                           |
 *               | the last caller        |     | callers give up:          | too old for
 *               v gives up               +-----+ the lookup goes on        v the next caller
 *             freed                                                  freed, and a new entry
 *
 * Threads. They are started when they are needed and live until resolver_free(). An idle thread
 * waits for `work`, takes the first entry of the queue, and calls getaddrinfo() without the mutex.
 * A caller that finds that the queue may move calls start_work(), which wakes an idle thread or starts
 * one.
 *
 * The limit. At most `limit` lookups run, so that name servers are not flooded. But one that runs
 * for RESOLVER_SLOW_US waits for a silent server, and no longer counts: slow names must not delay
 * the rest. No event occurs when a lookup becomes slow. Therefore callers that wait for a
 * queued entry wake up at that time and call start_work().
 *
 * Abandoned lookups. getaddrinfo() cannot be interrupted. A caller whose patience ends leaves, and
 * the lookup goes on: a later caller finds it RUNNING and waits for it, or finds its answer. For
 * RESOLVER_FAILED_US after the first caller gave up, later ones time out together with it; those
 * that come after that (retries) wait with their full patience.
 *
 * Old answers. An answer is kept for the run, with three exceptions: the caller needs one that was
 * requested later; the name servers could not answer, RESOLVER_FAILED_US ago; or this machine ran
 * out of descriptors, memory or threads. Then the next caller starts a new lookup.
 *
 * The cap. With THREADS_MAX threads, or as many as the system allows, all waiting for silent
 * servers, the queue cannot move. Its callers then give up after their patience.
 */

/* getaddrinfo() with all of its modules (nss-mdns) has been seen to use 78 KiB. */
#define STACK_BYTES ((size_t)256 * 1024)
#define THREADS_MAX 256

enum state { QUEUED, RUNNING, ANSWERED };

struct entry {
    char *key; /* the address family, a blank and the name; owned */
    UT_hash_handle hh;
    pthread_cond_t changed; /* the state has changed, or the resolver was cancelled */
    enum state state;
    struct entry *next, *prev; /* in the queue, or in the list of running lookups */
    size_t waiters;            /* how many callers wait */
    int family;
    int64_t requested_us;
    int64_t started_us;       /* once it runs */
    int64_t patience_from_us; /* once it runs: when the patience of a new caller begins */
    int64_t silent_until_us;  /* a caller gave up; until this time others do so together with it;
                                 0: none gave up */
    int64_t answered_us;      /* once it is answered */
    struct resolution answer;
};

/* The mutex protects everything but limit and get_addresses, which do not change. */
struct resolver {
    pthread_mutex_t mutex;
    pthread_cond_t work; /* a thread may take an entry from the queue, or closing was set */
    size_t limit;
    getaddrinfo_function *get_addresses;
    struct entry *entries; /* all, by key */
    struct entry *queue;   /* those in state QUEUED, in the order of the requests */
    struct entry *running; /* those in state RUNNING, in the order in which they started */
    size_t busy;           /* threads that run an entry */
    pthread_t threads[THREADS_MAX];
    size_t thread_count;
    bool cannot_grow; /* no further thread could be started */
    int thread_errno; /* why; 0: there are THREADS_MAX */
    bool cancelled;
    bool closing;
};

struct resolver *resolver_new(size_t limit, getaddrinfo_function *get_addresses)
{
    struct resolver *resolver = xcalloc(1, sizeof(*resolver));

    resolver->limit = limit;
    resolver->get_addresses = get_addresses;
    mutex_init(&resolver->mutex);
    cond_init(&resolver->work);
    return resolver;
}

/* Whether the limit lets another lookup start. */
static bool is_below_limit(const struct resolver *resolver, int64_t now_us)
{
    size_t quick = 0;

    for (const struct entry *entry = resolver->running; entry; entry = entry->next)
        quick += now_us - entry->started_us < RESOLVER_SLOW_US;
    return quick < resolver->limit;
}

static void *lookup_thread(void *argument);

/* If an entry may leave the queue, provides a thread for it. 0, or -1 with errno: there is none. */
static int start_work(struct resolver *resolver, int64_t now_us)
{
    pthread_t *thread = &resolver->threads[resolver->thread_count];

    if (!resolver->queue || !is_below_limit(resolver, now_us))
        return 0;
    cond_signal(&resolver->work);
    if (resolver->busy < resolver->thread_count)
        return 0;
    resolver->thread_errno = 0;
    resolver->cannot_grow = resolver->thread_count == THREADS_MAX;
    if (!resolver->cannot_grow && thread_start(thread, STACK_BYTES, lookup_thread, resolver)) {
        resolver->thread_errno = errno;
        resolver->cannot_grow = true;
    }
    if (resolver->cannot_grow)
        return resolver->thread_count ? 0 : -1;
    resolver->thread_count++;
    return 0;
}

/* Takes the first entry of the queue and looks it up. Unlocks the mutex meanwhile. */
static void run_entry(struct resolver *resolver)
{
    struct entry *entry = resolver->queue;
    struct resolution answer;

    DL_DELETE(resolver->queue, entry);
    DL_APPEND(resolver->running, entry);
    entry->state = RUNNING;
    entry->started_us = entry->patience_from_us = clock_now_us();
    resolver->busy++;
    cond_broadcast(&entry->changed);
    start_work(resolver, entry->started_us);
    mutex_unlock(&resolver->mutex);
    answer = lookup_name(resolver->get_addresses, strchr(entry->key, ' ') + 1, entry->family);
    mutex_lock(&resolver->mutex);
    resolver->busy--;
    DL_DELETE(resolver->running, entry);
    entry->answer = answer;
    entry->state = ANSWERED;
    entry->answered_us = clock_now_us();
    cond_broadcast(&entry->changed);
}

static void *lookup_thread(void *argument)
{
    struct resolver *resolver = argument;

    mutex_lock(&resolver->mutex);
    while (!resolver->closing) {
        if (resolver->queue && is_below_limit(resolver, clock_now_us()))
            run_entry(resolver);
        else
            cond_wait_until(&resolver->work, &resolver->mutex, CLOCK_NEVER);
    }
    mutex_unlock(&resolver->mutex);
    return NULL;
}

static void remove_entry(struct resolver *resolver, struct entry *entry)
{
    HASH_DEL(resolver->entries, entry);
    cond_destroy(&entry->changed);
    free(entry->answer.addresses);
    free(entry->key);
    free(entry);
}

/* Whether the next caller needs a new lookup: see "Old answers". */
static bool is_outdated(const struct entry *entry, int64_t fresh_since_us)
{
    if (entry->state != ANSWERED || entry->waiters)
        return false;
    switch (entry->answer.status) {
    case LOOKUP_SHORTAGE: return true;
    case LOOKUP_FAILED:
        if (clock_now_us() - entry->answered_us > RESOLVER_FAILED_US)
            return true;
        break;
    default: break;
    }
    return entry->requested_us < fresh_since_us;
}

static struct entry *find_or_add(struct resolver *resolver, const char *name, int family,
                                 int64_t fresh_since_us)
{
    char *key = xasprintf("%d %s", family, name);
    struct entry *entry;

    HASH_FIND_STR(resolver->entries, key, entry);
    if (entry && is_outdated(entry, fresh_since_us)) {
        remove_entry(resolver, entry);
        entry = NULL;
    }
    if (entry) {
        free(key);
        return entry;
    }
    entry = xcalloc(1, sizeof(*entry));
    entry->key = key;
    entry->family = family;
    entry->requested_us = clock_now_us();
    cond_init(&entry->changed);
    HASH_ADD_KEYPTR(hh, resolver->entries, key, strlen(key), entry);
    DL_APPEND(resolver->queue, entry);
    return entry;
}

/*
 * For a new caller: patience begins now if the lookup is older than the caller accepts, or if the
 * time is over in which callers give up together with an earlier one.
 */
static void renew_patience(struct entry *entry, int64_t fresh_since_us)
{
    int64_t now_us = clock_now_us();
    bool is_old = entry->state == RUNNING && entry->patience_from_us < fresh_since_us;

    if (is_old || (entry->silent_until_us && now_us > entry->silent_until_us)) {
        entry->patience_from_us = now_us;
        entry->silent_until_us = 0;
    }
}

/* A caller's patience has ended. */
static struct resolution give_up(const struct resolver *resolver, struct entry *entry,
                                 int64_t now_us)
{
    if (entry->state == QUEUED && resolver->thread_errno)
        return (struct resolution){.status = LOOKUP_SHORTAGE, .os_error = resolver->thread_errno};
    if (entry->state == RUNNING && entry->silent_until_us == 0)
        entry->silent_until_us = now_us + RESOLVER_FAILED_US;
    return (struct resolution){.status = LOOKUP_TIMEOUT};
}

/* Whether the queue may never move again: see "The cap". */
static bool is_stuck(const struct resolver *resolver)
{
    return resolver->busy == resolver->thread_count && resolver->cannot_grow;
}

/* When a queued entry's caller must call start_work() again: when the next lookup becomes slow. */
static int64_t next_start_us(const struct resolver *resolver, int64_t now_us)
{
    for (const struct entry *entry = resolver->running; entry; entry = entry->next) {
        if (now_us - entry->started_us < RESOLVER_SLOW_US)
            return entry->started_us + RESOLVER_SLOW_US;
    }
    return now_us + RESOLVER_SLOW_US; /* there may be a thread by then */
}

/* Waits until the entry is answered, or patience ends, or the resolver is cancelled. */
static struct resolution wait_for_answer(struct resolver *resolver, struct entry *entry,
                                         int64_t patience_us)
{
    int64_t called_us = clock_now_us();
    int64_t patience_from_us = entry->patience_from_us;
    struct resolution answer = {.status = LOOKUP_TIMEOUT};

    while (entry->state != ANSWERED && !resolver->cancelled) {
        int64_t now_us = clock_now_us();
        int64_t deadline_us = CLOCK_NEVER;

        if (entry->state == RUNNING) {
            if (patience_from_us == 0)
                patience_from_us = entry->patience_from_us;
            deadline_us = patience_from_us + patience_us;
        } else if (is_stuck(resolver)) {
            deadline_us = called_us + patience_us;
        }
        if (now_us >= deadline_us) {
            answer = give_up(resolver, entry, now_us);
            break;
        }
        if (start_work(resolver, now_us))
            return (struct resolution){.status = LOOKUP_SHORTAGE, .os_error = errno};
        if (entry->state == QUEUED && next_start_us(resolver, now_us) < deadline_us)
            deadline_us = next_start_us(resolver, now_us);
        cond_wait_until(&entry->changed, &resolver->mutex, deadline_us);
    }
    if (entry->state == ANSWERED)
        answer = entry->answer;
    if (entry->state == QUEUED)
        answer.queued_us = clock_now_us() - called_us;
    else if (entry->started_us > called_us)
        answer.queued_us = entry->started_us - called_us;
    return answer;
}

struct resolution resolver_lookup(struct resolver *resolver, const char *name, int family,
                                  int64_t patience_us, int64_t fresh_since_us)
{
    struct resolution answer;
    struct entry *entry;

    mutex_lock(&resolver->mutex);
    entry = find_or_add(resolver, name, family, fresh_since_us);
    entry->waiters++;
    renew_patience(entry, fresh_since_us);
    answer = wait_for_answer(resolver, entry, patience_us);
    if (answer.addresses)
        answer.addresses = xstrdup(answer.addresses);
    if (--entry->waiters == 0 && entry->state == QUEUED) {
        DL_DELETE(resolver->queue, entry);
        remove_entry(resolver, entry);
    }
    mutex_unlock(&resolver->mutex);
    return answer;
}

void resolver_cancel(struct resolver *resolver)
{
    mutex_lock(&resolver->mutex);
    resolver->cancelled = true;
    for (struct entry *entry = resolver->entries; entry; entry = entry->hh.next)
        cond_broadcast(&entry->changed);
    mutex_unlock(&resolver->mutex);
}

size_t resolver_free(struct resolver *resolver)
{
    struct entry *entry, *next;
    size_t busy;

    if (!resolver)
        return 0;
    mutex_lock(&resolver->mutex);
    resolver->closing = true;
    cond_broadcast(&resolver->work);
    busy = resolver->busy;
    mutex_unlock(&resolver->mutex);
    if (busy)
        return busy;
    for (size_t i = 0; i < resolver->thread_count; i++)
        thread_join(resolver->threads[i]);
    HASH_ITER(hh, resolver->entries, entry, next) {
        remove_entry(resolver, entry);
    }
    mutex_destroy(&resolver->mutex);
    cond_destroy(&resolver->work);
    free(resolver);
    return 0;
}
