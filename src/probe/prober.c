/* SPDX-License-Identifier: MIT */
#include "probe/prober.h"

#include <errno.h>
#include <netdb.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/fd_limits.h"
#include "prober_state.h"

static void close_transfer(void *transfer)
{
    transfer_free(transfer);
}

static int find_ca_stores(struct prober *prober, const struct check *check, struct ca_stores *found,
                          struct error *error)
{
    struct ca_source of_servers = ca_source_of_servers(check);
    struct ca_source of_proxies = ca_source_of_proxies(check);

    found->of_servers = ca_store_cache_get(prober->ca_stores, &of_servers, error);
    if (found->of_servers)
        found->of_proxies = ca_store_cache_get(prober->ca_stores, &of_proxies, error);
    return found->of_servers && found->of_proxies ? 0 : -1;
}

struct prober *prober_new(const struct check *check, size_t lookups_max, size_t idle_max,
                          struct error *error)
{
    struct prober *prober = xcalloc(1, sizeof(*prober));
    struct ca_stores ca_stores;

    prober->check = check;
    prober->end_us = CLOCK_NEVER;
    prober->handles = handles_new(close_transfer, idle_max);
    prober->resolver = resolver_new(lookups_max, getaddrinfo);
    prober->ca_stores = ca_store_cache_new();
    if (proxies_find(&prober->proxies, check, error) == 0 &&
        find_ca_stores(prober, check, &ca_stores, error) == 0)
        return prober;
    prober_free(prober);
    return NULL;
}

size_t prober_free(struct prober *prober)
{
    size_t running_lookups;

    if (!prober)
        return 0;
    handles_free(prober->handles);
    running_lookups = resolver_free(prober->resolver);
    ca_store_cache_free(prober->ca_stores);
    proxies_release(&prober->proxies);
    free(prober);
    return running_lookups;
}

void prober_end_at(struct prober *prober, int64_t time_us)
{
    prober->end_us = time_us;
}

void prober_cancel(struct prober *prober)
{
    atomic_store(&prober->cancelled, true);
    resolver_cancel(prober->resolver);
}

void prober_trim(struct prober *prober)
{
    handles_trim(prober->handles);
}

struct transfer *prober_take_transfer(struct prober *prober, const struct target *target)
{
    struct transfer *transfer = handles_take(prober->handles, target->connection_key);

    if (transfer && !transfer_serves(transfer, target->check)) {
        transfer_free(transfer);
        return NULL;
    }
    return transfer;
}

struct transfer *prober_make_transfer(struct prober *prober, const struct check *check,
                                      struct outcome *outcome)
{
    struct transfer *transfer = NULL;
    struct error error;
    struct ca_stores ca_stores;
    bool has_stores = find_ca_stores(prober, check, &ca_stores, &error) == 0;

    if (!has_stores && !fd_limits_exhausted()) {
        outcome->code = CURLE_SSL_CACERT_BADFILE;
        outcome->phase = PHASE_NONE;
        outcome->detail = xstrdup(error.text);
        return NULL;
    }
    if (has_stores)
        transfer = transfer_new(check, &ca_stores, &prober->cancelled);
    if (!transfer) {
        outcome->code = CURLE_OUT_OF_MEMORY;
        outcome->phase = PHASE_NONE;
        outcome->os_error = ENOMEM;
    }
    return transfer;
}
