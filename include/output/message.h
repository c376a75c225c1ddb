/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_MESSAGE_H
#define OUTPUT_MESSAGE_H

/*
 * Prints a message of urlcheck itself on standard error: one line that begins with "urlcheck: ",
 * escaped (base/escape.h); the format has no newline. No other code prints such messages, except for
 * the two that end the process (base/alloc.h, base/thread.h). Main thread only.
 */
void message(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* As message(), but about the results: not printed after message_silence_remarks(). */
void message_remark(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* For --silent, which hides results and what is said about them, but no problem of urlcheck. */
void message_silence_remarks(void);

#endif
