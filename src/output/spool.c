/* SPDX-License-Identifier: MIT */
/*
 * The file has the buffers of all sections in the order in which they were full, and `chunks` says
 * whose each is:
 *
 *     file      | rows: 64 KiB | rows: 65 KiB | failures: 64 KiB | rows: 64 KiB |
 *     buffers   rows: 12 KiB, failures: 3 KiB
 *
 * So a section is its chunks, and then its buffer.
 */
#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/unnamed_file.h"

/* How much of a section stays in memory. */
#define BUFFER_BYTES ((size_t)64 * 1024)

struct chunk {
    size_t section;
    off_t start;
    size_t bytes;
};

struct spool {
    struct sink file; /* its own buffer is not used */
    bool has_failed;  /* a buffer could not be moved to the file */
    off_t file_bytes;
    struct chunk *chunks;
    size_t chunk_count;
    struct text *sections;
    size_t section_count;
};

/* The folder of a path; NULL for NULL. The caller frees it. */
static char *folder_of(const char *target)
{
    const char *slash = target ? strrchr(target, '/') : NULL;

    if (slash)
        return xasprintf("%.*s", (int)(slash - target + 1), target);
    return target ? xstrdup(".") : NULL;
}

struct spool *spool_new(const char *target, size_t section_count)
{
    struct spool *spool = xcalloc(1, sizeof(*spool));
    char *folder = folder_of(target);

    spool->file.fd = unnamed_file_open(folder);
    if (spool->file.fd < 0)
        spool->file.write_errno = errno;
    free(folder);
    spool->sections = xcalloc(section_count, sizeof(*spool->sections));
    spool->section_count = section_count;
    return spool;
}

void spool_free(struct spool *spool)
{
    if (!spool)
        return;
    for (size_t i = 0; i < spool->section_count; i++)
        text_release(&spool->sections[i]);
    if (spool->file.fd >= 0)
        close(spool->file.fd);
    free(spool->sections);
    free(spool->chunks);
    free(spool);
}

/* Appends the section's buffer to the file. 0, or -1 with errno. */
static int move_to_file(struct spool *spool, size_t section)
{
    struct text *buffer = &spool->sections[section];
    size_t count = spool->chunk_count;

    if (sink_write(&spool->file, buffer->bytes, buffer->length))
        return -1;
    if ((count & (count - 1)) == 0) /* a power of two, or 0: it is full */
        spool->chunks = xrealloc(spool->chunks, (count ? 2 * count : 1) * sizeof(*spool->chunks));
    spool->chunks[spool->chunk_count++] =
        (struct chunk){.section = section, .start = spool->file_bytes, .bytes = buffer->length};
    spool->file_bytes += (off_t)buffer->length;
    text_clear(buffer);
    return 0;
}

struct text *spool_section(struct spool *spool, size_t section)
{
    struct text *buffer = &spool->sections[section];

    if (buffer->length >= BUFFER_BYTES && move_to_file(spool, section))
        spool->has_failed = true;
    return buffer;
}

int spool_status(const struct spool *spool)
{
    if (!spool->has_failed)
        return 0;
    errno = spool->file.write_errno;
    return -1;
}

/* 1: visit() wants more; 0: it does not; -1 with errno. */
static int visit_chunk(const struct spool *spool, const struct chunk *chunk, spool_visitor *visit,
                       void *context)
{
    char *bytes = xmalloc(chunk->bytes);
    int status = unnamed_file_read(spool->file.fd, bytes, chunk->bytes, chunk->start);
    int saved_errno = errno;

    if (status == 0)
        status = visit(context, bytes, chunk->bytes);
    free(bytes);
    errno = saved_errno;
    return status;
}

int spool_visit(const struct spool *spool, size_t section, spool_visitor *visit, void *context)
{
    const struct text *buffer = &spool->sections[section];
    int status = 1;

    for (size_t i = 0; i < spool->chunk_count && status > 0; i++) {
        if (spool->chunks[i].section == section)
            status = visit_chunk(spool, &spool->chunks[i], visit, context);
    }
    if (status > 0 && buffer->length)
        visit(context, buffer->bytes, buffer->length);
    return status < 0 ? -1 : 0;
}

static bool copy_piece(void *sink, const char *bytes, size_t count)
{
    return sink_write(sink, bytes, count) == 0;
}

void spool_copy(const struct spool *spool, size_t section, struct sink *sink)
{
    if (sink_flush(sink))
        return;
    if (spool_visit(spool, section, copy_piece, sink) && !sink->write_errno)
        sink->write_errno = errno;
}
