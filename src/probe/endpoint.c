/* SPDX-License-Identifier: MIT */
#include "endpoint.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/url_parts.h"

/* Whether libcurl needs no lookup for the host, or must make it itself: the name is not ASCII. */
static bool is_left_to_libcurl(const char *host)
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

/* Whether --resolve has the address of this host and port. */
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

/* The length of the host, perhaps in brackets, at the beginning of a part of --connect-to. */
static size_t host_length(const char *text)
{
    return *text == '[' ? strcspn(text, "]") + 1 : strcspn(text, ":");
}

/* Whether a part of --connect-to matches: it is empty, or equal. */
static bool is_match(const char *part, size_t length, const char *value)
{
    return length == 0 || (strncasecmp(part, value, length) == 0 && value[length] == '\0');
}

/* If a --connect-to, "HOST1:PORT1:HOST2:PORT2", applies to host and port, its HOST2; else NULL. */
static const char *match_connect_to(const char *entry, const char *host, const char *port)
{
    size_t host1_length = host_length(entry);
    const char *port1 = entry + host1_length + 1;
    size_t port1_length = strcspn(port1, ":");

    if (!is_match(entry, host1_length, host) || !is_match(port1, port1_length, port))
        return NULL;
    return port1 + port1_length + 1;
}

/* Makes the endpoint own "host" and "host:port", in lower case. */
static void set(struct endpoint *endpoint, const char *host, size_t length, const char *port)
{
    char *storage = xasprintf("%.*s%c%.*s:%s", (int)length, host, '\0', (int)length, host, port);

    for (size_t i = 0; i < 2 * length + 1; i++)
        storage[i] = (char)tolower((unsigned char)storage[i]);
    free(endpoint->storage);
    endpoint->storage = storage;
    endpoint->host = storage;
    endpoint->host_port = storage + length + 1;
}

/* Applies the first --connect-to that matches the endpoint. */
static void apply_connect_to(struct endpoint *endpoint, const struct string_list *connect_to)
{
    const char *port = strrchr(endpoint->host_port, ':') + 1;
    const char *host2 = NULL;
    size_t length;

    for (size_t i = 0; i < connect_to->count && !host2; i++)
        host2 = match_connect_to(connect_to->items[i], endpoint->host, port);
    if (!host2)
        return;
    length = host_length(host2);
    if (host2[length + 1])
        port = host2 + length + 1;
    set(endpoint, length ? host2 : endpoint->host, length ? length : strlen(endpoint->host), port);
}

/* Sets the endpoint to a URL's host and port. 0, or -1: not a URL, or libcurl is out of memory. */
static int set_from_url(struct endpoint *endpoint, const char *url)
{
    CURLU *handle = curl_url();
    struct url_parts parts;
    int status = -1;

    if (url_parts_split(handle, url, &parts) == CURLUE_OK) {
        set(endpoint, parts.host, strlen(parts.host), parts.port);
        status = 0;
    }
    url_parts_release(&parts);
    curl_url_cleanup(handle);
    return status;
}

int endpoint_of_url(struct endpoint *endpoint, const struct check *check, const char *url)
{
    *endpoint = (struct endpoint){0};
    if (set_from_url(endpoint, url))
        return -1;
    apply_connect_to(endpoint, &check->connect_to);
    return 0;
}

bool endpoint_is_other_host(const struct target *target, const char *url)
{
    struct endpoint endpoint = {0};
    bool is_other = set_from_url(&endpoint, url) || strcmp(endpoint.host, target->host) != 0;

    endpoint_release(&endpoint);
    return is_other;
}

static bool needs_lookup(const struct endpoint *endpoint, const struct check *check)
{
    return !is_left_to_libcurl(endpoint->host) &&
           !is_resolved_by_user(&check->resolve, endpoint->host_port);
}

int endpoint_find(struct endpoint *endpoint, const struct target *target,
                  const struct proxies *proxies)
{
    const struct check *check = target->check;

    *endpoint =
        (struct endpoint){.host = target->host, .host_port = strstr(target->origin, "://") + 3};
    if (proxies_for(proxies, target->origin) || check->unix_socket) {
        endpoint->host = NULL;
        return 0;
    }
    apply_connect_to(endpoint, &check->connect_to);
    /*
     * With DNS over HTTPS libcurl looks names up, but urlcheck looks up the name of the DoH server.
     */
    if (check->doh_url && needs_lookup(endpoint, check) && set_from_url(endpoint, check->doh_url))
        return -1;
    if (!needs_lookup(endpoint, check))
        endpoint->host = NULL;
    return 0;
}

void endpoint_release(struct endpoint *endpoint)
{
    free(endpoint->storage);
    *endpoint = (struct endpoint){0};
}
