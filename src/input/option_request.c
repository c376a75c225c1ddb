/* SPDX-License-Identifier: MIT */
#include "option_parsers.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "input/arg_file.h"
#include "base/escape.h"

/* RFC 9110, section 5.6.2. */
static bool is_token(const char *text)
{
    for (; *text; text++) {
        if (!isalnum((unsigned char)*text) && !strchr("!#$%&'*+-.^_`|~", *text))
            return false;
    }
    return true;
}

static int out_of_memory(struct error *error)
{
    errno = ENOMEM;
    return error_set(error, "out of memory");
}

/* A response to HEAD has no body, whatever its headers say: libcurl must know. */
static void ask_head(struct check *check)
{
    check->head = true;
    check->request = NULL;
    string_list_release(&check->data);
    string_list_release(&check->json);
}

/*
 * Of this, --head and what has a body the last one counts, so that a line can take back what the
 * command line says; but a method goes with a body.
 */
int apply_request(const struct option_spec *spec, void *of, const char *argument,
                  struct error *error)
{
    struct check *check = of;

    (void)spec;
    if (!*argument || !is_token(argument))
        return error_set(error, "'%s' is not a method (try GET, POST)", argument);
    check->head = false;
    check->request = argument;
    if (strcmp(argument, "HEAD") == 0)
        ask_head(check);
    return 0;
}

int apply_head(const struct option_spec *spec, void *of, const char *argument, struct error *error)
{
    (void)spec;
    (void)argument;
    (void)error;
    ask_head(of);
    return 0;
}

/* Whether the text can stand in a header: a control character would end it, and begin another. */
static bool is_line(const char *text)
{
    for (; *text; text++) {
        if (iscntrl((unsigned char)*text) && *text != '\t')
            return false;
    }
    return true;
}

int apply_line(const struct option_spec *spec, void *of, const char *argument, struct error *error)
{
    if (!is_line(argument))
        return error_set(error, "a control character cannot be sent");
    *(const char **)(void *)((char *)of + spec->field) = argument;
    return 0;
}

/* What a file holds, without its newlines and NUL bytes. NULL with the reason. */
static char *read_stripped(const char *name, struct error *error)
{
    size_t length, kept = 0;
    char *text = arg_read(name, &length, error);

    if (!text)
        return NULL;
    for (size_t i = 0; i < length; i++) {
        if (!memchr("\r\n", text[i], 3))
            text[kept++] = text[i];
    }
    text[kept] = '\0';
    return text;
}

/* Adds the text, which came from the file that the argument names, and frees it. */
static int add_read(struct string_list *strings, char *text, const char *argument,
                    struct error *error)
{
    int status;

    if (!text)
        return -1;
    status = string_list_add_from(strings, text, argument) ? out_of_memory(error) : 0;
    free(text);
    return status;
}

static int add_given(struct string_list *strings, const char *argument, struct error *error)
{
    return string_list_add(strings, argument) ? out_of_memory(error) : 0;
}

/* As curl: of a file newlines and NUL bytes are left out. */
int apply_data(const struct option_spec *spec, void *of, const char *argument, struct error *error)
{
    struct check *check = of;

    (void)spec;
    check->head = false;
    string_list_release(&check->json);
    if (argument[0] != '@')
        return add_given(&check->data, argument, error);
    return add_read(&check->data, read_stripped(argument + 1, error), argument, error);
}

/* JSON holds no NUL byte (RFC 8259, section 7). */
int apply_json(const struct option_spec *spec, void *of, const char *argument, struct error *error)
{
    struct check *check = of;

    (void)spec;
    check->head = false;
    string_list_release(&check->data);
    if (argument[0] != '@')
        return add_given(&check->json, argument, error);
    return add_read(&check->json, arg_read_text(argument + 1, error), argument, error);
}

/* As curl: "Name: value", "Name:" to send none of that name, "Name;" to send an empty one. */
static int add_header(struct string_list *headers, const char *line, const char *origin,
                      struct error *error)
{
    size_t name = strcspn(line, ":;");

    if (line[name] == '\0' || name == 0)
        return error_set(error, "a header needs a name and a colon (try 'Name: value')");
    if (!is_line(line))
        return error_set(error, "'%.*s' holds a control character", (int)name, line);
    return string_list_add_from(headers, line, origin) ? out_of_memory(error) : 0;
}

static int add_header_file(struct string_list *headers, const char *argument, struct error *error)
{
    char *text = arg_read_text(argument + 1, error);
    const char *origin = argument;
    struct error what;
    char *rest = text;
    char *line;
    int status = text ? 0 : -1;

    for (size_t number = 1; status == 0 && (line = strsep(&rest, "\n")); number++) {
        line[strcspn(line, "\r")] = '\0';
        if (!*line)
            continue;
        status = add_header(headers, line, origin, &what);
        if (status)
            error_set(error, "'%s', line %zu: %s", argument + 1, number, what.text);
        origin = ORIGIN_MORE;
    }
    free(text);
    return status;
}

int apply_header(const struct option_spec *spec, void *of, const char *argument,
                 struct error *error)
{
    struct check *check = of;

    (void)spec;
    if (argument[0] == '@')
        return add_header_file(&check->headers, argument, error);
    return add_header(&check->headers, argument, "", error);
}

/* As curl: what holds no = names a file, and '' is no cookie, but those that come are kept. */
int apply_cookie(const struct option_spec *spec, void *of, const char *argument,
                 struct error *error)
{
    struct check *check = of;

    (void)spec;
    if (!is_line(argument))
        return error_set(error, "a control character cannot be sent");
    if (!*argument || strchr(argument, '='))
        return add_given(&check->cookies, argument, error);
    /* It is not quoted: it may be a cookie that lacks its name. */
    if (access(argument, F_OK) != 0)
        return error_set(error, "no such file, and no name=value");
    return add_read(&check->cookies, arg_file_read_text(argument, error), argument, error);
}

/* The only one of strings becomes what the argument is, or names as "@FILE": one line. */
static int keep_secret(struct string_list *strings, const char *argument, struct error *error)
{
    char *text = *argument == '@' ? arg_read_text(argument + 1, error) : strdup(argument);
    size_t length = text ? strlen(text) : 0;
    int status = 0;

    if (!text)
        return *argument == '@' ? -1 : out_of_memory(error);
    while (*argument == '@' && length && strchr("\r\n", text[length - 1]))
        text[--length] = '\0';
    if (!is_line(text))
        status = error_set(error, "more than one line, or a control character");
    string_list_release(strings);
    if (status == 0 && string_list_add_from(strings, text, *argument == '@' ? argument : ""))
        status = out_of_memory(error);
    free(text);
    return status;
}

/* What is refused is not quoted: it may be a password. Nobody is there to be asked for one. */
int apply_user(const struct option_spec *spec, void *of, const char *argument, struct error *error)
{
    struct check *check = of;

    (void)spec;
    if (keep_secret(&check->user, argument, error))
        return -1;
    if (!strchr(check->user.items[0], ':'))
        return error_set(error, "a user and a password need a colon between them, or @FILE");
    return 0;
}

int apply_bearer(const struct option_spec *spec, void *of, const char *argument,
                 struct error *error)
{
    struct check *check = of;

    (void)spec;
    if (keep_secret(&check->bearer, argument, error))
        return -1;
    return check->bearer.items[0][0] ? 0 : error_set(error, "an empty token");
}

/* Authorization, Proxy-Authorization, Cookie, X-Api-Key, X-Auth-Token and what else there is. */
static bool is_secret_name(const char *name, size_t length)
{
    static const char *const words[] = {"auth", "cookie",  "key", "token", "secret", "pass",
                                        "sign", "session", "jwt", "cred",  "pwd",    "csrf"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t word = strlen(words[i]);

        for (size_t at = 0; at + word <= length; at++) {
            if (strncasecmp(name + at, words[i], word) == 0)
                return true;
        }
    }
    return false;
}

char *show_header(const char *value, const char *origin)
{
    size_t name = strcspn(value, ":;");
    char *hidden = NULL;
    char *shown;

    /* What stands in a file does so because it is nobody's business. */
    if (!*origin && (value[name] != ':' || value[name + 1] == '\0' || !is_secret_name(value, name)))
        return escape_text(value);
    if (asprintf(&hidden, "%.*s: ***", (int)name, value) < 0)
        return NULL;
    shown = escape_text(hidden);
    free(hidden);
    return shown;
}

char *show_secret(const char *value, const char *origin)
{
    const char *name = origin + (*origin == '@');
    char *file = *origin ? escape_text(name) : NULL;
    char *shown;

    (void)value;
    if (!*origin)
        return strdup("***");
    if (!file || asprintf(&shown, "%s%s", *origin == '@' ? "@" : "", file) < 0)
        shown = NULL;
    free(file);
    return shown;
}
