/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_TOTALS_H
#define OUTPUT_TOTALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "results/stats.h"
#include "state/history.h"

/* What is known of a run once it has ended, for formats that begin with it. Borrowed texts. */
struct totals {
    struct stats *stats;   /* of all results */
    size_t folded;         /* duplicates that were not checked */
    int64_t started_at_us; /* microseconds since 1970 */
    int64_t ended_at_us;
    int64_t elapsed_us; /* by a clock that cannot be set back */
    int exit_status;    /* unless an output cannot be written */
    const char *place;  /* where all its checks looked from; NULL: from here; not yet escaped */
    const char *list;   /* the first list's name, or "command line"; not yet escaped */

    /* Of the last output_history_us(), with this run. NULL: none is wanted, or --state has failed. */
    const struct history *history;

    /*
     * Why results are missing (the network here is down, no URLs given, memory ran out): a sentence
     * for users, not yet escaped. NULL: each URL has its result, or --fail-early or --min-ok ended
     * the run.
     */
    const char *trouble;
    bool network_down; /* the trouble is that every canary failed */

    /*
     * A sentence like that of trouble if the results that are known are printed all the same: why --state
     * could not remember the run or say what has changed, or what --merge could not read. NULL: neither.
     */
    const char *lesser_trouble;
};

#endif
