/* SPDX-License-Identifier: MIT */
#include "output/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "output/progress.h"

static bool hides_remarks;

static void __attribute__((format(printf, 1, 0))) print(const char *format, va_list arguments)
{
    char *text = xvasprintf(format, arguments);
    char *escaped = escape_text(text);

    progress_clear();
    fprintf(stderr, "urlcheck: %s\n", escaped);
    free(escaped);
    free(text);
}

void message(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print(format, arguments);
    va_end(arguments);
}

void message_remark(const char *format, ...)
{
    va_list arguments;

    if (hides_remarks)
        return;
    va_start(arguments, format);
    print(format, arguments);
    va_end(arguments);
}

void message_silence_remarks(void)
{
    hides_remarks = true;
}
