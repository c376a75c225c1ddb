/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_OUTPUT_H
#define OUTPUT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "input/settings.h"
#include "output/totals.h"
#include "result/result.h"

/*
 * Where results go: standard output and files, each in its format. --quiet, --silent and --changes
 * concern standard output only; files are always complete. With --changes, standard output gets only
 * results with a transition, and stays empty if there are none. A file is written under a temporary name and
 * renamed when the run ends, so that no reader sees half of it. A file that is not regular (a
 * device, a pipe, /dev/stdout) is written to directly. On a terminal, text has no lines for results
 * that are UNKNOWN: the summary has their number. Main thread only; writing blocks.
 */
struct output;

/* Whether standard output has the format nagios: then Nagios reads the exit status (output/nagios.h). */
bool output_is_for_nagios(const struct settings *settings);

/* How many descriptors each --format may take. */
#define OUTPUT_FILES_MAX 2

/*
 * Opens all outputs that the settings name; borrows the settings. NULL with the reason and errno:
 * EINVAL if the settings contradict each other, else why a file cannot be written.
 */
struct output *output_open(const struct settings *settings, struct error *error);

/* Whether an output gets the results in the order of the input. */
bool output_keeps_order(const struct output *output);

/* Whether nothing is printed of results that are OK: --quiet or --silent, and no files. */
bool output_skips_ok(const struct output *output);

/* Whether a format needs the latencies of totals.stats (results/stats.h). */
bool output_wants_latencies(const struct output *output);

/* Whether a format needs result->number. */
bool output_wants_numbers(const struct output *output);

/*
 * How much history a format needs in totals.history, in microseconds up to the end of the run: 0 is none.
 * Only with --state.
 */
int64_t output_history_us(const struct output *output);

/*
 * Prints results to all outputs that get results in this order: ORDER_INPUT, or ORDER_ARRIVAL (as
 * they come). At most OUTPUT_BATCH: each output gets all of them before the next one, so that the code of a
 * format stays in the processor's cache. They may stay in a buffer. 0, or -1 with errno if an output cannot be
 * written: output_failed_name() says which.
 */
#define OUTPUT_BATCH 16
int output_print(struct output *output, const struct result *const results[], size_t count,
                 enum order order);

/* Writes the buffers, except of files that appear only at the end. Errors as output_print(). */
int output_flush(struct output *output);

/*
 * How many rows of a terminal the results take, if the summary is printed on one as well. Looks through what is in
 * the buffer.
 */
size_t output_rows_seen(const struct output *output);

/* The name of the output that could not be written. */
const char *output_failed_name(const struct output *output);

/* 0; or -1 with errno EPIPE if standard output is a pipe without a reader. */
int output_look_for_reader(const struct output *output);

/*
 * Ends and frees the output; NULL is fine. It writes the buffers and what formats print at the end,
 * and gives files their names: if totals->trouble is set, only those of formats that can say so. totals
 * NULL: it writes nothing more, and removes the files. 0; or -1 with the reason for an error that
 * output_print() and output_flush() have not returned. A pipe without a reader is no error: 0, with errno
 * EPIPE; otherwise errno is not.
 */
int output_close(struct output *output, const struct totals *totals, struct error *error);

#endif
