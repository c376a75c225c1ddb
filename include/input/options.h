/* SPDX-License-Identifier: MIT */
#ifndef INPUT_OPTIONS_H
#define INPUT_OPTIONS_H

#include <stddef.h>
#include <stdio.h>

#include "base/error.h"
#include "input/settings.h"

/*
 * The command line, and the texts about it. All are made from the table in input/option_table.h:
 * the tables of getopt_long(), --help, the man page and the shells' completions.
 */

/*
 * Sets *settings from the defaults, the environment and argv, which must outlive it. Operands and
 * -i are stored in the order given. 0; or -1 with the reason, which names the option and says what
 * is right. The caller releases *settings in both cases.
 * It uses the global state of getopt_long(): call it once in a process.
 */
int options_parse(int argc, char **argv, struct settings *settings, struct error *error);

void settings_release(struct settings *settings);

/* The functions below leave errors of the stream in it. */

/* --help: everything, in groups, in lines of that width where blanks allow it. */
void options_print_help(FILE *file, size_t width);

/* -h: one screen of 80 columns, with the options of every day. */
void options_print_brief_help(FILE *file);

/* The options for the man page, in man(7) macros. */
void options_print_man(FILE *file);

/* The names of the options that may be attributes, for the man page. */
void options_print_man_attributes(FILE *file);

/* The options that mean something else in curl, for the man page. */
void options_print_man_curl(FILE *file);

/* A script with which the shell completes urlcheck's options and their arguments. */
void options_print_completion(FILE *file, enum shell shell);

#endif
