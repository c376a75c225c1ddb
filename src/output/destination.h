/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_DESTINATION_H
#define OUTPUT_DESTINATION_H

#include <stdbool.h>

#include "atomic_file.h"
#include "format.h"
#include "sink.h"
#include "spool.h"

/* One place that results are written to, in one format: standard output or a file. */
struct destination {
    const struct format *format;
    struct format_context context;
    const char *name;         /* NULL: standard output; borrowed */
    enum order order;         /* in which it gets the results: not ORDER_AUTO */
    struct sink sink;         /* its fd belongs to `file`, or to the destination if it has a name */
    struct spool *spool;      /* owned; NULL: the format has no sections */
    struct atomic_file *file; /* owned; NULL: the sink is written to directly */
    bool has_begun;
};

/*
 * Opens what format, name and the context's settings say. 0, or -1 with errno. To be ended by
 * destination_close() in both cases.
 */
int destination_open(struct destination *destination);

/* Whether both lead to the same file or descriptor. A device such as /dev/null may be shared. */
bool destination_is_same(const struct destination *a, const struct destination *b);

/* Adds the result. It may stay in a buffer. 0, or -1 with errno. */
int destination_add(struct destination *destination, struct shown *shown);

/* Writes the buffer, unless the file appears only at the end. 0, or -1 with errno. */
int destination_flush(struct destination *destination);

/*
 * Writes what follows from the totals, and gives a file its name if it is complete. totals NULL:
 * writes nothing more and removes the file. 0, or -1 with errno, which may be that of an earlier write.
 */
int destination_close(struct destination *destination, const struct totals *totals);

#endif
