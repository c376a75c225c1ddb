/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Enough to print some thousand results. malloc() maps a block of this size, so free() returns it
 * to the system.
 */
#define RESERVE_BYTES ((size_t)1024 * 1024)
#define EXIT_OUT_OF_MEMORY 3 /* EXIT_INTERNAL of session/session.h */

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
    ssize_t ignored = write(STDERR_FILENO, text, sizeof(text) - 1);

    (void)ignored; /* the process ends either way */
    quick_exit(EXIT_OUT_OF_MEMORY);
}

void *xrealloc(void *memory, size_t bytes)
{
    size_t size = bytes ? bytes : 1; /* realloc(p, 0) may free p and return NULL */
    void *grown = realloc(memory, size);

    if (grown)
        return grown;
    atomic_store(&exhausted, true);
    free(atomic_exchange(&reserve, NULL));
    grown = realloc(memory, size);
    if (!grown)
        alloc_end_process();
    return grown;
}

void *xmalloc(size_t bytes)
{
    return xrealloc(NULL, bytes);
}

void *xcalloc(size_t count, size_t bytes)
{
    void *memory;

    if (bytes && count > SIZE_MAX / bytes)
        alloc_end_process();
    memory = calloc(count ? count : 1, bytes ? bytes : 1);
    return memory ? memory : memset(xmalloc(count * bytes), 0, count * bytes);
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

char *xvasprintf(const char *format, va_list arguments)
{
    char shorter[256]; /* most texts: they are formatted once */
    va_list again;
    char *text;
    int length;

    va_copy(again, arguments);
    length = vsnprintf(shorter, sizeof(shorter), format, again);
    va_end(again);
    if (length < 0)
        abort(); /* a bug in the format, or a text of over INT_MAX bytes */
    if ((size_t)length < sizeof(shorter))
        return memcpy(xmalloc((size_t)length + 1), shorter, (size_t)length + 1);
    text = xmalloc((size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    return text;
}

char *xasprintf(const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    text = xvasprintf(format, arguments);
    va_end(arguments);
    return text;
}
