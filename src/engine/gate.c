/* SPDX-License-Identifier: MIT */
#include "engine/gate.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#include "engine/sync.h"

struct closed {
    int64_t until_us;
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

void gate_close(struct gate *gate, const char *host, int64_t until_us)
{
    struct closed *closed;

    sync_lock(&gate->mutex);
    HASH_FIND_STR(gate->hosts, host, closed);
    if (!closed)
        closed = add(gate, host);
    if (closed && closed->until_us < until_us)
        closed->until_us = until_us;
    atomic_store(&gate->any, gate->hosts != NULL);
    sync_unlock(&gate->mutex);
}

int64_t gate_until_us(struct gate *gate, const char *host, int64_t now_us)
{
    struct closed *closed;
    int64_t until_us = 0;

    if (!atomic_load(&gate->any))
        return 0;
    sync_lock(&gate->mutex);
    HASH_FIND_STR(gate->hosts, host, closed);
    if (closed && closed->until_us > now_us)
        until_us = closed->until_us;
    sync_unlock(&gate->mutex);
    return until_us;
}
