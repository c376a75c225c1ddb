/* SPDX-License-Identifier: MIT */
#include "option_parsers.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "base/http_token.h"
#include "base/url_parts.h"
#include "input/arg_file.h"
#include "input/settings.h"

/* The options about the request. */

static bool is_token(const char *text)
{
    for (; *text; text++) {
        if (!http_is_token_char(*text))
            return false;
    }
    return true;
}

/*
 * --request, --head and the options with a body override each other: the last one counts, so that a
 * line can override the command line. A method and a body can be combined.
 */

/* libcurl must know that it is HEAD: the response has no body, even if its headers say so. */
static void set_head(struct check *check)
{
    check->head = true;
    check->request = NULL;
    string_list_release(&check->data);
    string_list_release(&check->json);
}

int apply_request(const struct option_use *use, struct error *error)
{
    struct check *check = use->settings;

    if (!*use->argument || !is_token(use->argument))
        return error_set(error, "'%s' is not a method (try GET, POST)", use->argument);
    check->head = false;
    check->request = use->argument;
    if (strcmp(use->argument, "HEAD") == 0)
        set_head(check);
    return 0;
}

int apply_head(const struct option_use *use, struct error *error)
{
    (void)error;
    set_head(use->settings);
    return 0;
}

/*
 * Whether the text can be sent in a header. Other characters could end it, and begin another
 * header.
 */
static bool is_line(const char *text)
{
    for (; *text; text++) {
        if (iscntrl((unsigned char)*text) && *text != '\t')
            return false;
    }
    return true;
}

int validate_line(const char *argument, struct error *error)
{
    return is_line(argument) ? 0 : error_set(error, "a control character cannot be sent");
}

/* What a place contains, without newlines and NUL bytes. NULL with the reason. */
static char *read_stripped(const char *place, enum arg_files files, struct error *error)
{
    size_t length, end = 0;
    char *text = arg_read(place, files, &length, error);

    if (!text)
        return NULL;
    for (size_t i = 0; i < length; i++) {
        if (!memchr("\r\n", text[i], 3))
            text[end++] = text[i];
    }
    text[end] = '\0';
    return text;
}

/* Adds a text that was read from the place that the argument names, and frees it. NULL: no text. */
static int add_read(struct string_list *strings, char *text, const char *argument)
{
    if (!text)
        return -1;
    string_list_add_from(strings, text, argument);
    free(text);
    return 0;
}

/* Like curl, this drops newlines and NUL bytes of a file. */
int apply_data(const struct option_use *use, struct error *error)
{
    struct check *check = use->settings;

    check->head = false;
    string_list_release(&check->json);
    if (*use->argument == '@')
        return add_read(&check->data, read_stripped(use->argument + 1, use->files, error),
                        use->argument);
    string_list_add(&check->data, use->argument);
    return 0;
}

/* JSON has no NUL bytes (RFC 8259, section 7). */
int apply_json(const struct option_use *use, struct error *error)
{
    struct check *check = use->settings;

    check->head = false;
    string_list_release(&check->data);
    if (*use->argument == '@')
        return add_read(&check->json, arg_read_text(use->argument + 1, use->files, error),
                        use->argument);
    string_list_add(&check->json, use->argument);
    return 0;
}

/* Like curl: "Name: value"; "Name:" sends no header of that name, "Name;" an empty one. */
static int add_header(struct string_list *headers, const char *line, const char *origin,
                      struct error *error)
{
    size_t name = strcspn(line, ":;");

    if (line[name] == '\0' || name == 0)
        return error_set(error, "a header needs a name and a colon (try 'Name: value')");
    if (!is_line(line))
        return error_set(error, "'%.*s' contains a control character", (int)name, line);
    string_list_add_from(headers, line, origin);
    return 0;
}

static int add_header_file(const struct option_use *use, struct error *error)
{
    struct check *check = use->settings;
    const char *place = use->argument + 1, *origin = use->argument;
    char *text = arg_read_text(place, use->files, error);
    struct error reason;
    char *rest = text;
    char *line;
    int status = text ? 0 : -1;

    for (size_t number = 1; status == 0 && (line = strsep(&rest, "\n")); number++) {
        line[strcspn(line, "\r")] = '\0';
        if (!*line)
            continue;
        status = add_header(&check->headers, line, origin, &reason);
        if (status)
            error_set(error, "'%s', line %zu: %s", place, number, reason.text);
        origin = ORIGIN_MORE;
    }
    free(text);
    return status;
}

int apply_header(const struct option_use *use, struct error *error)
{
    struct check *check = use->settings;

    if (*use->argument == '@')
        return add_header_file(use, error);
    return add_header(&check->headers, use->argument, "", error);
}

/*
 * Like curl: an argument without = names a file. '' sends no cookie, but received cookies are kept
 * and sent.
 */
int apply_cookie(const struct option_use *use, struct error *error)
{
    struct check *check = use->settings;

    if (validate_line(use->argument, error))
        return -1;
    if (!uses_machine_if_cookie_file(use->argument)) {
        string_list_add(&check->cookies, use->argument);
        return 0;
    }
    /* Not quoted: it may be a secret cookie without its name. */
    if (access(use->argument, F_OK) != 0)
        return error_set(error, "neither name=value nor the name of a file");
    return add_read(&check->cookies, arg_file_read_text(use->argument, use->files, error),
                    use->argument);
}

bool uses_machine_always(const char *argument)
{
    (void)argument;
    return true;
}

bool uses_machine_if_at(const char *argument)
{
    return *argument == '@';
}

bool uses_machine_if_cookie_file(const char *argument)
{
    return *argument && !strchr(argument, '=');
}

int set_secret(const struct option_use *use, struct string_list *strings, struct error *error)
{
    bool is_read = *use->argument == '@';
    char *text =
        is_read ? arg_read_text(use->argument + 1, use->files, error) : xstrdup(use->argument);
    size_t length = text ? strlen(text) : 0;
    int status = -1;

    if (!text)
        return -1;
    while (is_read && length && strchr("\r\n", text[length - 1]))
        text[--length] = '\0';
    if (is_line(text)) {
        string_list_release(strings);
        string_list_add_from(strings, text, is_read ? use->argument : "");
        status = 0;
    } else {
        error_set(error, "more than one line, or a control character");
    }
    free(text);
    return status;
}

/* An argument that is refused is not quoted: it may be a password. */
int apply_user(const struct option_use *use, struct error *error)
{
    struct check *check = use->settings;

    if (url_is_web(use->argument))
        return error_set(error, "this is a URL, not USER:PASSWORD: a URL needs no option");
    if (set_secret(use, &check->user, error))
        return -1;
    if (!strchr(check->user.items[0], ':'))
        return error_set(error, "a user and a password need a colon between them, or @FILE");
    return 0;
}

int apply_bearer(const struct option_use *use, struct error *error)
{
    struct check *check = use->settings;

    if (set_secret(use, &check->bearer, error))
        return -1;
    return check->bearer.items[0][0] ? 0 : error_set(error, "an empty token");
}

/* Whether the name of a header suggests that its value is secret. */
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

/* A header that was read from a file is always hidden. */
char *show_header(const char *value, const char *origin)
{
    size_t name = strcspn(value, ":;");
    char *hidden, *shown;

    if (!*origin && (value[name] != ':' || value[name + 1] == '\0' || !is_secret_name(value, name)))
        return escape_text(value);
    hidden = xasprintf("%.*s: ***", (int)name, value);
    shown = escape_text(hidden);
    free(hidden);
    return shown;
}

char *show_secret(const char *value, const char *origin)
{
    bool has_mark = *origin == '@';
    char *name, *shown;

    (void)value;
    if (!*origin)
        return xstrdup("***");
    name = escape_text(origin + has_mark);
    shown = xasprintf("%s%s", has_mark ? "@" : "", name);
    free(name);
    return shown;
}
