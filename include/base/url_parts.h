/* SPDX-License-Identifier: MIT */
#ifndef BASE_URL_PARTS_H
#define BASE_URL_PARTS_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

/* Whether text begins with http:// or https://. */
bool url_is_web(const char *text);

/* Whether a URL's scheme is https. */
bool url_is_https(const char *url);

/* Whether the first length bytes of text are http or https, in upper or lower case. */
bool scheme_is_web(const char *text, size_t length);

/* The parts of a URL that decide which server it means, as libcurl's parser reads them. */
struct url_parts {
    char *scheme;
    char *host; /* in lower case, and in ASCII (RFC 5891) if libcurl can convert it */
    char *port; /* if the URL has none, that of its scheme */
};

/*
 * Splits an absolute URL of any scheme. The handle, from curl_url(), is overwritten; NULL is out of
 * memory. CURLUE_OK, or what is wrong with the URL; the caller releases *parts in both cases.
 */
CURLUcode url_parts_split(CURLU *handle, const char *url, struct url_parts *parts);

/* The parts of the URL that the handle has. Otherwise as url_parts_split(). */
CURLUcode url_parts_get(CURLU *handle, struct url_parts *parts);

void url_parts_release(struct url_parts *parts);

/* The length of a URL's scheme, slashes and authority, which end at the first / ? or # after it. */
size_t url_origin_length(const char *url);

/*
 * A copy of a URL with a scheme that has each byte from 0x80 on percent-encoded, as browsers do
 * (https://url.spec.whatwg.org/#percent-encoded-bytes); but not those of the host and the userinfo.
 * libcurl sends such bytes of a query as they are. The caller frees it.
 */
char *url_percent_encode(const char *url);

#endif
