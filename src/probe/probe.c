/* SPDX-License-Identifier: MIT */
#include "probe/probe.h"

#include <curl/curl.h>
#include <errno.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/fd_limits.h"
#include "input/expectations.h"
#include "endpoint.h"
#include "handles.h"
#include "probe/alloc_monitor.h"
#include "proxies.h"
#include "resolver.h"
#include "transfer.h"
#include "ca_store_cache.h"

/* libcurl counts in milliseconds, and may be one or two early. */
#define BEYOND_US (5 * CLOCK_MS)

struct prober {
    const struct check *check; /* the command line's */
    struct ca_store_cache *ca_stores;
    atomic_bool cancelled;
    struct handles *handles;
    struct resolver *resolver;
    int64_t end_us;         /* of all probes */
    struct proxies proxies; /* the command line's */
};

/* A check on its way: what probe()'s steps hand on. */
struct attempt {
    struct prober *prober;
    const struct target *target;
    int64_t fresh_us; /* of its manner */
    const struct proxies *proxies;
    struct transfer *transfer;
    struct exchange exchange;
    int64_t started_us;
    int64_t deadline_us;
    int64_t queued_us; /* not the URL's fault, and not part of its time */
    struct endpoint endpoint;
    char *addresses;
};

static void drop_transfer(void *transfer)
{
    transfer_free(transfer);
}

struct prober *prober_new(const struct check *check, size_t lookups_max, size_t idle_max,
                          struct error *error)
{
    struct prober *prober = calloc(1, sizeof(*prober));

    error_set(error, "out of memory");
    if (!prober)
        return NULL;
    prober->check = check;
    prober->end_us = CLOCK_NEVER;
    prober->handles = handles_new(drop_transfer, idle_max);
    prober->resolver = resolver_new(lookups_max, getaddrinfo);
    prober->ca_stores = ca_store_cache_new();
    if (prober->handles && prober->resolver && prober->ca_stores &&
        proxies_find(&prober->proxies, check, error) == 0 &&
        ca_store_cache_get(prober->ca_stores, check, error))
        return prober;
    prober_free(prober);
    return NULL;
}

size_t prober_free(struct prober *prober)
{
    size_t left;

    if (!prober)
        return 0;
    handles_free(prober->handles);
    left = resolver_free(prober->resolver);
    ca_store_cache_free(prober->ca_stores);
    proxies_release(&prober->proxies);
    free(prober);
    return left;
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

/*
 * The attempt has its check's time from now on, but not beyond the end of all, and a moment more:
 * whatever takes longer than that is then known to have done so.
 */
static void begin(struct attempt *attempt)
{
    int64_t max_time_us = attempt->target->check->max_time_us;
    int64_t left_us;

    attempt->started_us = clock_now_us();
    left_us = attempt->prober->end_us - attempt->started_us;
    attempt->deadline_us =
        attempt->started_us + (max_time_us < left_us ? max_time_us : left_us + BEYOND_US);
}

/* Whether it has ended because all did. */
static bool is_cut_off(const struct attempt *attempt, const struct outcome *outcome)
{
    return atomic_load(&attempt->prober->cancelled) ||
           (outcome->code == CURLE_OPERATION_TIMEDOUT && clock_now_us() >= attempt->prober->end_us);
}

static struct resolution look_up(struct attempt *attempt, const char *host)
{
    static const int families[] = {[IP_ANY] = AF_UNSPEC, [IP_4] = AF_INET, [IP_6] = AF_INET6};
    const struct check *check = attempt->target->check;
    int64_t patience_us = attempt->deadline_us - clock_now_us();
    struct resolution resolution;

    if (check->connect_timeout_us && check->connect_timeout_us < patience_us)
        patience_us = check->connect_timeout_us;
    resolution = resolver_lookup(attempt->prober->resolver, host, families[check->ip_version],
                                 patience_us, attempt->fresh_us);
    attempt->queued_us += resolution.queued_us;
    attempt->deadline_us += resolution.queued_us;
    return resolution;
}

/* Finds the target's addresses. False if there are none: the outcome says why. */
static bool find_addresses(struct attempt *attempt, struct outcome *outcome)
{
    int64_t started_us = clock_now_us();
    struct resolution resolution;

    if (endpoint_find(&attempt->endpoint, attempt->target, attempt->proxies)) {
        outcome->code = CURLE_OUT_OF_MEMORY;
        return false;
    }
    outcome->by_doh = attempt->target->check->doh_url;
    if (!attempt->endpoint.host)
        return true;
    outcome->phase = PHASE_RESOLVE;
    resolution = look_up(attempt, attempt->endpoint.host);
    outcome->resolve_us = clock_now_us() - started_us - resolution.queued_us;
    outcome->lookup = resolution.lookup;
    outcome->os_error = resolution.os_error;
    outcome->code =
        resolution.lookup == LOOKUP_TIMEOUT ? CURLE_OPERATION_TIMEDOUT : CURLE_COULDNT_RESOLVE_HOST;
    attempt->addresses = resolution.addresses;
    attempt->exchange.addresses = resolution.addresses;
    attempt->exchange.host_port = attempt->endpoint.host_port;
    return resolution.lookup == LOOKUP_FOUND;
}

static void run(struct attempt *attempt, struct outcome *outcome)
{
    attempt->exchange.max_time_us = attempt->deadline_us - clock_now_us();
    transfer_run(attempt->transfer, &attempt->exchange, outcome);
}

static bool is_head_refused(const struct attempt *attempt, const struct outcome *outcome)
{
    const struct check *check = attempt->target->check;
    int status = outcome->status;

    /* Who accepts that has been answered. */
    if ((check->accept && statuses_hold_status(check->accept, status)) ||
        (check->warn && statuses_hold_status(check->warn, status)))
        return false;
    return check->head && outcome->code == CURLE_OK && (status == 405 || status == 501);
}

/*
 * libcurl folds all that can go wrong with a name, its own shortage included, into one code. Our
 * resolver tells them apart; a name that it finds was not to be had for want of threads or
 * descriptors.
 */
static void look_again(struct attempt *attempt, const char *host, struct outcome *outcome)
{
    struct resolution resolution = look_up(attempt, host);

    outcome->lookup = resolution.lookup;
    outcome->os_error = resolution.os_error;
    if (resolution.lookup == LOOKUP_FOUND) {
        outcome->lookup = LOOKUP_SHORTAGE;
        outcome->os_error = EAGAIN;
    }
    free(resolution.addresses);
}

/* What libcurl could not resolve: a proxy, the host of a redirect, or what was left to it. */
static void explain_unresolved(struct attempt *attempt, struct outcome *outcome)
{
    const struct target *target = attempt->target;
    const char *proxy = proxies_for(attempt->proxies, target->origin);
    struct endpoint endpoint = {0};

    if (target->check->doh_url)
        return; /* what its server said, if it did, libcurl keeps to itself */
    if (outcome->code == CURLE_COULDNT_RESOLVE_PROXY && proxy)
        look_again(attempt, proxy, outcome);
    if (outcome->code != CURLE_COULDNT_RESOLVE_HOST)
        return;
    if (endpoint_of_url(&endpoint, target->check,
                        outcome->final_url ? outcome->final_url : target->url) == 0)
        look_again(attempt, endpoint.host, outcome);
    endpoint_release(&endpoint);
}

static void ask(struct attempt *attempt, struct outcome *outcome)
{
    run(attempt, outcome);
    if (is_head_refused(attempt, outcome)) {
        attempt->exchange.get = true;
        run(attempt, outcome);
    }
    /* A header line of over 100 KiB looks like a want of memory; it does so twice, if it is one. */
    if (outcome->code == CURLE_OUT_OF_MEMORY && outcome->phase == PHASE_RESPONSE)
        run(attempt, outcome);
    explain_unresolved(attempt, outcome);
}

static bool sends_more_than_get(const struct check *check)
{
    return check->request || check->data.count || check->json.count;
}

/*
 * Whether all may be as it is only because of what an earlier check had left on its connection.
 * What has a method of its own, or a body, may not be a thing to send twice.
 */
static bool is_in_doubt(const struct attempt *attempt, const struct outcome *outcome)
{
    return outcome->code != CURLE_OK && outcome->reused && outcome->phase >= PHASE_RESPONSE &&
           !sends_more_than_get(attempt->target->check) && !is_cut_off(attempt, outcome);
}

static int64_t wall_clock_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * CLOCK_S + now.tv_nsec / 1000;
}

/* An idle transfer that serves the target's check; NULL: there is none. */
static struct transfer *take_transfer(const struct prober *prober, const struct target *target)
{
    struct transfer *transfer = handles_take(prober->handles, target->connection_key);

    if (!transfer || transfer_serves(transfer, target->check))
        return transfer;
    transfer_free(transfer);
    return NULL;
}

/* A new transfer for the attempt's check; NULL: the outcome says why. */
static struct transfer *make_transfer(struct attempt *attempt, struct outcome *outcome)
{
    const struct check *check = attempt->target->check;
    struct prober *prober = attempt->prober;
    struct transfer *transfer = NULL;
    struct error error;
    struct ca_store *ca_store = ca_store_cache_get(prober->ca_stores, check, &error);

    if (ca_store) {
        transfer = transfer_new(check, ca_store, &prober->cancelled);
    } else if (!fd_limits_exhausted()) {
        outcome->code = CURLE_SSL_CACERT_BADFILE;
        outcome->phase = PHASE_NONE;
        outcome->detail = strdup(error.text);
        return NULL;
    }
    if (!transfer) {
        outcome->code = CURLE_OUT_OF_MEMORY;
        outcome->os_error = ENOMEM;
    }
    return transfer;
}

/*
 * Asks with a transfer that is at hand, or a new one, and keeps it for others if all went well. Not
 * one made to be fresh: none was taken for it, and there would be more of them with each.
 */
static void ask_with(struct attempt *attempt, struct transfer *transfer, struct outcome *outcome)
{
    attempt->transfer = transfer ? transfer : make_transfer(attempt, outcome);
    if (!attempt->transfer)
        return;
    ask(attempt, outcome);
    if (outcome->code == CURLE_OK && !attempt->fresh_us)
        handles_give(attempt->prober->handles, attempt->transfer, attempt->target->connection_key,
                     attempt->exchange.last);
    else
        transfer_free(attempt->transfer);
}

/* Begins anew, with nothing that was left by others, and with all of the time. */
static void ask_afresh(struct attempt *attempt, struct outcome *outcome)
{
    outcome_release(outcome);
    begin(attempt);
    attempt->queued_us = 0;
    attempt->exchange.get = false;
    ask_with(attempt, NULL, outcome);
}

/*
 * What a failure is put down to before what it looks like: that it was wished, or our own want.
 * A success short of memory is one of these too: what would speak against it may be missing.
 */
static void explain_failure(const struct attempt *attempt, struct outcome *outcome)
{
    if (alloc_monitor_failed()) {
        outcome->code = CURLE_OUT_OF_MEMORY;
        outcome->phase = PHASE_NONE;
        outcome->os_error = ENOMEM;
    }
    if (is_cut_off(attempt, outcome))
        outcome->code = CURLE_ABORTED_BY_CALLBACK;
}

/* Asks, after it was found out where. */
static void attempt_all(struct attempt *attempt, struct outcome *outcome)
{
    if (!find_addresses(attempt, outcome))
        return;
    ask_with(attempt, attempt->fresh_us ? NULL : take_transfer(attempt->prober, attempt->target),
             outcome);
    if (is_in_doubt(attempt, outcome))
        ask_afresh(attempt, outcome);
}

/* The same for a check that has a proxy of its own. */
static void attempt_by_own_proxy(struct attempt *attempt, struct outcome *outcome)
{
    struct proxies proxies;
    struct error error;

    attempt->proxies = &proxies;
    if (proxies_find(&proxies, attempt->target->check, &error) == 0)
        attempt_all(attempt, outcome);
    else
        outcome->code = CURLE_OUT_OF_MEMORY;
    proxies_release(&proxies);
}

void probe(struct prober *prober, const struct target *target, const struct probe_options *options,
           struct outcome *outcome)
{
    int64_t started_at_us = wall_clock_us();
    struct attempt attempt = {
        .prober = prober,
        .target = target,
        .fresh_us = options->fresh_us,
        .proxies = &prober->proxies,
        .exchange = {.check = target->check, .url = target->url, .last = options->last}};

    begin(&attempt);
    *outcome = (struct outcome){0};
    alloc_monitor_reset();
    if (target->check->proxy == prober->check->proxy)
        attempt_all(&attempt, outcome);
    else
        attempt_by_own_proxy(&attempt, outcome);
    if (outcome->code != CURLE_OK || alloc_monitor_failed())
        explain_failure(&attempt, outcome);
    if (outcome->final_url)
        outcome->elsewhere = endpoint_is_elsewhere(target, outcome->final_url);
    outcome->started_at_us = started_at_us;
    outcome->total_us = clock_now_us() - attempt.started_us - attempt.queued_us;
    endpoint_release(&attempt.endpoint);
    free(attempt.addresses);
}
