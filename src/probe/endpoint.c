/* SPDX-License-Identifier: MIT */
#include "endpoint.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/url_parts.h"

/* Names that libcurl answers itself, without asking anybody; and those that are not ASCII. */
static bool is_known(const char *host)
{
    struct in_addr address;
    size_t length = strlen(host);

    for (const char *c = host; *c; c++) {
        if ((unsigned char)*c >= 0x80)
            return true;
    }
    return host[0] == '[' || inet_pton(AF_INET, host, &address) == 1 ||
           strcmp(host, "localhost") == 0 ||
           (length > 10 && strcmp(host + length - 10, ".localhost") == 0);
}

/* Whether --resolve says where this host and port are. */
static bool is_resolved_by_user(const struct string_list *resolve, const char *host_port)
{
    size_t length = strlen(host_port);

    for (size_t i = 0; i < resolve->count; i++) {
        const char *entry = resolve->items[i];

        entry += *entry == '+';
        if (*entry == '*' || (strncasecmp(entry, host_port, length) == 0 && entry[length] == ':'))
            return true;
    }
    return false;
}

/* The length of the part of a --connect-to that begins here: a host, perhaps in brackets. */
static size_t host_length(const char *text)
{
    return *text == '[' ? strcspn(text, "]") + 1 : strcspn(text, ":");
}

static bool is_empty_or(const char *text, size_t length, const char *wanted)
{
    return length == 0 || (strncasecmp(text, wanted, length) == 0 && wanted[length] == '\0');
}

/* "HOST1:PORT1:HOST2:PORT2": what stands behind the second colon, if the entry is about these. */
static const char *match(const char *entry, const char *host, const char *port)
{
    size_t host1 = host_length(entry);
    const char *port1 = entry + host1 + 1;
    size_t length = strcspn(port1, ":");

    return is_empty_or(entry, host1, host) && is_empty_or(port1, length, port) ? port1 + length + 1
                                                                               : NULL;
}

/* Keeps "host", a NUL, and "host:port", in lower case. */
static int keep(struct endpoint *endpoint, const char *host, size_t length, const char *port)
{
    char *storage;

    if (asprintf(&storage, "%.*s%c%.*s:%s", (int)length, host, '\0', (int)length, host, port) < 0)
        return -1;
    for (size_t i = 0; i < 2 * length + 1; i++)
        storage[i] = (char)tolower((unsigned char)storage[i]);
    free(endpoint->storage);
    endpoint->storage = storage;
    endpoint->host = storage;
    endpoint->host_port = storage + length + 1;
    return 0;
}

/* The first entry that is about the contact leads elsewhere. */
static int follow_connect_to(struct endpoint *endpoint, const struct string_list *connect_to)
{
    const char *host = endpoint->host;
    const char *port = strrchr(endpoint->host_port, ':') + 1;

    for (size_t i = 0; i < connect_to->count; i++) {
        const char *to = match(connect_to->items[i], host, port);
        size_t length = to ? host_length(to) : 0;

        if (!to)
            continue;
        if (to[length + 1])
            port = to + length + 1;
        return keep(endpoint, length ? to : host, length ? length : strlen(host), port);
    }
    return 0;
}

/* The contact becomes the URL's host. */
static int turn_to(struct endpoint *endpoint, const char *text)
{
    CURLU *handle = curl_url();
    struct url_parts parts;
    CURLUcode code = url_parts_split(handle, text, &parts);
    int status = -1;

    if (code == CURLUE_OK)
        status = keep(endpoint, parts.host, strlen(parts.host), parts.port);
    else
        errno = code == CURLUE_OUT_OF_MEMORY ? ENOMEM : EINVAL;
    url_parts_release(&parts);
    curl_url_cleanup(handle);
    return status;
}

int endpoint_of_url(struct endpoint *endpoint, const struct check *check, const char *url)
{
    *endpoint = (struct endpoint){0};
    return turn_to(endpoint, url) || follow_connect_to(endpoint, &check->connect_to) ? -1 : 0;
}

bool endpoint_is_elsewhere(const struct target *target, const char *url)
{
    struct endpoint endpoint = {0};
    bool is_elsewhere = turn_to(&endpoint, url) || strcmp(endpoint.host, target->host) != 0;

    endpoint_release(&endpoint);
    return is_elsewhere;
}

/* Whether libcurl knows already, or finds out itself. */
static bool is_settled(const struct endpoint *endpoint, const struct check *check)
{
    return is_known(endpoint->host) || is_resolved_by_user(&check->resolve, endpoint->host_port);
}

int endpoint_find(struct endpoint *endpoint, const struct target *target,
                  const struct proxies *proxies)
{
    const struct check *check = target->check;
    int status = 0;

    *endpoint =
        (struct endpoint){.host = target->host, .host_port = strstr(target->origin, "://") + 3};
    if (proxies_for(proxies, target->origin) || check->unix_socket) {
        endpoint->host = NULL;
        return 0;
    }
    if (check->connect_to.count)
        status = follow_connect_to(endpoint, &check->connect_to);
    if (check->doh_url && status == 0 && !is_settled(endpoint, check))
        status = turn_to(endpoint, check->doh_url); /* libcurl asks it, whom to find is ours */
    if (status == 0 && is_settled(endpoint, check))
        endpoint->host = NULL;
    return status;
}

void endpoint_release(struct endpoint *endpoint)
{
    free(endpoint->storage);
    *endpoint = (struct endpoint){0};
}
