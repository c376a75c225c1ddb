/* SPDX-License-Identifier: MIT */
/*
 * External merge sort. A full buffer is sorted and appended to the file as a run. In the end each run
 * has a part of the buffer, in which its next records are:
 *
 *     file    | run 0, sorted | run 1, sorted | run 2, sorted |
 *     buffer  | of run 0 | of run 1 | of run 2 |
 *     heap    the runs that have records left; the first one has the smallest
 */
#include "base/sorter.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/unnamed_file.h"

#define BUFFER_BYTES ((size_t)8 * 1024 * 1024)
#define FIRST_RECORDS 256

struct run {
    off_t start, end; /* what has not been read */
    char *part;       /* of the buffer */
    size_t at, count; /* records in it */
};

struct sorter {
    size_t record_bytes;
    sorter_compare *compare;
    char *buffer;
    size_t count, room, most; /* records in the buffer */
    size_t at;                /* without runs: the next record */
    int fd;                   /* -1: no run was written */
    off_t written;
    struct run *runs;
    size_t run_count;
    size_t part_records;
    struct run **heap;
    size_t heap_count;
    int read_errno;    /* why the file cannot be read; 0: it can */
    bool has_returned; /* the first record of the heap has been returned */
};

struct sorter *sorter_new(size_t record_bytes, sorter_compare *compare)
{
    struct sorter *sorter = xcalloc(1, sizeof(*sorter));

    sorter->record_bytes = record_bytes;
    sorter->compare = compare;
    sorter->most = BUFFER_BYTES / record_bytes;
    sorter->fd = -1;
    return sorter;
}

void sorter_free(struct sorter *sorter)
{
    if (!sorter)
        return;
    if (sorter->fd >= 0)
        close(sorter->fd);
    free(sorter->buffer);
    free(sorter->runs);
    free(sorter->heap);
    free(sorter);
}

static void sort_buffer(struct sorter *sorter)
{
    if (sorter->count)
        qsort(sorter->buffer, sorter->count, sorter->record_bytes, sorter->compare);
}

/* Writes the buffer as a run. */
static int write_run(struct sorter *sorter)
{
    size_t bytes = sorter->count * sorter->record_bytes;

    if (sorter->fd < 0)
        sorter->fd = unnamed_file_open(NULL);
    if (sorter->fd < 0)
        return -1;
    sort_buffer(sorter);
    if (unnamed_file_write(sorter->fd, sorter->buffer, bytes))
        return -1;
    sorter->runs = xrealloc(sorter->runs, (sorter->run_count + 1) * sizeof(*sorter->runs));
    sorter->runs[sorter->run_count++] =
        (struct run){.start = sorter->written, .end = sorter->written + (off_t)bytes};
    sorter->written += (off_t)bytes;
    sorter->count = 0;
    return 0;
}

static int make_room(struct sorter *sorter)
{
    if (sorter->count < sorter->room)
        return 0;
    if (sorter->room == sorter->most)
        return write_run(sorter);
    sorter->room = sorter->room ? 2 * sorter->room : FIRST_RECORDS;
    if (sorter->room > sorter->most)
        sorter->room = sorter->most;
    sorter->buffer = xrealloc(sorter->buffer, sorter->room * sorter->record_bytes);
    return 0;
}

int sorter_add(struct sorter *sorter, const void *record)
{
    if (make_room(sorter))
        return -1;
    memcpy(sorter->buffer + sorter->count++ * sorter->record_bytes, record, sorter->record_bytes);
    return 0;
}

/* Reads the next records of a run, if there are any, into its part of the buffer. */
static int fill(struct sorter *sorter, struct run *run)
{
    size_t bytes = sorter->part_records * sorter->record_bytes;

    if ((off_t)bytes > run->end - run->start)
        bytes = (size_t)(run->end - run->start);
    if (unnamed_file_read(sorter->fd, run->part, bytes, run->start)) {
        sorter->read_errno = errno;
        return -1;
    }
    run->start += (off_t)bytes;
    run->at = 0;
    run->count = bytes / sorter->record_bytes;
    return 0;
}

static const char *first_of(const struct sorter *sorter, const struct run *run)
{
    return run->part + run->at * sorter->record_bytes;
}

/* Moves a run of the heap down to where it belongs. */
static void sift_down(struct sorter *sorter, size_t place)
{
    struct run **heap = sorter->heap;

    for (;;) {
        size_t child = 2 * place + 1;
        struct run *run = heap[place];

        if (child + 1 < sorter->heap_count &&
            sorter->compare(first_of(sorter, heap[child + 1]), first_of(sorter, heap[child])) < 0)
            child++;
        if (child >= sorter->heap_count ||
            sorter->compare(first_of(sorter, run), first_of(sorter, heap[child])) <= 0)
            return;
        heap[place] = heap[child];
        heap[child] = run;
        place = child;
    }
}

/* Divides the buffer among the runs. */
static int begin_merge(struct sorter *sorter)
{
    sorter->part_records = sorter->most / sorter->run_count;
    if (sorter->part_records == 0) {
        sorter->part_records = 1;
        sorter->buffer = xrealloc(sorter->buffer, sorter->run_count * sorter->record_bytes);
    }
    sorter->heap = xcalloc(sorter->run_count, sizeof(struct run *));
    for (; sorter->heap_count < sorter->run_count; sorter->heap_count++) {
        struct run *run = &sorter->runs[sorter->heap_count];

        run->part =
            sorter->buffer + sorter->heap_count * sorter->part_records * sorter->record_bytes;
        sorter->heap[sorter->heap_count] = run;
        if (fill(sorter, run))
            return -1;
    }
    for (size_t place = sorter->heap_count / 2; place > 0; place--)
        sift_down(sorter, place - 1);
    return 0;
}

int sorter_finish(struct sorter *sorter)
{
    if (sorter->fd < 0) {
        sort_buffer(sorter);
        return 0;
    }
    if (sorter->count && write_run(sorter))
        return -1;
    return begin_merge(sorter);
}

/* The first record of the heap is not needed any more. On failure, sets read_errno. */
static void advance(struct sorter *sorter)
{
    struct run *run = sorter->heap[0];

    if (++run->at == run->count && fill(sorter, run))
        return;
    if (run->count == 0)
        sorter->heap[0] = sorter->heap[--sorter->heap_count];
    sift_down(sorter, 0);
}

int sorter_next(struct sorter *sorter, const void **record)
{
    if (sorter->fd < 0) {
        *record = sorter->buffer + sorter->at * sorter->record_bytes;
        return sorter->at++ < sorter->count;
    }
    if (sorter->read_errno == 0 && sorter->has_returned && sorter->heap_count)
        advance(sorter);
    if (sorter->read_errno) {
        errno = sorter->read_errno;
        return -1;
    }
    sorter->has_returned = true;
    if (sorter->heap_count == 0)
        return 0;
    *record = first_of(sorter, sorter->heap[0]);
    return 1;
}
