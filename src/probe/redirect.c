/* SPDX-License-Identifier: MIT */
#include "redirect.h"

#include <string.h>
#include <strings.h>

#include "base/url_parts.h"
#include "easy_options.h"

enum destination {
    SAME_ORIGIN,
    ELSEWHERE, /* also if memory runs out */
    NOWHERE    /* libcurl refuses it: it is no URL, or not of http or https */
};

/* Makes url the current URL of the transfer. */
static CURLUcode set_current(const struct transfer_state *state, CURLU *url)
{
    const char *current = NULL;

    curl_easy_getinfo(state->easy, CURLINFO_EFFECTIVE_URL, &current);
    return current ? curl_url_set(url, CURLUPART_URL, current, 0) : CURLUE_OUT_OF_MEMORY;
}

/*
 * Makes url, which is the current one, that of the redirect, in the same way as libcurl.
 * https://curl.se/libcurl/c/curl_url_set.html
 */
static CURLUcode set_location(const struct transfer_state *state, CURLU *url)
{
    return curl_url_set(url, CURLUPART_URL, state->location,
                        CURLU_URLENCODE | CURLU_ALLOW_SPACE | CURLU_NON_SUPPORT_SCHEME);
}

static bool is_same_origin(const struct url_parts *a, const struct url_parts *b)
{
    return strcasecmp(a->scheme, b->scheme) == 0 && strcmp(a->host, b->host) == 0 &&
           strcmp(a->port, b->port) == 0;
}

/* Where the redirect leads, compared with the first request. */
static enum destination find_destination(const struct transfer_state *state)
{
    enum destination destination = ELSEWHERE;
    struct url_parts first = {0}, next = {0};
    CURLU *url = curl_url();
    CURLUcode code;

    if (!url || url_parts_split(url, state->url, &first) || set_current(state, url))
        goto end;
    code = set_location(state, url);
    if (code == CURLUE_OK)
        code = url_parts_get(url, &next);
    if (code == CURLUE_OUT_OF_MEMORY)
        goto end;
    if (code != CURLUE_OK || !scheme_is_web(next.scheme, strlen(next.scheme)))
        destination = NOWHERE;
    else if (is_same_origin(&first, &next))
        destination = SAME_ORIGIN;
end:
    url_parts_release(&next);
    url_parts_release(&first);
    curl_url_cleanup(url);
    return destination;
}

bool redirect_stays(const struct transfer_state *state)
{
    struct url_parts current = {0}, next = {0};
    CURLU *url = curl_url();
    bool stays = url && set_current(state, url) == CURLUE_OK &&
                 url_parts_get(url, &current) == CURLUE_OK &&
                 set_location(state, url) == CURLUE_OK && url_parts_get(url, &next) == CURLUE_OK &&
                 is_same_origin(&current, &next);

    url_parts_release(&next);
    url_parts_release(&current);
    curl_url_cleanup(url);
    return stays;
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
    enum destination destination = find_destination(state);
    bool is_elsewhere = destination != SAME_ORIGIN;

    if (is_body_kept(state) && destination == ELSEWHERE)
        return false;
    state->are_headers_withheld = is_elsewhere && state->options->withholds_headers;
    easy_options_set_headers(state->options, is_elsewhere);
    return true;
}
