/* SPDX-License-Identifier: MIT */
#include "input/reason.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int reason_set(struct reason *reason, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(reason->text, sizeof(reason->text), format, arguments);
    va_end(arguments);
    return -1;
}

int reason_set_errno(struct reason *reason, const char *format, ...)
{
    int error = errno;
    size_t length;
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(reason->text, sizeof(reason->text), format, arguments);
    va_end(arguments);
    length = strlen(reason->text);
    snprintf(reason->text + length, sizeof(reason->text) - length, ": %s", strerror(error));
    errno = error;
    return -1;
}
