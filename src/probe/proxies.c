/* SPDX-License-Identifier: MIT */
#include "proxies.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/environment.h"
#include "base/url_parts.h"
#include "input/proxy_url.h"

static const char *const http_variables[] = {"http_proxy", "all_proxy", "ALL_PROXY", NULL};
static const char *const https_variables[] = {"https_proxy", "HTTPS_PROXY", "all_proxy",
                                              "ALL_PROXY", NULL};

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
        const char *value = environment_value(*variables);

        *origin = *variables;
        if (value)
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

/* Whether --noproxy, or else the environment, excepts any hosts. */
static bool has_exceptions(const struct check *check)
{
    const char *list = check->no_proxy;

    if (!list)
        list = getenv("no_proxy");
    if (!list)
        list = getenv("NO_PROXY");
    return list && *list;
}

int proxies_find(struct proxies *proxies, const struct check *check, struct error *error)
{
    const char *http_url, *https_url;
    struct error reason;

    *proxies = (struct proxies){.has_exceptions = has_exceptions(check)};
    http_url = proxy_url(check, http_variables, &proxies->http.origin);
    https_url = proxy_url(check, https_variables, &proxies->https.origin);
    if (http_url && proxy_url_check(http_url, &reason))
        return error_set(error, "%s: %s", proxies->http.origin, reason.text);
    if (https_url && proxy_url_check(https_url, &reason))
        return error_set(error, "%s: %s", proxies->https.origin, reason.text);
    if ((http_url && find_proxy(http_url, &proxies->http)) ||
        (https_url && find_proxy(https_url, &proxies->https)))
        return error_set(error, "out of memory");
    return 0;
}

bool proxies_exist(const struct check *check)
{
    const char *origin;

    return proxy_url(check, http_variables, &origin) || proxy_url(check, https_variables, &origin);
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
    const struct proxy *proxy = url_is_https(url) ? &proxies->https : &proxies->http;

    return proxy->host ? proxy : NULL;
}

/* The port of a URL; 0 if it is none. */
static int port_of(const char *url)
{
    CURLU *handle = curl_url();
    struct url_parts parts;
    int port = url_parts_split(handle, url, &parts) == CURLUE_OK ? atoi(parts.port) : 0;

    url_parts_release(&parts);
    curl_url_cleanup(handle);
    return port;
}

/*
 * Whether the request went to the proxy, or should have. libcurl decides that, and tells only since
 * 8.7.0 (CURLINFO_PROXY_USED). If some hosts need no proxy, it shows in the failure, in the port of the
 * connection, or in the words about it: "Failed to connect to HOST port PORT".
 */
static bool is_used(const struct proxies *proxies, const struct proxy *proxy,
                    const struct check *check, const char *url, const struct outcome *outcome)
{
    int port = atoi(strrchr(proxy->name, ':') + 1);

    if (check->unix_socket)
        return false;
    if (!proxies->has_exceptions || outcome->connect_status || outcome->code == CURLE_PROXY ||
        outcome->code == CURLE_COULDNT_RESOLVE_PROXY)
        return true;
    if (outcome->remote_port != port)
        return false;
    return port != port_of(url) || strcmp(outcome->remote_ip, proxy->host) == 0 ||
           (outcome->detail && strstr(outcome->detail, proxy->host));
}

static bool is_address(const char *host)
{
    struct in_addr address;

    return *host == '[' || inet_pton(AF_INET, host, &address) == 1;
}

/* Whether the proxy did not connect, instead of the server. */
static bool is_failure(const struct proxy *proxy, const struct outcome *outcome)
{
    switch (outcome->code) {
    case CURLE_OK: return outcome->status == 407;
    case CURLE_PROXY:
    case CURLE_COULDNT_RESOLVE_PROXY: return true;
    case CURLE_COULDNT_RESOLVE_HOST: return false; /* a SOCKS proxy that takes addresses only */
    default: break;
    }
    if (outcome->phase == PHASE_RESOLVE)
        return !is_address(proxy->host);
    /* Until a proxy has answered CONNECT, the phase is this. */
    return outcome->connect_status >= 300 || outcome->phase == PHASE_CONNECT ||
           outcome->in_proxy_handshake;
}

void proxies_note_use(const struct proxies *proxies, const struct check *check, const char *url,
                      struct outcome *outcome)
{
    const struct proxy *proxy = proxies_for(proxies, url);

    if (!proxy || outcome->phase == PHASE_NONE || !is_used(proxies, proxy, check, url, outcome))
        return;
    outcome->used_proxy = xstrdup(proxy->name);
    if (is_failure(proxy, outcome))
        outcome->proxy = xasprintf("%s (%s)", proxy->name, proxy->origin);
}
