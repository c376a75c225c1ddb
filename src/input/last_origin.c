/* SPDX-License-Identifier: MIT */
#include "last_origin.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

static void forget(struct last_origin *origin)
{
    url_parts_release(&origin->parts);
    free(origin->text);
    free(origin->prefix);
    origin->text = origin->prefix = NULL;
}

/* Whether libcurl refuses no byte of a path, query and fragment: blanks and control characters. */
static bool is_accepted(const char *path)
{
    while ((unsigned char)*path > ' ' && *path != 0x7f)
        path++;
    return !*path;
}

static bool has_same_server(const struct last_origin *origin, const char *url)
{
    return origin->prefix && strncmp(url, origin->prefix, origin->length) == 0 &&
           strchr("/?#", url[origin->length]) && is_accepted(url + origin->length);
}

/* As xasprintf() would, which takes longer than all else here but libcurl's parser. */
static char *join(const struct url_parts *parts)
{
    char *text = xmalloc(strlen(parts->scheme) + strlen(parts->host) + strlen(parts->port) + 5);
    char *end = stpcpy(stpcpy(text, parts->scheme), "://");

    stpcpy(stpcpy(stpcpy(end, parts->host), ":"), parts->port);
    return text;
}

CURLUcode last_origin_read(struct last_origin *origin, const char *url)
{
    CURLUcode code;

    if (has_same_server(origin, url))
        return CURLUE_OK;
    forget(origin);
    if (!origin->parser)
        origin->parser = curl_url();
    code = url_parts_split(origin->parser, url, &origin->parts);
    if (code != CURLUE_OK)
        return code;
    origin->length = url_origin_length(url);
    origin->prefix = xstrndup(url, origin->length);
    origin->text = join(&origin->parts);
    return CURLUE_OK;
}

void last_origin_release(struct last_origin *origin)
{
    forget(origin);
    curl_url_cleanup(origin->parser);
}
