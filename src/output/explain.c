/* SPDX-License-Identifier: MIT */
/*
 * Writes a curl command for a POSIX shell. Its words are quoted in one of these ways:
 *
 *     'text'                       printable text (base/shell_words.h)
 *     "$(printf 'text\033')"       text that must not reach a terminal; it may not end in a newline
 *     "$(tr -d '\r\n' <file)"      one line of a file that curl would not read itself
 *     "$NAME"                      an environment variable
 *
 * $(...) removes newlines at the end, and a command on one line has no other way to quote them. So a
 * body that ends in a newline goes to curl's standard input: { printf 'text\012'; } | curl ... @-
 */
#include "output/explain.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/shell_words.h"
#include "input/arg_file.h"
#include "input/options_table.h"

/* Writes text as a format in single quotes from which printf(1) prints the text. */
static void print_printf_format(FILE *file, const char *text)
{
    fputc('\'', file);
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;

        if (byte == '%')
            fputs("%%", file);
        else if (byte < ' ' || byte > '~' || strchr("\\'-", byte))
            fprintf(file, "\\%03o", byte);
        else
            fputc(byte, file);
    }
    fputc('\'', file);
}

static void print_word(FILE *file, const char *text)
{
    char *word;

    if (escape_is_needed(text)) {
        fputs(" \"$(printf ", file);
        print_printf_format(file, text);
        fputs(")\"", file);
        return;
    }
    word = shell_quote(text);
    fprintf(file, " %s", word);
    free(word);
}

static int print_text(FILE *file, const struct option_spec *spec, const char *text)
{
    fprintf(file, " --%s", spec->name);
    print_word(file, text);
    return 0;
}

/* The name of the environment variable that an origin "@env:NAME" names; NULL: another origin. */
static const char *variable_of(const char *origin)
{
    return *origin == '@' ? arg_variable(origin + 1) : NULL;
}

static void print_item(FILE *file, const struct option_spec *spec, const char *item)
{
    const char *origin = string_list_origin(item);

    if (strcmp(origin, ORIGIN_MORE) == 0)
        return; /* printed with the first item of its file */
    if (variable_of(origin)) {
        fprintf(file, " --%s \"$%s\"", spec->name, variable_of(origin));
    } else if (spec->kind == OPTION_KEPT && *origin == '@') {
        fprintf(file, " --%s \"$(tr -d '\\r\\n' <", spec->name);
        print_word(file, origin + 1);
        fputs(")\"", file);
    } else {
        print_text(file, spec, *origin ? origin : item);
    }
}

static int print_list(FILE *file, const struct option_spec *spec, const struct string_list *strings)
{
    for (size_t i = 0; i < strings->count; i++)
        print_item(file, spec, strings->items[i]);
    return 0;
}

static int print_option(FILE *file, const struct option_spec *spec, const void *field)
{
    int64_t number;

    switch (spec->kind) {
    case OPTION_TIME:
        number = *(const int64_t *)field;
        fprintf(file, " --%s %" PRId64, spec->name, number / CLOCK_S);
        number = number % CLOCK_S / CLOCK_MS;
        if (number)
            fprintf(file, number % 100 ? ".%03" PRId64 : ".%" PRId64,
                    number % 100 ? number : number / 100);
        return 0;
    case OPTION_COUNT: fprintf(file, " --%s %ld", spec->name, *(const long *)field); return 0;
    case OPTION_SIZE:
        fprintf(file, " --%s %" PRId64, spec->name, *(const int64_t *)field);
        return 0;
    case OPTION_CHOICE:
        return print_text(file, spec, spec->words[*(const int *)field - spec->minimum]);
    case OPTION_TEXT: return print_text(file, spec, *(const char *const *)field);
    case OPTION_KEPT:
    case OPTION_LIST: return print_list(file, spec, field);
    case OPTION_FLAG:
    case OPTION_CLEAR:
    case OPTION_VALUE:
    case OPTION_ACTION: fprintf(file, " --%s", spec->name); return 0;
    }
    return 0;
}

/* Whether an option whose default differs from curl's (CURL_DIFFERS) must be given to curl. */
static bool holds(const struct option_spec *spec, const void *field)
{
    switch (spec->kind) {
    case OPTION_FLAG: return *(const bool *)field;
    case OPTION_VALUE: return *(const int *)field == spec->minimum;
    default: return true;
    }
}

/* Writes the shell command that prints an item of --data or --json. */
static void print_item_command(FILE *file, const char *item, bool is_data)
{
    const char *origin = string_list_origin(item);

    if (*origin != '@') {
        fputs("printf ", file);
        print_printf_format(file, item);
    } else if (variable_of(origin)) {
        fprintf(file, "printf %%s \"$%s\"", variable_of(origin));
    } else {
        /* As curl: --data drops CR, LF and NUL of a file. */
        fputs(is_data ? "tr -d '\\r\\n\\000' <" : "cat <", file);
        print_word(file, origin + 1);
    }
}

/* The body that goes through a pipe, because a part ends in a newline. NULL: there is none. */
static const struct string_list *piped_body(const struct check *check)
{
    const struct string_list *body = check->data.count ? &check->data : &check->json;

    for (size_t i = 0; i < body->count; i++) {
        const char *item = body->items[i];
        size_t length = strlen(item);

        if (length && item[length - 1] == '\n' && !*string_list_origin(item))
            return body;
    }
    return NULL;
}

static void print_pipe(FILE *file, const struct string_list *body, bool is_data)
{
    fputs("{ ", file);
    for (size_t i = 0; i < body->count; i++) {
        if (i && is_data)
            fputs("printf '&'; ", file);
        print_item_command(file, body->items[i], is_data);
        fputs("; ", file);
    }
    fputs("} | ", file);
}

static void print_options(FILE *file, const struct check *check, const struct string_list *piped)
{
    for (size_t i = 0; i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];
        const void *field;

        if (spec->scope != SCOPE_CHECK || spec->curl == CURL_LACKS)
            continue;
        field = option_field(spec, check);
        if (piped && field == piped)
            fprintf(file, " --%s @-", piped == &check->data ? "data-binary" : spec->name);
        else if (spec->curl == CURL_DIFFERS ? holds(spec, field) : option_is_set(spec, check))
            print_option(file, spec, field);
    }
}

void explain_target(FILE *file, const struct target *target)
{
    const struct check *check = target->check;
    const struct string_list *piped = piped_body(check);

    if (piped)
        print_pipe(file, piped, piped == &check->data);
    /* -q: no ~/.curlrc; -g: {} and [] in the URL are not patterns. */
    fputs("curl -q -gsS -o /dev/null -w '%{http_code} %{url_effective}\\n' --proto =http,https",
          file);
    print_options(file, check, piped);
    if (check->ca_file && !check->ca_path)
        fputs(" --capath /dev/null", file); /* else curl trusts the system's CAs as well */
    print_word(file, target->url);
    fputc('\n', file);
}
