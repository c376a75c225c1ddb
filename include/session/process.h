/* SPDX-License-Identifier: MIT */
#ifndef SESSION_PROCESS_H
#define SESSION_PROCESS_H

#include <stdio.h>

/*
 * Prepares the process before its first thread: a reserve of memory, open standard streams, UTF-8 for
 * host names, a scheduling policy for many threads, small stacks for libcurl's threads, and libcurl
 * itself. Exits with EXIT_INTERNAL if libcurl cannot be initialised.
 */
void process_prepare(void);

/* Prints the versions of urlcheck, libcurl and its TLS library, one per line. */
void process_print_versions(FILE *file);

/* Flushes standard output: EXIT_ALL_OK, or EXIT_INTERNAL and a message if that fails. */
int process_finish_stdout(void);

#endif
