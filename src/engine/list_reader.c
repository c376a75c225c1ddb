/* SPDX-License-Identifier: MIT */
#include "list_reader.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/thread.h"

/* libcurl's URL parser converts host names to ASCII on the stack. */
#define STACK_BYTES ((size_t)256 * 1024)

struct list_reader {
    struct list *list;
    struct chan *targets;
    pthread_t thread;
    int status;
    struct error error;
};

/* Reads and sends one target. False, with the channel closed: there are no more. */
static bool send_next(struct list_reader *reader)
{
    struct target *target;

    reader->status = list_next(reader->list, &target, &reader->error);
    if (reader->status == 1 && chan_send(reader->targets, &target) == 0)
        return true;
    if (reader->status == 1)
        target_free(target);
    chan_close(reader->targets);
    return false;
}

static void *read_list(void *argument)
{
    while (send_next(argument))
        continue;
    return NULL;
}

struct list_reader *list_reader_start(struct list *list, size_t ahead)
{
    struct list_reader *reader = xcalloc(1, sizeof(*reader));

    reader->list = list;
    reader->targets = chan_new(sizeof(struct target *), ahead);
    /* The scheduler then knows from the beginning which hosts have more than one URL. */
    for (size_t sent = 0; list_never_waits(list) && sent < ahead; sent++) {
        if (!send_next(reader))
            break;
    }
    if (thread_start(&reader->thread, STACK_BYTES, read_list, reader) == 0)
        return reader;
    chan_free(reader->targets);
    free(reader);
    return NULL;
}

struct chan *list_reader_targets(struct list_reader *reader)
{
    return reader->targets;
}

int list_reader_stop(struct list_reader *reader, struct error *error)
{
    struct target *target;
    int status;

    list_stop(reader->list);
    chan_close(reader->targets);
    thread_join(reader->thread);
    while (chan_recv(reader->targets, &target) == 1)
        target_free(target);
    status = reader->status < 0 ? -1 : 0;
    if (status)
        *error = reader->error;
    chan_free(reader->targets);
    free(reader);
    return status;
}
