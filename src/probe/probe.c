/* SPDX-License-Identifier: MIT */
#include "probe/probe.h"

#include <curl/curl.h>
#include <errno.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/cause.h"
#include "base/clock.h"
#include "base/fd_limits.h"
#include "ca_store_cache.h"
#include "endpoint.h"
#include "failure.h"
#include "handles.h"
#include "input/expectations.h"
#include "probe/alloc_monitor.h"
#include "proxies.h"
#include "resolver.h"
#include "transfer.h"

/* libcurl counts in milliseconds and may end a request one or two of them too early. */
#define EARLY_US (5 * CLOCK_MS)

struct prober {
    const struct check *check; /* the command line's; borrowed */
    struct proxies proxies;    /* of the command line's check */
    struct ca_store_cache *ca_stores;
    struct resolver *resolver;
    struct handles *handles; /* of idle transfers */
    atomic_bool cancelled;
    int64_t end_us; /* of all probes; CLOCK_NEVER: not set */
};

/* One call of probe(). */
struct call {
    struct prober *prober;
    const struct target *target;
    const struct check *check; /* the target's */
    const struct proxies *proxies;
    int64_t fresh_since_us; /* as in struct probe_options */
    const atomic_size_t *host_waiting;
    int64_t started_us;
    int64_t deadline_us;
    int64_t queued_us; /* waiting for other lookups: not counted as the URL's time */
    struct endpoint endpoint;
    char *addresses; /* of the endpoint; owned */
    struct transfer *transfer;
    struct request request;
};

static void close_transfer(void *transfer)
{
    transfer_free(transfer);
}

struct prober *prober_new(const struct check *check, size_t lookups_max, size_t idle_max,
                          struct error *error)
{
    struct prober *prober = xcalloc(1, sizeof(*prober));

    prober->check = check;
    prober->end_us = CLOCK_NEVER;
    prober->handles = handles_new(close_transfer, idle_max);
    prober->resolver = resolver_new(lookups_max, getaddrinfo);
    prober->ca_stores = ca_store_cache_new();
    if (proxies_find(&prober->proxies, check, error) == 0 &&
        ca_store_cache_get(prober->ca_stores, check, error))
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

/*
 * Starts the clock. The deadline is max_time away, but at most EARLY_US after the end of all
 * probes, so that was_ended() can tell that a request which libcurl ended at its deadline has
 * reached that end.
 */
static void start_clock(struct call *call)
{
    int64_t max_time_us = call->check->max_time_us;
    int64_t left_us;

    call->started_us = clock_now_us();
    call->queued_us = 0;
    left_us = call->prober->end_us - call->started_us;
    call->deadline_us =
        call->started_us + (max_time_us < left_us ? max_time_us : left_us + EARLY_US);
}

/* Whether the probe failed because all probes were ended or cancelled. */
static bool was_ended(const struct call *call, const struct outcome *outcome)
{
    return atomic_load(&call->prober->cancelled) ||
           (outcome->code == CURLE_OPERATION_TIMEDOUT && clock_now_us() >= call->prober->end_us);
}

static struct resolution look_up_family(struct call *call, const char *host, int family)
{
    int64_t patience_us = call->deadline_us - clock_now_us();
    struct resolution resolution;

    if (call->check->connect_timeout_us && call->check->connect_timeout_us < patience_us)
        patience_us = call->check->connect_timeout_us;
    resolution =
        resolver_lookup(call->prober->resolver, host, family, patience_us, call->fresh_since_us);
    call->queued_us += resolution.queued_us;
    call->deadline_us += resolution.queued_us;
    return resolution;
}

/*
 * Looks up the host's addresses in the family that the check requires. If there are none, a second
 * lookup tells whether there are others: getaddrinfo(3) alone often reports both as EAI_NONAME.
 */
static struct resolution look_up(struct call *call, const char *host)
{
    static const int families[] = {[IP_ANY] = AF_UNSPEC, [IP_4] = AF_INET, [IP_6] = AF_INET6};
    int ip_version = call->check->ip_version;
    struct resolution resolution = look_up_family(call, host, families[ip_version]);
    struct resolution any;

    if (ip_version == IP_ANY || resolution.status != LOOKUP_NO_NAME)
        return resolution;
    any = look_up_family(call, host, AF_UNSPEC);
    free(any.addresses);
    resolution.queued_us += any.queued_us;
    if (any.status == LOOKUP_FOUND)
        resolution.status = ip_version == IP_4 ? LOOKUP_NO_IPV4 : LOOKUP_NO_IPV6;
    return resolution;
}

/* Looks up the endpoint's addresses, if needed. False: the outcome says why there are none. */
static bool find_addresses(struct call *call, struct outcome *outcome)
{
    int64_t started_us = clock_now_us();
    struct resolution resolution;

    if (endpoint_find(&call->endpoint, call->target, call->proxies)) {
        outcome->code = CURLE_OUT_OF_MEMORY;
        return false;
    }
    if (!call->endpoint.host)
        return true;
    outcome->phase = PHASE_RESOLVE;
    resolution = look_up(call, call->endpoint.host);
    outcome->resolve_us = clock_now_us() - started_us - resolution.queued_us;
    outcome->lookup = resolution.status;
    outcome->os_error = resolution.os_error;
    outcome->code =
        resolution.status == LOOKUP_TIMEOUT ? CURLE_OPERATION_TIMEDOUT : CURLE_COULDNT_RESOLVE_HOST;
    call->addresses = resolution.addresses;
    call->request.addresses = resolution.addresses;
    call->request.host_port = call->endpoint.host_port;
    return resolution.status == LOOKUP_FOUND;
}

/*
 * libcurl could not look up host, and does not say why: the resolver looks it up again. If it finds
 * the name, libcurl had no thread or descriptor for its lookup.
 */
static void explain_lookup(struct call *call, const char *host, struct outcome *outcome)
{
    bool is_bracketed = *host == '['; /* an IPv6 address, which -4 rules out */
    char *name = xstrndup(host + is_bracketed, strlen(host) - 2 * is_bracketed);
    struct resolution resolution = look_up(call, name);

    outcome->lookup = resolution.status;
    outcome->os_error = resolution.os_error;
    if (resolution.status == LOOKUP_FOUND) {
        outcome->lookup = LOOKUP_SHORTAGE;
        outcome->os_error = EAGAIN;
    }
    free(resolution.addresses);
    free(name);
}

/*
 * Whether libcurl has rejected an address of the family that the check rules out. It reports that
 * as a failed connection.
 */
static bool is_other_family(const struct call *call, const struct outcome *outcome)
{
    return outcome->code == CURLE_COULDNT_CONNECT && outcome->phase == PHASE_RESOLVE &&
           outcome->os_error == 0 && call->check->ip_version != IP_ANY && !call->check->unix_socket;
}

/* Explains a failed lookup of libcurl: of a proxy, a redirect's host, or a name left to libcurl. */
static void explain_unresolved(struct call *call, struct outcome *outcome)
{
    const char *url = outcome->final_url ? outcome->final_url : call->target->url;
    const struct proxy *proxy = proxies_for(call->proxies, url);
    struct endpoint endpoint = {0};

    if (call->check->doh_url)
        return; /* libcurl does not tell what the DoH server said */
    if (is_other_family(call, outcome))
        outcome->code = proxy ? CURLE_COULDNT_RESOLVE_PROXY : CURLE_COULDNT_RESOLVE_HOST;
    if (outcome->code == CURLE_COULDNT_RESOLVE_PROXY && proxy)
        explain_lookup(call, proxy->host, outcome);
    if (outcome->code != CURLE_COULDNT_RESOLVE_HOST)
        return;
    if (endpoint_of_url(&endpoint, call->check, url) == 0)
        explain_lookup(call, endpoint.host, outcome);
    endpoint_release(&endpoint);
}

/* Whether a proxy did not connect, instead of the server. */
static bool is_proxy_failure(const struct outcome *outcome)
{
    switch (outcome->code) {
    case CURLE_OK: return false;
    case CURLE_PROXY:
    case CURLE_COULDNT_RESOLVE_PROXY: return true;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR: /* until it has answered CONNECT, the phase is this */
        return outcome->connect_status >= 300 || outcome->phase == PHASE_CONNECT;
    default: return outcome->connect_status >= 300;
    }
}

static void note_proxy(const struct call *call, struct outcome *outcome)
{
    const char *url = outcome->final_url ? outcome->final_url : call->target->origin;
    const struct proxy *proxy = proxies_for(call->proxies, url);

    if (proxy && is_proxy_failure(outcome))
        outcome->proxy = xstrdup(proxy->name);
}

/* Whether --accept or --warn lists the status or the class. */
static bool is_expected(const struct check *check, int status, enum cause cause)
{
    const char *lists[] = {check->accept, check->warn};

    for (size_t i = 0; i < 2; i++) {
        if (lists[i] && ((status && statuses_hold_status(lists[i], status)) ||
                         statuses_hold_cause(lists[i], cause)))
            return true;
    }
    return false;
}

/*
 * Whether the server rejected HEAD, with a status or by closing the connection, and the check does
 * not expect that. Servers reject HEAD with almost any status. But one that asks to wait is not
 * asked again at once.
 */
static bool is_head_rejected(const struct call *call, const struct outcome *outcome)
{
    const struct check *check = call->check;
    enum cause cause;

    if (!check->head || check->request || was_ended(call, outcome))
        return false;
    if (outcome->code == CURLE_OK) {
        cause = outcome->status >= 500 ? CAUSE_HTTP_5XX : CAUSE_HTTP_4XX;
        return outcome->status >= 400 && outcome->retry_after_us == 0 &&
               !is_expected(check, outcome->status, cause);
    }
    cause = failure_judge(outcome).cause;
    return outcome->phase == PHASE_RESPONSE && (cause == CAUSE_RESET || cause == CAUSE_EMPTY) &&
           !is_expected(check, 0, cause);
}

static void run_transfer(struct call *call, struct outcome *outcome)
{
    call->request.max_time_us = call->deadline_us - clock_now_us();
    transfer_run(call->transfer, &call->request, outcome);
}

/* An idle transfer that serves the target; NULL: there is none. */
static struct transfer *take_idle_transfer(const struct call *call)
{
    struct transfer *transfer = handles_take(call->prober->handles, call->target->connection_key);

    if (transfer && !transfer_serves(transfer, call->check)) {
        transfer_free(transfer);
        return NULL;
    }
    return transfer;
}

/* A new transfer; NULL: the outcome says why there is none. */
static struct transfer *make_transfer(const struct call *call, struct outcome *outcome)
{
    struct prober *prober = call->prober;
    struct transfer *transfer = NULL;
    struct error error;
    struct ca_store *ca_store = ca_store_cache_get(prober->ca_stores, call->check, &error);

    if (!ca_store && !fd_limits_exhausted()) {
        outcome->code = CURLE_SSL_CACERT_BADFILE;
        outcome->phase = PHASE_NONE;
        outcome->detail = xstrdup(error.text);
        return NULL;
    }
    if (ca_store)
        transfer = transfer_new(call->check, ca_store, &prober->cancelled);
    if (!transfer) {
        outcome->code = CURLE_OUT_OF_MEMORY;
        outcome->os_error = ENOMEM;
    }
    return transfer;
}

/*
 * Whether the failure may be due to what an earlier request left on the connection, and the request
 * may be repeated: one with a method of its own or a body may not (RFC 9110, section 9.2.2).
 *
 * A server whose timer for idle connections ends sends 408, unasked: if a request is on its way, that
 * looks like its response (RFC 9110, section 15.5.9). An HTTP/2 server that is reloaded ends even a
 * new connection without a response (RFC 9113, section 6.8). A timeout is blamed on the connection
 * only if it was idle before: then the network may have forgotten it.
 */
static bool is_to_be_repeated(const struct call *call, const struct outcome *outcome)
{
    const struct check *check = call->check;

    if (check->request || check->data.count || check->json.count || was_ended(call, outcome))
        return false;
    if (outcome->phase == PHASE_DONE)
        return outcome->reused_connection && outcome->status == 408;
    if (outcome->phase < PHASE_RESPONSE)
        return false;
    if (outcome->idle_connection)
        return true;
    if (outcome->code == CURLE_OPERATION_TIMEDOUT || outcome->abort_reason)
        return false;
    return outcome->was_repeated || (outcome->phase == PHASE_RESPONSE &&
                                     (outcome->reused_connection || check->http_version == HTTP_2));
}

/*
 * Makes the request; if the server rejects HEAD, again with GET. After a failure libcurl would keep
 * its errno, so GET gets a new transfer then.
 */
static void make_request(struct call *call, struct outcome *outcome)
{
    call->request.use_get = false;
    run_transfer(call, outcome);
    if (is_head_rejected(call, outcome)) {
        outcome->head_rejected = outcome->code == CURLE_OK ? outcome->status : -1;
        call->request.use_get = true;
        if (outcome->code != CURLE_OK) {
            transfer_free(call->transfer);
            outcome_release_owned(outcome);
            call->transfer = make_transfer(call, outcome);
        }
        if (call->transfer)
            run_transfer(call, outcome);
    }
    explain_unresolved(call, outcome);
    note_proxy(call, outcome);
}

/*
 * Closes the idle connections to the host of a check that waits: a server that accepts only a few
 * connections, one even, may serve it only then. A check that is the last one of its host, and needs
 * new connections, does so before it begins.
 */
static void close_idle_of_host(void *context)
{
    const struct call *call = context;

    handles_close_host(call->prober->handles, call->target->host);
}

/* Whether another check can use the connection. */
static bool is_connection_needed(const struct call *call)
{
    return !call->request.close_connection &&
           (!call->host_waiting || atomic_load(call->host_waiting) > 0);
}

/*
 * Makes the request with an idle transfer, or a new one if that is NULL. Keeps the transfer for
 * other checks if the request succeeded; but not one made for fresh_since_us, as none was taken
 * from the idle ones for it, and their number would grow.
 */
static void request_with(struct call *call, struct transfer *idle, struct outcome *outcome)
{
    call->transfer = idle ? idle : make_transfer(call, outcome);
    if (!call->transfer)
        return;
    make_request(call, outcome);
    if (outcome->code == CURLE_OK && !call->fresh_since_us && !is_to_be_repeated(call, outcome) &&
        (is_connection_needed(call) || call->request.close_connection))
        handles_give(call->prober->handles, call->transfer, call->target->connection_key,
                     call->request.close_connection);
    else
        transfer_free(call->transfer);
    if (!is_connection_needed(call))
        handles_close_origin(call->prober->handles, call->target->connection_key);
}

static void run_check(struct call *call, struct outcome *outcome)
{
    if (!find_addresses(call, outcome))
        return;
    request_with(call, call->fresh_since_us ? NULL : take_idle_transfer(call), outcome);
    if (is_to_be_repeated(call, outcome)) {
        if (outcome->idle_connection)
            start_clock(call);
        outcome_release(outcome);
        request_with(call, NULL, outcome);
    }
}

/* As run_check(), for a check that does not have the command line's proxy. */
static void run_check_with_own_proxy(struct call *call, struct outcome *outcome)
{
    struct proxies proxies;
    struct error error;

    call->proxies = &proxies;
    if (proxies_find(&proxies, call->check, &error) == 0)
        run_check(call, outcome);
    else
        outcome->code = CURLE_OUT_OF_MEMORY;
    proxies_release(&proxies);
}

/*
 * Replaces the result if libcurl or OpenSSL ran out of memory, or if all probes were ended. Lack of
 * memory spoils a success too: part of the response may be missing.
 */
static void note_own_failure(const struct call *call, struct outcome *outcome)
{
    if (alloc_monitor_failed()) {
        outcome->code = CURLE_OUT_OF_MEMORY;
        outcome->phase = PHASE_NONE;
        outcome->os_error = ENOMEM;
    }
    if (outcome->code != CURLE_OK && was_ended(call, outcome))
        outcome->code = CURLE_ABORTED_BY_CALLBACK;
}

void probe(struct prober *prober, const struct target *target, const struct probe_options *options,
           struct outcome *outcome)
{
    int64_t started_at_us = clock_read_us(CLOCK_REALTIME);
    struct call call = {.prober = prober,
                        .target = target,
                        .check = target->check,
                        .proxies = &prober->proxies,
                        .fresh_since_us = options->fresh_since_us,
                        .host_waiting = options->host_waiting,
                        .request = {.check = target->check,
                                    .url = target->url,
                                    .on_wait = close_idle_of_host,
                                    .context = &call,
                                    .close_connection = options->close_connection}};

    *outcome = (struct outcome){0};
    alloc_monitor_reset();
    if (options->close_connection && options->fresh_since_us)
        close_idle_of_host(&call);
    start_clock(&call);
    if (target->check->proxy == prober->check->proxy)
        run_check(&call, outcome);
    else
        run_check_with_own_proxy(&call, outcome);
    note_own_failure(&call, outcome);
    if (outcome->final_url)
        outcome->on_other_host = endpoint_is_other_host(target, outcome->final_url);
    outcome->used_doh = target->check->doh_url;
    outcome->started_at_us = started_at_us;
    outcome->total_us = clock_now_us() - call.started_us - call.queued_us;
    endpoint_release(&call.endpoint);
    free(call.addresses);
}
