/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_SPOOL_H
#define OUTPUT_SPOOL_H

#include "sink.h"

/*
 * What a format has finished before it can write the beginning of its document, in sections that
 * grow independently of each other. Each section has a buffer; what does not fit into it is in one
 * file without a name, which vanishes with the process. So memory hardly grows with the list: by 24
 * bytes for each 64 KiB. Main thread.
 */
struct spool;

/*
 * The file is in the folder of target; NULL: in $TMPDIR, or /tmp. Never NULL: if the file cannot be
 * made, spool_status() says so once it is needed.
 */
struct spool *spool_new(const char *target, size_t section_count);

/* NULL is fine. */
void spool_free(struct spool *spool);

/* What to print to, until the next call: if the buffer is full, it is moved to the file first. */
struct text *spool_section(struct spool *spool, size_t section);

/* 0, or -1 with errno if a buffer could not be moved to the file. */
int spool_status(const struct spool *spool);

/* Writes all of a section to the sink, and leaves an error in it: that of reading the file too. */
void spool_copy(const struct spool *spool, size_t section, struct sink *sink);

/*
 * Calls visit() with all of a section, in pieces: each holds what was printed between some calls of spool_section().
 * visit() returns whether to go on. 0, or -1 with errno if the file cannot be read.
 */
typedef bool spool_visitor(void *context, const char *bytes, size_t count);
int spool_visit(const struct spool *spool, size_t section, spool_visitor *visit, void *context);

#endif
