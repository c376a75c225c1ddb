/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Enough to print some thousand results; malloc() maps it, so that free() gives it back. */
#define RESERVE_BYTES ((size_t)1024 * 1024)
#define EXIT_OUT_OF_MEMORY 3

static _Atomic(void *) reserve;
static atomic_bool exhausted;

void alloc_reserve(void)
{
    free(atomic_exchange(&reserve, malloc(RESERVE_BYTES)));
}

bool alloc_is_exhausted(void)
{
    return atomic_load(&exhausted);
}

void alloc_end_process(void)
{
    static const char text[] = "urlcheck: out of memory\n";

    /* The process ends either way. */
    if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
        quick_exit(EXIT_OUT_OF_MEMORY);
    quick_exit(EXIT_OUT_OF_MEMORY);
}

/* After a failure: releases the reserve and tries again. */
static void *retry(void *memory, size_t bytes)
{
    void *grown;

    atomic_store(&exhausted, true);
    free(atomic_exchange(&reserve, NULL));
    grown = realloc(memory, bytes);
    if (!grown)
        alloc_end_process();
    return grown;
}

void *xrealloc(void *memory, size_t bytes)
{
    size_t wanted = bytes ? bytes : 1; /* realloc(p, 0) may free p and return NULL */
    void *grown = realloc(memory, wanted);

    return grown ? grown : retry(memory, wanted);
}

void *xmalloc(size_t bytes)
{
    return xrealloc(NULL, bytes);
}

void *xcalloc(size_t count, size_t bytes)
{
    void *memory = calloc(count ? count : 1, bytes ? bytes : 1);

    if (memory)
        return memory;
    if (bytes && count > SIZE_MAX / bytes)
        alloc_end_process();
    memory = retry(NULL, count * bytes);
    return memset(memory, 0, count * bytes);
}

char *xstrndup(const char *text, size_t length_max)
{
    size_t length = strnlen(text, length_max);
    char *copy = xmalloc(length + 1);

    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *xstrdup(const char *text)
{
    size_t size = strlen(text) + 1;

    return memcpy(xmalloc(size), text, size);
}

char *xasprintf(const char *format, ...)
{
    va_list arguments;
    char *text;
    int length;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0)
        abort(); /* a mistake in the format, or a text of over INT_MAX bytes */
    text = xmalloc((size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}
