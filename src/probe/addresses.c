/* SPDX-License-Identifier: MIT */
#include "addresses.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/clock.h"

static struct resolution look_up_family(struct call *call, const char *host, int family)
{
    int64_t patience_us = call_left_us(call);
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

bool addresses_find(struct call *call, struct outcome *outcome)
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

void addresses_explain_failure(struct call *call, struct outcome *outcome)
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
