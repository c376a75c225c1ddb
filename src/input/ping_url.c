/* SPDX-License-Identifier: MIT */
#include "input/ping_url.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "base/url_parts.h"
#include "check_options.h"

int ping_url_check(const char *url, struct error *error)
{
    struct url_parts parts;
    CURLU *handle = curl_url();
    CURLUcode code = url_parts_split(handle, url, &parts);

    url_parts_release(&parts);
    curl_url_cleanup(handle);
    if (code != CURLUE_OK || !url_is_web(url))
        return error_set(error, "not an http or https URL (try https://hc-ping.com/...)");
    return 0;
}

char *ping_url_show(const char *url)
{
    size_t authority = (size_t)(strstr(url, "://") + 3 - url);
    size_t length = authority + strcspn(url + authority, "/?#");
    char *text = xasprintf("%.*s/***", (int)length, url);
    char *shown = escape_url(text);

    free(text);
    return shown;
}

/* The path with "/suffix" at its end: https://host/uuid/ is https://host/uuid. NULL: out of memory. */
static char *lengthen_path(CURLU *handle, const char *suffix)
{
    char *path = NULL, *longer;
    size_t length;

    if (curl_url_get(handle, CURLUPART_PATH, &path, 0) != CURLUE_OK)
        return NULL;
    length = strlen(path);
    while (length && path[length - 1] == '/')
        length--;
    longer = xasprintf("%.*s/%s", (int)length, path, suffix);
    curl_free(path);
    return longer;
}

/* The URL to request; NULL: out of memory. curl_free() frees it. */
static char *make_url(const char *base, const struct ping_content *content)
{
    CURLU *handle = curl_url();
    char *query = xasprintf("rid=%s", content->run_id);
    char *path = NULL, *url = NULL;
    bool is_set = curl_url_set(handle, CURLUPART_URL, base, 0) == CURLUE_OK &&
                  curl_url_set(handle, CURLUPART_FRAGMENT, NULL, 0) == CURLUE_OK &&
                  curl_url_set(handle, CURLUPART_QUERY, query, CURLU_APPENDQUERY) == CURLUE_OK;

    if (is_set)
        path = lengthen_path(handle, content->suffix);
    if (path && curl_url_set(handle, CURLUPART_PATH, path, 0) == CURLUE_OK)
        curl_url_get(handle, CURLUPART_URL, &url, 0);
    curl_url_cleanup(handle);
    free(query);
    free(path);
    return url;
}

static struct check *make_check(const struct settings *settings, const struct ping_content *content,
                                const struct write_out *write_out)
{
    struct check *check = check_copy_for_canaries(&settings->check);

    if (content->body) {
        string_list_add(&check->headers, "Content-Type: text/plain; charset=utf-8");
        string_list_add(&check->data, content->body);
    }
    check->follow = false;
    check->max_time_us = content->max_time_us;
    check->accept = "200";
    string_list_add(&check->contains, ""); /* so that the body is kept */
    check->write_out = write_out;
    return check;
}

struct target *ping_url_target(const struct settings *settings, const struct ping_content *content,
                               const struct write_out *write_out)
{
    CURLU *handle = curl_url();
    char *url = make_url(settings->ping_url.items[0], content);
    struct url_parts parts = {0};
    struct target *target = NULL;

    if (url && url_parts_split(handle, url, &parts) == CURLUE_OK) {
        char *origin = xasprintf("%s://%s:%s", parts.scheme, parts.host, parts.port);
        struct check *check = make_check(settings, content, write_out);

        target = target_new(&(struct target){.check = check,
                                             .own_check = check,
                                             .key = url,
                                             .given = url,
                                             .url = url,
                                             .host = parts.host,
                                             .origin = origin,
                                             .connection_key = origin});
        free(origin);
    }
    url_parts_release(&parts);
    curl_url_cleanup(handle);
    curl_free(url);
    return target;
}
