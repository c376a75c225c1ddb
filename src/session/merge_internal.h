/* SPDX-License-Identifier: MIT */
#ifndef SESSION_MERGE_INTERNAL_H
#define SESSION_MERGE_INTERNAL_H

#include <sys/stat.h>

#include "base/string_pool.h"
#include "engine/lanes.h"
#include "input/list.h"
#include "session_internal.h"
#include "merge_work.h"

/* What the parts of --merge share. Main thread. */

/* More threads have no work: main prints what they have read. */
#define MERGE_THREADS_MAX 4

struct merge_run {
    struct session *session;
    struct merge_files *files;
    struct merge_records *records;
    struct string_pool *names; /* of places and files */
    struct merge *index;
    struct merge_worker workers[MERGE_THREADS_MAX]; /* one for each thread */
    size_t worker_count;
    size_t looked;   /* how often merge_looks_interrupted() was called */
    bool has_failed; /* results are missing, which was reported: nothing more is delivered */

    /* The list of --expect. */
    struct settings expect_settings;
    struct input expect_input;
    struct stat expect_status;
    struct list *expected; /* while it is read the second time; NULL: there is no list */

    bool counts_ok; /* results that are OK are only counted */
    bool has_sent;  /* the first result was sent to be read */
};

/* Reads all files into records and index. 0, or -1: interrupted, or reported. */
int merge_read(struct merge_run *run);

/* Makes results of what the index has, and delivers them. */
void merge_deliver(struct merge_run *run);

/* Whether a signal came. */
bool merge_is_interrupted(const struct merge_run *run);

/* The same for a loop: looks now and then. */
bool merge_looks_interrupted(struct merge_run *run);

/* Reports that some input cannot be read: the other results are printed, and the exit status is 3. */
void merge_lose_input(struct merge_run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The merge has failed. Reports why, unless it had failed before. Returns -1. */
int merge_fail(struct merge_run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What is sorted cannot be kept or read: merge_fail() with errno. Returns -1. */
int merge_fail_sorting(struct merge_run *run);

/* Threads for the run's workers; NULL: this machine has none, which was reported. */
struct lanes *merge_start_lanes(struct merge_run *run, lanes_work *work);

#endif
