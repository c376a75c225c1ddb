/* SPDX-License-Identifier: MIT */
#include "url_host.h"

#include <curl/curl.h>
#include <stddef.h>

#ifndef CURLU_PUNYCODE /* since libcurl 7.88.0 */
#define CURLU_PUNYCODE 0
#endif

int url_host(const char *url, unsigned flags, char **host, char **port)
{
    CURLU *parts = curl_url();
    CURLUcode code = parts ? curl_url_set(parts, CURLUPART_URL, url, flags) : CURLUE_OUT_OF_MEMORY;

    *host = NULL;
    if (code == CURLUE_OK)
        code = curl_url_get(parts, CURLUPART_HOST, host, CURLU_PUNYCODE);
    if (code == CURLUE_OK && port)
        code = curl_url_get(parts, CURLUPART_PORT, port, CURLU_DEFAULT_PORT);
    if (code != CURLUE_OK) {
        curl_free(*host);
        *host = NULL;
        if (port)
            *port = NULL;
    }
    curl_url_cleanup(parts);
    return code == CURLUE_OK ? 0 : -1;
}
