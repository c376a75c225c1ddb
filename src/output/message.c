/* SPDX-License-Identifier: MIT */
#include "output/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/escape.h"
#include "output/progress.h"

static bool silent;

void message(const char *format, ...)
{
    va_list arguments;
    char *text, *escaped = NULL;

    if (silent)
        return;
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) >= 0) {
        escaped = escape_text(text);
        free(text);
    }
    va_end(arguments);
    progress_clear();
    fprintf(stderr, "urlcheck: %s\n", escaped ? escaped : "out of memory");
    free(escaped);
}

void message_silence(void)
{
    silent = true;
}
