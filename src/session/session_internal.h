/* SPDX-License-Identifier: MIT */
#ifndef SESSION_SESSION_INTERNAL_H
#define SESSION_SESSION_INTERNAL_H

#include "base/fd_limits.h"
#include "engine/run.h"
#include "output/output.h"
#include "output/recap.h"
#include "probe/probe.h"
#include "results/results.h"
#include "results/stats.h"
#include "run_lock.h"
#include "state/state.h"

/* What is known of the runs that --merge merges. */
struct merged {
    bool has_list;         /* a result has been delivered: list is known */
    bool has_place;        /* and place */
    int64_t started_at_us; /* microseconds since 1970; of this run if no check began */
    int64_t ended_at_us;
    const char *list;  /* of the first result; NULL: the command line */
    const char *place; /* of all results; NULL: they have several */
    size_t replaced;   /* results that later ones from the same place have replaced */
    /* The first line or file that could not be read, for users; all others are delivered. "": all could. */
    struct error lost_input;
};

/* One run of the program: what the modules of this room share. Main thread. */
struct session {
    const struct settings *settings;
    struct fd_limits limits;
    struct list *list;       /* NULL with --merge */
    struct merge_run *merge; /* of --merge (merge.h); else NULL */
    struct merged merged;
    struct prober *prober; /* NULL with --merge */
    struct signals *signals;
    struct run_config config;
    struct results *results;
    struct output *output;
    struct state *state;     /* of --state; NULL: there is none, or it cannot be used */
    bool holds_results;      /* --changes: nothing is printed before all results are known */
    bool is_delivered;       /* the outputs have all that they should */
    struct history *history; /* for formats that print it; NULL: none does, or it cannot be read */
    bool is_state_broken;    /* the file of --state cannot be read or written, which was reported */
    struct error state_trouble; /* why, for users */
    struct stats stats;
    struct recap *recap; /* NULL: no report of the failures is wanted */
    struct run_lock lock;
    struct pinger *pinger; /* NULL: no --ping-url */
    int64_t deadline_us;   /* of the whole run; CLOCK_NEVER: none */
    int64_t started_us;
    int64_t started_at_us;     /* the same, in microseconds since 1970 */
    int64_t reader_checked_us; /* when the reader of standard output was last checked */
    int output_errno;          /* of the write that ended the run; 0: none did */
    struct error trouble;      /* why results are missing, for users; "" while there is no reason */
    bool is_cut;               /* there was no time to print all UNKNOWN results */
    size_t ok_count;           /* results that count for --min-ok */
    /* Checks in flight that the limit on open files allows, if this is yet to be reported; else 0. */
    size_t limit_of_files;
};

#endif
