/* SPDX-License-Identifier: MIT */
#include "list_reader.h"

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

static void *read_list(void *argument)
{
    struct list_reader *reader = argument;
    struct target *target;

    while ((reader->status = list_next(reader->list, &target, &reader->error)) == 1) {
        if (chan_send(reader->targets, &target)) {
            target_free(target);
            break;
        }
    }
    chan_close(reader->targets);
    return NULL;
}

struct list_reader *list_reader_start(struct list *list, size_t ahead)
{
    struct list_reader *reader = xcalloc(1, sizeof(*reader));

    reader->list = list;
    reader->targets = chan_new(sizeof(struct target *), ahead);
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
