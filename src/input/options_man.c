/* SPDX-License-Identifier: MIT */
#include "input/options.h"

#include "base/roff.h"
#include "input/option_table.h"

/* Begins an entry: "-m, --max-time", in bold. */
static void print_name(FILE *file, const struct option_spec *spec)
{
    fputs(".TP\n\\fB", file);
    if (spec->letter)
        fprintf(file, "\\-%c\\fR, \\fB", spec->letter);
    fputs("\\-\\-", file);
    roff_print(file, spec->name);
    fputs("\\fR", file);
}

void options_print_man(FILE *file)
{
    for (int section = 0; section < SECTION_COUNT; section++) {
        fprintf(file, ".SS %s\n", option_section_title((enum option_section)section));
        for (size_t i = 0; i < option_spec_count; i++) {
            const struct option_spec *spec = &option_specs[i];

            if ((int)spec->section != section)
                continue;
            print_name(file, spec);
            if (spec->argument) {
                fputs(spec->implied ? "[=\\fI" : " \\fI", file);
                roff_print(file, spec->argument);
                fputs(spec->implied ? "\\fR]" : "\\fR", file);
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

void options_print_man_curl(FILE *file)
{
    for (size_t i = 0; i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];

        if (!spec->in_curl)
            continue;
        print_name(file, spec);
        fputc('\n', file);
        roff_print(file, spec->in_curl);
        fputc('\n', file);
    }
}
