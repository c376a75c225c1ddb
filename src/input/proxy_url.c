/* SPDX-License-Identifier: MIT */
#include "input/proxy_url.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdbool.h>
#include <strings.h>

/* https://curl.se/libcurl/c/CURLOPT_PROXY.html; "socks" is socks4 in libcurl's source. */
static bool is_supported(const char *scheme)
{
    static const char *const schemes[] = {"http",    "socks4", "socks4a", "socks5",
                                          "socks5h", "socks",  "https"};
    const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
    size_t count = sizeof(schemes) / sizeof(schemes[0]);

    if (!(curl->features & CURL_VERSION_HTTPS_PROXY))
        count--;
    for (size_t i = 0; i < count; i++) {
        if (strcasecmp(schemes[i], scheme) == 0)
            return true;
    }
    return false;
}

int proxy_url_check(const char *text, struct error *error)
{
    const unsigned flags = CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME;
    CURLU *url = curl_url();
    CURLUcode code = url ? curl_url_set(url, CURLUPART_URL, text, flags) : CURLUE_OUT_OF_MEMORY;
    char *scheme = NULL;
    int status = 0;

    if (code == CURLUE_OK)
        code = curl_url_get(url, CURLUPART_SCHEME, &scheme, 0);
    errno = code == CURLUE_OUT_OF_MEMORY ? ENOMEM : EINVAL;
    if (code != CURLUE_OK)
        status = error_set(error, "the proxy is not a URL (try http://HOST:PORT)");
    else if (!is_supported(scheme))
        status = error_set(error,
                           "the scheme '%.32s' of the proxy is not supported (use http, https, "
                           "socks4, socks4a, socks5 or socks5h)",
                           scheme);
    curl_free(scheme);
    curl_url_cleanup(url);
    return status;
}
