/* SPDX-License-Identifier: MIT */
#include "proxies.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

/*
 * The URL of the proxy that the check names or, if it names none, the first of these environment
 * variables: https://everything.curl.dev/usingcurl/proxies/env.html. NULL: no proxy.
 */
static const char *proxy_url(const struct check *check, const char *const *variables)
{
    if (check->proxy)
        return *check->proxy ? check->proxy : NULL;
    for (; *variables; variables++) {
        const char *value = getenv(*variables);

        if (value && *value)
            return value;
    }
    return NULL;
}

/* Sets *host to a URL's host. The URL may lack its scheme. 0, or -1. */
static int find_host(const char *text, char **host)
{
    const unsigned flags = CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME;
    CURLU *url = curl_url();
    int status = -1;

    if (url && curl_url_set(url, CURLUPART_URL, text, flags) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_HOST, host, 0) == CURLUE_OK)
        status = 0;
    curl_url_cleanup(url);
    return status;
}

int proxies_find(struct proxies *proxies, const struct check *check, struct error *error)
{
    static const char *const http[] = {"http_proxy", "all_proxy", "ALL_PROXY", NULL};
    static const char *const https[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
                                        NULL};
    const char *http_url = proxy_url(check, http);
    const char *https_url = proxy_url(check, https);

    *proxies = (struct proxies){0};
    if ((http_url && find_host(http_url, &proxies->http)) ||
        (https_url && find_host(https_url, &proxies->https)))
        return error_set(error, "the proxy is not a URL%s", check->proxy ? " (--proxy)" : "");
    return 0;
}

void proxies_release(struct proxies *proxies)
{
    curl_free(proxies->http);
    curl_free(proxies->https);
    *proxies = (struct proxies){0};
}

const char *proxies_for(const struct proxies *proxies, const char *origin)
{
    return strncmp(origin, "https:", 6) == 0 ? proxies->https : proxies->http;
}
