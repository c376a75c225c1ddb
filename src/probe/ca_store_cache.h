/* SPDX-License-Identifier: MIT */
#ifndef PROBE_CA_STORE_CACHE_H
#define PROBE_CA_STORE_CACHE_H

#include "ca_store.h"

/* The CA stores of a run: one for each CA file and folder that options name, and one for the
 * default. */
struct ca_store_cache;

struct ca_store_cache *ca_store_cache_new(void);

/* Frees the stores too. NULL is fine. */
void ca_store_cache_free(struct ca_store_cache *cache);

/*
 * The store for a source, made by ca_store_new() at the first call. It belongs to the
 * cache. NULL with the reason. Any thread.
 */
struct ca_store *ca_store_cache_get(struct ca_store_cache *cache, const struct ca_source *source,
                                    struct error *error);

#endif
