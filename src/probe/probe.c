/* SPDX-License-Identifier: MIT */
#include "probe/probe.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>

#include "addresses.h"
#include "base/clock.h"
#include "base/thread.h"
#include "call.h"
#include "probe/alloc_monitor.h"
#include "repeats.h"

static void run_transfer(struct call *call, struct outcome *outcome)
{
    int64_t started_us = call->check->write_out ? clock_now_us() : 0;

    call->request.max_time_us = call_left_us(call);
    transfer_run(call->transfer, &call->request, outcome);
    if (outcome->transfer)
        outcome->transfer->started_us = started_us - call->started_us - call->queued_us;
}

/* Makes the request once more, with a new transfer: after a failure libcurl would keep its errno. */
static void run_new_transfer(struct call *call, struct outcome *outcome)
{
    transfer_free(call->transfer);
    outcome_release_owned(outcome);
    call->transfer = prober_make_transfer(call->prober, call->check, outcome);
    if (call->transfer)
        run_transfer(call, outcome);
}

/*
 * Makes the request; if HTTP/1.1 may be why it failed, again with HTTP/2; if the server rejects HEAD,
 * again with GET.
 */
static void make_request(struct call *call, struct outcome *outcome)
{
    call->request.use_get = call->request.offer_http2 = false;
    run_transfer(call, outcome);
    if (repeats_with_http2(call, outcome)) {
        outcome->http2_tried = call->request.offer_http2 = true;
        run_new_transfer(call, outcome);
    }
    if (repeats_as_get(call, outcome)) {
        outcome->head_rejected = outcome->code == CURLE_OK ? outcome->status : -1;
        call->request.use_get = true;
        if (outcome->code == CURLE_OK)
            run_transfer(call, outcome);
        else
            run_new_transfer(call, outcome);
    }
    addresses_explain_failure(call, outcome);
    proxies_note_use(call->proxies, call->check,
                     outcome->final_url ? outcome->final_url : call->target->origin, outcome);
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

/* There has been no response for a while. */
static void on_wait(void *context, bool is_unserved)
{
    struct call *call = context;

    close_idle_of_host(call);
    if (is_unserved && call->host && !call->is_stalled) {
        atomic_fetch_add(&call->host->stalled, 1);
        call->is_stalled = true;
    }
    thread_release_stack();
}

static void end_wait(struct call *call)
{
    if (call->is_stalled)
        atomic_fetch_sub(&call->host->stalled, 1);
    call->is_stalled = false;
}

/*
 * Whether the server does not serve other connections to it, while this check got a response. A server of
 * only a few connections may get to them only if this one is closed: checks that use it one after the
 * other would keep them waiting until they fail. A response that takes long on a served connection is no
 * reason: all connections of such a host would be closed.
 */
static bool is_in_the_way(const struct call *call)
{
    return !call->is_stalled && atomic_load(&call->host->stalled) > 0;
}

/* Whether another check can use the connection. */
static bool is_connection_needed(const struct call *call)
{
    if (call->request.close_connection || !call->host)
        return !call->request.close_connection;
    return atomic_load(&call->host->not_begun) > 0 && !is_in_the_way(call);
}

/*
 * Whether the transfer may serve other checks: if the request succeeded, and unless
 * - it was made for fresh_since_us: none was taken from the idle ones for it, and their number would
 *   grow;
 * - it offers HTTP/2, which other servers must not be offered;
 * - it may hold a nonce of Digest: libcurl would send it to the next server, and take that server's
 *   own nonce for a rejection.
 */
static bool may_be_kept(const struct call *call, const struct outcome *outcome)
{
    return outcome->code == CURLE_OK && !repeats_on_new_connection(call, outcome) &&
           !call->fresh_since_us && !call->request.offer_http2 && !call->check->digest &&
           !call->check->anyauth;
}

/* Makes the request with an idle transfer, or a new one if that is NULL. */
static void request_with(struct call *call, struct transfer *idle, struct outcome *outcome)
{
    call->transfer = idle ? idle : prober_make_transfer(call->prober, call->check, outcome);
    if (!call->transfer)
        return;
    make_request(call, outcome);
    if (may_be_kept(call, outcome) &&
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
    if (!addresses_find(call, outcome))
        return;
    request_with(call,
                 call->fresh_since_us ? NULL : prober_take_transfer(call->prober, call->target),
                 outcome);
    if (repeats_on_new_connection(call, outcome)) {
        outcome_release(outcome);
        call->request.close_connection = call->request.new_connections = true;
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
    if (outcome->code != CURLE_OK && call_was_ended(call, outcome))
        outcome->code = CURLE_ABORTED_BY_CALLBACK;
}

void probe(struct prober *prober, const struct target *target, const struct probe_options *options,
           struct outcome *outcome)
{
    int64_t started_at_us = clock_read_us(CLOCK_REALTIME);
    int64_t stopped_us = clock_stopped_us();
    struct call call = {.prober = prober,
                        .target = target,
                        .check = target->check,
                        .proxies = &prober->proxies,
                        .fresh_since_us = options->fresh_since_us,
                        .host = options->host,
                        .request = {.check = target->check,
                                    .url = target->url,
                                    .on_wait = on_wait,
                                    .context = &call,
                                    .close_connection = options->close_connection,
                                    .may_be_repeated = check_may_be_repeated(target->check)}};

    *outcome = (struct outcome){0};
    alloc_monitor_reset();
    if (options->close_connection && options->fresh_since_us)
        close_idle_of_host(&call);
    call_start_clock(&call);
    if (target->check->proxy == prober->check->proxy)
        run_check(&call, outcome);
    else
        run_check_with_own_proxy(&call, outcome);
    end_wait(&call);
    note_own_failure(&call, outcome);
    if (outcome->final_url)
        outcome->on_other_host = endpoint_is_other_host(target, outcome->final_url);
    outcome->used_doh = target->check->doh_url;
    outcome->unix_socket = target->check->unix_socket;
    outcome->started_at_us = started_at_us;
    outcome->total_us = clock_now_us() - call.started_us - call.queued_us - outcome->read_on_us;
    if (clock_stopped_us() > stopped_us)
        outcome_subtract_pause(outcome); /* libcurl's times include it */
    outcome_note_stop(outcome);
    endpoint_release(&call.endpoint);
    free(call.addresses);
}
