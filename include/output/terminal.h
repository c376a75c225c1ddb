/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_TERMINAL_H
#define OUTPUT_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* What is known of a terminal, and how much of it a text takes. */

/* Whether the descriptor is a terminal that obeys escape sequences: TERM is set, and not dumb. */
bool terminal_has_escapes(int fd);

/* How wide the terminal is now, in columns; 80 if it does not say, or is no terminal. */
size_t terminal_columns(int fd);

/* How high it is, in rows; 24 if it does not say. */
size_t terminal_rows(int fd);

/*
 * How many columns a text takes: UTF-8 without characters that escape_text() escapes. A character is
 * up to two columns wide; one of unknown width counts as two.
 */
size_t terminal_width(const char *text);

/*
 * How many rows the lines of `length` bytes take on a terminal that wraps them at that many columns. They may
 * have colors (SGR). The row that an unfinished last line ends in is not counted. Reads nothing after `length` bytes.
 */
size_t terminal_rows_taken(const char *text, size_t length, size_t columns);

/* Cuts the text off, between characters, so that it takes at most that many columns. */
void terminal_cut(char *text, size_t columns);

#endif
