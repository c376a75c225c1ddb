/* SPDX-License-Identifier: MIT */
#include "output/explain.h"

#include <stdlib.h>
#include <string.h>

#include "input/option_table.h"
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

/* The option with one of its arguments; NULL: it takes none. */
static void print_argument(const struct option_spec *spec, const char *argument, const char *origin,
                           void *file)
{
    if (!argument)
        fprintf(file, " --%s", spec->name);
    else if (!*origin)
        print_text(file, spec, argument);
    else if (strcmp(origin, ORIGIN_MORE) == 0)
        return;
    else if (*origin == '@' && arg_variable(origin + 1))
        fprintf(file, " --%s \"$%s\"", spec->name, arg_variable(origin + 1));
    else if (spec->kind == OPTION_OWNED && *origin == '@')
        print_from_file(file, spec, origin + 1);
    else
        print_text(file, spec, origin);
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

/* The body if it goes through a pipe: that of --data or --json. NULL: it does not. */
static const struct string_list *piped_body(const struct option_spec *spec,
                                            const struct check *check)
{
    const struct string_list *body = strcmp(spec->name, "data") == 0   ? &check->data
                                     : strcmp(spec->name, "json") == 0 ? &check->json
                                                                       : NULL;

    return body && ends_in_newline(body) ? body : NULL;
}

static void print_options(FILE *file, const struct check *check)
{
    for (size_t i = 0; i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];
        const struct string_list *body;

        if (spec->scope != SCOPE_CHECK || spec->curl == CURL_LACKS)
            continue;
        body = piped_body(spec, check);
        if (body)
            fprintf(file, " --%s @-", body == &check->data ? "data-binary" : spec->name);
        else if (spec->curl == CURL_DIFFERS ? option_holds(spec, check)
                                            : option_is_set(spec, check))
            option_visit(spec, check, print_argument, file);
    }
}

/* -q: no ~/.curlrc; -g: {} and [] are what they are. */
int explain_target(FILE *file, const struct target *target)
{
    if (begin(file, target->check))
        return -1;
    fputs("curl -q -gsS -o /dev/null -w '%{http_code} %{url_effective}\\n' --proto =http,https",
          file);
    print_options(file, target->check);
    /* Otherwise curl trusts the system's as well. */
    if (target->check->ca_file && !target->check->ca_path)
        fputs(" --capath /dev/null", file);
    if (print_word(file, target->url))
        return -1;
    fputc('\n', file);
    return 0;
}
