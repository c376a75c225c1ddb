/* SPDX-License-Identifier: MIT */
#include "probe/probe.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "engine/clock.h"
#include "probe/handles.h"
#include "probe/resolver.h"
#include "probe/transfer.h"
#include "probe/trust.h"

struct prober {
    struct transfer_setup setup;
    struct handles *handles;
    struct resolver *resolver;
    bool http_proxied, https_proxied; /* by what the environment or the check says */
};

/* A check on its way: what probe()'s steps hand on. */
struct attempt {
    struct prober *prober;
    const struct target *target;
    struct transfer *transfer;
    struct exchange exchange;
    int64_t started_us;
    int64_t deadline_us;
    int64_t queued_us; /* not the URL's fault, and not part of its time */
    char *addresses;
};

static void drop_transfer(void *transfer)
{
    transfer_free(transfer);
}

/* The variables that libcurl reads: https://everything.curl.dev/usingcurl/proxies/env.html */
static bool is_proxied(const struct check *check, const char *const *variables)
{
    if (check->proxy)
        return *check->proxy != '\0';
    for (; *variables; variables++) {
        const char *value = getenv(*variables);

        if (value && *value)
            return true;
    }
    return false;
}

static struct curl_slist *slist_of(const struct strings *strings, bool *out_of_memory)
{
    struct curl_slist *list = NULL;

    for (size_t i = 0; i < strings->count; i++) {
        struct curl_slist *longer = curl_slist_append(list, strings->items[i]);

        if (!longer)
            *out_of_memory = true;
        else
            list = longer;
    }
    return list;
}

struct prober *prober_new(const struct check *check, size_t lookups_max, struct reason *reason)
{
    static const char *const http[] = {"http_proxy", "all_proxy", "ALL_PROXY", NULL};
    static const char *const https[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
                                        NULL};
    struct prober *prober = calloc(1, sizeof(*prober));
    bool out_of_memory = !prober;

    reason_set(reason, "out of memory");
    if (!prober)
        return NULL;
    prober->setup.check = check;
    prober->setup.headers = slist_of(&check->headers, &out_of_memory);
    prober->setup.resolve = slist_of(&check->resolve, &out_of_memory);
    prober->http_proxied = is_proxied(check, http);
    prober->https_proxied = is_proxied(check, https);
    prober->handles = handles_new(drop_transfer);
    prober->resolver = resolver_new(lookups_max, getaddrinfo);
    if (!out_of_memory && prober->handles && prober->resolver)
        prober->setup.trust = trust_new(check, reason);
    if (!prober->setup.trust) {
        prober_free(prober);
        return NULL;
    }
    return prober;
}

size_t prober_free(struct prober *prober)
{
    size_t left;

    if (!prober)
        return 0;
    handles_free(prober->handles);
    left = resolver_free(prober->resolver);
    trust_free(prober->setup.trust);
    curl_slist_free_all(prober->setup.headers);
    curl_slist_free_all(prober->setup.resolve);
    free(prober);
    return left;
}

void prober_cancel(struct prober *prober)
{
    atomic_store(&prober->setup.cancelled, true);
    resolver_cancel(prober->resolver);
}

void prober_trim(struct prober *prober)
{
    handles_trim(prober->handles);
}

/* Names that libcurl answers itself, without asking anybody. */
static bool needs_no_lookup(const char *host)
{
    struct in_addr address;
    size_t length = strlen(host);

    return host[0] == '[' || inet_pton(AF_INET, host, &address) == 1 ||
           strcmp(host, "localhost") == 0 ||
           (length > 10 && strcmp(host + length - 10, ".localhost") == 0);
}

/* Whether --resolve says where this host is: then libcurl knows already. */
static bool is_resolved_by_user(const struct check *check, const char *host)
{
    size_t length = strlen(host);

    for (size_t i = 0; i < check->resolve.count; i++) {
        const char *entry = check->resolve.items[i];

        entry += *entry == '+';
        if (*entry == '*' || (strncasecmp(entry, host, length) == 0 && entry[length] == ':'))
            return true;
    }
    return false;
}

/* Whether libcurl is to find the host: it knows it, a proxy will, or only it can write it. */
static bool is_left_to_libcurl(const struct prober *prober, const struct target *target)
{
    bool https = strncmp(target->origin, "https:", 6) == 0;

    for (const char *c = target->host; *c; c++) {
        if ((unsigned char)*c >= 0x80)
            return true;
    }
    return (https ? prober->https_proxied : prober->http_proxied) ||
           needs_no_lookup(target->host) || is_resolved_by_user(target->check, target->host);
}

static struct resolution look_up(struct attempt *attempt, const char *host)
{
    static const int families[] = {[IP_ANY] = AF_UNSPEC, [IP_4] = AF_INET, [IP_6] = AF_INET6};
    const struct check *check = attempt->target->check;
    int64_t patience_us = attempt->deadline_us - clock_now_us();
    struct resolution resolution;

    if (check->connect_timeout_us && check->connect_timeout_us < patience_us)
        patience_us = check->connect_timeout_us;
    resolution =
        resolver_lookup(attempt->prober->resolver, host, families[check->ip_version], patience_us);
    attempt->queued_us += resolution.queued_us;
    attempt->deadline_us += resolution.queued_us;
    return resolution;
}

/* Finds the target's addresses. False if there are none: the outcome says why. */
static bool find_addresses(struct attempt *attempt, struct outcome *outcome)
{
    int64_t started_us = clock_now_us();
    struct resolution resolution;

    if (is_left_to_libcurl(attempt->prober, attempt->target))
        return true;
    outcome->phase = PHASE_RESOLVE;
    resolution = look_up(attempt, attempt->target->host);
    outcome->resolve_us = clock_now_us() - started_us - resolution.queued_us;
    outcome->lookup = resolution.lookup;
    outcome->os_error = resolution.os_error;
    outcome->code =
        resolution.lookup == LOOKUP_TIMEOUT ? CURLE_OPERATION_TIMEDOUT : CURLE_COULDNT_RESOLVE_HOST;
    attempt->addresses = resolution.addresses;
    attempt->exchange.addresses = resolution.addresses;
    attempt->exchange.host_port = strstr(attempt->target->origin, "://") + 3;
    return resolution.lookup == LOOKUP_FOUND;
}

static void run(struct attempt *attempt, struct outcome *outcome)
{
    attempt->exchange.max_time_us = attempt->deadline_us - clock_now_us();
    transfer_run(attempt->transfer, &attempt->exchange, outcome);
}

static bool is_head_refused(const struct attempt *attempt, const struct outcome *outcome)
{
    return attempt->target->check->head && outcome->code == CURLE_OK &&
           (outcome->status == 405 || outcome->status == 501);
}

/*
 * libcurl folds all that can go wrong with a redirect's name, its own shortage included, into one
 * code. Our resolver tells them apart; a name that it finds was not to be had for want of threads
 * or descriptors.
 */
static void look_again(struct attempt *attempt, struct outcome *outcome)
{
    struct resolution resolution = {.lookup = LOOKUP_NO_NAME};
    CURLU *url = curl_url();
    char *host = NULL;

    if (url && curl_url_set(url, CURLUPART_URL, outcome->final_url, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK)
        resolution = look_up(attempt, host);
    outcome->lookup = resolution.lookup;
    if (resolution.lookup == LOOKUP_FOUND) {
        outcome->lookup = LOOKUP_SHORTAGE;
        outcome->os_error = EAGAIN;
    }
    free(resolution.addresses);
    curl_free(host);
    curl_url_cleanup(url);
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
    if (outcome->code == CURLE_COULDNT_RESOLVE_HOST && outcome->final_url)
        look_again(attempt, outcome);
}

/* Whether all may be as it is only because of what an earlier check had left on its connection. */
static bool is_in_doubt(const struct attempt *attempt, const struct outcome *outcome)
{
    return outcome->code != CURLE_OK && outcome->reused && outcome->phase >= PHASE_RESPONSE &&
           !atomic_load(&attempt->prober->setup.cancelled);
}

static int64_t wall_clock_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * CLOCK_S + now.tv_nsec / 1000;
}

/* Asks with a transfer that is at hand, or a new one, and keeps it for others if all went well. */
static void ask_with(struct attempt *attempt, struct transfer *transfer, struct outcome *outcome)
{
    const struct prober *prober = attempt->prober;

    attempt->transfer = transfer ? transfer : transfer_new(&prober->setup);
    if (!attempt->transfer) {
        outcome->code = CURLE_OUT_OF_MEMORY;
        outcome->os_error = ENOMEM;
        return;
    }
    ask(attempt, outcome);
    if (outcome->code == CURLE_OK)
        handles_give(prober->handles, attempt->transfer, attempt->target->origin);
    else
        transfer_free(attempt->transfer);
}

/* Begins anew, with nothing that was left by others, and with all of the time. */
static void ask_afresh(struct attempt *attempt, struct outcome *outcome)
{
    outcome_release(outcome);
    attempt->started_us = clock_now_us();
    attempt->deadline_us = attempt->started_us + attempt->target->check->max_time_us;
    attempt->queued_us = 0;
    attempt->exchange.get = false;
    ask_with(attempt, NULL, outcome);
}

void probe(struct prober *prober, const struct target *target, struct outcome *outcome)
{
    int64_t started_at_us = wall_clock_us();
    int64_t now_us = clock_now_us();
    struct attempt attempt = {.prober = prober,
                              .target = target,
                              .exchange = {.url = target->url},
                              .started_us = now_us,
                              .deadline_us = now_us + target->check->max_time_us};

    *outcome = (struct outcome){0};
    if (find_addresses(&attempt, outcome)) {
        ask_with(&attempt, handles_take(prober->handles, target->origin), outcome);
        if (is_in_doubt(&attempt, outcome))
            ask_afresh(&attempt, outcome);
    }
    if (atomic_load(&prober->setup.cancelled) && outcome->code != CURLE_OK)
        outcome->code = CURLE_ABORTED_BY_CALLBACK;
    outcome->started_at_us = started_at_us;
    outcome->total_us = clock_now_us() - attempt.started_us - attempt.queued_us;
    free(attempt.addresses);
}

void outcome_release(struct outcome *outcome)
{
    free(outcome->detail);
    free(outcome->location);
    free(outcome->final_url);
    *outcome = (struct outcome){0};
}
