/* SPDX-License-Identifier: MIT */
#ifndef SESSION_MERGE_WORK_H
#define SESSION_MERGE_WORK_H

#include "merge_files.h"
#include "merge_records.h"
#include "results/merge.h"
#include "results/result_reader.h"

/* What the threads of --merge do: they read lines, and make results of records. Main does all else. */

/* What a thread needs. */
struct merge_worker {
    const struct settings *settings; /* borrowed */
    struct result_reader *reader;
    struct fingerprinter *fingerprinter;
    struct record_reader *records;
};

/* Both are borrowed. */
void merge_worker_init(struct merge_worker *worker, const struct settings *settings,
                       const struct merge_records *records, struct string_pool *names);
void merge_worker_release(struct merge_worker *worker);

/* A line that is no result. */
struct refused_line {
    size_t line; /* in the block, from 1; 0: there is none */
    struct error reason;
};

/* A result, for the index; its position counts from the block's first record. */
struct merge_found {
    struct fingerprint fingerprint;
    struct merge_seen seen;
};

/* Lines and what they are. All zeros at first. */
struct merge_lines {
    struct merge_block block;
    size_t count; /* lines */
    char *packed; /* the records; owned */
    size_t packed_bytes, packed_room;
    struct merge_found *found; /* owned */
    size_t found_count, found_room;
    struct refused_line first; /* the first refused one */
    struct refused_line cut; /* the last one, if it began like a result, and the file ends in it */
    size_t refused;          /* how many are refused, without `cut` */
};

void merge_worker_index(struct merge_worker *worker, struct merge_lines *lines);
void merge_lines_release(struct merge_lines *lines);

/* A URL, and what is printed of it. */
struct merge_item {
    struct merge_seen *seen; /* owned; what is known of it */
    size_t count;
    bool is_old;           /* as in struct merge_url */
    struct target *target; /* owned; NULL: that of the record, which is then made */

    /* Set by merge_worker_read(): */
    struct result result; /* owned, unless it is lost */
    char *lost;           /* why the record cannot be read; owned; NULL: it can */
};

#define MERGE_BATCH 128

/* URLs in the order in which they are printed. */
struct merge_batch {
    struct merge_item items[MERGE_BATCH];
    size_t count;
};

void merge_worker_read(struct merge_worker *worker, struct merge_batch *batch);

/* Frees what the items own, and empties the batch. */
void merge_batch_clear(struct merge_batch *batch);

#endif
