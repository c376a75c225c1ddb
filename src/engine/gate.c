/* SPDX-License-Identifier: MIT */
#include "engine/gate.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#include "base/thread.h"
#include "input/target.h"

struct closed {
    int64_t until_us;
    int64_t waited_us; /* for how long, in all, since it last answered without a wish */
    UT_hash_handle hh;
    char host[];
};

struct gate {
    pthread_mutex_t mutex; /* of hosts, which only grows */
    struct closed *hosts;
    atomic_bool any; /* so that nobody waits for the mutex where no host was ever closed */
};

struct gate *gate_new(void)
{
    struct gate *gate = calloc(1, sizeof(*gate));

    if (gate)
        pthread_mutex_init(&gate->mutex, NULL);
    return gate;
}

void gate_free(struct gate *gate)
{
    struct closed *closed, *next;

    if (!gate)
        return;
    HASH_ITER(hh, gate->hosts, closed, next) {
        HASH_DEL(gate->hosts, closed);
        free(closed);
    }
    pthread_mutex_destroy(&gate->mutex);
    free(gate);
}

static struct closed *add(struct gate *gate, const char *host)
{
    size_t length = strlen(host);
    struct closed *closed = calloc(1, sizeof(*closed) + length + 1);

    if (!closed)
        return NULL;
    memcpy(closed->host, host, length + 1);
    HASH_ADD_STR(gate->hosts, host, closed);
    if (closed->hh.tbl)
        return closed;
    free(closed);
    return NULL;
}

/* Closes the gate for longer, if that is no longer than it may be in all. False if it is. */
static bool extend(struct closed *closed, int64_t now_us, int64_t until_us, int64_t patience_us)
{
    int64_t from_us = closed->until_us > now_us ? closed->until_us : now_us;

    if (until_us <= from_us)
        return true;
    if (closed->waited_us + (until_us - from_us) > patience_us)
        return false;
    closed->waited_us += until_us - from_us;
    closed->until_us = until_us;
    return true;
}

/* Whether the host is waited for. */
static bool try_close(struct gate *gate, const char *host, int64_t now_us, int64_t until_us,
                      int64_t patience_us)
{
    struct closed *closed;
    bool honored;

    mutex_lock(&gate->mutex);
    HASH_FIND_STR(gate->hosts, host, closed);
    if (!closed)
        closed = add(gate, host);
    honored = !closed || extend(closed, now_us, until_us, patience_us);
    atomic_store(&gate->any, gate->hosts != NULL);
    mutex_unlock(&gate->mutex);
    return honored;
}

/* It has answered: what it is waited for from now on is another wait. */
static void begin_anew(struct gate *gate, const char *host)
{
    struct closed *closed;

    if (!atomic_load(&gate->any))
        return;
    mutex_lock(&gate->mutex);
    HASH_FIND_STR(gate->hosts, host, closed);
    if (closed)
        closed->waited_us = 0;
    mutex_unlock(&gate->mutex);
}

void gate_note(struct gate *gate, const struct retry_rules *rules, struct result *result,
               int64_t now_us)
{
    const char *host = result->target->host;
    struct retry_after *retry_after = &result->retry_after;

    *retry_after = retries_wish(rules, result, now_us);
    if (retry_after->of_host && retry_after->honored)
        retry_after->honored =
            try_close(gate, host, now_us, retry_after->until_us, retries_patience_us(rules));
    /* Who led elsewhere has answered, whatever was said there. */
    if (result->outcome.status && (retry_after->until_us == 0 || result->outcome.on_other_host))
        begin_anew(gate, host);
}

int64_t gate_until_us(struct gate *gate, const char *host, int64_t now_us)
{
    struct closed *closed;
    int64_t until_us = 0;

    if (!atomic_load(&gate->any))
        return 0;
    mutex_lock(&gate->mutex);
    HASH_FIND_STR(gate->hosts, host, closed);
    if (closed && closed->until_us > now_us)
        until_us = closed->until_us;
    mutex_unlock(&gate->mutex);
    return until_us;
}
