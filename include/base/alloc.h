/* SPDX-License-Identifier: MIT */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Memory for urlcheck's own data. The x functions never return NULL, so no caller has a branch for
 * that. When malloc() fails for the first time, a reserve is released to satisfy that request and
 * the next few, and alloc_is_exhausted() becomes true: main then ends the run, prints the results
 * that are known, and exits with 3. If the reserve is used up as well, the process prints "out of
 * memory" and ends with quick_exit(3).
 *
 * Memory is released with free(). All functions may be called by any thread.
 *
 * Not for libcurl and OpenSSL, which report failed allocations themselves (probe/alloc_monitor.h),
 * and not for a buffer whose size a server decides (base/byte_buffer.h).
 */

/* Sets the reserve aside. Call it once, before the first thread. */
void alloc_reserve(void);

/* Whether an allocation has failed since the process began. */
bool alloc_is_exhausted(void);

/* Prints "out of memory" and ends the process with quick_exit(3). */
_Noreturn void alloc_end_process(void);

/* As malloc(3), calloc(3), realloc(3), strdup(3), strndup(3), but never NULL. */
void *xmalloc(size_t bytes);
void *xcalloc(size_t count, size_t bytes);
void *xrealloc(void *memory, size_t bytes);
char *xstrdup(const char *text);
char *xstrndup(const char *text, size_t length_max);

/* As asprintf(3) and vasprintf(3), but the text is returned. Never NULL. */
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

#endif
