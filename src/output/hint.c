/* SPDX-License-Identifier: MIT */
#include "hint.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/url_parts.h"
#include "input/target.h"

static bool is_https(const struct result *result)
{
    const char *last = result->outcome.final_url;

    return url_is_https(last ? last : result->target->origin);
}

/*
 * Whether the server may have refused HEAD, and GET was not sent after it, as the check expects that
 * failure.
 */
static bool is_refused_head(const struct result *result)
{
    const struct outcome *outcome = &result->outcome;

    return outcome->used_head && outcome->phase >= PHASE_RESPONSE && outcome->retry_after_us == 0 &&
           (result_status(result) >= 400 || result->cause == CAUSE_EMPTY ||
            result->cause == CAUSE_RESET);
}

/* nginx, Apache and Go answer http to an https port with 400; others send an alert, or nothing. */
static const char *hint_for_http(const struct result *result)
{
    if (result_status(result) == 400)
        return "the request is wrong, or that port expects https (try https://)";
    if (result->outcome.phase != PHASE_RESPONSE || result->outcome.response_started)
        return NULL;
    switch (result->cause) {
    case CAUSE_PROTOCOL:
        if (result->outcome.greeting && *result->outcome.greeting)
            return "another service answers on that port: correct the port in the URL";
        return "that port expects https (try https://), HTTP/2 alone, or is not a web server's";
    case CAUSE_RESET:
        return "the server crashed, a firewall cut the connection, or that port expects https";
    default: return NULL;
    }
}

static const char *hint_for_http_1(const struct result *result)
{
    int status = result_status(result);

    if (status == 426 || status == 505)
        return "the server requires another version of HTTP (try --http2)";
    if (result->outcome.phase != PHASE_RESPONSE || result->outcome.response_started ||
        result->outcome.http1_chosen)
        return NULL;
    switch (result->cause) {
    case CAUSE_EMPTY:
    case CAUSE_RESET:
    case CAUSE_PROTOCOL:
        return "the server crashed, dropped the request, or speaks HTTP/2 only (try --http2)";
    default: return NULL;
    }
}

/* Statuses whose usual reason is more special than that of their class. */
static const struct {
    int first, last;
    const char *hint;
} of_status[] = {
    {401, 401, "a login is required: -u, -n or --oauth2-bearer; if that is right, accept=401"},
    {403, 403,
     "a login, an address filter or a bot wall is in the way; if that is right, accept=403"},
    {404, 404, "the page is gone or has moved, or its URL has a typo: correct or remove it"},
    {406, 406, "the page has no form that the Accept header allows: see -H and --json"},
    {408, 408, "the server gave up waiting for the request: it, or the network, is too slow"},
    {410, 410, "the page was removed for good: remove its URL from the list"},
    {415, 415, "the server does not take a body of this Content-Type: see -H and --json"},
    {451, 451, "the page is blocked for legal reasons, perhaps only in this country"},
    {500, 500, "the application failed: the server's log says why"},
    {502, 502, "a proxy or load balancer works, but the server behind it is down or broken"},
    {503, 503, "the server is overloaded or in maintenance, or its backends are down (--retry)"},
    {504, 504, "a proxy or load balancer works, but the server behind it takes too long"},
    {507, 507, "the server's disk is full"},
    {511, 511, "the network of this machine requires a login first (a captive portal)"},
    /* https://developers.cloudflare.com/support/troubleshooting/http-status-codes/ */
    {520, 524, "Cloudflare works, but the server behind it is down, broken or too slow"},
    {525, 526, "Cloudflare works, but TLS or the certificate of the server behind it does not"},
};

/* 405: whether the method is the user's choice decides what can be changed. */
static const char *hint_for_method(const struct check *check)
{
    if (check->request || check->data.count || check->json.count)
        return "the page does not allow this method: see -X, -d and --json";
    return "the page does not allow GET: try -X or -d; if that is right, accept=405";
}

static const char *hint_for_status(const struct result *result)
{
    int status = result_status(result);

    if (result->cause != CAUSE_HTTP_4XX && result->cause != CAUSE_HTTP_5XX)
        return NULL;
    if (status == 405)
        return hint_for_method(result->target->check);
    for (size_t i = 0; i < sizeof(of_status) / sizeof(of_status[0]); i++) {
        if (status >= of_status[i].first && status <= of_status[i].last)
            return of_status[i].hint;
    }
    return NULL;
}

/* The check failed at a proxy. */
static const char *hint_for_proxy(const struct outcome *outcome)
{
    if (outcome->status == 407 || outcome->connect_status == 407)
        return "the proxy requires a login: http://USER:PASSWORD@HOST:PORT in -x or its variable";
    if (outcome->connect_status >= 300)
        return "the proxy does not allow this host or port: ask its administrator, or see --noproxy";
    return "the proxy is down, or wrong in -x or its variable: correct that, or see --noproxy";
}

/* Whether the server wants a login by Digest, and the check has one but does not allow that. */
static bool is_digest_wanted(const struct result *result)
{
    const struct check *check = result->target->check;
    const char *schemes = result->outcome.auth_schemes;

    return result_status(result) == 401 && schemes && strcasestr(schemes, "Digest") &&
           (check->user.count || check->netrc) && !check->digest && !check->anyauth;
}

const char *hint_for(const struct result *result)
{
    const char *hint = NULL;

    if (result->outcome.lookup == LOOKUP_NO_DOH)
        return "this machine cannot use its DoH server: see --doh-url and --cacert";
    if (result->outcome.in_proxy_handshake)
        return "TLS with the proxy failed, not with the server (--proxy-cacert, --proxy-insecure)";
    if (result->outcome.proxy && cause_is_of_server(result->cause))
        return hint_for_proxy(&result->outcome);
    if (is_digest_wanted(result))
        return "the user and password were sent by Basic: try --digest or --anyauth";
    if (result->outcome.are_headers_withheld && result_status(result) >= 400)
        return "after the redirect to another host, -H and -b were left out (--location-trusted)";
    if (is_refused_head(result))
        return "HEAD was sent (-I), which some servers refuse: try without -I";
    if (!is_https(result))
        hint = hint_for_http(result);
    else if (result->target->check->http_version <= HTTP_1_1 && !result->outcome.http2_tried)
        hint = hint_for_http_1(result);
    if (!hint)
        hint = hint_for_status(result);
    return hint ? hint : cause_hint(result->cause);
}

const char *hint_once(struct hint_log *log, const struct result *result)
{
    const char *hint;

    if (result->verdict != VERDICT_FAILED || log->count == HINTS_MAX)
        return NULL;
    hint = hint_for(result);
    for (size_t i = 0; i < log->count; i++) {
        if (log->shown[i] == hint)
            return NULL;
    }
    return log->shown[log->count++] = hint;
}
