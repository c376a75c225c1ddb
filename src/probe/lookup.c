/* SPDX-License-Identifier: MIT */
#include "lookup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd_limits.h"

/* Appends the address as CURLOPT_RESOLVE wants it. *list is NULL at first. False: no memory. */
static bool append_address(char **list, const struct addrinfo *address)
{
    bool v6 = address->ai_family == AF_INET6;
    char text[INET6_ADDRSTRLEN + 1];
    size_t length = *list ? strlen(*list) : 0;
    char *grown;
    const void *bytes =
        v6 ? (const void *)&((const struct sockaddr_in6 *)(const void *)address->ai_addr)->sin6_addr
           : (const void *)&((const struct sockaddr_in *)(const void *)address->ai_addr)->sin_addr;

    if (!inet_ntop(address->ai_family, bytes, text, sizeof(text)))
        return true;
    grown = realloc(*list, length + strlen(text) + sizeof(",[]"));
    if (!grown)
        return false;
    *list = grown;
    grown += length;
    if (length)
        *grown++ = ',';
    if (v6)
        *grown++ = '[';
    grown = stpcpy(grown, text);
    strcpy(grown, v6 ? "]" : "");
    return true;
}

static struct resolution found(const struct addrinfo *addresses)
{
    struct resolution answer = {.lookup = LOOKUP_FOUND};

    for (; addresses; addresses = addresses->ai_next) {
        if (addresses->ai_family != AF_INET && addresses->ai_family != AF_INET6)
            continue;
        if (!append_address(&answer.addresses, addresses)) {
            free(answer.addresses);
            return (struct resolution){.lookup = LOOKUP_SHORTAGE, .os_error = ENOMEM};
        }
    }
    if (!answer.addresses)
        answer.lookup = LOOKUP_NO_NAME;
    return answer;
}

/* EAI_AGAIN comes for a name server's silence or failure, but also for want of a socket. */
static struct resolution failed(int code, int os_error)
{
    bool shortage =
        os_error == EMFILE || os_error == ENFILE || os_error == ENOMEM || os_error == ENOBUFS;

    switch (code) {
    case EAI_NONAME:
#ifdef EAI_NODATA
    case EAI_NODATA:
#endif
#ifdef EAI_ADDRFAMILY
    case EAI_ADDRFAMILY:
#endif
        if (!shortage)
            return (struct resolution){.lookup = LOOKUP_NO_NAME};
        break;
    case EAI_MEMORY: return (struct resolution){.lookup = LOOKUP_SHORTAGE, .os_error = ENOMEM};
    default: break;
    }
    if (shortage)
        return (struct resolution){.lookup = LOOKUP_SHORTAGE, .os_error = os_error};
    if (fd_limits_exhausted())
        return (struct resolution){.lookup = LOOKUP_SHORTAGE, .os_error = EMFILE};
    if (fd_limits_out_of_memory())
        return (struct resolution){.lookup = LOOKUP_SHORTAGE, .os_error = ENOMEM};
    return (struct resolution){.lookup = LOOKUP_FAILED};
}

struct resolution lookup_ask(resolver_ask *ask_system, const char *name, int family)
{
    struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM};
    struct addrinfo *addresses = NULL;
    struct resolution answer;
    int code;

    errno = 0;
    code = ask_system(name, NULL, &hints, &addresses);
    if (code)
        return failed(code, errno);
    answer = found(addresses);
    freeaddrinfo(addresses);
    return answer;
}
