/* SPDX-License-Identifier: MIT */
#include "failure_parts.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

struct failure failure_of(enum cause cause, const char *format, ...)
{
    struct failure failure = {.cause = cause};
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(failure.message, sizeof(failure.message), format, arguments);
    va_end(arguments);
    return failure;
}

void failure_add(struct failure *failure, const char *format, ...)
{
    size_t length = strlen(failure->message);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(failure->message + length, sizeof(failure->message) - length, format, arguments);
    va_end(arguments);
}

struct words failure_detail(const struct outcome *outcome)
{
    return curl_words(outcome->detail ? outcome->detail
                                      : curl_easy_strerror((CURLcode)outcome->code));
}

bool failure_says(const struct outcome *outcome, const char *words)
{
    return outcome->detail && strstr(outcome->detail, words);
}

int failure_os_error(const struct outcome *outcome)
{
    bool is_current = !outcome->detail || failure_says(outcome, "failure: ") ||
                      (failure_says(outcome, "errno ") && !failure_says(outcome, "errno 0"));

    return is_current ? outcome->os_error : 0;
}

bool failure_is_shortage(int os_error)
{
    return error_is_shortage(os_error) || os_error == ENOBUFS || os_error == EAGAIN ||
           os_error == EADDRINUSE;
}
