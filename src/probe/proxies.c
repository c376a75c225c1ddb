/* SPDX-License-Identifier: MIT */
#include "proxies.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "input/proxy_url.h"

/*
 * The URL of the proxy that the check names or, if it names none, the first of these environment
 * variables: https://everything.curl.dev/usingcurl/proxies/env.html. NULL: no proxy. *origin is the
 * variable, or "--proxy".
 */
static const char *proxy_url(const struct check *check, const char *const *variables,
                             const char **origin)
{
    *origin = "--proxy";
    if (check->proxy)
        return *check->proxy ? check->proxy : NULL;
    for (; *variables; variables++) {
        const char *value = getenv(*variables);

        *origin = *variables;
        if (value && *value)
            return value;
    }
    return NULL;
}

/*
 * The port that libcurl uses if a proxy's URL has none:
 * https://curl.se/libcurl/c/CURLOPT_PROXY.html
 */
static const char *default_port(const char *scheme)
{
    return strcmp(scheme, "https") == 0 ? "443" : "1080";
}

/* Sets *proxy to a URL's host and port. The URL may lack its scheme. 0, or -1. */
static int find_proxy(const char *text, struct proxy *proxy)
{
    const unsigned flags = CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME;
    CURLU *url = curl_url();
    char *scheme = NULL, *port = NULL;
    int status = -1;

    if (url && curl_url_set(url, CURLUPART_URL, text, flags) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_HOST, &proxy->host, 0) == CURLUE_OK) {
        curl_url_get(url, CURLUPART_PORT, &port, 0);
        proxy->name = xasprintf("%s:%s", proxy->host, port ? port : default_port(scheme));
        status = 0;
    }
    curl_free(scheme);
    curl_free(port);
    curl_url_cleanup(url);
    return status;
}

int proxies_find(struct proxies *proxies, const struct check *check, struct error *error)
{
    static const char *const http[] = {"http_proxy", "all_proxy", "ALL_PROXY", NULL};
    static const char *const https[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
                                        NULL};
    const char *origin, *https_origin;
    const char *http_url = proxy_url(check, http, &origin);
    const char *https_url = proxy_url(check, https, &https_origin);
    struct error reason;

    *proxies = (struct proxies){0};
    if (http_url && proxy_url_check(http_url, &reason))
        return error_set(error, "%s: %s", origin, reason.text);
    if (https_url && proxy_url_check(https_url, &reason))
        return error_set(error, "%s: %s", https_origin, reason.text);
    if ((http_url && find_proxy(http_url, &proxies->http)) ||
        (https_url && find_proxy(https_url, &proxies->https)))
        return error_set(error, "out of memory");
    return 0;
}

void proxies_release(struct proxies *proxies)
{
    curl_free(proxies->http.host);
    curl_free(proxies->https.host);
    free(proxies->http.name);
    free(proxies->https.name);
    *proxies = (struct proxies){0};
}

const struct proxy *proxies_for(const struct proxies *proxies, const char *url)
{
    const struct proxy *proxy =
        strncasecmp(url, "https:", 6) == 0 ? &proxies->https : &proxies->http;

    return proxy->host ? proxy : NULL;
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
    case CURLE_ABORTED_BY_CALLBACK: return outcome->abort_reason && outcome->phase == PHASE_CONNECT;
    default: return outcome->connect_status >= 300 || outcome->in_proxy_handshake;
    }
}

void proxies_note_failure(const struct proxies *proxies, const char *url, struct outcome *outcome)
{
    const struct proxy *proxy = proxies_for(proxies, url);

    if (proxy && is_proxy_failure(outcome))
        outcome->proxy = xstrdup(proxy->name);
}
