/* SPDX-License-Identifier: MIT */
#include "merge_records.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/unnamed_file.h"

/* How much is read at once: of records in a row, and of a single one. */
#define ROW_BYTES ((size_t)128 * 1024)
#define SINGLE_BYTES ((size_t)1024)

struct merge_records {
    int fd;
    uint64_t bytes;
};

/*
 * Length bytes of the file, from `start` on. Records in a row are in it mostly; one elsewhere moves it. `start`
 * and what is dropped are multiples of RECORD_ALIGN, so that records are aligned in memory.
 */
struct merge_window {
    const struct merge_records *records;
    uint64_t start;
    char *bytes;
    size_t length, room;
};

static int refuse(struct error *error)
{
    return error_set_errno(error, "cannot keep results in '%s'", unnamed_file_folder());
}

struct merge_records *merge_records_new(struct error *error)
{
    struct merge_records *records;
    int fd = unnamed_file_open(NULL);

    if (fd < 0) {
        refuse(error);
        return NULL;
    }
    records = xcalloc(1, sizeof(*records));
    records->fd = fd;
    return records;
}

void merge_records_free(struct merge_records *records)
{
    if (!records)
        return;
    close(records->fd);
    free(records);
}

int merge_records_append(struct merge_records *records, const char *packed, size_t bytes,
                         uint64_t *position, struct error *error)
{
    *position = records->bytes;
    if (unnamed_file_write(records->fd, packed, bytes))
        return refuse(error);
    records->bytes += bytes;
    return 0;
}

struct merge_window *merge_window_new(const struct merge_records *records)
{
    struct merge_window *window = xcalloc(1, sizeof(*window));

    window->records = records;
    return window;
}

void merge_window_free(struct merge_window *window)
{
    if (!window)
        return;
    free(window->bytes);
    free(window);
}

/* How many bytes the window has from a position on. */
static size_t bytes_from(const struct merge_window *window, uint64_t position)
{
    uint64_t end = window->start + window->length;

    return position >= window->start && position < end ? (size_t)(end - position) : 0;
}

/* Makes the window begin at the position, and hold at least `needed` bytes. 0, or -1 with errno. */
static int move_window(struct merge_window *window, uint64_t position, size_t needed)
{
    bool is_next = position <= window->start + window->length && position >= window->start;
    size_t kept = bytes_from(window, position), wanted = is_next ? ROW_BYTES : SINGLE_BYTES;

    if (wanted < needed)
        wanted = needed;
    if (wanted > window->records->bytes - position)
        wanted = (size_t)(window->records->bytes - position);
    if (kept)
        memmove(window->bytes, window->bytes + window->length - kept, kept);
    if (window->room < wanted) {
        window->room = wanted;
        window->bytes = xrealloc(window->bytes, wanted);
    }
    window->start = position;
    window->length = kept;
    if (kept >= wanted)
        return 0;
    if (unnamed_file_read(window->records->fd, window->bytes + kept, wanted - kept,
                          (off_t)(position + kept)))
        return -1;
    window->length = wanted;
    return 0;
}

int merge_window_read(struct merge_window *window, uint64_t position, struct result_record *record,
                      struct error *error)
{
    size_t bytes = RECORD_HEAD_BYTES;
    char *packed;

    if (bytes_from(window, position) < bytes && move_window(window, position, bytes))
        return refuse(error);
    bytes = record_packed_bytes(window->bytes + (position - window->start));
    if (bytes_from(window, position) < bytes && move_window(window, position, bytes))
        return refuse(error);
    packed = window->bytes + (position - window->start);
    record_unpack(packed, record);
    return 0;
}
