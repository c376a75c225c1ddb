/* SPDX-License-Identifier: MIT */
#include "base/shell_words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

struct reader {
    const char *here; /* what is read next */
    const char *end;
    char *out; /* where the next character of a word is written */
};

bool shell_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int refuse(struct error *error, const char *text)
{
    error_set(error, "%s", text);
    errno = EINVAL;
    return -1;
}

/* Reads what follows an opening quote, to its end. */
static int read_quoted(struct reader *reader, char quote, struct error *error)
{
    while (reader->here < reader->end && *reader->here != quote) {
        if (quote == '"' && *reader->here == '\\' && reader->here + 1 < reader->end &&
            strchr("\\\"$`", reader->here[1]))
            reader->here++;
        *reader->out++ = *reader->here++;
    }
    if (reader->here == reader->end)
        return refuse(error,
                      quote == '"' ? "a \" without a closing \"" : "a ' without a closing '");
    reader->here++;
    return 0;
}

static int read_word(struct reader *reader, struct error *error)
{
    while (reader->here < reader->end && !shell_is_blank(*reader->here)) {
        char c = *reader->here++;

        if (c == '\'' || c == '"') {
            if (read_quoted(reader, c, error))
                return -1;
        } else if (c != '\\') {
            *reader->out++ = c;
        } else if (reader->here < reader->end) {
            *reader->out++ = *reader->here++;
        } else {
            return refuse(error, "a backslash at the end of the line");
        }
    }
    *reader->out++ = '\0';
    return 0;
}

int shell_words_split(const char *text, size_t length, struct shell_words *words,
                      struct error *error)
{
    /* A word is never longer than its source; its NUL takes the place of a blank or of the end. */
    struct reader reader = {.here = text, .end = text + length, .out = xmalloc(length + 1)};

    *words = (struct shell_words){.text = reader.out};
    for (;;) {
        while (reader.here < reader.end && shell_is_blank(*reader.here))
            reader.here++;
        if (reader.here == reader.end || *reader.here == '#')
            return 0;
        if (read_word(&reader, error)) {
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
    char *quoted = xmalloc(4 * length + 3);
    char *out = quoted;

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
