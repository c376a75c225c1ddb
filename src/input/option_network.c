/* SPDX-License-Identifier: MIT */
#include "option_parsers.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <curl/curl.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

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

/* "HOST:PORT:ADDRESS[,ADDRESS]...", perhaps with a "+" before it. */
int apply_resolve(const struct option_spec *spec, void *of, const char *argument,
                  struct error *error)
{
    struct check *check = of;
    const char *port = strchr(argument, ':');
    char *end;
    long number = port ? strtol(port + 1, &end, 10) : 0;

    (void)spec;
    if (!port || port == argument || number < 1 || number > 65535 || *end != ':' ||
        !are_addresses(end + 1))
        return error_set(error, "'%s' is not HOST:PORT:ADDRESS", argument);
    return string_list_add(&check->resolve, argument) ? error_set(error, "out of memory") : 0;
}

/* '' is no proxy. What is refused is not quoted: there may be a password in it. */
int apply_proxy(const struct option_spec *spec, void *of, const char *argument, struct error *error)
{
    const unsigned flags = CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME;
    struct check *check = of;
    CURLU *url = curl_url();
    CURLUcode code = CURLUE_OUT_OF_MEMORY;

    (void)spec;
    if (url && *argument)
        code = curl_url_set(url, CURLUPART_URL, argument, flags);
    else if (url)
        code = CURLUE_OK;
    curl_url_cleanup(url);
    if (code == CURLUE_OUT_OF_MEMORY)
        errno = ENOMEM;
    if (code != CURLUE_OK)
        return error_set(error, "the proxy's URL is not a URL (try http://HOST:PORT)");
    check->proxy = argument;
    return 0;
}

/* One of the four parts of a --connect-to, which may be empty. NULL: it is not as it should be. */
static const char *skip_host(const char *text)
{
    size_t length = *text == '[' ? strcspn(text, "]") : strcspn(text, ":[]/@");

    if (*text == '[')
        length += text[length] == ']';
    if (*text == '[' && !is_address(text, length))
        return NULL;
    return text + length;
}

static const char *skip_port(const char *text)
{
    char *end;
    long number;

    if (!isdigit((unsigned char)*text))
        return text;
    number = strtol(text, &end, 10);
    return number <= 65535 ? end : NULL;
}

/* "HOST1:PORT1:HOST2:PORT2" */
int apply_connect_to(const struct option_spec *spec, void *of, const char *argument,
                     struct error *error)
{
    struct check *check = of;
    const char *here = argument;

    (void)spec;
    for (int part = 0; here && part < 4; part++) {
        here = part % 2 ? skip_port(here) : skip_host(here);
        if (here && *here++ != (part < 3 ? ':' : '\0'))
            here = NULL;
    }
    if (!here)
        return error_set(error, "'%s' is not HOST1:PORT1:HOST2:PORT2", argument);
    return string_list_add(&check->connect_to, argument) ? error_set(error, "out of memory") : 0;
}

/* Whether a socket can have that address, which is then one of this machine's. -1 with errno. */
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

/* As curl, but for host names: "if!" and "host!" say which of the two it is. */
int apply_interface(const struct option_spec *spec, void *of, const char *argument,
                    struct error *error)
{
    bool is_name = strncmp(argument, "if!", 3) == 0;
    bool is_host = strncmp(argument, "host!", 5) == 0;
    const char *text = argument + (is_name ? 3 : is_host ? 5 : 0);

    (void)spec;
    ((struct check *)of)->interface = argument;
    if (!is_host && if_nametoindex(text))
        return 0;
    errno = EADDRNOTAVAIL;
    if (!is_name && bind_address(text) == 0)
        return 0;
    return error_set(error, "this machine has no interface or address '%s'", text);
}

int apply_unix_socket(const struct option_spec *spec, void *of, const char *argument,
                      struct error *error)
{
    struct sockaddr_un address;

    (void)spec;
    if (!*argument || strlen(argument) >= sizeof(address.sun_path))
        return error_set(error, "the path of a socket has 1 to %zu bytes",
                         sizeof(address.sun_path) - 1);
    ((struct check *)of)->unix_socket = argument;
    return 0;
}

/* Whether this libcurl can be told of it. */
static bool knows_doh(void)
{
    CURL *easy = curl_easy_init();
    CURLcode code = easy ? curl_easy_setopt(easy, CURLOPT_DOH_URL, NULL) : CURLE_OK;

    curl_easy_cleanup(easy);
    return code == CURLE_OK;
}

/* What is refused is not quoted: there may be a password in it. */
int apply_doh_url(const struct option_spec *spec, void *of, const char *argument,
                  struct error *error)
{
    CURLU *url = curl_url();
    CURLUcode code = url ? curl_url_set(url, CURLUPART_URL, argument, 0) : CURLUE_OUT_OF_MEMORY;
    bool is_https = strncasecmp(argument, "https://", 8) == 0;

    (void)spec;
    curl_url_cleanup(url);
    if (!knows_doh())
        return error_set(error, "this libcurl was built without it");
    if (code == CURLUE_OUT_OF_MEMORY) {
        errno = ENOMEM;
        return error_set(error, "out of memory");
    }
    if (code != CURLUE_OK || !is_https)
        return error_set(error, "the URL is not one of https");
    ((struct check *)of)->doh_url = argument;
    return 0;
}
