/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_MESSAGE_H
#define OUTPUT_MESSAGE_H

#include <stdbool.h>

/*
 * Prints a message of urlcheck itself on standard error: one line that begins with "urlcheck: ",
 * escaped (base/escape.h), without a newline in the format. No other code prints such messages.
 * Main thread only.
 */
void message(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Makes message() print nothing (--silent). */
void message_silence(void);

#endif
