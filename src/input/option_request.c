/* SPDX-License-Identifier: MIT */
#include "input/option_meanings.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "input/text_file.h"
#include "output/escape.h"

/* RFC 9110, section 5.6.2. */
static bool is_token(const char *text)
{
    for (; *text; text++) {
        if (!isalnum((unsigned char)*text) && !strchr("!#$%&'*+-.^_`|~", *text))
            return false;
    }
    return true;
}

static int out_of_memory(struct reason *reason)
{
    errno = ENOMEM;
    return reason_set(reason, "out of memory");
}

/* A response to HEAD has no body, whatever its headers say: libcurl must know. */
static void ask_head(struct check *check)
{
    check->head = true;
    check->request = NULL;
    strings_release(&check->data);
    strings_release(&check->json);
}

/*
 * Of this, --head and what has a body the last one counts, so that a line can take back what the
 * command line says; but a method goes with a body.
 */
int apply_request(const struct option_spec *spec, void *of, const char *argument,
                  struct reason *reason)
{
    struct check *check = of;

    (void)spec;
    if (!*argument || !is_token(argument))
        return reason_set(reason, "'%s' is not a method (try GET, POST)", argument);
    check->head = false;
    check->request = argument;
    if (strcmp(argument, "HEAD") == 0)
        ask_head(check);
    return 0;
}

int apply_head(const struct option_spec *spec, void *of, const char *argument,
               struct reason *reason)
{
    (void)spec;
    (void)argument;
    (void)reason;
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

int apply_line(const struct option_spec *spec, void *of, const char *argument,
               struct reason *reason)
{
    if (!is_line(argument))
        return reason_set(reason, "a control character cannot be sent");
    *(const char **)(void *)((char *)of + spec->field) = argument;
    return 0;
}

/* What a file holds, without its newlines and NUL bytes. NULL with the reason. */
static char *read_stripped(const char *name, struct reason *reason)
{
    size_t length, kept = 0;
    char *text = text_read(name, &length, reason);

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
static int add_read(struct strings *strings, char *text, const char *argument,
                    struct reason *reason)
{
    int status;

    if (!text)
        return -1;
    status = strings_add_from(strings, text, argument) ? out_of_memory(reason) : 0;
    free(text);
    return status;
}

static int add_given(struct strings *strings, const char *argument, struct reason *reason)
{
    return strings_add(strings, argument) ? out_of_memory(reason) : 0;
}

/* As curl: of a file newlines and NUL bytes are left out. */
int apply_data(const struct option_spec *spec, void *of, const char *argument,
               struct reason *reason)
{
    struct check *check = of;

    (void)spec;
    check->head = false;
    strings_release(&check->json);
    if (argument[0] != '@')
        return add_given(&check->data, argument, reason);
    return add_read(&check->data, read_stripped(argument + 1, reason), argument, reason);
}

/* JSON holds no NUL byte (RFC 8259, section 7). */
int apply_json(const struct option_spec *spec, void *of, const char *argument,
               struct reason *reason)
{
    struct check *check = of;

    (void)spec;
    check->head = false;
    strings_release(&check->data);
    if (argument[0] != '@')
        return add_given(&check->json, argument, reason);
    return add_read(&check->json, text_read_text(argument + 1, reason), argument, reason);
}

/* As curl: "Name: value", "Name:" to send none of that name, "Name;" to send an empty one. */
static int add_header(struct strings *headers, const char *line, const char *origin,
                      struct reason *reason)
{
    size_t name = strcspn(line, ":;");

    if (line[name] == '\0' || name == 0)
        return reason_set(reason, "a header needs a name and a colon (try 'Name: value')");
    if (!is_line(line))
        return reason_set(reason, "'%.*s' holds a control character", (int)name, line);
    return strings_add_from(headers, line, origin) ? out_of_memory(reason) : 0;
}

static int add_header_file(struct strings *headers, const char *argument, struct reason *reason)
{
    char *text = text_read_text(argument + 1, reason);
    const char *origin = argument;
    struct reason what;
    char *rest = text;
    char *line;
    int status = text ? 0 : -1;

    for (size_t number = 1; status == 0 && (line = strsep(&rest, "\n")); number++) {
        line[strcspn(line, "\r")] = '\0';
        if (!*line)
            continue;
        status = add_header(headers, line, origin, &what);
        if (status)
            reason_set(reason, "'%s', line %zu: %s", argument + 1, number, what.text);
        origin = ORIGIN_MORE;
    }
    free(text);
    return status;
}

int apply_header(const struct option_spec *spec, void *of, const char *argument,
                 struct reason *reason)
{
    struct check *check = of;

    (void)spec;
    if (argument[0] == '@')
        return add_header_file(&check->headers, argument, reason);
    return add_header(&check->headers, argument, "", reason);
}

/* As curl: what holds no = names a file, and '' is no cookie, but those that come are kept. */
int apply_cookie(const struct option_spec *spec, void *of, const char *argument,
                 struct reason *reason)
{
    struct check *check = of;

    (void)spec;
    if (!is_line(argument))
        return reason_set(reason, "a control character cannot be sent");
    if (!*argument || strchr(argument, '='))
        return add_given(&check->cookies, argument, reason);
    /* It is not quoted: it may be a cookie that lacks its name. */
    if (access(argument, F_OK) != 0)
        return reason_set(reason, "no such file, and no name=value");
    return add_read(&check->cookies, text_file_read_text(argument, reason), argument, reason);
}

/* The only one of strings becomes what the argument is, or names as "@FILE": one line. */
static int keep_secret(struct strings *strings, const char *argument, struct reason *reason)
{
    char *text = *argument == '@' ? text_read_text(argument + 1, reason) : strdup(argument);
    size_t length = text ? strlen(text) : 0;
    int status = 0;

    if (!text)
        return *argument == '@' ? -1 : out_of_memory(reason);
    while (*argument == '@' && length && strchr("\r\n", text[length - 1]))
        text[--length] = '\0';
    if (!is_line(text))
        status = reason_set(reason, "more than one line, or a control character");
    strings_release(strings);
    if (status == 0 && strings_add_from(strings, text, *argument == '@' ? argument : ""))
        status = out_of_memory(reason);
    free(text);
    return status;
}

/* What is refused is not quoted: it may be a password. Nobody is there to be asked for one. */
int apply_user(const struct option_spec *spec, void *of, const char *argument,
               struct reason *reason)
{
    struct check *check = of;

    (void)spec;
    if (keep_secret(&check->user, argument, reason))
        return -1;
    if (!strchr(check->user.items[0], ':'))
        return reason_set(reason, "a user and a password need a colon between them, or @FILE");
    return 0;
}

int apply_bearer(const struct option_spec *spec, void *of, const char *argument,
                 struct reason *reason)
{
    struct check *check = of;

    (void)spec;
    if (keep_secret(&check->bearer, argument, reason))
        return -1;
    return check->bearer.items[0][0] ? 0 : reason_set(reason, "an empty token");
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
