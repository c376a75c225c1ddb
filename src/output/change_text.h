/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_CHANGE_TEXT_H
#define OUTPUT_CHANGE_TEXT_H

#include <stdint.h>

#include "result/result.h"

/*
 * What --changes says of a result, for people. Times are local, with their zone, and with the date if
 * that is not today's; durations are rounded. The texts are ASCII, as cron declares a mail to be in the
 * character set of its own locale, which usually is C.
 */
#define CHANGE_TEXT_BYTES 160

/*
 * What has changed, as of now_us; "" if nothing has. Writes and returns text:
 *
 *     DOWN (first check)
 *     DOWN since 14:05 CET (3 runs)
 *     UP again after 2 h 10 min
 *     still DOWN for 1 d, since 29 Nov, 14:05 CET
 *     FLAPPING (5 changes in 21 runs), silent until it is steady
 *     steady again, UP since 16:15 CET
 *     steady again, DOWN since 16:15 CET (20 runs)
 *     WARN
 */
const char *change_text(char text[CHANGE_TEXT_BYTES], const struct transition *transition,
                        int64_t now_us);

/* The same, as of now. */
const char *change_text_now(char text[CHANGE_TEXT_BYTES], const struct result *result);

/* At the end of a sentence: " [DOWN since 14:05 CET]"; "" if nothing has changed. */
const char *change_mark(char text[CHANGE_TEXT_BYTES], const struct result *result);

/* Why: "refused"; if it is up again, "was refused since 14:05 CET"; "": no reason. */
const char *change_reason(char text[CHANGE_TEXT_BYTES], const struct result *result,
                          int64_t now_us);

#endif
