/* SPDX-License-Identifier: MIT */
#include "proxies.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "url_host.h"

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

int proxies_find(struct proxies *proxies, const struct check *check, struct error *error)
{
    static const char *const http[] = {"http_proxy", "all_proxy", "ALL_PROXY", NULL};
    static const char *const https[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
                                        NULL};
    const unsigned flags = CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME;
    const char *http_url = proxy_url(check, http);
    const char *https_url = proxy_url(check, https);

    *proxies = (struct proxies){0};
    if ((http_url && url_host(http_url, flags, &proxies->http, NULL)) ||
        (https_url && url_host(https_url, flags, &proxies->https, NULL)))
        return error_set(error, "the proxy's URL is not a URL%s", check->proxy ? " (--proxy)" : "");
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
