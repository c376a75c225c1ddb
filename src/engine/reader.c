/* SPDX-License-Identifier: MIT */
#include "engine/reader.h"

#include <stdlib.h>

#include "engine/clock.h"
#include "engine/sync.h"

/* libcurl's URL parser converts host names on the stack. */
#define STACK_BYTES ((size_t)256 * 1024)

struct reader {
    struct list *list;
    struct chan *targets;
    pthread_t thread;
    int status;
    struct reason reason;
};

static void *read_list(void *argument)
{
    struct reader *reader = argument;
    struct target *target;

    while ((reader->status = list_next(reader->list, &target, &reader->reason)) == 1) {
        if (chan_send(reader->targets, &target)) {
            target_free(target);
            break;
        }
    }
    chan_close(reader->targets);
    return NULL;
}

struct reader *reader_start(struct list *list, size_t ahead)
{
    struct reader *reader = calloc(1, sizeof(*reader));

    if (!reader)
        return NULL;
    reader->list = list;
    reader->targets = chan_new(sizeof(struct target *), ahead);
    if (reader->targets && sync_thread(&reader->thread, STACK_BYTES, read_list, reader) == 0)
        return reader;
    chan_free(reader->targets);
    free(reader);
    return NULL;
}

struct list *reader_list(const struct reader *reader)
{
    return reader->list;
}

struct chan *reader_targets(struct reader *reader)
{
    return reader->targets;
}

int reader_stop(struct reader *reader, struct reason *reason)
{
    struct target *target;
    int status;

    list_stop(reader->list);
    chan_close(reader->targets);
    sync_join(reader->thread);
    while (chan_recv(reader->targets, &target) == 1)
        target_free(target);
    status = reader->status < 0 ? -1 : 0;
    if (status)
        *reason = reader->reason;
    chan_free(reader->targets);
    free(reader);
    return status;
}
