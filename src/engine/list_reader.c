/* SPDX-License-Identifier: MIT */
#include "list_reader.h"

#include <errno.h>
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
    bool has_ended; /* the list ended, or nobody receives any more; status and error say why */
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
    reader->has_ended = true;
    return false;
}

/* Reads on, unless the list has ended already: then a further list_next() would lose the error. */
static void *read_list(void *argument)
{
    struct list_reader *reader = argument;

    while (!reader->has_ended && send_next(reader))
        continue;
    return NULL;
}

/* No thread uses it any more. */
static void free_reader(struct list_reader *reader)
{
    struct target *target;

    chan_close(reader->targets);
    while (chan_recv(reader->targets, &target) == 1)
        target_free(target);
    chan_free(reader->targets);
    free(reader);
}

struct list_reader *list_reader_start(struct list *list, size_t ahead)
{
    struct list_reader *reader = xcalloc(1, sizeof(*reader));
    int error_number;

    reader->list = list;
    reader->targets = chan_new(sizeof(struct target *), ahead);
    /* The scheduler then knows from the beginning which hosts have more than one URL. */
    for (size_t sent = 0; list_never_waits(list) && sent < ahead; sent++) {
        if (!send_next(reader))
            break;
    }
    if (thread_start(&reader->thread, STACK_BYTES, read_list, reader) == 0)
        return reader;
    error_number = errno;
    free_reader(reader);
    errno = error_number;
    return NULL;
}

struct chan *list_reader_targets(struct list_reader *reader)
{
    return reader->targets;
}

int list_reader_stop(struct list_reader *reader, struct error *error)
{
    int status;

    list_stop(reader->list);
    chan_close(reader->targets); /* the thread may be waiting in chan_send() */
    thread_join(reader->thread);
    status = reader->status < 0 ? -1 : 0;
    if (status)
        *error = reader->error;
    free_reader(reader);
    return status;
}
