/* SPDX-License-Identifier: MIT */
#include "base/shell_words.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* What is being read, and where the word that comes of it ends so far. */
struct reading {
    const char *here;
    const char *end;
    char *out;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int refuse(struct error *error, const char *text)
{
    error_set(error, "%s", text);
    errno = EINVAL;
    return -1;
}

/* here stands behind the quote that begins it. */
static int read_quoted(struct reading *reading, char quote, struct error *error)
{
    while (reading->here < reading->end && *reading->here != quote) {
        if (quote == '"' && *reading->here == '\\' && reading->here + 1 < reading->end &&
            strchr("\\\"$`", reading->here[1]))
            reading->here++;
        *reading->out++ = *reading->here++;
    }
    if (reading->here == reading->end)
        return refuse(error,
                      quote == '"' ? "a \" without its other one" : "a ' without its other one");
    reading->here++;
    return 0;
}

static int read_word(struct reading *reading, struct error *error)
{
    while (reading->here < reading->end && !is_blank(*reading->here)) {
        char c = *reading->here++;

        if (c == '\'' || c == '"') {
            if (read_quoted(reading, c, error))
                return -1;
        } else if (c != '\\') {
            *reading->out++ = c;
        } else if (reading->here < reading->end) {
            *reading->out++ = *reading->here++;
        } else {
            return refuse(error, "a backslash with nothing behind it");
        }
    }
    *reading->out++ = '\0';
    return 0;
}

int shell_words_split(const char *text, size_t length, struct shell_words *words,
                      struct error *error)
{
    /* A word takes no more than was read for it, and for its NUL there was a blank, or the end. */
    struct reading reading = {.here = text, .end = text + length, .out = malloc(length + 1)};

    *words = (struct shell_words){.text = reading.out};
    if (!words->text)
        return error_set(error, "out of memory");
    for (;;) {
        while (reading.here < reading.end && is_blank(*reading.here))
            reading.here++;
        if (reading.here == reading.end)
            return 0;
        if (read_word(&reading, error)) {
            free(words->text);
            *words = (struct shell_words){0};
            return -1;
        }
        words->count++;
    }
}

char *shell_quote(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-+=.,:/@%^";
    size_t length = strlen(text);
    char *quoted = malloc(4 * length + 3);
    char *out = quoted;

    if (!quoted)
        return NULL;
    if (length && strspn(text, plain) == length)
        return strcpy(quoted, text);
    *out++ = '\'';
    for (; *text; text++) {
        if (*text == '\'')
            out = stpcpy(out, "'\\''");
        else
            *out++ = *text;
    }
    *out++ = '\'';
    *out = '\0';
    return quoted;
}
