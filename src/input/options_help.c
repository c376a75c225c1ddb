/* SPDX-License-Identifier: MIT */
#include "input/options.h"

#include <string.h>

#include "base/cause.h"
#include "input/option_table.h"

/* -h and --help. */

/* Below this width, the help of an option is on the lines after its name. */
#define NARROW_COLUMNS 60

static const char usage[] = "Usage: urlcheck [OPTION]... [URL]...\n"
                            "       urlcheck [OPTION]... < list\n"
                            "       urlcheck [OPTION]... -i list\n";

static const char purpose[] =
    "Checks many http and https URLs at once and prints one line for each: OK if a complete response "
    "came with a status below 400, else FAILED and the reason.";

static const char list_lines[] =
    "A line is a URL; attributes may follow: key=value, with quotes as in a shell, or the key alone for "
    "an option without an argument. # after a blank begins a comment. name=LABEL names the line. The "
    "other keys are the long names of these options, for this URL alone:";

static const char exit_statuses[] =
    "0 every URL is OK, WARN or FLAKY, or --min-ok was reached; 1 a URL is FAILED, or --min-ok was not "
    "reached; 2 a usage error, or no URLs; 3 a problem of urlcheck or this machine, or no network here; "
    "4 the deadline came first; 129, 130, 143 interrupted. A URL of which nothing is "
    "known, with 3 and more, is UNKNOWN. If standard output has --format nagios, the exit status is that of a "
    "monitoring plugin.";

static const char arguments[] =
    "TIME is in seconds, or has units: 500ms, 3s, 1m30s, 1h, 30d. @FILE means the contents of FILE, "
    "@env:NAME the value of the environment variable NAME.";

static const char brief_usage[] =
    "Usage: urlcheck [OPTION]... [URL]...   (without a URL or -i, the list is stdin)\n";

static const char brief_end[] =
    "Examples:\n"
    "  urlcheck https://example.com/ example.org\n"
    "  urlcheck -q --retry 2 --confirm 1 -i links.txt\n"
    "  urlcheck --accept 200,401 --cert-expiry 21,7 -i hosts.txt\n"
    "  urlcheck -m 3 http://localhost:8080/health && echo it is up\n"
    "Exit status: 0 all OK, 1 a URL is FAILED, 2 usage error or no URLs, 3 trouble of\n"
    "urlcheck or this machine, 4 --deadline came first. urlcheck --help: all options\n";

/* Text in columns. */
struct columns {
    FILE *file;
    size_t indent; /* the column in which lines begin */
    size_t width;
    size_t column; /* where we are */
};

static void end_line(struct columns *out)
{
    fputc('\n', out->file);
    out->column = 0;
}

/* Prints a word, after a blank or on a new line. */
static void print_word(struct columns *out, const char *word, size_t length)
{
    if (out->column > out->indent && out->column + 1 + length > out->width)
        end_line(out);
    if (out->column > out->indent) {
        fputc(' ', out->file);
        out->column++;
    }
    if (out->column < out->indent) {
        fprintf(out->file, "%*s", (int)(out->indent - out->column), "");
        out->column = out->indent;
    }
    fprintf(out->file, "%.*s", (int)length, word);
    out->column += length;
}

/* Prints words that are separated by single blanks. */
static void print_text(struct columns *out, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, " ");

        print_word(out, text, length);
        text += length + (text[length] == ' ');
    }
}

static void print_paragraph(FILE *file, size_t width, const char *title, const char *text)
{
    struct columns out = {.file = file, .width = width};

    if (title)
        fprintf(file, "\n%s:\n", title);
    out.indent = title ? 2 : 0;
    print_text(&out, text);
    end_line(&out);
}

/* "  -m, --max-time TIME", "      --lock[=HOW]". Returns its width. */
static size_t print_name(FILE *file, const struct option_spec *spec)
{
    const char *before = spec->implied ? "[=" : spec->argument ? " " : "";
    char letter[5] = "    ";

    if (spec->letter)
        snprintf(letter, sizeof(letter), "-%c, ", spec->letter);
    return (size_t)fprintf(file, "  %s--%s%s%s%s", letter, spec->name, before,
                           spec->argument ? spec->argument : "", spec->implied ? "]" : "");
}

/* The text in its column, after a name that has taken so many columns. */
static void print_beside(FILE *file, size_t taken, size_t width, const char *text)
{
    struct columns out = {.file = file, .width = width, .column = taken};

    out.indent = width < NARROW_COLUMNS ? 8 : 28;
    if (taken + 1 >= out.indent)
        end_line(&out);
    print_text(&out, text);
    end_line(&out);
}

static void print_options(FILE *file, size_t width)
{
    for (int section = 0; section < SECTION_COUNT; section++) {
        fprintf(file, "\n%s:\n", option_section_title((enum option_section)section));
        for (size_t i = 0; i < option_spec_count; i++) {
            if ((int)option_specs[i].section == section)
                print_beside(file, print_name(file, &option_specs[i]), width, option_specs[i].help);
        }
    }
}

static void print_attributes(FILE *file, size_t width)
{
    struct columns out = {.file = file, .indent = 2, .width = width};

    fputs("\nLines of a list:\n", file);
    print_text(&out, list_lines);
    end_line(&out);
    out.indent = 4;
    for (size_t i = 0; i < option_spec_count; i++) {
        if (option_specs[i].scope == SCOPE_CHECK)
            print_word(&out, option_specs[i].name, strlen(option_specs[i].name));
    }
    end_line(&out);
}

static void print_classes(FILE *file, size_t width)
{
    struct columns out = {.file = file, .indent = 2, .width = width};

    fputs("\nClasses (the man page describes them):\n", file);
    for (int cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++) {
        const char *name = cause_name((enum cause)cause);

        print_word(&out, name, strlen(name));
    }
    end_line(&out);
}

static void print_differences_from_curl(FILE *file, size_t width)
{
    fputs("\nOther meanings in curl:\n", file);
    for (size_t i = 0; i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];
        int taken;

        if (!spec->in_curl)
            continue;
        if (spec->letter)
            taken = fprintf(file, "  -%c (curl)", spec->letter);
        else
            taken = fprintf(file, "  --%s (curl)", spec->name);
        print_beside(file, (size_t)taken, width, spec->in_curl);
    }
}

void options_print_help(FILE *file, size_t width)
{
    fprintf(file, "%s\n", usage);
    print_paragraph(file, width, NULL, purpose);
    print_options(file, width);
    print_attributes(file, width);
    print_classes(file, width);
    print_differences_from_curl(file, width);
    print_paragraph(file, width, "Arguments", arguments);
    print_paragraph(file, width, "Exit status", exit_statuses);
}

void options_print_brief_help(FILE *file)
{
    const int text_column = 33; /* after the longest name */

    fputs(brief_usage, file);
    for (size_t i = 0; i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];

        if (spec->brief)
            fprintf(file, "%*s%s\n", text_column - (int)print_name(file, spec), "", spec->brief);
    }
    fputs(brief_end, file);
}
