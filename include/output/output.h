/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_OUTPUT_H
#define OUTPUT_OUTPUT_H

#include <stdbool.h>

#include "base/error.h"
#include "input/settings.h"
#include "result/result.h"

/*
 * Where results go: standard output, and files, each in its format. --quiet and --silent rule
 * standard output; files are always complete. A file is written beside its name, and renamed to it
 * when all is done, so that a reader never sees half of it; a device or pipe is written to.
 * One thread.
 */
struct output;

/*
 * Opens all that the settings name. NULL with the reason, and errno: EINVAL if what the settings
 * say makes no sense, else why a file cannot be written.
 */
struct output *output_open(const struct settings *settings, struct error *error);

/* Writes the result to all, buffered. 0, or -1 with errno if something could not be written. */
int output_record(struct output *output, const struct result *result);

/* Sends out what is buffered, but for files that only appear in the end. As output_record(). */
int output_flush(struct output *output);

/* Says what could not be written. */
const char *output_failed_name(const struct output *output);

/* 0; or -1 with errno EPIPE, if whoever read standard output has gone away. */
int output_look_for_reader(const struct output *output);

/*
 * Writes what is left and gives the files their names, if keep is set, or removes them, and frees
 * the output. 0, or -1 with the reason if something could not be written, of which output_record()
 * and output_flush() had not told; a reader of standard output who has gone away is no reason.
 * NULL is fine.
 */
int output_close(struct output *output, bool keep, struct error *error);

#endif
