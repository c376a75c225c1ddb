/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_CSV_TEXT_H
#define OUTPUT_CSV_TEXT_H

#include "base/text.h"

/*
 * Prints text that base/escape.h has escaped as a cell of CSV (RFC 4180). NULL is
 * an empty cell. Spreadsheets take a cell that begins with one of =+-@ for a formula, which may send data
 * elsewhere (https://owasp.org/www-community/attacks/CSV_Injection): an apostrophe makes it text. One
 * that begins with a colon is quoted, so that no line begins with a command for CI systems
 * (field_print_first()).
 */
void csv_print(struct text *out, const char *escaped);

/* The same for text from outside, which is escaped by a function of base/escape.h first. */
void csv_print_text(struct text *out, char *(*escape)(const char *), const char *text);

#endif
