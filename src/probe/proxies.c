/* SPDX-License-Identifier: MIT */
#include "proxies.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

/*
 * The URL of the proxy that the check names, or else one of the environment's variables:
 * https://everything.curl.dev/usingcurl/proxies/env.html. NULL: there is none.
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

/* Sets *host to the name in a URL, which may lack its scheme; to be freed by curl_free(). */
static CURLUcode host_of(const char *text, char **host)
{
    CURLU *url = curl_url();
    CURLUcode code = CURLUE_OUT_OF_MEMORY;

    if (url)
        code =
            curl_url_set(url, CURLUPART_URL, text, CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME);
    if (code == CURLUE_OK)
        code = curl_url_get(url, CURLUPART_HOST, host, 0);
    curl_url_cleanup(url);
    return code;
}

int proxies_find(struct proxies *proxies, const struct check *check, struct error *error)
{
    static const char *const http[] = {"http_proxy", "all_proxy", "ALL_PROXY", NULL};
    static const char *const https[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
                                        NULL};
    const char *http_url = proxy_url(check, http);
    const char *https_url = proxy_url(check, https);

    *proxies = (struct proxies){0};
    if ((http_url && host_of(http_url, &proxies->http)) ||
        (https_url && host_of(https_url, &proxies->https)))
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
