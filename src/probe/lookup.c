/* SPDX-License-Identifier: MIT */
#include "lookup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/fd_limits.h"

/* Appends the address to the list, which is NULL at first, and returns the longer list. */
static char *append_address(char *list, const struct addrinfo *address)
{
    const void *socket_address = address->ai_addr;
    bool is_ipv6 = address->ai_family == AF_INET6;
    const void *bytes =
        is_ipv6 ? (const void *)&((const struct sockaddr_in6 *)socket_address)->sin6_addr
                : &((const struct sockaddr_in *)socket_address)->sin_addr;
    char text[INET6_ADDRSTRLEN];
    char *longer;

    if (!inet_ntop(address->ai_family, bytes, text, sizeof(text)))
        return list;
    longer = xasprintf("%s%s%s%s%s", list ? list : "", list ? "," : "", is_ipv6 ? "[" : "", text,
                       is_ipv6 ? "]" : "");
    free(list);
    return longer;
}

/* Whether it has a scope: "fe80::1%eth0". */
static bool is_scoped(const struct addrinfo *address)
{
    const void *socket_address = address->ai_addr;

    return address->ai_family == AF_INET6 &&
           ((const struct sockaddr_in6 *)socket_address)->sin6_scope_id != 0;
}

static struct resolution found(const struct addrinfo *addresses)
{
    struct resolution answer = {.status = LOOKUP_FOUND};

    for (; addresses; addresses = addresses->ai_next) {
        if (is_scoped(addresses)) {
            free(answer.addresses);
            return (struct resolution){.status = LOOKUP_FOUND};
        }
        if (addresses->ai_family == AF_INET || addresses->ai_family == AF_INET6)
            answer.addresses = append_address(answer.addresses, addresses);
    }
    if (!answer.addresses)
        answer.status = LOOKUP_NO_NAME;
    return answer;
}

/* Whether glibc says that the name does not exist or has no address. */
static bool is_no_name(int code)
{
    switch (code) {
    case EAI_NONAME:
#ifdef EAI_NODATA
    case EAI_NODATA:
#endif
#ifdef EAI_ADDRFAMILY
    case EAI_ADDRFAMILY:
#endif
        return true;
    default: return false;
    }
}

/*
 * What this machine ran out of, as an errno; 0 if nothing. EAI_AGAIN and others may mean that the
 * name server is silent, but also that the resolver got no socket or no memory; errno then says so,
 * unless it was overwritten.
 */
static int find_shortage(int code, int os_error)
{
    void *volatile memory; /* volatile, so that the compiler does not remove the allocation */

    if (error_is_shortage(os_error) || os_error == ENOBUFS)
        return os_error;
    if (is_no_name(code))
        return 0;
    if (code == EAI_MEMORY)
        return ENOMEM;
    if (fd_limits_exhausted())
        return EMFILE;
    memory = malloc((size_t)1024 * 1024); /* large enough to need more memory from the system */
    free(memory);
    return memory ? 0 : ENOMEM;
}

static struct resolution failed(int code, int os_error)
{
    int shortage = find_shortage(code, os_error);

    if (shortage)
        return (struct resolution){.status = LOOKUP_SHORTAGE, .os_error = shortage};
    return (struct resolution){.status = is_no_name(code) ? LOOKUP_NO_NAME : LOOKUP_FAILED};
}

struct resolution lookup_name(getaddrinfo_function *get_addresses, const char *name, int family)
{
    struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM};
    struct addrinfo *addresses = NULL;
    struct resolution answer;
    int code;

    errno = 0;
    code = get_addresses(name, NULL, &hints, &addresses);
    if (code)
        return failed(code, errno);
    answer = found(addresses);
    freeaddrinfo(addresses);
    return answer;
}
