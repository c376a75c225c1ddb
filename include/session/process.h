/* SPDX-License-Identifier: MIT */
#ifndef SESSION_PROCESS_H
#define SESSION_PROCESS_H

#include <stddef.h>
#include <stdio.h>

#include "base/error.h"
#include "input/settings.h"

/*
 * Prepares the process before its first thread: a reserve of memory, open standard streams, UTF-8 for
 * host names, a scheduling policy for many threads, small stacks for libcurl's threads, and libcurl
 * itself. Exits with EXIT_INTERNAL if libcurl cannot be initialised.
 */
void process_prepare(void);

/* Prints the versions of urlcheck, libcurl and its TLS library, one per line. */
void process_print_versions(FILE *file);

/* The width of the terminal that is standard output: that of COLUMNS, or its own; else 80. */
size_t process_stdout_columns(void);

/*
 * Prints why the run cannot begin. Returns the exit status: if Nagios reads standard output, it gets
 * the reason there, and the state UNKNOWN instead of that status.
 */
int process_report_start(const struct settings *settings, const struct error *reason, int status);

/* Flushes standard output: EXIT_ALL_OK, or EXIT_INTERNAL and a message if that fails. */
int process_finish_stdout(void);

#endif
