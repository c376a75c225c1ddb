/* SPDX-License-Identifier: MIT */
#include "output/explain.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "input/options_table.h"
#include "input/arg_file.h"
#include "base/shell_words.h"
#include "base/escape.h"

/* What a printf(1) makes of its first argument is the text again. */
static void print_octal(FILE *file, const char *text)
{
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;

        if (byte == '%')
            fputs("%%", file);
        else if (byte < ' ' || byte > '~' || strchr("\\'-", byte))
            fprintf(file, "\\%03o", byte);
        else
            fputc(byte, file);
    }
}

/*
 * A word that a shell reads back. What may not reach a terminal as it is takes its way through
 * printf(1), which costs it the newlines at its end.
 */
static int print_word(FILE *file, const char *text)
{
    char *word;

    if (escape_is_needed(text)) {
        fputs(" \"$(printf '", file);
        print_octal(file, text);
        fputs("')\"", file);
        return 0;
    }
    word = shell_quote(text);
    if (!word)
        return -1;
    fprintf(file, " %s", word);
    free(word);
    return 0;
}

static int print_text(FILE *file, const struct option_spec *spec, const char *text)
{
    fprintf(file, " --%s", spec->name);
    return print_word(file, text);
}

/* What only urlcheck reads from a file, a shell reads there too: one line, without its end. */
static int print_from_file(FILE *file, const struct option_spec *spec, const char *name)
{
    fprintf(file, " --%s \"$(tr -d '\\r\\n' <", spec->name);
    if (print_word(file, name))
        return -1;
    fputs(")\"", file);
    return 0;
}

static int print_item(FILE *file, const struct option_spec *spec, const char *item)
{
    const char *origin = string_list_origin(item);

    if (!*origin)
        return print_text(file, spec, item);
    if (strcmp(origin, ORIGIN_MORE) == 0)
        return 0;
    if (*origin == '@' && arg_variable(origin + 1)) {
        fprintf(file, " --%s \"$%s\"", spec->name, arg_variable(origin + 1));
        return 0;
    }
    if (spec->kind == OPTION_KEPT && *origin == '@')
        return print_from_file(file, spec, origin + 1);
    return print_text(file, spec, origin);
}

static bool ends_in_newline(const struct string_list *strings)
{
    for (size_t i = 0; i < strings->count; i++) {
        size_t length = strlen(strings->items[i]);

        if (length && strings->items[i][length - 1] == '\n' &&
            !*string_list_origin(strings->items[i]))
            return true;
    }
    return false;
}

static int print_list(FILE *file, const struct option_spec *spec, const struct string_list *strings)
{
    int status = 0;

    for (size_t i = 0; i < strings->count && status == 0; i++)
        status = print_item(file, spec, strings->items[i]);
    return status;
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

/* Whether curl is to be told, where it does not take for granted what is taken so here. */
static bool holds(const struct option_spec *spec, const void *field)
{
    switch (spec->kind) {
    case OPTION_FLAG: return *(const bool *)field;
    case OPTION_VALUE: return *(const int *)field == spec->minimum;
    default: return true;
    }
}

/* What came from a file is read from there again; as curl does, --data without ends of lines. */
static int print_piped(FILE *file, const char *item, bool is_data)
{
    const char *origin = string_list_origin(item);

    if (*origin != '@') {
        fputs("printf '", file);
        print_octal(file, item);
        fputs("'", file);
        return 0;
    }
    if (arg_variable(origin + 1)) {
        fprintf(file, "printf %%s \"$%s\"", arg_variable(origin + 1));
        return 0;
    }
    fputs(is_data ? "tr -d '\\r\\n\\000' <" : "cat <", file);
    return print_word(file, origin + 1);
}

/* A body that ends in a newline goes through a pipe: on one line no word of a shell's holds it. */
static int begin(FILE *file, const struct check *check)
{
    bool is_data = check->data.count > 0;
    const struct string_list *body = is_data ? &check->data : &check->json;

    if (!ends_in_newline(body))
        return 0;
    fputs("{ ", file);
    for (size_t i = 0; i < body->count; i++) {
        if (i && is_data)
            fputs("printf '&'; ", file);
        if (print_piped(file, body->items[i], is_data))
            return -1;
        fputs("; ", file);
    }
    fputs("} | ", file);
    return 0;
}

static bool is_piped(const struct option_spec *spec, const void *field, const struct check *check)
{
    return (field == &check->data || field == &check->json) && spec->kind == OPTION_LIST &&
           ends_in_newline(field);
}

static int print_options(FILE *file, const struct check *check)
{
    int status = 0;

    for (size_t i = 0; i < option_spec_count && status == 0; i++) {
        const struct option_spec *spec = &option_specs[i];
        const void *field;

        if (spec->scope != SCOPE_CHECK || spec->curl == CURL_LACKS)
            continue;
        field = option_field(spec, check);
        if (is_piped(spec, field, check))
            fprintf(file, " --%s @-", field == &check->data ? "data-binary" : spec->name);
        else if (spec->curl == CURL_DIFFERS ? holds(spec, field) : option_is_set(spec, check))
            status = print_option(file, spec, field);
    }
    return status;
}

/* -q: no ~/.curlrc; -g: {} and [] are what they are. */
int explain_target(FILE *file, const struct target *target)
{
    if (begin(file, target->check))
        return -1;
    fputs("curl -q -gsS -o /dev/null -w '%{http_code} %{url_effective}\\n' --proto =http,https",
          file);
    if (print_options(file, target->check))
        return -1;
    /* Otherwise curl trusts the system's as well. */
    if (target->check->ca_file && !target->check->ca_path)
        fputs(" --capath /dev/null", file);
    if (print_word(file, target->url))
        return -1;
    fputc('\n', file);
    return 0;
}
