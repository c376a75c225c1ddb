/* SPDX-License-Identifier: MIT */
#include "probe/alloc_monitor.h"

#include <curl/curl.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local bool was_short;

static void *watched(void *memory)
{
    if (!memory)
        was_short = true;
    return memory;
}

static void *watched_malloc(size_t bytes)
{
    return watched(malloc(bytes));
}

static void *watched_calloc(size_t count, size_t bytes)
{
    return watched(calloc(count, bytes));
}

static void *watched_realloc(void *memory, size_t bytes)
{
    return watched(realloc(memory, bytes));
}

static char *watched_strdup(const char *text)
{
    return watched(strdup(text));
}

/* OpenSSL's three come with a file and a line; a size of 0 gives NULL and is no failure. */
static void *crypto_malloc(size_t bytes, const char *file, int line)
{
    (void)file, (void)line;
    return bytes ? watched(malloc(bytes)) : NULL;
}

static void crypto_free(void *memory, const char *file, int line)
{
    (void)file, (void)line;
    free(memory);
}

static void *crypto_realloc(void *memory, size_t bytes, const char *file, int line)
{
    (void)file, (void)line;
    if (bytes)
        return watched(realloc(memory, bytes));
    free(memory);
    return NULL;
}

bool alloc_monitor_init(void)
{
    CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc, crypto_free);
    return curl_global_init_mem(CURL_GLOBAL_DEFAULT, watched_malloc, free, watched_realloc,
                                watched_strdup, watched_calloc) == CURLE_OK;
}

void alloc_monitor_reset(void)
{
    was_short = false;
}

void alloc_monitor_note_failure(void)
{
    was_short = true;
}

bool alloc_monitor_failed(void)
{
    return was_short;
}
