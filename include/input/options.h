/* SPDX-License-Identifier: MIT */
#ifndef INPUT_OPTIONS_H
#define INPUT_OPTIONS_H

#include <stdio.h>

#include "base/error.h"
#include "input/settings.h"

/*
 * The command line. The table in options_table.h says all about each option: getopt_long() is fed
 * from it, and --help, the man page and the shells' completions are printed from it.
 */

/*
 * Fills *settings, defaults included, from argv and the environment. Operands and -i are kept in
 * the order given. 0; or -1 with the reason, which names the option and what would be right.
 * Uses getopt_long()'s global state: once a process. The caller releases *settings either way.
 */
int options_parse(int argc, char **argv, struct settings *settings, struct error *error);

void settings_release(struct settings *settings);

/* --help: grouped, at most 80 columns. */
void options_print_help(FILE *file);

/* The options part of the man page, in man(7) macros. */
void options_print_man(FILE *file);

/* What the man page says of attributes: which options may stand in a line of a list. */
void options_print_man_attributes(FILE *file);

/* What makes the shell complete urlcheck's options and their arguments. */
void options_print_completion(FILE *file, enum shell shell);

#endif
