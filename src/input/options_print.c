/* SPDX-License-Identifier: MIT */
#include "input/options.h"

#include <string.h>

#include "base/roff.h"
#include "input/option_table.h"

static const char synopsis[] =
    "Usage: urlcheck [OPTION]... [URL]...\n"
    "       urlcheck [OPTION]... < list\n"
    "       urlcheck [OPTION]... -i list\n"
    "\n"
    "Checks many http and https URLs at once and prints one line for each: OK if a\n"
    "complete response came with a status below 400, else FAILED and the reason.\n";

static const char exit_statuses[] =
    "Exit status: 0 every URL is OK, WARN or FLAKY, or --min-ok was reached; 1 a\n"
    "URL is FAILED, or --min-ok was not reached; 2 a usage error, or no URLs; 3 a\n"
    "problem of urlcheck or this machine, or no network here; 4 the deadline came\n"
    "first; 130, 143 interrupted.\n"
    "TIME is in seconds, or has units: 500ms, 3s, 1m30s, 1h, 30d.\n"
    "@FILE means the contents of FILE, @env:NAME the value of the environment\n"
    "variable NAME.\n";

/* Prints "  -m, --max-time TIME". Returns its width. */
static int print_name(FILE *file, const struct option_spec *spec)
{
    char letter[5] = "    ";

    if (spec->letter)
        snprintf(letter, sizeof(letter), "-%c, ", spec->letter);
    return fprintf(file, "  %s--%s%s%s", letter, spec->name, spec->argument ? " " : "",
                   spec->argument ? spec->argument : "");
}

/* Prints text from column 28 on, broken at spaces before column 80. column: where we are. */
static void print_wrapped(FILE *file, int column, const char *text)
{
    const int indent = 28, width = 80 - indent;

    if (column >= indent - 1) {
        fputc('\n', file);
        column = 0;
    }
    while (*text) {
        size_t length = strlen(text);

        if (length > (size_t)width) {
            for (length = (size_t)width; text[length] != ' '; length--)
                ;
        }
        fprintf(file, "%*s%.*s\n", indent - column, "", (int)length, text);
        text += length + strspn(text + length, " ");
        column = 0;
    }
}

void options_print_help(FILE *file)
{
    fputs(synopsis, file);
    for (int section = 0; section < SECTION_COUNT; section++) {
        fprintf(file, "\n%s:\n", option_section_title((enum option_section)section));
        for (size_t i = 0; i < option_spec_count; i++) {
            if ((int)option_specs[i].section == section)
                print_wrapped(file, print_name(file, &option_specs[i]), option_specs[i].help);
        }
    }
    fprintf(file, "\n%s", exit_statuses);
}

void options_print_man(FILE *file)
{
    for (int section = 0; section < SECTION_COUNT; section++) {
        fprintf(file, ".SS %s\n", option_section_title((enum option_section)section));
        for (size_t i = 0; i < option_spec_count; i++) {
            const struct option_spec *spec = &option_specs[i];

            if ((int)spec->section != section)
                continue;
            fputs(".TP\n\\fB", file);
            if (spec->letter)
                fprintf(file, "\\-%c\\fR, \\fB", spec->letter);
            fputs("\\-\\-", file);
            roff_print(file, spec->name);
            fputs("\\fR", file);
            if (spec->argument) {
                fputs(" \\fI", file);
                roff_print(file, spec->argument);
                fputs("\\fR", file);
            }
            fputc('\n', file);
            roff_print(file, spec->help);
            fputs(".\n", file);
        }
    }
}

void options_print_man_attributes(FILE *file)
{
    const char *before = "";

    for (size_t i = 0; i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];

        if (spec->scope != SCOPE_CHECK)
            continue;
        fprintf(file, "%s\\fB", before);
        roff_print(file, spec->name);
        fputs("\\fR", file);
        before = ",\n";
    }
    fputs(".\n", file);
}
