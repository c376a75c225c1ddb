/* SPDX-License-Identifier: MIT */
#include "output/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "output/progress.h"

static bool silent;

void message(const char *format, ...)
{
    va_list arguments;
    char *text, *escaped;

    if (silent)
        return;
    va_start(arguments, format);
    text = xvasprintf(format, arguments);
    va_end(arguments);
    escaped = escape_text(text);
    progress_clear();
    fprintf(stderr, "urlcheck: %s\n", escaped);
    free(escaped);
    free(text);
}

void message_silence(void)
{
    silent = true;
}
