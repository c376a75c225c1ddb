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
 * made, spool_settle() fails once it is needed.
 */
struct spool *spool_new(const char *target, size_t section_count);

/* NULL is fine. */
void spool_free(struct spool *spool);

/* What to print to. */
struct text *spool_section(const struct spool *spool, size_t section);

/* After something was printed to sections: moves full buffers to the file. 0, or -1 with errno. */
int spool_settle(struct spool *spool);

/* Writes all of a section to the sink, and leaves an error in it: that of reading the file too. */
void spool_copy(struct spool *spool, size_t section, struct sink *sink);

#endif
