/* SPDX-License-Identifier: MIT */
#include "hint.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "input/target.h"

static bool is_https(const struct result *result)
{
    const char *last = result->outcome.final_url;

    return strncasecmp(last ? last : result->target->origin, "https:", 6) == 0;
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
    return hint ? hint : cause_hint(result->cause);
}
