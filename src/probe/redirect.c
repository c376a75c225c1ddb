/* SPDX-License-Identifier: MIT */
#include "redirect.h"

#include <string.h>
#include <strings.h>

#include "base/url_parts.h"
#include "easy_options.h"
#include "input/check.h"

/*
 * The URL that the redirect leads to, as libcurl finds it: with curl_url_set(), from the current URL.
 * https://curl.se/libcurl/c/curl_url_set.html
 */
static CURLUcode find_target(const struct transfer_state *state, CURLU *url,
                             struct url_parts *parts)
{
    const char *current = NULL;
    CURLUcode code = CURLUE_OUT_OF_MEMORY;

    *parts = (struct url_parts){0};
    curl_easy_getinfo(state->easy, CURLINFO_EFFECTIVE_URL, &current);
    if (url && current)
        code = curl_url_set(url, CURLUPART_URL, current, 0);
    if (code == CURLUE_OK)
        code = curl_url_set(url, CURLUPART_URL, state->location,
                            CURLU_URLENCODE | CURLU_ALLOW_SPACE | CURLU_NON_SUPPORT_SCHEME);
    return code == CURLUE_OK ? url_parts_get(url, parts) : code;
}

static bool is_same_origin(const struct url_parts *a, const struct url_parts *b)
{
    return strcasecmp(a->scheme, b->scheme) == 0 && strcmp(a->host, b->host) == 0 &&
           strcmp(a->port, b->port) == 0;
}

/*
 * Whether the redirect leads to another origin than that of the first request. Memory that runs out
 * counts as another one. libcurl refuses what is no http or https URL.
 */
static bool leads_elsewhere(const struct transfer_state *state)
{
    CURLU *url = curl_url();
    struct url_parts first, next;
    CURLUcode first_code = url_parts_split(url, state->url, &first);
    CURLUcode code = find_target(state, url, &next);
    bool is_followed = code == CURLUE_OK && strncasecmp(next.scheme, "http", 4) == 0;
    bool is_elsewhere = first_code || code == CURLUE_OUT_OF_MEMORY ||
                        (is_followed && !is_same_origin(&first, &next));

    url_parts_release(&next);
    url_parts_release(&first);
    curl_url_cleanup(url);
    return is_elsewhere;
}

/* Whether the next request has a body: libcurl drops it after these statuses (POST becomes GET). */
static bool is_body_kept(struct transfer_state *state)
{
    if (state->status == 301 || state->status == 302 || state->status == 303)
        state->is_body_dropped = true;
    return !state->is_body_dropped && state->options->withholds_body;
}

bool redirect_is_allowed(struct transfer_state *state)
{
    bool is_elsewhere = leads_elsewhere(state);

    if (is_body_kept(state) && is_elsewhere)
        return false;
    state->are_headers_withheld = is_elsewhere && state->options->withholds_headers;
    easy_options_set_headers(state->options, is_elsewhere);
    return true;
}
