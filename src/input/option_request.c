/* SPDX-License-Identifier: MIT */
#include "input/option_meanings.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

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

/* Of this and --head the last one counts, so that a line can take back what the command line says.
 */
int apply_request(const struct option_spec *spec, void *of, const char *argument,
                  struct reason *reason)
{
    struct check *check = of;

    (void)spec;
    if (!*argument || !is_token(argument))
        return reason_set(reason, "'%s' is not a method (try GET, POST)", argument);
    /* A response to HEAD has no body, whatever its headers say: libcurl must know. */
    check->head = strcmp(argument, "HEAD") == 0;
    check->request = check->head ? NULL : argument;
    return 0;
}

int apply_head(const struct option_spec *spec, void *of, const char *argument,
               struct reason *reason)
{
    struct check *check = of;

    (void)spec;
    (void)argument;
    (void)reason;
    check->head = true;
    check->request = NULL;
    return 0;
}

/* As curl: "Name: value", "Name:" to send none of that name, "Name;" to send an empty one. */
static int add_header(struct strings *headers, const char *line, struct reason *reason)
{
    size_t name = strcspn(line, ":;");

    if (line[name] == '\0' || name == 0)
        return reason_set(reason, "a header needs a name and a colon (try 'Name: value')");
    for (const char *c = line; *c; c++) {
        if (iscntrl((unsigned char)*c) && *c != '\t')
            return reason_set(reason, "'%.*s' holds a control character", (int)name, line);
    }
    return strings_add(headers, line) ? reason_set(reason, "out of memory") : 0;
}

static int add_header_file(struct strings *headers, const char *name, struct reason *reason)
{
    FILE *file = fopen(name, "re");
    char *line = NULL;
    size_t room = 0;
    int status = 0;

    if (!file)
        return reason_set_errno(reason, "cannot read '%s'", name);
    while (status == 0 && getline(&line, &room, file) >= 0) {
        line[strcspn(line, "\r\n")] = '\0';
        if (*line)
            status = add_header(headers, line, reason);
    }
    if (status == 0 && ferror(file))
        status = reason_set_errno(reason, "cannot read '%s'", name);
    free(line);
    fclose(file);
    return status;
}

int apply_header(const struct option_spec *spec, void *of, const char *argument,
                 struct reason *reason)
{
    struct check *check = of;

    (void)spec;
    if (strcmp(argument, "@-") == 0)
        return reason_set(reason, "standard input is for URLs (try @FILE)");
    if (argument[0] == '@')
        return add_header_file(&check->headers, argument + 1, reason);
    return add_header(&check->headers, argument, reason);
}

/* Authorization, Proxy-Authorization, Cookie, X-Api-Key, X-Auth-Token and what else there is. */
static bool is_secret_name(const char *name, size_t length)
{
    static const char *const words[] = {"auth", "cookie", "key", "token", "secret", "pass", "sign"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t word = strlen(words[i]);

        for (size_t at = 0; at + word <= length; at++) {
            if (strncasecmp(name + at, words[i], word) == 0)
                return true;
        }
    }
    return false;
}

char *show_header(const char *value)
{
    size_t name = strcspn(value, ":;");
    char *hidden = NULL;
    char *shown;

    if (value[name] != ':' || value[name + 1] == '\0' || !is_secret_name(value, name))
        return escape_text(value);
    if (asprintf(&hidden, "%.*s: ***", (int)name, value) < 0)
        return NULL;
    shown = escape_text(hidden);
    free(hidden);
    return shown;
}
