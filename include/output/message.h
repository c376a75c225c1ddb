/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_MESSAGE_H
#define OUTPUT_MESSAGE_H

#include <stdbool.h>

/*
 * The one place that speaks on standard error of urlcheck's own affairs. Each message is one line,
 * begins with "urlcheck: " and is escaped as in base/escape.h. Main thread only.
 */
void message(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* From now on message() says nothing (--silent). */
void message_silence(void);

#endif
