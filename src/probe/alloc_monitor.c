/* SPDX-License-Identifier: MIT */
#include "probe/alloc_monitor.h"

#include <curl/curl.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local bool has_failed;

static void *note(void *memory)
{
    if (!memory)
        has_failed = true;
    return memory;
}

static void *monitored_malloc(size_t bytes)
{
    return note(malloc(bytes));
}

static void *monitored_calloc(size_t count, size_t bytes)
{
    return note(calloc(count, bytes));
}

static void *monitored_realloc(void *memory, size_t bytes)
{
    return note(realloc(memory, bytes));
}

static char *monitored_strdup(const char *text)
{
    return note(strdup(text));
}

/* OpenSSL's functions get a file name and a line. For a size of 0 NULL is no failure. */
static void *crypto_malloc(size_t bytes, const char *file, int line)
{
    (void)file, (void)line;
    return bytes ? note(malloc(bytes)) : NULL;
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
        return note(realloc(memory, bytes));
    free(memory);
    return NULL;
}

bool alloc_monitor_init(void)
{
    CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc, crypto_free);
    return curl_global_init_mem(CURL_GLOBAL_DEFAULT, monitored_malloc, free, monitored_realloc,
                                monitored_strdup, monitored_calloc) == CURLE_OK;
}

void alloc_monitor_reset(void)
{
    has_failed = false;
}

void alloc_monitor_note_failure(void)
{
    has_failed = true;
}

bool alloc_monitor_failed(void)
{
    return has_failed;
}
