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
 * It has `length` bytes of the file, from `start` on. Most records in a row are among them; one elsewhere makes
 * it read again. `start` and what is dropped are multiples of RECORD_ALIGN, so that records are aligned in memory.
 */
struct record_reader {
    const struct merge_records *records;
    uint64_t start;
    char *bytes;
    size_t length, room;
};

/* Sets the reason why results cannot be kept, or read. Returns -1. */
static int refuse(const char *verb, struct error *error)
{
    return error_set_errno(error, "cannot %s results in '%s'", verb, unnamed_file_folder());
}

struct merge_records *merge_records_new(struct error *error)
{
    struct merge_records *records;
    int fd = unnamed_file_open(NULL);

    if (fd < 0) {
        refuse("keep", error);
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
        return refuse("keep", error);
    records->bytes += bytes;
    return 0;
}

struct record_reader *record_reader_new(const struct merge_records *records)
{
    struct record_reader *reader = xcalloc(1, sizeof(*reader));

    reader->records = records;
    return reader;
}

void record_reader_free(struct record_reader *reader)
{
    if (!reader)
        return;
    free(reader->bytes);
    free(reader);
}

/* How many bytes the reader has from a position on. */
static size_t bytes_from(const struct record_reader *reader, uint64_t position)
{
    uint64_t end = reader->start + reader->length;

    return position >= reader->start && position < end ? (size_t)(end - position) : 0;
}

/* Makes the bytes begin at the position, and hold at least `needed` bytes. 0, or -1 with errno. */
static int move_to(struct record_reader *reader, uint64_t position, size_t needed)
{
    bool is_next = position <= reader->start + reader->length && position >= reader->start;
    size_t kept = bytes_from(reader, position), wanted = is_next ? ROW_BYTES : SINGLE_BYTES;

    if (wanted < needed)
        wanted = needed;
    if (wanted > reader->records->bytes - position)
        wanted = (size_t)(reader->records->bytes - position);
    if (kept)
        memmove(reader->bytes, reader->bytes + reader->length - kept, kept);
    if (reader->room < wanted) {
        reader->room = wanted;
        reader->bytes = xrealloc(reader->bytes, wanted);
    }
    reader->start = position;
    reader->length = kept;
    if (kept >= wanted)
        return 0;
    if (unnamed_file_read(reader->records->fd, reader->bytes + kept, wanted - kept,
                          (off_t)(position + kept)))
        return -1;
    reader->length = wanted;
    return 0;
}

int record_reader_read(struct record_reader *reader, uint64_t position,
                       struct result_record *record, struct error *error)
{
    size_t bytes = RECORD_HEAD_BYTES;
    char *packed;

    if (bytes_from(reader, position) < bytes && move_to(reader, position, bytes))
        return refuse("read", error);
    bytes = record_packed_bytes(reader->bytes + (position - reader->start));
    if (bytes_from(reader, position) < bytes && move_to(reader, position, bytes))
        return refuse("read", error);
    packed = reader->bytes + (position - reader->start);
    record_unpack(packed, record);
    return 0;
}
