/* SPDX-License-Identifier: MIT */
#include "base/url_parts.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"

/* Since 7.88 libcurl converts international names to ASCII; older versions leave them as they are. */
#ifndef CURLU_PUNYCODE
#define CURLU_PUNYCODE 0
#endif

bool url_is_web(const char *text)
{
    return strncasecmp(text, "http://", 7) == 0 || strncasecmp(text, "https://", 8) == 0;
}

bool url_is_https(const char *url)
{
    return strncasecmp(url, "https:", 6) == 0;
}

bool scheme_is_web(const char *text, size_t length)
{
    return (length == 4 && strncasecmp(text, "http", 4) == 0) ||
           (length == 5 && strncasecmp(text, "https", 5) == 0);
}

/* libcurl 7.88 reports "out of memory" also for a name that has no ASCII form (RFC 5891). */
static bool is_out_of_memory(CURLU *handle)
{
    char *host = NULL;
    CURLUcode code = curl_url_get(handle, CURLUPART_HOST, &host, 0);

    curl_free(host);
    return code != CURLUE_OK;
}

CURLUcode url_parts_get(CURLU *handle, struct url_parts *parts)
{
    CURLUcode code;

    *parts = (struct url_parts){0};
    code = curl_url_get(handle, CURLUPART_SCHEME, &parts->scheme, 0);
    if (code == CURLUE_OK) {
        code = curl_url_get(handle, CURLUPART_HOST, &parts->host, CURLU_PUNYCODE);
        if (code == CURLUE_OUT_OF_MEMORY && !is_out_of_memory(handle))
            code = CURLUE_MALFORMED_INPUT;
    }
    if (code == CURLUE_OK)
        code = curl_url_get(handle, CURLUPART_PORT, &parts->port, CURLU_DEFAULT_PORT);
    for (char *c = parts->host; c && *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return code;
}

CURLUcode url_parts_split(CURLU *handle, const char *url, struct url_parts *parts)
{
    CURLUcode code = CURLUE_OUT_OF_MEMORY;

    *parts = (struct url_parts){0};
    if (handle)
        code = curl_url_set(handle, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME);
    return code == CURLUE_OK ? url_parts_get(handle, parts) : code;
}

void url_parts_release(struct url_parts *parts)
{
    curl_free(parts->scheme);
    curl_free(parts->host);
    curl_free(parts->port);
    *parts = (struct url_parts){0};
}

size_t url_origin_length(const char *url)
{
    size_t length = strcspn(url, ":/?#");

    length += strspn(url + length, ":/");
    return length + strcspn(url + length, "/?#");
}

char *url_percent_encode(const char *url)
{
    size_t origin = url_origin_length(url);
    char *encoded = xmalloc(3 * strlen(url) + 1);
    char *end = mempcpy(encoded, url, origin);

    for (const char *c = url + origin; *c; c++) {
        if ((unsigned char)*c >= 0x80)
            end += sprintf(end, "%%%02X", (unsigned char)*c);
        else
            *end++ = *c;
    }
    *end = '\0';
    return encoded;
}
