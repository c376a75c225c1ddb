/* SPDX-License-Identifier: MIT */
#include "option_parsers.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/units.h"
#include "input/proxy_url.h"

/* The options about the network. */

static bool is_address(const char *text, size_t length)
{
    unsigned char bytes[16];
    char address[64];
    bool bracketed = length > 2 && text[0] == '[' && text[length - 1] == ']';

    if (length >= sizeof(address))
        return false;
    snprintf(address, sizeof(address), "%.*s", (int)(length - 2 * bracketed), text + bracketed);
    return inet_pton(AF_INET6, address, bytes) == 1 ||
           (!bracketed && inet_pton(AF_INET, address, bytes) == 1);
}

/* "ADDRESS[,ADDRESS]..." */
static bool are_addresses(const char *text)
{
    size_t length = strcspn(text, ",");

    while (text[length] == ',' && is_address(text, length)) {
        text += length + 1;
        length = strcspn(text, ",");
    }
    return text[length] == '\0' && is_address(text, length);
}

/* What follows a port number, or NULL if there is none in that range. */
static const char *skip_port(const char *text, long minimum)
{
    const char *end;
    long port;

    return parse_number(text, minimum, 65535, &port, &end) ? NULL : end;
}

/* "HOST:PORT:ADDRESS[,ADDRESS]...", perhaps with a "+" at the beginning. */
int validate_resolve(const char *argument, struct error *error)
{
    const char *host = argument + (*argument == '+');
    size_t length = strcspn(host, ": \t\r\n");
    const char *end = length && host[length] == ':' ? skip_port(host + length + 1, 1) : NULL;

    if (end && *end == ':' && are_addresses(end + 1))
        return 0;
    return error_set(
        error, "'%s' is not HOST:PORT:ADDRESS (try name.test:443:192.0.2.1, no blanks)", argument);
}

/* One of the two hosts of a --connect-to, which may be empty. NULL if it is no host. */
static const char *skip_host(const char *text)
{
    size_t length;

    if (*text != '[')
        return text + strcspn(text, ":[]/@ \t\r\n");
    length = strcspn(text, "]");
    length += text[length] == ']';
    return is_address(text, length) ? text + length : NULL;
}

/* "HOST1:PORT1:HOST2:PORT2" */
int validate_connect_to(const char *argument, struct error *error)
{
    const char *here = argument;

    for (int part = 0; here && part < 4; part++) {
        if (part % 2 == 0)
            here = skip_host(here);
        else if (*here && *here != ':')
            here = skip_port(here, 0);
        if (here && *here++ != (part < 3 ? ':' : '\0'))
            here = NULL;
    }
    if (!here)
        return error_set(error, "'%s' is not HOST1:PORT1:HOST2:PORT2", argument);
    return 0;
}

/*
 * Parses a URL only to see whether it is one. An argument that is refused is not quoted: it may
 * contain a password.
 */
static CURLUcode parse_url(const char *text)
{
    CURLU *url = curl_url();
    CURLUcode code = url ? curl_url_set(url, CURLUPART_URL, text, 0) : CURLUE_OUT_OF_MEMORY;

    curl_url_cleanup(url);
    if (code == CURLUE_OUT_OF_MEMORY)
        errno = ENOMEM;
    return code;
}

/* '' is no proxy. */
int validate_proxy(const char *argument, struct error *error)
{
    static const char *const methods[] = {"GET",   "HEAD",   "POST",   "PUT",
                                          "PATCH", "DELETE", "OPTIONS"};

    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        if (strcmp(argument, methods[i]) == 0)
            return error_set(error, "this is a method, not a proxy: use -X %s", argument);
    }
    return *argument ? proxy_url_check(argument, error) : 0;
}

/* libcurl takes socks5h://localhost/PATH for a proxy at a socket of this machine. */
bool uses_machine_if_socket(const char *argument)
{
    const char *host = strstr(argument, "://");

    return host && strncasecmp(argument, "socks", 5) == 0 && strchr(host + 3, '/');
}

/* Binds a socket to the address: possible if the address is this machine's. 0, or -1 with errno. */
static int bind_address(const char *text)
{
    struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6};
    struct sockaddr_in ipv4 = {.sin_family = AF_INET};
    bool is_ipv4 = inet_pton(AF_INET, text, &ipv4.sin_addr) == 1;
    int fd, saved_errno, status;

    errno = EADDRNOTAVAIL;
    if (!is_ipv4 && inet_pton(AF_INET6, text, &ipv6.sin6_addr) != 1)
        return -1;
    fd = socket(is_ipv4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    status = is_ipv4 ? bind(fd, (const struct sockaddr *)&ipv4, sizeof(ipv4))
                     : bind(fd, (const struct sockaddr *)&ipv6, sizeof(ipv6));
    saved_errno = errno;
    close(fd);
    errno = saved_errno;
    return status;
}

/*
 * curl also accepts host names here. "if!" and "host!" say whether it is an interface or an
 * address.
 */
int validate_interface(const char *argument, struct error *error)
{
    bool is_name = strncmp(argument, "if!", 3) == 0;
    bool is_host = strncmp(argument, "host!", 5) == 0;
    const char *text = argument + (is_name ? 3 : is_host ? 5 : 0);

    if (!is_host && if_nametoindex(text))
        return 0;
    errno = EADDRNOTAVAIL;
    if (!is_name && bind_address(text) == 0)
        return 0;
    return error_set(error, "this machine has no interface or address '%s'", text);
}

int validate_unix_socket(const char *argument, struct error *error)
{
    struct sockaddr_un address;

    if (!*argument || strlen(argument) >= sizeof(address.sun_path))
        return error_set(error, "the path of a socket has 1 to %zu bytes",
                         sizeof(address.sun_path) - 1);
    return 0;
}

/* Whether this libcurl was built with DNS over HTTPS: it has no feature bit. */
static bool supports_doh(void)
{
    CURL *easy = curl_easy_init();
    CURLcode code = easy ? curl_easy_setopt(easy, CURLOPT_DOH_URL, NULL) : CURLE_OK;

    curl_easy_cleanup(easy);
    return code == CURLE_OK;
}

int validate_doh_url(const char *argument, struct error *error)
{
    if (!supports_doh())
        return error_set(error, "this libcurl was built without it");
    if (parse_url(argument) || strncasecmp(argument, "https://", 8) != 0)
        return error_set(error, "not an https URL (try https://HOST/dns-query)");
    return 0;
}
