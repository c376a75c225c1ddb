/* SPDX-License-Identifier: MIT */
#include "resolver.h"

#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/thread.h"
#include "lookup.h"

/* getaddrinfo() with all of its modules (nss-mdns) has been seen to touch 78 KiB. */
#define STACK_BYTES ((size_t)256 * 1024)
#define THREADS_MAX 256

enum progress { QUEUED, RUNNING, ANSWERED };

/* A name and family, kept for the run once answered. */
struct entry {
    pthread_cond_t changed; /* progress has changed, or cancelled */
    enum progress progress;
    struct resolution answer;  /* once answered */
    int64_t started_us;        /* once running */
    int64_t since_us;          /* once running: who asks now is patient from then on */
    int64_t believed_until_us; /* that it is silent, as one of those has found; 0: none has */
    int64_t asked_us;
    int64_t answered_us;
    size_t waiters;
    struct entry *next, *prev; /* in the queue, or among the running */
    UT_hash_handle hh;
    int family;
    char key[]; /* the family's digit and the name */
};

/*
 * Under the mutex: queue and running hold the entries of those states, running in the order in
 * which they started. A thread is busy exactly while it runs an entry.
 */
struct resolver {
    pthread_mutex_t mutex;
    pthread_cond_t work; /* a thread may take from the queue, or closing */
    size_t limit;
    resolver_ask *ask;
    struct entry *entries;
    struct entry *queue;
    struct entry *running;
    pthread_t threads[THREADS_MAX];
    size_t thread_count;
    size_t busy;
    bool cannot_grow; /* there was no further thread to be had */
    int growth_errno; /* why; 0: there are as many as there may be */
    bool cancelled;
    bool closing;
};

struct resolver *resolver_new(size_t limit, resolver_ask *ask)
{
    struct resolver *resolver = calloc(1, sizeof(*resolver));

    if (!resolver)
        return NULL;
    resolver->limit = limit;
    resolver->ask = ask;
    if (cond_init(&resolver->work)) {
        free(resolver);
        return NULL;
    }
    pthread_mutex_init(&resolver->mutex, NULL);
    return resolver;
}

/* How many of the running have not been found slow. Those started last are last. */
static size_t quick_count(const struct resolver *resolver, int64_t now_us)
{
    size_t count = 0;

    for (const struct entry *entry = resolver->running; entry; entry = entry->next)
        count += now_us - entry->started_us < RESOLVER_SLOW_US;
    return count;
}

static void *lookup_thread(void *argument);

/* Sees to it that a thread takes from the queue, if the limit lets one. 0, or -1 with errno. */
static int start_work(struct resolver *resolver, int64_t now_us)
{
    pthread_t *thread = &resolver->threads[resolver->thread_count];

    if (!resolver->queue || quick_count(resolver, now_us) >= resolver->limit)
        return 0;
    cond_signal(&resolver->work);
    if (resolver->busy < resolver->thread_count)
        return 0;
    resolver->growth_errno = 0;
    resolver->cannot_grow = resolver->thread_count == THREADS_MAX;
    if (!resolver->cannot_grow && thread_start(thread, STACK_BYTES, lookup_thread, resolver)) {
        resolver->growth_errno = errno;
        resolver->cannot_grow = true;
    }
    if (resolver->cannot_grow)
        return resolver->thread_count ? 0 : -1;
    resolver->thread_count++;
    return 0;
}

/* Takes the first of the queue and asks, without the lock; another thread may take the next. */
static void run_entry(struct resolver *resolver)
{
    struct entry *entry = resolver->queue;
    struct resolution answer;

    DL_DELETE(resolver->queue, entry);
    DL_APPEND(resolver->running, entry);
    entry->progress = RUNNING;
    entry->started_us = entry->since_us = clock_now_us();
    resolver->busy++;
    cond_broadcast(&entry->changed);
    start_work(resolver, entry->started_us);
    mutex_unlock(&resolver->mutex);
    answer = lookup_ask(resolver->ask, entry->key + 1, entry->family);
    mutex_lock(&resolver->mutex);
    resolver->busy--;
    DL_DELETE(resolver->running, entry);
    entry->answer = answer;
    entry->progress = ANSWERED;
    entry->answered_us = clock_now_us();
    cond_broadcast(&entry->changed);
}

static void *lookup_thread(void *argument)
{
    struct resolver *resolver = argument;

    mutex_lock(&resolver->mutex);
    while (!resolver->closing) {
        if (resolver->queue && quick_count(resolver, clock_now_us()) < resolver->limit)
            run_entry(resolver);
        else
            cond_wait_until(&resolver->work, &resolver->mutex, CLOCK_NEVER);
    }
    mutex_unlock(&resolver->mutex);
    return NULL;
}

/* When a queued entry should look again: one of those running will be slow, or a thread be had. */
static int64_t next_look_us(const struct resolver *resolver, int64_t now_us)
{
    for (const struct entry *entry = resolver->running; entry; entry = entry->next) {
        if (now_us - entry->started_us < RESOLVER_SLOW_US)
            return entry->started_us + RESOLVER_SLOW_US;
    }
    return now_us + RESOLVER_SLOW_US;
}

static void entry_free(struct entry *entry)
{
    free(entry->answer.addresses);
    pthread_cond_destroy(&entry->changed);
    free(entry);
}

static void forget(struct resolver *resolver, struct entry *entry)
{
    HASH_DEL(resolver->entries, entry);
    entry_free(entry);
}

/* That the servers could not answer is believed for a while: a retry comes later, asks again. */
static bool is_stale(const struct entry *entry, int64_t fresh_us)
{
    int64_t believed_us = entry->answer.lookup == LOOKUP_FAILED ? RESOLVER_FAILED_US : CLOCK_NEVER;

    return entry->progress == ANSWERED && entry->waiters == 0 &&
           (entry->asked_us < fresh_us || clock_now_us() - entry->answered_us > believed_us);
}

static struct entry *find_or_add(struct resolver *resolver, const char *name, int family,
                                 int64_t fresh_us)
{
    size_t length = strlen(name) + 1;
    struct entry *entry = calloc(1, sizeof(*entry) + length + 1);
    struct entry *known;

    if (!entry || cond_init(&entry->changed)) {
        free(entry);
        return NULL;
    }
    entry->family = family;
    entry->asked_us = clock_now_us();
    entry->key[0] = (char)('0' + (family == AF_INET) + 2 * (family == AF_INET6));
    memcpy(entry->key + 1, name, length);
    HASH_FIND_STR(resolver->entries, entry->key, known);
    if (known && is_stale(known, fresh_us)) {
        forget(resolver, known);
        known = NULL;
    }
    if (known) {
        entry_free(entry);
        return known;
    }
    HASH_ADD_STR(resolver->entries, key, entry);
    if (!entry->hh.tbl) {
        entry_free(entry);
        return NULL;
    }
    DL_APPEND(resolver->queue, entry);
    return entry;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Whether the queue may never move: all threads that there can be wait for silent name servers. */
static bool is_stuck(const struct resolver *resolver)
{
    return resolver->busy == resolver->thread_count && resolver->cannot_grow;
}

/*
 * That a name server is silent is believed for a while as well, by all who come at once. A retry
 * comes later and has its own patience, with the lookup that is still under way.
 */
static void renew_patience(struct entry *entry, int64_t fresh_us)
{
    int64_t now_us = clock_now_us();
    bool is_old = entry->progress == RUNNING && entry->since_us < fresh_us;

    if (!is_old && (entry->believed_until_us == 0 || now_us <= entry->believed_until_us))
        return;
    entry->since_us = now_us;
    entry->believed_until_us = 0;
}

/* Why an entry is left without an answer: no name server is to blame for want of a thread. */
static struct resolution give_up(const struct resolver *resolver, struct entry *entry,
                                 int64_t now_us)
{
    if (entry->progress == QUEUED && resolver->growth_errno)
        return (struct resolution){.lookup = LOOKUP_SHORTAGE, .os_error = resolver->growth_errno};
    if (entry->progress == RUNNING && entry->believed_until_us == 0)
        entry->believed_until_us = now_us + RESOLVER_FAILED_US;
    return (struct resolution){.lookup = LOOKUP_TIMEOUT};
}

/*
 * Waits for the answer, until patience_us after the lookup has begun, or after it was renewed; in
 * the queue for as long as that moves. Whoever waits for a queued entry also sees to it that it
 * does.
 */
static struct resolution wait_for_answer(struct resolver *resolver, struct entry *entry,
                                         int64_t patience_us)
{
    int64_t asked_us = clock_now_us();
    int64_t since_us = entry->since_us;
    struct resolution answer = {.lookup = LOOKUP_TIMEOUT};

    while (entry->progress != ANSWERED && !resolver->cancelled) {
        int64_t now_us = clock_now_us();
        int64_t deadline = CLOCK_NEVER;

        if (entry->progress == RUNNING) {
            since_us = since_us ? since_us : entry->since_us;
            deadline = since_us + patience_us;
        } else if (is_stuck(resolver)) {
            deadline = asked_us + patience_us;
        }
        if (now_us >= deadline) {
            answer = give_up(resolver, entry, now_us);
            break;
        }
        if (start_work(resolver, now_us))
            return (struct resolution){.lookup = LOOKUP_SHORTAGE, .os_error = errno};
        if (entry->progress == QUEUED)
            deadline = earlier(deadline, next_look_us(resolver, now_us));
        cond_wait_until(&entry->changed, &resolver->mutex, deadline);
    }
    if (entry->progress == ANSWERED)
        answer = entry->answer;
    if (entry->progress == QUEUED)
        answer.queued_us = clock_now_us() - asked_us;
    else if (entry->started_us > asked_us)
        answer.queued_us = entry->started_us - asked_us;
    return answer;
}

/* What nobody waits for any more leaves the queue; a shortage is no answer to be kept. */
static void leave(struct resolver *resolver, struct entry *entry)
{
    if (--entry->waiters)
        return;
    if (entry->progress == QUEUED) {
        DL_DELETE(resolver->queue, entry);
        forget(resolver, entry);
    } else if (entry->progress == ANSWERED && entry->answer.lookup == LOOKUP_SHORTAGE) {
        forget(resolver, entry);
    }
}

struct resolution resolver_lookup(struct resolver *resolver, const char *name, int family,
                                  int64_t patience_us, int64_t fresh_us)
{
    struct resolution answer = {.lookup = LOOKUP_SHORTAGE, .os_error = ENOMEM};
    struct entry *entry;

    mutex_lock(&resolver->mutex);
    entry = find_or_add(resolver, name, family, fresh_us);
    if (entry) {
        entry->waiters++;
        renew_patience(entry, fresh_us);
        answer = wait_for_answer(resolver, entry, patience_us);
        if (answer.addresses) {
            answer.addresses = strdup(answer.addresses);
            if (!answer.addresses)
                answer = (struct resolution){.lookup = LOOKUP_SHORTAGE, .os_error = ENOMEM};
        }
        leave(resolver, entry);
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
        forget(resolver, entry);
    }
    pthread_mutex_destroy(&resolver->mutex);
    pthread_cond_destroy(&resolver->work);
    free(resolver);
    return 0;
}
