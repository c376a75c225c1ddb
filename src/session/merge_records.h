/* SPDX-License-Identifier: MIT */
#ifndef SESSION_MERGE_RECORDS_H
#define SESSION_MERGE_RECORDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "results/record_pack.h"

/*
 * The records of all lines of --merge, packed, in a file without a name (base/unnamed_file.h): so a line is
 * parsed once, and pipes can be merged as well. First one thread writes all, then several read.
 */
struct merge_records;

/* NULL with the reason and errno. */
struct merge_records *merge_records_new(struct error *error);

/* NULL is fine. */
void merge_records_free(struct merge_records *records);

/*
 * Appends packed records. *position is that of the first one; another one's is as many bytes further. 0, or -1
 * with the reason.
 */
int merge_records_append(struct merge_records *records, const char *packed, size_t bytes,
                         uint64_t *position, struct error *error);

/* Reads records. Each thread has its own. */
struct record_reader;

/* The records are borrowed. */
struct record_reader *record_reader_new(const struct merge_records *records);

/* NULL is fine. */
void record_reader_free(struct record_reader *reader);

/* Reads the record at a position; it is valid until the next call. 0, or -1 with the reason. */
int record_reader_read(struct record_reader *reader, uint64_t position,
                       struct result_record *record, struct error *error);

#endif
