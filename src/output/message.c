/* SPDX-License-Identifier: MIT */
#include "output/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "output/escape.h"
#include "output/progress.h"

static bool silent;

void message(const char *format, ...)
{
    char text[2048];
    va_list arguments;
    char *escaped;

    if (silent)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    escaped = escape_text(text);
    progress_clear();
    fprintf(stderr, "urlcheck: %s\n", escaped ? escaped : "out of memory");
    free(escaped);
}

void message_silence(void)
{
    silent = true;
}
