/* SPDX-License-Identifier: MIT */
#ifndef PROBE_CA_STORE_CACHE_H
#define PROBE_CA_STORE_CACHE_H

#include "ca_store.h"

/* What the checks of a run trust: one struct ca_store for each CA file that any of them names. */
struct ca_store_cache;

/* NULL with errno ENOMEM. */
struct ca_store_cache *ca_store_cache_new(void);

/* Frees all of them too. NULL is fine. */
void ca_store_cache_free(struct ca_store_cache *ca_stores);

/*
 * The trust of a check, made by ca_store_new() at the first call for its CA file. It lives as long as
 * the trusts. NULL with the reason. Any thread.
 */
struct ca_store *ca_store_cache_get(struct ca_store_cache *ca_stores, const struct check *check,
                                    struct error *error);

#endif
