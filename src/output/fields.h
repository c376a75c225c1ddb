/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_FIELDS_H
#define OUTPUT_FIELDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "input/target.h"
#include "result/result.h"

/* The values that several formats print. What is returned is the caller's to free, and is escaped. */

/* Room for a time of field_date(). */
#define FIELD_DATE_BYTES 40

/*
 * Writes a time in UTC as RFC 3339 has it, "2026-11-30T02:50:52Z"; fraction_us: its microseconds;
 * -1: none are printed. "" for 0, which is an unknown time.
 */
void field_date(char text[FIELD_DATE_BYTES], int64_t time_s, int64_t fraction_us);

/* Prints a time (microseconds since 1970) as "2026-11-30T09:25:42.123+01:00": RFC 3339, section 5.6. */
void field_print_local_time(struct text *out, int64_t time_us);

/* Prints text from outside, escaped by a function of base/escape.h. */
void field_print(struct text *out, char *(*escape)(const char *), const char *text);

/*
 * Prints escaped text that begins a line, or follows only blanks there. The first character is never a
 * colon: CI systems take "::error::" there for a command (actions/runner, ActionCommand.cs). escape_text()
 * sees to those that count anywhere in a line.
 */
void field_print_first(struct text *out, const char *escaped);

/* "host", or "host:port" if the port is not the scheme's own; NULL: the item has no host. */
char *field_host(const struct target *target);

/* The last URL that was requested, as it was sent; NULL: no request was made. */
char *field_final_url(const struct result *result);

/* As source_file_name(): for all that formats print of a target. */
const char *field_source_file(const struct source *source);

/*
 * The result's message without the "list:3: " of a line that cannot be checked, for formats that give
 * the source elsewhere. Not escaped; "" if plain OK; borrowed from the result.
 */
const char *field_message(const struct result *result);

#endif
