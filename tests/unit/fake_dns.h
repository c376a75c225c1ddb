/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FAKE_DNS_H
#define TESTS_FAKE_DNS_H

#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "probe/resolver.h"

/*
 * A replacement for getaddrinfo(). A name that begins with "stuck" has no answer until
 * dns_release(); all others are answered at once: with an address, or with dns.code if that is set.
 * The address of names that begin with "scoped" is link-local.
 */
static struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool released;
    int code; /* EAI_..., and with it errno */
    int os_error;
    size_t asked, in_flight, peak;
    size_t gather; /* no answer before that many have been in flight at the same time */
    char last_name[64];
    struct addrinfo last_hints;
} dns = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static inline void dns_reset(void)
{
    dns.released = false;
    dns.code = dns.os_error = 0;
    dns.asked = dns.in_flight = dns.peak = dns.gather = 0;
}

static inline void dns_release(void)
{
    pthread_mutex_lock(&dns.mutex);
    dns.released = true;
    pthread_cond_broadcast(&dns.changed);
    pthread_mutex_unlock(&dns.mutex);
}

/* Waits until that many lookups have begun. */
static inline void dns_await_asked(size_t count)
{
    pthread_mutex_lock(&dns.mutex);
    while (dns.asked < count)
        pthread_cond_wait(&dns.changed, &dns.mutex);
    pthread_mutex_unlock(&dns.mutex);
}

static inline size_t dns_asked(void)
{
    size_t asked;

    pthread_mutex_lock(&dns.mutex);
    asked = dns.asked;
    pthread_mutex_unlock(&dns.mutex);
    return asked;
}

/* Lists made by the system, of numeric addresses: freeaddrinfo() frees them. */
static inline int dns_found(int family, struct addrinfo **addresses)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM};
    struct addrinfo **end = addresses;

    *addresses = NULL;
    if (family != AF_INET6 && getaddrinfo("127.0.0.1", NULL, &hints, end) == 0)
        end = &(*end)->ai_next;
    if (family != AF_INET && getaddrinfo("::1", NULL, &hints, end) != 0)
        return EAI_FAIL;
    return 0;
}

static inline int dns_ask(const char *name, const char *service, const struct addrinfo *hints,
                          struct addrinfo **addresses)
{
    int code, os_error;

    (void)service;
    pthread_mutex_lock(&dns.mutex);
    dns.asked++;
    snprintf(dns.last_name, sizeof(dns.last_name), "%s", name);
    dns.last_hints = *hints;
    if (++dns.in_flight > dns.peak)
        dns.peak = dns.in_flight;
    pthread_cond_broadcast(&dns.changed);
    while (dns.peak < dns.gather || (strncmp(name, "stuck", 5) == 0 && !dns.released))
        pthread_cond_wait(&dns.changed, &dns.mutex);
    dns.in_flight--;
    code = dns.code;
    os_error = dns.os_error;
    pthread_mutex_unlock(&dns.mutex);
    if (code == 0 && strncmp(name, "scoped", 6) == 0)
        return getaddrinfo("fe80::1%lo", NULL, hints, addresses);
    if (code == 0)
        return dns_found(hints->ai_family, addresses);
    errno = os_error;
    return code;
}

/* A lookup in a thread of its own. */
struct lookup_call {
    struct helper helper;
    struct resolver *resolver;
    char name[32];
    int64_t patience_us;
    struct resolution found;
};

static inline void do_lookup(void *argument)
{
    struct lookup_call *call = argument;

    call->found = resolver_lookup(call->resolver, call->name, AF_INET, call->patience_us, 0);
}

static inline void begin_lookup_for(struct lookup_call *call, struct resolver *resolver,
                                    const char *name, int64_t patience_us)
{
    *call = (struct lookup_call){.resolver = resolver, .patience_us = patience_us};
    snprintf(call->name, sizeof(call->name), "%s", name);
    helper_start(&call->helper, do_lookup, call);
}

static inline void begin_lookup(struct lookup_call *call, struct resolver *resolver,
                                const char *name)
{
    begin_lookup_for(call, resolver, name, INT64_C(3600000000));
}

static inline void expect_lookup(struct lookup_call *call, enum lookup_status wanted)
{
    helper_join(&call->helper);
    assert_int_equal(call->found.status, wanted);
    free(call->found.addresses);
}

/* Frees it even if a lookup has just been released and its thread has not finished. */
static inline void free_released(struct resolver *resolver)
{
    while (resolver_free(resolver))
        sched_yield();
}

#endif
