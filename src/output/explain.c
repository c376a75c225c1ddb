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

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/shell_words.h"
#include "base/url_parts.h"
#include "input/arg_file.h"
#include "input/option_table.h"

/* Writes text as a format in single quotes from which printf(1) prints the text. */
static void print_printf_format(FILE *file, const char *text)
{
    unsigned char last = '\0';

    fputc('\'', file);
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        bool is_second_hash = byte == '#' && last == '#';

        last = byte;
        if (byte == '%')
            fputs("%%", file);
        else if (is_second_hash || byte < ' ' || byte > '~' || strchr("\\'-", byte))
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

/* The name of the environment variable that an origin "@env:NAME" names; NULL: another origin. */
static const char *variable_of(const char *origin)
{
    return *origin == '@' ? arg_variable(origin + 1) : NULL;
}

/* Writes the option with one of its arguments; NULL: it takes none. */
static void print_argument(const struct option_spec *spec, const char *argument, const char *origin,
                           void *context)
{
    FILE *file = context;

    if (strcmp(origin, ORIGIN_MORE) == 0)
        return; /* written with the first argument of its file */
    fprintf(file, " --%s", spec->name);
    if (!argument)
        return;
    if (variable_of(origin)) {
        fprintf(file, " \"$%s\"", variable_of(origin));
    } else if (spec->kind == OPTION_OWNED && *origin == '@') {
        fputs(" \"$(tr -d '\\r\\n' <", file);
        print_word(file, origin + 1);
        fputs(")\"", file);
    } else {
        print_word(file, *origin ? origin : argument);
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

/* The body that goes through a pipe, because a part ends in a newline. NULL: no pipe is needed. */
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
    const char *piped_name = !piped ? "" : piped == &check->data ? "data" : "json";

    for (size_t i = 0; i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];

        if (spec->scope != SCOPE_CHECK || spec->curl == CURL_LACKS)
            continue;
        if (strcmp(spec->name, piped_name) == 0)
            fprintf(file, " --%s @-", piped == &check->data ? "data-binary" : spec->name);
        else if (spec->curl == CURL_DIFFERS ? option_holds(spec, check)
                                            : option_is_set(spec, check))
            option_visit(spec, check, print_argument, file);
    }
}

/* Whether redirects to other hosts do not get all of the request, as they may from curl. */
static bool withholds(const struct check *check)
{
    bool has_cookie = false;

    for (size_t i = 0; i < check->cookies.count; i++)
        has_cookie |= *check->cookies.items[i] && !*string_list_origin(check->cookies.items[i]);
    return check->follow && !check->location_trusted &&
           (has_cookie || check->headers.count || check->data.count || check->json.count);
}

void explain_target(FILE *file, const struct target *target)
{
    struct check shown = *target->check;
    const struct check *check = &shown;
    const struct string_list *piped = piped_body(check);
    char *url = url_percent_encode(target->url);

    if (shown.http_version == HTTP_AUTO)
        shown.http_version = HTTP_1_1; /* what is requested first; curl's default is HTTP/2 */
    if (piped)
        print_pipe(file, piped, piped == &check->data);
    /* -q: no ~/.curlrc; -g: {} and [] in the URL are not patterns. */
    fputs("curl -q -gsS -o /dev/null -w '%{http_code} %{url_effective}\\n' --proto =http,https",
          file);
    print_options(file, check, piped);
    if (check->ca_file && !check->ca_path)
        fputs(" --capath /dev/null", file); /* else curl trusts the system's CAs as well */
    if (check->proxy_ca_file)
        fputs(" --proxy-capath /dev/null", file);
    print_word(file, url);
    free(url);
    if (withholds(check))
        fputs(
            " # after redirects to other hosts, curl may send headers, cookies and bodies as well",
            file);
    fputc('\n', file);
}
