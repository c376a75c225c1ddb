/* SPDX-License-Identifier: MIT */
#ifndef SESSION_PROCESS_H
#define SESSION_PROCESS_H

#include <stdio.h>

/*
 * What a process needs before its first thread: standard streams that are open, so that no socket
 * takes their numbers (one that was closed still fails when used), UTF-8 for host names, a
 * scheduling policy for many threads, small stacks for libcurl's, and libcurl itself. Exits with
 * EXIT_INTERNAL if libcurl cannot be.
 */
void process_prepare(void);

/* The versions of urlcheck, libcurl and its TLS library, a line each. */
void process_print_versions(FILE *file);

/* Flushes standard output: EXIT_ALL_OK, or EXIT_INTERNAL and a message if that fails. */
int process_finish_stdout(void);

#endif
