/* SPDX-License-Identifier: MIT */
#include "addresses.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/escape.h"
#include "base/http_status.h"
#include "doh_query.h"
#include "failure.h"

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

static bool is_unknown(enum lookup_status status)
{
    return status == LOOKUP_NO_NAME || status == LOOKUP_NO_IPV4 || status == LOOKUP_NO_IPV6;
}

/* The DoH server cannot be used: a fault of this machine's configuration, not of the URL. */
static void set_doh_failure(const struct call *call, const char *problem, struct outcome *outcome)
{
    char *server = escape_hide_userinfo(call->check->doh_url);

    free(outcome->detail);
    outcome->detail = xasprintf("the DoH server %s: %s", server, problem);
    outcome->lookup = LOOKUP_NO_DOH;
    free(server);
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
    if (call->check->doh_url && is_unknown(resolution.status)) /* the endpoint is the DoH server */
        set_doh_failure(call, "no such host", outcome);
    outcome->code =
        resolution.status == LOOKUP_TIMEOUT ? CURLE_OPERATION_TIMEDOUT : CURLE_COULDNT_RESOLVE_HOST;
    call->addresses = resolution.addresses;
    call->request.addresses = resolution.addresses;
    call->request.host_port = call->endpoint.host_port;
    return resolution.status == LOOKUP_FOUND;
}

/* libcurl had no thread or descriptor for its lookup. */
static void set_shortage(int os_error, struct outcome *outcome)
{
    outcome->lookup = LOOKUP_SHORTAGE;
    outcome->os_error = os_error;
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
    if (resolution.status == LOOKUP_FOUND)
        set_shortage(EAGAIN, outcome);
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

/* The check of a request to the DoH server; libcurl too uses only these options there. */
static struct check make_doh_check(const struct check *check)
{
    struct check doh = check_defaults();

    string_list_add(&doh.headers, "Content-Type: " DOH_MEDIA_TYPE);
    string_list_add(&doh.headers, "Accept: " DOH_MEDIA_TYPE);
    doh.follow = false;
    doh.http_version = check->http_version == HTTP_1_1 ? HTTP_1_1 : HTTP_AUTO;
    doh.ca_file = check->ca_file;
    doh.ca_path = check->ca_path;
    doh.default_ca_file = check->default_ca_file;
    doh.default_ca_path = check->default_ca_path;
    doh.default_ca_variable = check->default_ca_variable;
    return doh;
}

/* The request to the DoH server failed. */
static void judge_doh_failure(const struct call *call, const struct outcome *response,
                              struct outcome *outcome)
{
    struct failure failure = failure_judge(response);

    if (response->code == CURLE_OPERATION_TIMEDOUT)
        outcome->code = CURLE_OPERATION_TIMEDOUT;
    else if (failure.cause == CAUSE_LOCAL && response->code != CURLE_SSL_CACERT_BADFILE)
        set_shortage(response->os_error, outcome);
    else
        set_doh_failure(call, failure.message, outcome);
}

/* What the DoH server's response to the query says about the failed lookup. */
static void judge_doh(const struct call *call, const struct doh_query *query,
                      const struct outcome *response, struct outcome *outcome)
{
    char status[HTTP_STATUS_TEXT_BYTES], reason[HTTP_STATUS_TEXT_BYTES + 32];
    enum lookup_status answer =
        doh_query_read_answer(query, response->body.bytes, response->body.length);

    if (response->code != CURLE_OK) {
        judge_doh_failure(call, response, outcome);
    } else if (response->status != 200) {
        snprintf(reason, sizeof(reason), "it answers with %s",
                 http_status_text(response->status, status));
        set_doh_failure(call, reason, outcome);
    } else if (answer == LOOKUP_NONE) {
        set_doh_failure(call, "its answer is not one of DNS over HTTPS (RFC 8484)", outcome);
    } else if (answer == LOOKUP_FOUND) {
        set_shortage(EAGAIN, outcome);
    } else {
        outcome->lookup = answer;
    }
}

/*
 * libcurl could not look up host with DNS over HTTPS, and does not say why: the DoH server is queried
 * again.
 */
static void explain_doh(struct call *call, const char *host, struct outcome *outcome)
{
    struct check check = make_doh_check(call->check);
    struct outcome response = {0};
    struct transfer *transfer = prober_make_transfer(call->prober, &check, &response);
    struct doh_query query;
    struct request request = {.check = &check,
                              .url = call->check->doh_url,
                              .host_port = call->endpoint.host_port,
                              .addresses = call->addresses,
                              .max_time_us = call_left_us(call),
                              .keeps_body = true,
                              .close_connection = true};

    if (transfer && doh_query_make(&query, host, call->check->ip_version == IP_6) == 0) {
        request.body = query.bytes;
        request.body_bytes = query.length;
        transfer_run(transfer, &request, &response);
        judge_doh(call, &query, &response, outcome);
    }
    transfer_free(transfer);
    outcome_release(&response);
    string_list_release(&check.headers);
}

void addresses_explain_failure(struct call *call, struct outcome *outcome)
{
    const char *url = outcome->final_url ? outcome->final_url : call->target->url;
    const struct proxy *proxy = proxies_for(call->proxies, url);
    struct endpoint endpoint = {0};

    if (call->check->doh_url) {
        if (outcome->code == CURLE_COULDNT_RESOLVE_HOST && outcome->lookup != LOOKUP_NO_DOH &&
            endpoint_of_url(&endpoint, call->check, url) == 0)
            explain_doh(call, endpoint.host, outcome);
        endpoint_release(&endpoint);
        return;
    }
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
